import Crypto
import IPsec
import Net
import Policy
import Wire

/// A Child SA: the pair of ESP or AH SAs that carries packets both ways (RFC 7296 §1.3).
public final class ChildSA {
    /// Names a Child SA: the IKE SA it belongs to, and the SPI at which we receive.
    public struct Reference: Hashable, Sendable {
        /// Our SPI of the IKE SA.
        public let ikeSA: IKESPI
        /// The SPI at which we receive.
        public let inboundSPI: ChildSPI
    }

    /// What the kernel is asked to write: both halves, or neither.
    public struct Installation: Sendable {
        /// Names the pair in the event that tells the outcome.
        public let reference: Reference
        /// What we receive with.
        public let inbound: SADEntry
        /// What we send with.
        public let outbound: SADEntry
    }

    /// What the kernel is asked to remove.
    public struct Removal: Hashable, Sendable {
        /// What we received with.
        public let inbound: SADEntry.ID
        /// What we sent with.
        public let outbound: SADEntry.ID
        /// The mark of both.
        public let mark: Mark?
    }

    /// Where it stands.
    enum State {
        /// The kernel has been asked; what the peer hears depends on its answer.
        case installing(Completion)
        case installed
    }

    /// What follows when the kernel has answered.
    enum Completion {
        /// We answer the IKE_AUTH or CREATE_CHILD_SA request that is under way.
        case respond(Answer)
        /// We asked for the SA, and the peer has it already.
        case confirm
    }

    /// The payloads of an answer, for either decision of the kernel.
    struct Answer {
        let exchange: ExchangeType
        let granted: [Payload]
        let refused: [Payload]
    }

    var state: State
    let localAddress: IPAddress
    let remoteAddress: IPAddress
    let inboundSPI: ChildSPI
    let outboundSPI: ChildSPI
    let suite: ChildSuite
    let target: Target
    let localSelectors: [TrafficSelector]
    let remoteSelectors: [TrafficSelector]

    init(
        state: State, localAddress: IPAddress, remoteAddress: IPAddress, inboundSPI: ChildSPI,
        outboundSPI: ChildSPI, suite: ChildSuite, target: Target,
        localSelectors: [TrafficSelector], remoteSelectors: [TrafficSelector]
    ) {
        self.state = state
        self.localAddress = localAddress
        self.remoteAddress = remoteAddress
        self.inboundSPI = inboundSPI
        self.outboundSPI = outboundSPI
        self.suite = suite
        self.target = target
        self.localSelectors = localSelectors
        self.remoteSelectors = remoteSelectors
    }

    /// What of the kernel's policy a Child SA serves.
    struct Target: Hashable {
        let mode: Mode
        let reqid: UInt32
        let interfaceID: UInt32
        let mark: Mark?
        /// The outbound policy's selector.
        let policy: Selector
    }

    var inboundID: SADEntry.ID {
        SADEntry.ID(
            destination: localAddress, protocolID: suite.protocolID, spi: inboundSPI)
    }

    var outboundID: SADEntry.ID {
        SADEntry.ID(
            destination: remoteAddress, protocolID: suite.protocolID, spi: outboundSPI)
    }

    var removal: Removal {
        Removal(inbound: inboundID, outbound: outboundID, mark: target.mark)
    }
}

extension ChildSA: CustomStringConvertible {
    /// `ESP ENCR_AES_GCM_16-256 tunnel, SPIs 0x… in, 0x… out, 10.1.0.0/24 <-> 10.2.0.0/24`.
    public var description: String {
        let local = TrafficSelection.list(localSelectors)
        let remote = TrafficSelection.list(remoteSelectors)
        return "\(suite) \(target.mode.name), SPIs \(inboundSPI) in, \(outboundSPI) out, "
            + "\(local) <-> \(remote)"
    }
}
