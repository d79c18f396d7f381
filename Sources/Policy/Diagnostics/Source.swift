/// What was read from a file, or stands for one: the text that diagnostics point into.
public struct Source: Sendable {
    /// The name as the user gave it; diagnostics begin with it.
    public let name: String
    /// The content.
    public let octets: [UInt8]

    /// Names a content.
    public init(name: String, octets: [UInt8]) {
        self.name = name
        self.octets = octets
    }
}
