/// What is wrong with the body of a payload.
public enum Malformation: Hashable, Sendable {
    /// A field or substructure reaches beyond the end.
    case truncated
    /// Octets are left after the last field.
    case surplus(octets: Int)
    /// A length that the type of the field does not allow.
    case length(Int)
    /// A list says it holds so many items, and holds another number.
    case count(stated: Int)
    /// A substructure says it is the last and is not, or the reverse.
    case lastSubstructure(UInt8)
    /// More items than the cap of the list.
    case tooMany(limit: Int)
    /// A list that must not be empty.
    case empty
    /// A protocol that the payload does not allow.
    case securityProtocol(SecurityProtocol)
    /// The start of a range is above its end.
    case inverseRange
}

extension Malformation: CustomStringConvertible {
    /// The fault in words.
    public var description: String {
        switch self {
        case .truncated: "ends too early"
        case .surplus(let octets): "\(octets) octets too many"
        case .length(let length): "a length of \(length)"
        case .count(let stated): "holds another number of items than the \(stated) it states"
        case .lastSubstructure(let mark): "a substructure marked \(mark) in the wrong place"
        case .tooMany(let limit): "more than \(limit) items"
        case .empty: "an empty list"
        case .securityProtocol(let `protocol`): "protocol \(`protocol`.name)"
        case .inverseRange: "a range that ends before it starts"
        }
    }
}
