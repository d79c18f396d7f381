import Crypto
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// Peers that prove themselves by keys without certificates (RFC 7670).
@Suite struct RawKeyTests {
    private let pki = TestPKI.shared

    private func fqdn(_ name: String) -> Identification {
        Identification(type: .fqdn, data: Array(name.utf8))
    }

    /// What a host has that is known by a key, and knows others by theirs.
    private func credentials(
        _ own: [(String, TestPKI.Made)], knowing others: [(String, TestPKI.Made)],
        certified: [TestPKI.Made] = [], believing: [TestPKI.Made] = []
    ) throws -> Credentials {
        try Credentials(
            identities: certified.map { ($0.certificate, $0.key) },
            certificates: (certified + believing).map { $0.certificate }, revocationLists: [],
            rawKeys: (own + others).map {
                RawKey(owner: fqdn($0.0), key: $0.1.key.publicKey)
            },
            bareIdentities: own.map { (fqdn($0.0), $0.1.key) }, policy: CertificatePolicy())
    }

    private func pair(
        _ a: Credentials, _ b: Credentials, method: String = "cert", ruleA: String = "",
        ruleB: String = ""
    ) throws -> Pair {
        var setup = Pair.Setup()
        setup.ruleA = "auth_method \(method) remote_id ANY \(ruleA)"
        setup.ruleB = "auth_method cert remote_id ANY \(ruleB)"
        setup.credentialsA = a
        setup.credentialsB = b
        setup.settings = Engine.Settings(debug: [.op, .phase1])
        let pair = try Pair(setup)
        pair.ping(from: pair.a)
        pair.simulation.run(for: .seconds(5))
        return pair
    }

    private func expectUp(
        _ pair: Pair, _ location: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(
            pair.a.kernel.entries.count == 2, "\(pair.a.logText)\n\(pair.b.logText)",
            sourceLocation: location)
        #expect(disagreement(pair.a, pair.b) == nil, sourceLocation: location)
    }

    private func expectDown(
        _ pair: Pair, _ host: Host, _ words: String,
        _ location: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(pair.a.kernel.entries.isEmpty, sourceLocation: location)
        #expect(pair.b.kernel.entries.isEmpty, sourceLocation: location)
        #expect(host.logText.contains(words), "\(host.logText)", sourceLocation: location)
    }

    // MARK: What is believed

    @Test(arguments: TestPKI.Kind.allCases) func everyKindOfKeyProvesWhoHasIt(
        kind: TestPKI.Kind
    ) throws {
        let (a, b) = (try pki.host("a.example.org", kind), try pki.host("b.example.org"))
        let pair = try pair(
            credentials([("a.example.org", a)], knowing: [("b.example.org", b)]),
            credentials([("b.example.org", b)], knowing: [("a.example.org", a)]))
        expectUp(pair)
        #expect(pair.b.logText.contains("peer FQDN a.example.org"), "\(pair.b.logText)")
        // Each has the other's, and asks for nothing.
        #expect(!pair.a.logText.contains("CERT"), "\(pair.a.logText)")
    }

    @Test func theCaseOfAHostsNameMakesNoDifference() throws {
        let (a, b) = (try pki.host("a.example.org"), try pki.host("b.example.org"))
        expectUp(
            try pair(
                credentials([("a.example.org", a)], knowing: [("b.example.org", b)]),
                credentials([("B.example.org", b)], knowing: [("A.Example.org", a)])))
    }

    @Test func oneOfSeveralKeysOfAnOwnerWillDo() throws {
        let (a, b) = (try pki.host("a.example.org"), try pki.host("b.example.org"))
        let older = try pki.host("older.example.org", .rsa2048)
        expectUp(
            try pair(
                credentials([("a.example.org", a)], knowing: [("b.example.org", b)]),
                credentials(
                    [("b.example.org", b)],
                    knowing: [("a.example.org", older), ("a.example.org", a)])))
    }

