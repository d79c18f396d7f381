/// One way to protect an SA: for each type of transform, one of those listed must be chosen
/// (RFC 7296 §3.3.1).
public struct Proposal: Hashable, Sendable {
    /// The number by which the answer names the proposal that was chosen, from 1.
    public let number: UInt8
    /// Whose SA is proposed.
    public let `protocol`: SecurityProtocol
    /// The SPI that the sender chose: four octets for AH and ESP, eight for an IKE SA that is
    /// rekeyed, none for a new one.
    public let spi: [UInt8]
    /// The transforms; among those of one type, in the order of preference.
    public let transforms: [Transform]

    /// A proposal from its parts.
    public init(
        number: UInt8, protocol: SecurityProtocol, spi: [UInt8], transforms: [Transform]
    ) {
        self.number = number
        self.protocol = `protocol`
        self.spi = spi
        self.transforms = transforms
    }
}

extension Proposal: CustomStringConvertible {
    /// How many transforms are worth a reader's time.
    private static let describedTransforms = 64

    /// `ESP: ENCR_AES_GCM_16-256, ESN_NO`.
    public var description: String {
        var parts = transforms.prefix(Self.describedTransforms).map { $0.description }
        let more = transforms.count - Self.describedTransforms
        if more > 0 { parts.append("\(more) more") }
        return "\(`protocol`.name): " + parts.joined(separator: ", ")
    }
}
