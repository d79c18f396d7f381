import Crypto
import Net
import Policy
import Wire

// Which rule an initiator's IKE_AUTH request falls under.

extension Engine {
    /// The first rule in the file that takes the initiator's identity, the responder's identity
    /// if it names one, and its way of proving itself; and how we prove ourselves by it.
    func selectRule(
        _ contents: Contents, _ identity: Identification, _ proof: Authentication,
        _ state: HalfOpen, sa: IKESA
    ) throws(Refusal) -> (Rule, OwnProof) {
        // The request may have come from another address than IKE_SA_INIT (RFC 7296 §2.23).
        let byPeer = state.candidates.filter {
            $0.covers(local: sa.local.address, remote: sa.remote.address)
                && $0.accepts(identity, from: sa.remote.address)
        }
        guard !byPeer.isEmpty else {
            let known = state.candidates.map {
                "rule '\($0.label)' wants \($0.wanted(from: sa.remote.address))"
            }
            throw Refusal(
                .authenticationFailed,
                "the peer calls itself \(identity.words); " + listed(known, separator: ", ")
                    + (hears(.unproved) ? passedBy(identity, state, sa: sa) : ""))
        }
        let isShared = proof.method == .sharedKey
        let byMethod = byPeer.filter { ($0.remoteAuthentication == .preshared) == isShared }
        guard !byMethod.isEmpty else {
            throw Refusal(
                .authenticationFailed,
                "peer \(identity.words) proves itself by \(proof.method.name), "
                    + (isShared ? "not by a certificate" : "not by a preshared key"))
        }
        return try withOwnProof(byMethod, contents, identity, state, sa: sa)
    }

    /// The first of the rules by which we are whom the peer wants to speak to, and can prove it.
    private func withOwnProof(
        _ rules: [Rule], _ contents: Contents, _ identity: Identification, _ state: HalfOpen,
        sa: IKESA
    ) throws(Refusal) -> (Rule, OwnProof) {
        var others: [String] = []
        var refusal: Refusal?
        for rule in rules {
            if rule.remoteAuthentication == .preshared, presharedKeys[rule.label] == nil {
                continue
            }
            do throws(Refusal) {
                let own = try ownProof(
                    rule, wish: contents.responderID, contents.wishes(hashes: state.hashes),
                    sa: sa)
                if let wish = contents.responderID, !own.identity.isSame(as: wish) {
                    others.append("rule '\(rule.label)' is \(own.identity.words)")
                } else {
                    return (rule, own)
                }
            } catch {
                refusal = refusal ?? error
            }
        }
        if let wish = contents.responderID, !others.isEmpty {
            throw Refusal(
                .authenticationFailed,
                "peer \(identity.words) wants to speak to \(wish.words); "
                    + listed(others, separator: ", "))
        }
        if let refusal { throw refusal }
        let labels = listed(rules.map { "'\($0.label)'" }, separator: ", ")
        throw Refusal(
            .authenticationFailed,
            "there is no preshared key for peer \(identity.words) in rule \(labels)")
    }

    /// A rule that takes the peer's identity and would have served, had IKE_SA_INIT not agreed on
    /// another rule's algorithms; empty when there is none.
    private func passedBy(
        _ identity: Identification, _ state: HalfOpen, sa: IKESA
    ) -> String {
        let agreed = Proposal(
            number: 1, protocol: .ike, spi: [], transforms: state.keys.suite.transforms)
        for rule in rules.covering(local: sa.local.address, remote: sa.remote.address)
        where rule.accepts(identity, from: sa.remote.address) {
            if let miss = NearestMiss.words(
                offered: [agreed], acceptable: Acceptable.list(rule), in: .agreement)
            {
                return "; rule '\(rule.label)' takes it, but not the algorithms agreed; nearest "
                    + "miss: \(miss)"
            }
        }
        return ""
    }
}
