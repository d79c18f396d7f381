import IPsec
import Policy
import Wire

// The first rekeying of a Child SA is the first that agrees on a group for it, and on traffic
// selectors once more (RFC 7296 §1.2, §2.9.2). `rekey_probe` has it done at once, while whoever
// set the tunnel up still looks.

/// Why a Child SA is replaced.
enum RekeyOccasion {
    /// It nears its end.
    case lifetime
    /// To learn whether the peer allows it: a refusal changes nothing.
    case probe
}

/// When the first Child SA of a new peer is rekeyed to see whether that works.
enum RekeyProbe {
    /// Both ends have installed the SA by then, and the first packets have passed.
    private static let earliest = Interval.seconds(5)
    /// Over how long a gateway's many tunnels spread theirs after a start.
    private static let spread = Interval.seconds(25)
    /// A Child SA that is rekeyed about as soon in any case needs no probe.
    private static let soon: UInt32 = 60

    /// How long after an SA stands; `nil` for never. `jitter` is of 0…255.
    static func pause(_ rule: Rule, jitter: UInt8) -> Interval? {
        guard rule.rekeyProbe, rule.lifetimes.childSoftSeconds > soon else { return nil }
        return Interval(
            nanoseconds: earliest.nanoseconds + spread.nanoseconds / 255 * UInt64(jitter))
    }
}

extension Engine {
    /// Plans the probe of the Child SA that IKE_AUTH has made. Its initiator's part it is, so that
    /// not both ends do it.
    func planRekeyProbe(of spi: ChildSPI, _ session: Session, sa: IKESA) {
        guard sa.child(inboundSPI: spi) != nil,
            let pause = RekeyProbe.pause(session.rule, jitter: randomJitter())
        else { return }
        postpone(.rekeyChild(spi, .probe, attempt: 0), by: pause, sa)
    }

    /// The peer has not replaced an SA when it did not matter yet.
    func probeRefused(
        _ proposal: ChildProposal, _ refusal: Refusal, _ child: ChildSA, _ session: Session,
        sa: IKESA
    ) {
        let lifetimes = session.rule.lifetimes
        warn(
            "\(name(sa)): rekey_probe: the Child SA with SPI \(child.inboundSPI) cannot be rekeyed: "
                + "\(refusal.reason)\(Self.suspicion(refusal.notify, proposal)). Without a change the "
                + "rekeying at the age of \(lifetimes.childSoftSeconds) s fails like this, and its "
                + "traffic is interrupted at \(lifetimes.childSeconds) s; until then the SA stays in "
                + "use")
    }

    /// What an administrator is to look at: in IKE_AUTH everything but the group was agreed on.
    private static func suspicion(_ error: NotifyType, _ proposal: ChildProposal) -> String {
        switch error {
        case .noProposalChosen, .invalidKEPayload:
            let groups =
                proposal.groups.isEmpty
                ? "no group" : listed(proposal.groups.map { $0.name }, separator: ", ")
            return "; all but the group was agreed on before: childsa_pfs has \(groups) here, and "
                + "something else at the peer"
        case .tsUnacceptable:
            return "; the traffic selectors now in use are "
                + "\(TrafficSelection.list(proposal.localSelectors)) <-> "
                + TrafficSelection.list(proposal.remoteSelectors)
        case .noAdditionalSAs:
            return "; a new IKE SA would take the place of this one"
        default: return ""
        }
    }
}
