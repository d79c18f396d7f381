import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// Set-ups that cannot work: nothing is left behind, and the log says what to change.
@Suite struct RefusalTests {
    private func fails(_ setup: Pair.Setup) throws -> Pair {
        let pair = try Pair(setup)
        pair.ping(from: pair.a)
        pair.simulation.run(for: .seconds(120))
        #expect(pair.a.kernel.entries.isEmpty)
        #expect(pair.b.kernel.entries.isEmpty)
        #expect(disagreement(pair.a, pair.b) == nil)
        return pair
    }

    @Test func aWrongKeyIsRefusedByTheResponder() throws {
        let pair = try fails(Pair.Setup(keyB: "\"another\""))
        #expect(pair.b.logText.contains("AUTHENTICATION_FAILED"))
        #expect(pair.b.logText.contains("preshared keys of the two ends of rule 'peer' differ"))
        #expect(pair.a.logText.contains("the peer says AUTHENTICATION_FAILED"))
        #expect(pair.a.engine.table.isEmpty)
        #expect(pair.b.engine.table.isEmpty)
    }

    @Test func aKeyThatOnlyTheInitiatorMissesEndsTheSAAtBothEnds() throws {
        // Each side proves itself with its own key; only b's proof does not verify.
        let simulation = Simulation(seed: 3)
        let xform = "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }"
        let a = try simulation.addHost(
            "10.9.0.1", try configuration(Pair.rule("10.9.0.1", "10.9.0.2", xform, "", "")),
            keys: try presharedKeys("{ label \"peer\" local_key \"one\" remote_key \"two\" }"))
        let b = try simulation.addHost(
            "10.9.0.2", try configuration(Pair.rule("10.9.0.2", "10.9.0.1", xform, "", "")),
            keys: try presharedKeys("{ label \"peer\" local_key \"three\" remote_key \"one\" }"))
        PolicySet.tunnel.install(a, b)
        simulation.loadPolicies()
        simulation.send(
            Selector(
                source: IPRange(ip("10.1.0.1")),
                destination: IPRange(ip("10.2.0.1"))),
            from: a)
        simulation.run(for: .seconds(120))
        #expect(a.logText.contains("AUTH does not verify"))
        #expect(b.logText.contains("the peer reports AUTHENTICATION_FAILED"))
        #expect(a.kernel.entries.isEmpty && b.kernel.entries.isEmpty)
        #expect(a.engine.table.isEmpty && b.engine.table.isEmpty)
    }

