import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// What the log says when no policy takes the traffic that a peer proposes, to the letter.
@Suite struct PolicyMissTests {
    private static let ours = "10.2.0.0/24"
    private static let theirs = "10.1.0.0/24"
    private static let pair = "10.2.0.0/24 -> 10.1.0.0/24"
    private static let proposed = "10.2.0.0/24 <-> 10.1.0.0/24"

    private static let tunnel = Template(
        protocolID: .esp, mode: .tunnel, source: ip("10.9.0.2"), destination: ip("10.9.0.1"),
        reqid: 1)

    private func policy(
        _ source: String = Self.ours, _ destination: String = Self.theirs,
        _ template: Template = Self.tunnel, direction: SecurityPolicy.Direction = .outbound,
        protocolID: UInt8 = 0, index: UInt32 = 1, interfaceID: UInt32 = 0
    ) -> SecurityPolicy {
        SecurityPolicy(
            index: index, direction: direction,
            selector: Selector(
                source: prefix(source), destination: prefix(destination), protocolID: protocolID),
            action: .protect(template), interfaceID: interfaceID)
    }

    private func twin(_ template: Template = Self.tunnel, interfaceID: UInt32 = 0) -> SecurityPolicy
    {
        policy(Self.theirs, Self.ours, template, direction: .inbound, interfaceID: interfaceID)
    }