    @Test func oneEndMayHaveACertificate() throws {
        let root = try pki.authority("Root of one end")
        let (a, b) = (try pki.host("a.example.org", by: root), try pki.host("b.example.org"))
        let pair = try pair(
            credentials([], knowing: [("b.example.org", b)], certified: [a]),
            credentials([("b.example.org", b)], knowing: [], believing: [root]))
        expectUp(pair)
        #expect(pair.b.logText.contains("CERT(X509_SIGNATURE)"), "\(pair.b.logText)")
    }

    // MARK: What is refused

    @Test func theKeyOfSomebodyElseProvesNothing() throws {
        let (a, b) = (try pki.host("a.example.org"), try pki.host("b.example.org"))
        let pair = try pair(
            credentials([("a.example.org", a)], knowing: [("b.example.org", b)]),
            credentials([("b.example.org", b)], knowing: [("c.example.org", a)]))
        expectDown(pair, pair.b, "neither one nor a public key of it")
    }

    @Test func anUnknownKeyProvesNothing() throws {
        let (a, b) = (try pki.host("a.example.org"), try pki.host("b.example.org"))
        let other = try pki.host("older.example.org")
        let pair = try pair(
            credentials([("a.example.org", a)], knowing: [("b.example.org", b)]),
            credentials([("b.example.org", b)], knowing: [("a.example.org", other)]))
        expectDown(pair, pair.b, "its public key in the keystore did not make")
    }

    @Test(arguments: [true, false])
    func aKeyOfTheKeystoreCountsWhateverCertificateComesWithIt(wantsIssuer: Bool) throws {
        let (a, b) = (try pki.host("a.example.org"), try pki.host("b.example.org"))
        let pair = try pair(
            credentials([], knowing: [("b.example.org", b)], certified: [a]),
            credentials([("b.example.org", b)], knowing: [("a.example.org", a)]),
            ruleA: "local_id FQDN = \"a.example.org\"",
            ruleB: wantsIssuer ? "required_issuer \"CN=any\"" : "")
        guard wantsIssuer else {
            expectUp(pair)
            return
        }
        expectDown(pair, pair.b, "it is self-signed and not in the keystore")
    }

    @Test func noAuthorityHasSeenAKeyWithoutACertificate() throws {
        let (a, b) = (try pki.host("a.example.org"), try pki.host("b.example.org"))
        let pair = try pair(
            credentials([("a.example.org", a)], knowing: [("b.example.org", b)]),
            credentials([("b.example.org", b)], knowing: [("a.example.org", a)]),
            ruleB: "required_issuer \"CN=any\"")
        expectDown(pair, pair.b, "neither one nor a public key of it")
    }

    @Test func theRuleSaysWhichSignaturesItTakes() throws {
        let (a, b) = (try pki.host("a.example.org", .rsa2048), try pki.host("b.example.org"))
        let pair = try pair(
            credentials([("a.example.org", a)], knowing: [("b.example.org", b)]),
            credentials([("b.example.org", b)], knowing: [("a.example.org", a)]),
            method: "rsa_sig")
        expectDown(pair, pair.a, "rule 'peer' wants rsa_sig")
    }

    // MARK: What goes over the wire

    /// A gateway that knows a key, and a peer that has one.
    private func meet(
        _ key: TestPKI.Made, known: TestPKI.Made, sending certificates: [Certificate]
    ) throws -> Siege {
        let siege = try Siege(
            hand: "local_auth_method preshared remote_auth_method cert remote_id ANY",
            credentials: credentials([], knowing: [("hand.example.org", known)]))
        let peer = try HandMadePeer(siege)
        #expect(try peer.begin())
        peer.identity = fqdn("hand.example.org")
        let payloads =
            try peer.signedProof(by: key.key) + certificates.map { .certificate($0) }
            + peer.childPayloads()
        peer.send(try peer.seal(payloads, .ikeAuth, 1))
        siege.simulation.run(for: .seconds(1))
        return siege
    }