    @Test func aWrongIdentityIsRefusedWithBothNames() throws {
        let pair = try fails(
            Pair.Setup(ruleA: "local_id FQDN=\"a.example\"", ruleB: "remote_id FQDN=\"c.example\""))
        #expect(
            pair.b.logText.contains(
                "the peer calls itself FQDN a.example; rule 'peer' wants FQDN c.example"))
    }

    @Test func anIdentityOfTheResponderThatIsNotWantedEndsTheSA() throws {
        let pair = try fails(
            Pair.Setup(
                ruleA: "remote_id FQDN=\"b.example\" remote_id FQDN=\"bb.example\"",
                ruleB: "local_id FQDN=\"x.example\""))
        #expect(pair.a.logText.contains("the peer calls itself FQDN x.example"))
        #expect(pair.a.engine.table.isEmpty && pair.b.engine.table.isEmpty)
    }

    @Test func noCommonIKEProposalIsToldWithBothLists() throws {
        let pair = try fails(
            Pair.Setup(
                ikeA: "{ encr_alg aes-cbc(128) auth_alg sha256 dh_group 31 }",
                ikeB: "{ encr_alg aes-cbc(256) auth_alg sha256 dh_group 31 }"))
        #expect(pair.b.logText.contains("NO_PROPOSAL_CHOSEN"))
        #expect(pair.b.logText.contains("ENCR_AES_CBC-128"))
        #expect(
            pair.b.logText.contains(
                "; we accept IKE: ENCR_AES_CBC-256, AUTH_HMAC_SHA2_256_128, PRF_HMAC_SHA2_256, "
                    + "CURVE25519; nearest miss: proposal 1 differs from ikesa_xform 1 of rule "
                    + "'peer' only in the key length: offered ENCR_AES_CBC with 128 bits, the "
                    + "rule wants 256"))
        #expect(pair.a.logText.contains("the peer says NO_PROPOSAL_CHOSEN; we proposed"))
        // The answer comes with every retransmission, the line in the log once.
        #expect(pair.a.log.filter { $0.message.contains("IKE_SA_INIT response") }.count == 1)
    }

    @Test func noCommonChildProposalLeavesTheIKESA() throws {
        let pair = try fails(
            Pair.Setup(
                ruleA: "childsa_xform { encr_alg aes-gcm(128) }",
                ruleB: "childsa_xform { encr_alg aes-cbc(256) auth_alg sha256 }"))
        #expect(pair.b.logText.contains("no Child SA: NO_PROPOSAL_CHOSEN: offered ESP"))
        #expect(
            pair.b.logText.contains(
                "; nearest miss: proposal 1 differs from childsa_xform 1 of rule 'peer' in the "
                    + "cipher (offered ENCR_AES_GCM_16, the rule wants ENCR_AES_CBC) and the "
                    + "integrity algorithm (offered none, the rule wants AUTH_HMAC_SHA2_256_128)"))
        #expect(pair.a.logText.contains("no Child SA: the peer says NO_PROPOSAL_CHOSEN"))
    }

    /// IKE_SA_INIT serves the first rule of the file; who the peer is shows in IKE_AUTH.
    @Test func aRuleThatTakesThePeerButNotWhatWasAgreedIsNamed() throws {
        let simulation = Simulation(seed: 5)
        let ends = "auth_method preshared local_addr 10.9.0.2 remote_addr 10.9.0.1"
        let common = "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }"
        let special = "{ encr_alg aes-gcm(256) prf_alg sha384 dh_group 31 }"
        let a = try simulation.addHost(
            "10.9.0.1",
            try configuration(
                Pair.rule(
                    "10.9.0.1", "10.9.0.2", "\(common) ikesa_xform \(special)", "",
                    "local_id FQDN=\"a.example\"")),
            keys: try presharedKeys("{ label \"peer\" key \"one\" }"))
        let b = try simulation.addHost(
            "10.9.0.2",
            try configuration(
                """
                { label "first" \(ends) remote_id FQDN="b.example" ikesa_xform \(common) }
                { label "second" \(ends) remote_id FQDN="a.example" ikesa_xform \(special) }
                """),
            keys: try presharedKeys(
                "{ label \"first\" key \"one\" } { label \"second\" key \"one\" }"))
        PolicySet.tunnel.install(a, b)
        simulation.loadPolicies()
        simulation.send(
            Selector(source: prefix("10.1.0.1"), destination: prefix("10.2.0.1")), from: a)
        simulation.run(for: .seconds(120))
        #expect(
            b.logText.contains(
                "the peer calls itself FQDN a.example; rule 'first' wants FQDN b.example; rule "
                    + "'second' takes it, but not the algorithms agreed; nearest miss: the "
                    + "agreement differs from ikesa_xform 1 of rule 'second' only in the PRF: "
                    + "agreed was PRF_HMAC_SHA2_256, the rule wants PRF_HMAC_SHA2_384"))
        #expect(a.engine.table.isEmpty && b.engine.table.isEmpty)
    }

    @Test func noCommonSelectorIsToldWithWhatWasProposed() throws {
        let policies = PolicySet { a, b in
            PolicySet.tunnel.install(a, Host(b.address, engine: b.engine))
            PolicySet.protect(
                "10.7.0.0/24", "10.8.0.0/24", Template(protocolID: .esp, mode: .tunnel)
            ).install(Host(a.address, engine: a.engine), b)
        }
        let pair = try fails(Pair.Setup(policies: policies))
        #expect(pair.b.logText.contains("TS_UNACCEPTABLE: no outbound policy covers"))
        #expect(
            pair.b.logText.contains(
                "; nearest miss: policy 10.8.0.0/24 -> 10.7.0.0/24 is for other addresses on both "
                    + "sides"))
        #expect(pair.b.logText.contains("10.2.0.0/24 <-> "))
        #expect(pair.a.logText.contains("the peer says TS_UNACCEPTABLE"))
    }

    @Test func aKernelThatRefusesTheResponderLeavesNothing() throws {
        let pair = try Pair()
        pair.b.kernel.refusals = ["Protocol not supported"]
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(
            pair.b.logText.contains(
                "no Child SA: the kernel refuses it: Protocol not supported"))
        #expect(pair.a.kernel.entries.isEmpty && pair.b.kernel.entries.isEmpty)
        #expect(disagreement(pair.a, pair.b) == nil)
        // The next packet is served by the IKE SA that stands.
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(pair.a.kernel.entries.count == 2)
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.establishedSAs.count == 1)
    }

    @Test func aKernelThatRefusesTheInitiatorHasThePeerRemoveItsHalf() throws {
        let pair = try Pair()
        pair.a.kernel.refusals = ["Protocol not supported"]
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(
            pair.a.logText.contains(
                "no Child SA: the kernel refuses it: Protocol not supported"))
        #expect(pair.a.kernel.entries.isEmpty && pair.b.kernel.entries.isEmpty)
        #expect(disagreement(pair.a, pair.b) == nil)
    }

    @Test func aPeerThatNoRuleCoversIsRefusedWithItsAddress() throws {
        let pair = try Pair()
        let stranger = SocketAddress(ip("10.9.0.77"), port: 500)
        pair.ping(from: pair.a)
        let request = try #require(
            waitForDatagram(pair) { $0.local.address == pair.a.address })
        pair.simulation.inject(
            request.octets, from: stranger, to: SocketAddress(pair.b.address, port: 500))
        #expect(
            pair.b.logText.contains("no rule covers local_addr 10.9.0.2 and remote_addr 10.9.0.77"))
        let answer = try #require(pair.simulation.sent.last { $0.remote == stranger })
        let message = try Message(decoding: answer.octets.span)
        guard case .notify(let notify)? = message.payloads.first else {
            Issue.record("the answer is \(message)")
            return
        }
        #expect(notify.type == .noProposalChosen)
    }

    private func waitForDatagram(
        _ pair: Pair, _ condition: (Datagram) -> Bool
    ) -> Datagram? {
        pair.simulation.run(for: .seconds(1)) { pair.simulation.sent.contains(where: condition) }
        return pair.simulation.sent.first(where: condition)
    }
}
