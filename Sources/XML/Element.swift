/// An element of an XML document. Places are offsets into the document's octets.
public struct Element: Sendable {
    /// An attribute of an element.
    public struct Attribute: Sendable {
        /// Its name.
        public let name: String
        /// Its value, with references resolved.
        public let value: String
        /// Where the name stands.
        public let nameRange: Range<Int>
        /// Where the value stands, without its quotes.
        public let valueRange: Range<Int>
    }

    /// Its name.
    public let name: String
    /// Where the name stands in the start tag.
    public let nameRange: Range<Int>
    /// Its attributes, in their order.
    public let attributes: [Attribute]
    /// The elements in it, in their order.
    public internal(set) var children: [Element] = []

    /// The attribute with a name.
    public func attribute(_ name: String) -> Attribute? {
        attributes.first { $0.name == name }
    }
}
