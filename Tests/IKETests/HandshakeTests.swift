import IPsec
import Net
import Testing
import Wire

@testable import IKE

@Suite struct HandshakeTests {
    @Test func aPacketBringsUpBothSAs() throws {
        let pair = try Pair()
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 2)
        #expect(pair.a.kernel.larvals.isEmpty)
        #expect(pair.a.logText.contains("IKE SA established as initiator"))
        #expect(pair.b.logText.contains("IKE SA established as responder"))
        #expect(pair.a.logText.contains("10.1.0.0/24 <-> 10.2.0.0/24"))
        // IKE_SA_INIT and IKE_AUTH, nothing else.
        #expect(pair.simulation.sent.count == 4)
    }

    @Test(arguments: [
        "{ encr_alg aes-cbc(128) auth_alg sha256 dh_group 31 }",
        "{ encr_alg aes-cbc(192) auth_alg sha384 dh_group 31 }",
        "{ encr_alg aes-cbc(256) auth_alg sha512 dh_group 31 }",
        "{ encr_alg aes-cbc(256) auth_alg sha1 dh_group 31 }",
        "{ encr_alg aes-gcm(128) prf_alg sha256 dh_group 31 }",
        "{ encr_alg aes-gcm(256) prf_alg sha512 dh_group 31 }",
        "{ encr_alg aes-gcm(256) prf_alg sha384 dh_group 14 }",
        "{ encr_alg aes-gcm(256) prf_alg sha384 dh_group 15 }",
        "{ encr_alg aes-gcm(256) prf_alg sha384 dh_group 19 }",
        "{ encr_alg aes-gcm(256) prf_alg sha384 dh_group 20 }",
        "{ encr_alg aes-gcm(256) prf_alg sha384 dh_group 21 }",
    ])
    func everySuiteComesUp(xform: String) throws {
        let pair = try Pair(Pair.Setup(ikeA: xform))
        pair.ping(from: pair.b)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.b.kernel.entries.count == 2)
    }

    @Test func transportModeIsAskedForAndGranted() throws {
        let pair = try Pair(Pair.Setup(policies: .transport))
        pair.simulation.send(pair.flow("10.9.0.1", "10.9.0.2"), from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 2)
        #expect(pair.a.kernel.entries.values.allSatisfy { $0.mode == .transport })
    }

    @Test func aSecondPolicyGetsAChildSAUnderTheSameIKESA() throws {
        let pair = try Pair(Pair.Setup(policies: .two))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 4)
        #expect(pair.a.establishedSAs.count == 1)
        // IKE_SA_INIT, IKE_AUTH, CREATE_CHILD_SA.
        #expect(pair.simulation.sent.count == 6)
    }

    @Test func thePeerMayAskForTheSecondChildSA() throws {
        let pair = try Pair(Pair.Setup(policies: .two))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        pair.simulation.send(pair.flow("10.4.0.1", "10.3.0.1"), from: pair.b)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.b.kernel.entries.count == 4)
        #expect(pair.b.establishedSAs.count == 1)
    }

    @Test func packetsDuringTheHandshakeBeginNoSecondOne() throws {
        let pair = try Pair(Pair.Setup(policies: .two))
        pair.ping(from: pair.a)
        pair.ping(from: pair.a, sequence: 2)
        pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 4)
        #expect(pair.a.establishedSAs.count == 1)
        #expect(pair.simulation.sent.count == 6)
    }

    @Test func aGroupThatTheResponderDoesNotWantIsTakenBack() throws {
        let pair = try Pair(
            Pair.Setup(
                ikeA: """
                    { encr_alg aes-gcm(256) prf_alg sha256 dh_group 19 }
                    ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }
                    """, ikeB: "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }"))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 2)
        #expect(pair.b.logText.contains("INVALID_KE_PAYLOAD"))
        #expect(pair.simulation.sent.count == 6)
    }

    @Test func aPolicyThatIsNarrowerAtTheResponderNarrowsTheSA() throws {
        let policies = PolicySet { a, b in
            PolicySet.protect(
                "10.1.0.0/16", "10.2.0.0/16", Template(protocolID: .esp, mode: .tunnel)
            ).install(a, Host(b.address, engine: b.engine))
            PolicySet.tunnel.install(Host(a.address, engine: a.engine), b)
        }
        let pair = try Pair(Pair.Setup(policies: policies))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(pair.a.logText.contains("10.1.0.0/24 <-> 10.2.0.0/24"))
        let selector = pair.a.kernel.entries.values.first { $0.direction == .outbound }?.selector
        #expect(selector?.source == prefix("10.1.0.0/24"))
        #expect(selector?.destination == prefix("10.2.0.0/24"))
    }
}
