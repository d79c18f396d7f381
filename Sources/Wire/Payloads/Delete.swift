/// The Delete payload (RFC 7296 §3.11).
public enum Delete: Hashable, Sendable {
    /// The IKE SA that protects the message, and with it its Child SAs.
    case ikeSA
    /// Child SAs of AH or ESP, each named by the SPI that the sender expects in packets it
    /// receives. RFC 7296 §1.4.1 allows SPIs that are not known.
    case childSAs(SecurityProtocol, [ChildSPI])
}

extension Delete: CustomStringConvertible {
    /// How many SPIs are worth a reader's time.
    private static let describedSPIs = 4

    /// `IKE`, `ESP 0x00000102 0x00000304`.
    public var description: String {
        switch self {
        case .ikeSA: return SecurityProtocol.ike.name
        case .childSAs(let `protocol`, let spis):
            var text = `protocol`.name
            for spi in spis.prefix(Self.describedSPIs) { text += " \(spi)" }
            let more = spis.count - Self.describedSPIs
            return more > 0 ? "\(text) and \(more) more" : text
        }
    }
}
