// Values on the way between the two ends: a tag, then what it announces.

extension Value {
    private enum Tag: UInt8 {
        case object = 1
        case array, text, number, no, yes, key
    }

    /// Objects in objects deeper than this are refused; ours have three levels.
    private static let mostLevels = 8

    /// Adds the octets of the value.
    public func append(to octets: inout [UInt8]) {
        switch self {
        case .object(let members):
            octets.append(Tag.object.rawValue)
            octets.append(number: UInt32(truncatingIfNeeded: members.count))
            for member in members {
                octets.append(text: member.name)
                member.value.append(to: &octets)
            }
        case .array(let values):
            octets.append(Tag.array.rawValue)
            octets.append(number: UInt32(truncatingIfNeeded: values.count))
            for value in values { value.append(to: &octets) }
        case .text(let text):
            octets.append(Tag.text.rawValue)
            octets.append(text: text)
        case .number(let number):
            octets.append(Tag.number.rawValue)
            octets.append(number: number)
        case .key(let key):
            octets.append(Tag.key.rawValue)
            octets.append(number: UInt32(truncatingIfNeeded: key.count))
            key.append(to: &octets)
        case .flag(let isSet): octets.append((isSet ? Tag.yes : .no).rawValue)
        }
    }

    /// Reads a value that the octets are, all of them.
    public init(octets: ArraySlice<UInt8>) throws(AdminError) {
        var reader = Reader(octets)
        self = try Self.read(&reader, level: 0)
        guard reader.isAtEnd else { throw .malformed }
    }

    private static func read(_ reader: inout Reader, level: Int) throws(AdminError) -> Value {
        guard level < mostLevels, let tag = Tag(rawValue: try reader.number(UInt8.self)) else {
            throw .malformed
        }
        switch tag {
        case .object:
            var members: [Member] = []
            for _ in 0..<(try count(&reader)) {
                let name = try reader.text()
                members.append(Member(name, try read(&reader, level: level + 1)))
            }
            return .object(members)
        case .array:
            var values: [Value] = []
            for _ in 0..<(try count(&reader)) {
                values.append(try read(&reader, level: level + 1))
            }
            return .array(values)
        case .text: return .text(try reader.text())
        case .number: return .number(try reader.number(UInt64.self))
        case .key:
            let octets = try reader.take(try count(&reader))
            return .key(SensitiveOctets([UInt8](octets)))
        case .no: return .flag(false)
        case .yes: return .flag(true)
        }
    }

    /// Each element takes an octet at least.
    private static func count(_ reader: inout Reader) throws(AdminError) -> Int {
        let count = Int(try reader.number(UInt32.self))
        guard count <= reader.count else { throw .malformed }
        return count
    }
}
