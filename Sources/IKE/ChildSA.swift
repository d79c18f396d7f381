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

    /// What the kernel is asked to write: all of it, or nothing.
    public struct Installation: Sendable {
        /// Names the pair in the event that tells the outcome.
        public let reference: Reference
        /// What is to be written now.
        public let entries: Halves<SADEntry>
    }

    /// What the kernel is asked to remove.
    public struct Removal: Hashable, Sendable {
        /// What is to be removed.
        public let ids: Halves<SADEntry.ID>
        /// The mark of all.
        public let mark: Mark?
    }

    /// Where it stands.
    enum State {
        /// The kernel has been asked; what happens next depends on its answer.
        case installing(Completion)
        case installed
        /// The peer has replaced another with it. We receive with it, and go on sending with the
        /// one it replaces until the peer has shown that it has our answer (RFC 7296 §2.8).
        case successor(outbound: SADEntry)
        /// Both ends have replaced another at once, and the peer's, this one, is not to stay. We
        /// receive with it until the peer deletes it, and send with it only if ours goes first.
        case redundant(outbound: SADEntry)
        /// We have told the peer, or are about to, that it is over. Until the peer answers, what
        /// it has sent is still received.
        case retiring
    }

    /// What follows when the kernel has answered.
    enum Completion {
        /// We answer the IKE_AUTH or CREATE_CHILD_SA request that is under way.
        case respond(Answer)
        /// The same for a request that replaces an SA: as yet we only receive with the new one.
        case respondToRekeying(Answer, outbound: SADEntry)
        /// We asked for the SA, and the peer has it already.
        case confirm
        /// The same, but it is not to stay: both ends have replaced an SA at once.
        case confirmRedundant
        /// We send with it from now on, in place of the one that it replaces.
        case switchOver
    }

    /// The payloads of an answer, for either decision of the kernel.
    struct Answer {
        let exchange: ExchangeType
        let granted: [Payload]
        let refused: [Payload]
    }

    var state = State.installing(.confirm)
    let localAddress: IPAddress
    let remoteAddress: IPAddress
    let inboundSPI: ChildSPI
    let outboundSPI: ChildSPI
    let suite: ChildSuite
    let target: Target
    let localSelectors: [TrafficSelector]
    let remoteSelectors: [TrafficSelector]
    /// The SPI at which we received with the one that it replaced.
    let predecessor: ChildSPI?
    /// What had gone through it when the kernel was asked last.
    var traffic: Traffic
    /// When more had gone through it than the time before.
    var movedAt: Instant

    init(
        localAddress: IPAddress, remoteAddress: IPAddress, inboundSPI: ChildSPI,
        outboundSPI: ChildSPI, suite: ChildSuite, target: Target,
        localSelectors: [TrafficSelector], remoteSelectors: [TrafficSelector],
        predecessor: ChildSPI?, at now: Instant
    ) {
        self.localAddress = localAddress
        self.remoteAddress = remoteAddress
        self.inboundSPI = inboundSPI
        self.outboundSPI = outboundSPI
        self.suite = suite
        self.target = target
        self.localSelectors = localSelectors
        self.remoteSelectors = remoteSelectors
        self.predecessor = predecessor
        traffic = Traffic(inboundSPI: inboundSPI, received: 0, sent: 0)
        movedAt = now
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

    /// What of it is in the kernel, or may be.
    var removal: Removal {
        switch state {
        case .successor, .redundant, .retiring: Removal(ids: .inbound(inboundID), mark: target.mark)
        case .installing, .installed:
            Removal(ids: .both(inbound: inboundID, outbound: outboundID), mark: target.mark)
        }
    }

    /// Whether it carries packets both ways, and is to go on doing so.
    var isInstalled: Bool {
        if case .installed = state { true } else { false }
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