    private func expect(
        _ words: String, _ policies: [SecurityPolicy], local: String = Self.ours,
        remote: String = Self.theirs, protocolID: UInt8 = 0, rule: Rule = HandshakeFixture.rule,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: Refusal.self, sourceLocation: sourceLocation) {
            try TrafficSelection.grant(
                local: [TrafficSelector(protocolID: protocolID, addresses: prefix(local))],
                remote: [TrafficSelector(protocolID: protocolID, addresses: prefix(remote))],
                terms: TrafficSelection.Terms(
                    localAddress: ip("10.9.0.2"), remoteAddress: ip("10.9.0.1"), rule: rule,
                    wantsTransport: false, protocols: [.esp]),
                policies: SecurityPolicyDatabase(policies))
        }
        #expect(
            error?.notify == .tsUnacceptable && error?.reason == words,
            "\(error?.reason ?? "granted")", sourceLocation: sourceLocation)
    }

    // MARK: Policies for this traffic

    private func expectMiss(
        _ words: String, _ policies: [SecurityPolicy], rule: Rule = HandshakeFixture.rule,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        expect(
            "no policy fits \(Self.proposed); nearest miss: policy \(Self.pair) \(words)",
            policies, rule: rule, sourceLocation: sourceLocation)
    }

    @Test func theTwinIsMissing() {
        expectMiss("has no inbound twin", [policy()])
        var other = Self.tunnel
        other.reqid = 2
        expectMiss("has an inbound twin with reqid 2, not 1", [policy(), twin(other)])
        other.mode = .transport
        other.protocolID = .ah
        expectMiss(
            "has an inbound twin with AH, transport mode, reqid 2, not 1", [policy(), twin(other)])
        expectMiss(
            "has an inbound twin with if_id 9, not 0", [policy(), twin(interfaceID: 9)])
    }

    @Test func theTemplateAsksForSomethingElse() {
        var template = Self.tunnel
        template.mode = .transport
        expectMiss(
            "wants transport mode, the peer tunnel mode",
            [policy(Self.ours, Self.theirs, template), twin(template)])
        template.protocolID = .ah
        expectMiss("wants AH", [policy(Self.ours, Self.theirs, template), twin(template)])
        template.destination = ip("10.9.0.9")
        expectMiss(
            "is for other gateways", [policy(Self.ours, Self.theirs, template), twin(template)])
        expectMiss(
            "is none that we serve: two templates",
            [
                SecurityPolicy(
                    index: 1, direction: .outbound, selector: policy().selector,
                    action: .unsupported(reason: "two templates"))
            ])
    }

    @Test func theRuleServesOtherPolicies() {
        func rule(reqid: UInt32? = nil, interfaceID: UInt32? = nil) -> Rule {
            Rule(
                label: "x", localAddresses: [prefix("10.9.0.2")],
                remoteAddresses: [prefix("10.9.0.1")], ikeTransforms: [HandshakeFixture.transform],
                reqid: reqid, interfaceID: interfaceID)
        }
        expectMiss("has reqid 1, rule 'x' serves 5", [policy(), twin()], rule: rule(reqid: 5))
        expectMiss(
            "has if_id 0, rule 'x' serves 5", [policy(), twin()], rule: rule(interfaceID: 5))
    }

    /// The policy that lacks least comes first, whatever the kernel's order.
    @Test func ofSeveralTheNearestComesFirst() {
        var elsewhere = Self.tunnel
        elsewhere.destination = ip("10.9.0.9")
        var authenticated = Self.tunnel
        authenticated.protocolID = .ah
        expect(
            "no policy fits \(Self.proposed); nearest miss: policy 10.2.0.0/26 -> 10.1.0.0/24 has "
                + "no inbound twin; policy 10.2.0.0/25 -> 10.1.0.0/24 wants AH; "
                + "policy \(Self.pair) is for other gateways",
            [
                policy(Self.ours, Self.theirs, elsewhere, index: 1),
                policy("10.2.0.0/25", Self.theirs, authenticated, index: 2),
                policy("10.2.0.0/26", index: 3),
            ])
    }

    /// A peer that asks for everything meets every policy there is.
    @Test func ofManyOnlyTheFirstAreNamed() throws {
        var elsewhere = Self.tunnel
        elsewhere.destination = ip("10.9.0.9")
        let policies = (0..<200).map {
            policy("10.2.\($0).0/24", Self.theirs, elsewhere, index: UInt32($0) + 1)
        }
        let error = #expect(throws: Refusal.self) {
            try TrafficSelection.grant(
                local: [TrafficSelector](
                    repeating: TrafficSelector(addresses: prefix("0.0.0.0/0")), count: 200),
                remote: [TrafficSelector](
                    repeating: TrafficSelector(addresses: prefix("0.0.0.0/0")), count: 200),
                terms: TrafficSelection.Terms(
                    localAddress: ip("10.9.0.2"), remoteAddress: ip("10.9.0.1"),
                    rule: HandshakeFixture.rule, wantsTransport: false, protocols: [.esp]),
                policies: SecurityPolicyDatabase(policies))
        }
        let reason = try #require(error?.reason)
        #expect(reason.hasSuffix("; 192 more"))
        #expect(reason.utf8.count < 1500)
    }

    // MARK: Policies for other traffic

    private func expectElsewhere(
        _ words: String, _ policies: [SecurityPolicy], local: String = Self.ours,
        remote: String = Self.theirs, protocolID: UInt8 = 0,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        let proposed = [local, remote].map { text in
            TrafficSelector(protocolID: protocolID, addresses: prefix(text)).description
        }.joined(separator: " <-> ")
        expect(
            "no outbound policy covers \(proposed)\(words)", policies, local: local,
            remote: remote, protocolID: protocolID, sourceLocation: sourceLocation)
    }

    @Test func thePolicyIsForOtherAddresses() {
        let policies = [policy(), twin()]
        let nearest = "; nearest miss: policy \(Self.pair) is for other addresses on "
        expectElsewhere(nearest + "the peer's side", policies, remote: "10.8.0.0/24")
        expectElsewhere(nearest + "our side", policies, local: "10.7.0.0/24")
        expectElsewhere(
            nearest + "both sides", policies, local: "10.7.0.0/24", remote: "10.8.0.0/24")
        // One of which a side fits is nearer, and one of other gateways is none.
        var elsewhere = Self.tunnel
        elsewhere.destination = ip("10.9.0.9")
        expectElsewhere(
            "; nearest miss: policy 10.7.0.0/24 -> 10.1.0.0/24 is for other addresses on the "
                + "peer's side",
            [
                policy("10.7.0.0/24", "10.8.0.0/25", elsewhere, index: 1), policy(index: 2),
                policy("10.7.0.0/24", index: 3),
            ], local: "10.7.0.0/24", remote: "10.8.0.128/25")
    }

    @Test func thePolicyIsForAnotherProtocol() {
        let tcp = policy(protocolID: 6)
        expectElsewhere(
            "; nearest miss: policy \(tcp.selector) is for another protocol or other ports", [tcp],
            protocolID: 17)
    }

    @Test func thereIsNoPolicyForThePeer() {
        expectElsewhere(", none is for 10.9.0.2 -> 10.9.0.1", [])
    }
}