    @Test func aPeerMaySendTheKeyOrNot() throws {
        let key = try pki.host("hand.example.org")
        for sent in [[], [key.key.publicKey.subjectPublicKeyInfo]] {
            let siege = try meet(
                key, known: key,
                sending: sent.map { Certificate(encoding: .rawPublicKey, data: $0) })
            #expect(siege.gateway.kernel.entries.count == 2, "\(siege.gateway.logText)")
        }
    }

    @Test func aKeyThatTheKeystoreDoesNotHaveForThePeerProvesNothing() throws {
        let (key, other) = (try pki.host("hand.example.org"), try pki.host("older.example.org"))
        let siege = try meet(
            key, known: other,
            sending: [
                Certificate(
                    encoding: .rawPublicKey, data: key.key.publicKey.subjectPublicKeyInfo)
            ])
        #expect(siege.gateway.kernel.entries.isEmpty)
        #expect(
            siege.lines.contains {
                $0.contains("the public key that the peer sent is not in the keystore as its own")
            }, "\(siege.gateway.logText)")
    }

    @Test(arguments: [true, false]) func ourKeyGoesToWhoAsksForIt(asks: Bool) throws {
        let ours = try pki.host("b.example.org")
        let siege = try Siege(
            hand: "local_auth_method cert remote_auth_method preshared remote_id ANY",
            credentials: credentials([("b.example.org", ours)], knowing: []))
        let peer = try HandMadePeer(siege)
        #expect(try peer.begin())
        let request: [Payload] =
            asks
            ? [.certificateRequest(CertificateRequest(encoding: .rawPublicKey, authorities: []))]
            : []
        let answer = try #require(
            try peer.ask(try peer.authPayloads() + request, .ikeAuth, 1))
        let certificates = answer.compactMap {
            if case .certificate(let certificate) = $0 { certificate } else { nil }
        }
        #expect(
            certificates
                == (asks
                    ? [
                        Certificate(
                            encoding: .rawPublicKey,
                            data: ours.key.publicKey.subjectPublicKeyInfo)
                    ] : []))
        #expect(answer.contains { $0.type == .authentication })
    }

    @Test func otherFormsOfTheKeyAreNotLookedAt() throws {
        // Raw RSA keys of RFC 7296, and what some peers send for ECDSA.
        let key = try pki.host("hand.example.org")
        let siege = try meet(
            key, known: key,
            sending: [
                Certificate(encoding: .rawRSAKey, data: [1, 2, 3]),
                Certificate(
                    encoding: CertificateEncoding(rawValue: 201),
                    data: key.key.publicKey.subjectPublicKeyInfo),
            ])
        #expect(siege.gateway.kernel.entries.count == 2, "\(siege.gateway.logText)")
    }

    @Test func aSignatureByAnotherKeyProvesNothing() throws {
        let (key, other) = (try pki.host("hand.example.org"), try pki.host("older.example.org"))
        for sent in [[], [other.key.publicKey.subjectPublicKeyInfo]] {
            let siege = try meet(
                key, known: other,
                sending: sent.map { Certificate(encoding: .rawPublicKey, data: $0) })
            #expect(siege.gateway.kernel.entries.isEmpty)
            #expect(
                siege.lines.contains { $0.contains("its public key in the keystore did not make") },
                "\(siege.gateway.logText)")
            #expect(siege.servesTheHonestPeer())
        }
    }

    @Test(arguments: [[], [0x30], [0x30, 0x00], [UInt8](repeating: 0x30, count: 60_000)])
    func rubbishForAKeyProvesNothing(octets: [UInt8]) throws {
        let (key, other) = (try pki.host("hand.example.org"), try pki.host("older.example.org"))
        let siege = try meet(
            other, known: key, sending: [Certificate(encoding: .rawPublicKey, data: octets)])
        #expect(siege.gateway.kernel.entries.isEmpty)
        #expect(siege.servesTheHonestPeer())
    }
}
