import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// The IPsec policy says which algorithms it wants (ipsecinit.conf(5)).
@Suite struct PolicyAlgorithmsTests {
    private static let gcm = ChildTransform(encryption: .aesGCM16, keyLengths: [128])
    private static let ccm = ChildTransform(encryption: .aesCCM16, keyLengths: [256])
    private static let cbc = ChildTransform(
        encryption: .aesCBC, keyLengths: [256], integrity: [.hmacSHA256_128])

    /// A host's policies of a reqid want these.
    private func want(
        _ transforms: [ChildTransform], _ host: Host, reqid: UInt32 = 1, isUnique: Bool = false
    ) {
        let effects = host.engine.handle(
            .policyAlgorithms([
                reqid: PolicyAlgorithms(transforms: transforms, isUnique: isUnique)
            ]), at: Instant(nanoseconds: 0))
        #expect(effects.isEmpty)
    }

    private func suites(_ host: Host) -> Set<String> {
        Set(host.kernel.entries.values.map { $0.suite.description })
    }

    /// Rules that would have it otherwise.
    private static let otherRules = Pair.Setup(
        ruleA: "childsa_xform { encr_alg aes-cbc(128) auth_alg sha512 }",
        ruleB: "childsa_xform { encr_alg aes-gcm(256) }")

    @Test func theyTakeThePlaceOfTheRules() throws {
        let pair = try Pair(Self.otherRules)
        want([Self.gcm], pair.a)
        want([Self.gcm], pair.b)
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(suites(pair.a) == ["ESP ENCR_AES_GCM_16-128, ESN"])
    }

    @Test func theRespondersOrderDecides() throws {
        let pair = try Pair(Self.otherRules)
        want([Self.gcm, Self.ccm, Self.cbc], pair.a)
        want([Self.cbc, Self.ccm], pair.b)
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(suites(pair.b) == ["ESP ENCR_AES_CBC-256, AUTH_HMAC_SHA2_256_128, ESN"])
    }

    @Test func otherReqidsHaveTheRules() throws {
        let pair = try Pair(
            Pair.Setup(
                globalsA: "childsa_xform { encr_alg aes-gcm(256) }",
                globalsB: "childsa_xform { encr_alg aes-gcm(256) }", policies: .two))
        want([Self.ccm], pair.a, reqid: 2)
        want([Self.ccm], pair.b, reqid: 2)
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(suites(pair.a) == ["ESP ENCR_AES_GCM_16-256, ESN"])
        pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
        #expect(pair.settle())
        #expect(
            suites(pair.a) == ["ESP ENCR_AES_GCM_16-256, ESN", "ESP ENCR_AES_CCM_16-256, ESN"])
    }

    @Test func aRefusalNamesThePolicy() throws {
        let pair = try Pair(Self.otherRules)
        want([Self.gcm], pair.a)
        want([Self.ccm, Self.cbc], pair.b)
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(pair.b.kernel.entries.isEmpty)
        #expect(
            pair.b.logText.contains(
                "differs from choice 1 of the IPsec policy with reqid 1 only in the cipher"),
            "\(pair.b.logText)")
    }

    @Test func aTemplateThatAllowsNoneOfThemIsNamed() throws {
        let pair = try Pair(
            Pair.Setup(
                policies: .protect(
                    "10.1.0.0/24", "10.2.0.0/24",
                    Template(
                        protocolID: .esp, mode: .tunnel, reqid: 1,
                        algorithms: AlgorithmMasks(encryption: 1 << 12, integrity: 1 << 5)))))
        want([Self.gcm], pair.a)
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(pair.simulation.sent.isEmpty)
        #expect(
            pair.a.logText.contains("allows no algorithm of its entry in ipsecinit.conf"))
    }

    @Test func whatChangesCountsFromTheNextNegotiationOn() throws {
        let pair = try Pair(Self.otherRules)
        for host in [pair.a, pair.b] { want([Self.gcm], host) }
        pair.ping(from: pair.a)
        #expect(pair.settle())
        for host in [pair.a, pair.b] { want([Self.ccm], host) }
        #expect(suites(pair.a) == ["ESP ENCR_AES_GCM_16-128, ESN"])
        let old = try #require(pair.a.kernel.sending(reqid: 1)).id
        pair.simulation.handle(pair.a.kernel.expire(old, isHard: false), pair.a)
        #expect(pair.settle())
        #expect(pair.a.kernel.sending(reqid: 1)?.id != old)
        #expect(
            pair.a.kernel.sending(reqid: 1)?.suite.description == "ESP ENCR_AES_CCM_16-256, ESN")
    }

    /// `sa unique`: an SA for each connection.
    @Test func connectionsMayHaveSAsOfTheirOwn() throws {
        let pair = try Pair(Pair.Setup(policies: .transport))
        want([Self.gcm], pair.a, isUnique: true)
        func flow(from port: UInt16) -> Selector {
            Selector(
                source: IPRange(ip("10.9.0.1")), destination: IPRange(ip("10.9.0.2")),
                sourcePorts: PortRange(port), destinationPorts: PortRange(80), protocolID: 6)
        }
        pair.simulation.send(flow(from: 1000), from: pair.a)
        #expect(pair.settle())
        #expect(pair.a.kernel.outbound.map { $0.selector } == [flow(from: 1000)])
        pair.simulation.send(flow(from: 1001), from: pair.a)
        #expect(pair.settle())
        #expect(
            pair.a.kernel.outbound.map { $0.selector } == [flow(from: 1000), flow(from: 1001)])
        #expect(pair.a.establishedSAs.count == 1)
        // What has its SA already asks for no other.
        pair.simulation.send(flow(from: 1000), from: pair.a)
        #expect(pair.settle())
        #expect(pair.a.kernel.outbound.count == 2)
    }
}
