import IPsec
import Net
import Policy
import Wire

/// An outbound policy that does not serve what a peer proposes, and why. The log names those that
/// came nearest to it.
struct PolicyMiss: CustomStringConvertible {
    let selector: Selector
    let reason: Reason

    /// What is the matter with a policy, the farthest miss first.
    enum Reason: Equatable {
        /// It is for our gateways, but for other traffic.
        case otherTraffic(Traffic)
        /// It asks for what we do not negotiate.
        case unsupported(String)
        case otherGateways
        case reqid(UInt32, rule: String, serves: UInt32)
        case interfaceID(UInt32, rule: String, serves: UInt32)
        case protocolID(SecurityProtocol)
        /// The peer has not asked for it (RFC 7296 §1.3.1).
        case transportMode
        /// Nothing would take back what the policy sends out.
        case noTwin
        /// What would take it back has an SA of another kind.
        case otherTwin(String)

        /// The greater, the nearer.
        var nearness: Int {
            switch self {
            case .otherTraffic(let traffic): -traffic.rawValue
            case .unsupported: 1
            case .otherGateways: 2
            case .reqid: 3
            case .interfaceID: 4
            case .protocolID: 5
            case .transportMode: 6
            case .noTwin: 7
            case .otherTwin: 8
            }
        }
    }

    /// Which traffic a policy is for that the proposal does not name, the nearest miss first.
    enum Traffic: Int {
        case ports, ours, theirs, both
    }

    var description: String { "policy \(selector) \(words)" }

    private var words: String { reason.words }
}

extension PolicyMiss.Reason {
    /// Wherein the policy differs, behind its selector.
    var words: String {
        switch self {
        case .otherTraffic(.ports): "is for another protocol or other ports"
        case .otherTraffic(.ours): "is for other addresses on our side"
        case .otherTraffic(.theirs): "is for other addresses on the peer's side"
        case .otherTraffic(.both): "is for other addresses on both sides"
        case .unsupported(let reason): "is none that we serve: \(reason)"
        case .otherGateways: "is for other gateways"
        case .reqid(let reqid, let rule, let served):
            "has reqid \(reqid), rule '\(rule)' serves \(served)"
        case .interfaceID(let id, let rule, let served):
            "has if_id \(id), rule '\(rule)' serves \(served)"
        case .protocolID(let protocolID): "wants \(protocolID.name)"
        case .transportMode: "wants transport mode, the peer tunnel mode"
        case .noTwin: "has no inbound twin"
        case .otherTwin(let what): "has an inbound twin with \(what)"
        }
    }
}

extension PolicyMiss.Reason {
    /// What keeps a policy that is for some of the traffic from serving it; `nil` when nothing
    /// does.
    init?(
        _ policy: SecurityPolicy, _ template: Template, terms: TrafficSelection.Terms,
        policies: SecurityPolicyDatabase
    ) {
        if !terms.areMet(by: template) {
            self = .otherGateways
        } else if let reqid = terms.rule.reqid, reqid != template.reqid {
            self = .reqid(template.reqid, rule: terms.rule.label, serves: reqid)
        } else if let id = terms.rule.interfaceID, id != policy.interfaceID {
            self = .interfaceID(policy.interfaceID, rule: terms.rule.label, serves: id)
        } else if !terms.protocols.contains(template.protocolID) {
            self = .protocolID(template.protocolID)
        } else if template.mode == .transport, !terms.wantsTransport {
            self = .transportMode
        } else if policies.inboundTwin(of: policy) == nil {
            self = Self.twin(of: policy, template, policies)
        } else {
            return nil
        }
    }

    /// Looks for an inbound policy that would be the twin but for what it asks for.
    static func twin(
        of policy: SecurityPolicy, _ template: Template, _ policies: SecurityPolicyDatabase
    ) -> PolicyMiss.Reason {
        let reversed = policy.selector.reversed
        for candidate in policies.inbound where candidate.selector.contains(reversed) {
            guard let other = candidate.template else { continue }
            var parts: [String] = []
            if other.protocolID != template.protocolID { parts.append(other.protocolID.name) }
            if other.mode != template.mode { parts.append("\(other.mode.name) mode") }
            if other.reqid != template.reqid {
                parts.append("reqid \(other.reqid), not \(template.reqid)")
            }
            if candidate.interfaceID != policy.interfaceID {
                parts.append("if_id \(candidate.interfaceID), not \(policy.interfaceID)")
            }
            return .otherTwin(parts.joined(separator: ", "))
        }
        return .noTwin
    }
}

extension PolicyMiss {
    /// That nothing is granted, and why. Peer and kernel can have any number of selectors and
    /// policies; the first few say it.
    static func refusal(
        _ misses: [PolicyMiss], local: [TrafficSelector], remote: [TrafficSelector],
        terms: TrafficSelection.Terms, policies: SecurityPolicyDatabase
    ) -> Refusal {
        let proposed = "\(TrafficSelection.list(local)) <-> \(TrafficSelection.list(remote))"
        if !misses.isEmpty {
            return Refusal(
                .tsUnacceptable, "no policy fits \(proposed)",
                Difference(nearestMiss: listed(nearestFirst(misses))))
        }
        guard let nearest = elsewhere(local, remote, terms, policies) else {
            return Refusal(
                .tsUnacceptable,
                "no outbound policy covers \(proposed), none is for "
                    + "\(terms.localAddress) -> \(terms.remoteAddress)")
        }
        return Refusal(
            .tsUnacceptable, "no outbound policy covers \(proposed)",
            Difference(nearestMiss: nearest.description))
    }

    /// Among equals the kernel's order stays.
    private static func nearestFirst(_ misses: [PolicyMiss]) -> [PolicyMiss] {
        let ranked = misses.enumerated().sorted {
            ($1.element.reason.nearness, $0.offset) < ($0.element.reason.nearness, $1.offset)
        }
        return ranked.map { $0.element }
    }

    /// The policy between our gateways whose traffic comes nearest to the proposal.
    private static func elsewhere(
        _ local: [TrafficSelector], _ remote: [TrafficSelector], _ terms: TrafficSelection.Terms,
        _ policies: SecurityPolicyDatabase
    ) -> PolicyMiss? {
        var nearest: PolicyMiss?
        for policy in policies.outbound {
            guard let template = policy.template, terms.areMet(by: template) else { continue }
            let selector = policy.selector
            let meetsOurs = local.contains { $0.addresses.meets(selector.source) }
            let meetsTheirs = remote.contains { $0.addresses.meets(selector.destination) }
            let traffic: Traffic =
                switch (meetsOurs, meetsTheirs) {
                case (true, true): .ports
                case (false, true): .ours
                case (true, false): .theirs
                case (false, false): .both
                }
            let miss = PolicyMiss(selector: selector, reason: .otherTraffic(traffic))
            if nearest.map({ miss.reason.nearness > $0.reason.nearness }) ?? true {
                nearest = miss
            }
        }
        return nearest
    }
}
