import Crypto
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// Peers that prove themselves by certificates (RFC 7296 §2.15, §3.6–3.8, RFC 7427, RFC 8420).
@Suite struct CertificateTests {
    private static let pki = TestPKI.shared

    private func pair(
        _ a: Credentials, _ b: Credentials, method: String = "cert", extraA: String = "",
        extraB: String = "", clock: Int64 = 0
    ) throws -> Pair {
        var setup = Pair.Setup()
        setup.ruleA = "auth_method \(method) \(extraA)"
        setup.ruleB = "auth_method \(method) \(extraB)"
        setup.credentialsA = a
        setup.credentialsB = b
        setup.clockOffset = clock
        let pair = try Pair(setup)
        pair.ping(from: pair.a)
        return pair
    }

    private func expectUp(
        _ pair: Pair, _ location: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(pair.settle(), sourceLocation: location)
        #expect(disagreement(pair.a, pair.b) == nil, sourceLocation: location)
        #expect(
            pair.a.kernel.entries.count == 2, "\(pair.a.logText)\n\(pair.b.logText)",
            sourceLocation: location)
    }

    private func expectDown(
        _ pair: Pair, _ host: Host, _ words: String,
        _ location: Testing.SourceLocation = #_sourceLocation
    ) {
        pair.simulation.run(for: .seconds(5))
        #expect(pair.a.kernel.entries.isEmpty, sourceLocation: location)
        #expect(pair.b.kernel.entries.isEmpty, sourceLocation: location)
        #expect(host.logText.contains(words), "\(host.logText)", sourceLocation: location)
    }

    private func selfSigned(
        _ kindA: TestPKI.Kind = .p256, _ kindB: TestPKI.Kind = .p256
    ) throws -> (a: Credentials, b: Credentials) {
        let a = try Self.pki.host("a.example.org", kindA)
        let b = try Self.pki.host("b.example.org", kindB)
        return (try .of([a], believing: [b]), try .of([b], believing: [a]))
    }

    // MARK: What is believed

    @Test(arguments: TestPKI.Kind.allCases) func everyKindOfKeyProvesWhoHasIt(
        kind: TestPKI.Kind
    ) throws {
        let (a, b) = try selfSigned(kind, .p256)
        expectUp(try pair(a, b))
        let (c, d) = try selfSigned(.p256, kind)
        expectUp(try pair(c, d))
    }

    @Test func aChainThatEndsAtACommonRootIsBelieved() throws {
        let root = try Self.pki.authority("Root")
        let a = try Self.pki.host("a.example.org", by: root)
        let b = try Self.pki.host("b.example.org", .rsa2048, by: root)
        expectUp(try pair(.of([a], believing: [root]), .of([b], believing: [root])))
    }

    @Test func whatLiesBetweenIsSentAlong() throws {
        let root = try Self.pki.authority("Root")
        let branch = try Self.pki.authority("Branch", by: root)
        let a = try Self.pki.host("a.example.org", by: branch)
        let b = try Self.pki.host("b.example.org", by: root)
        expectUp(try pair(.of([a], believing: [branch, root]), .of([b], believing: [root])))
    }

    @Test func ofSeveralCertificatesTheOneIsChosenThatThePeerAsksFor() throws {
        let ours = try Self.pki.authority("Ours")
        let theirs = try Self.pki.authority("Theirs")
        let first = try Self.pki.host("a.example.org", by: ours)
        let second = try Self.pki.host("a.example.org", by: theirs)
        let b = try Self.pki.host("b.example.org", by: theirs)
        let pair = try pair(
            .of([first, second], believing: [ours, theirs]), .of([b], believing: [theirs]))
        expectUp(pair)
    }

    @Test(arguments: [
        ("preshared", "cert"), ("cert", "preshared"),
    ]) func theTwoEndsMayProveThemselvesInDifferentWays(a: String, b: String) throws {
        let (first, second) = try selfSigned()
        var setup = Pair.Setup()
        let identities = "remote_id ANY"
        setup.ruleA = "local_auth_method \(a) remote_auth_method \(b) \(identities)"
        setup.ruleB = "local_auth_method \(b) remote_auth_method \(a) \(identities)"
        setup.credentialsA = first
        setup.credentialsB = second
        let pair = try Pair(setup)
        pair.ping(from: pair.a)
        expectUp(pair)
    }

    // MARK: Identities

    @Test(arguments: [
        ("FQDN = \"a.example.org\"", "FQDN = \"A.example.ORG\""),
        ("MBOX = \"op@a.example.org\"", "MBOX = \"op@a.example.org\""),
        ("DN = \"O=Example, CN=a.example.org\"", "DN = \"O=Example, CN=a.example.org\""),
    ]) func anIdentityIsBoundToTheCertificate(local: String, remote: String) throws {
        let (a, b) = try selfSigned()
        expectUp(
            try pair(a, b, extraA: "local_id \(local)", extraB: "remote_id \(remote)"))
    }

    @Test func anIdentityThatTheCertificateIsNotAboutIsRefused() throws {
        let a = try Self.pki.host("a.example.org")
        let b = try Self.pki.host("b.example.org")
        // Everybody with a certificate that is believed might call himself a.
        let mallory = try Self.pki.host("mallory.example.org")
        let siege = try pair(
            .of([mallory], believing: [b]), .of([b], believing: [a, mallory]),
            extraA: "local_id FQDN = \"mallory.example.org\"",
            extraB: "remote_id FQDN = \"a.example.org\"")
        expectDown(siege, siege.b, "rule 'peer' wants FQDN a.example.org")
        let liar = try Pair(Pair.Setup())
        #expect(liar.a.kernel.entries.isEmpty)
    }

    @Test func aRuleWithoutRemoteIDTakesTheSubjectOfACertificateThatIsBelieved() throws {
        let (a, b) = try selfSigned()
        let pair = try pair(a, b, extraA: "local_id FQDN = \"a.example.org\"")
        expectDown(pair, pair.b, "wants the subject of its certificate")
    }

    // MARK: What is not believed

    @Test func aCertificateThatNobodyKnowsIsRefused() throws {
        let a = try Self.pki.host("a.example.org")
        let b = try Self.pki.host("b.example.org")
        let pair = try pair(.of([a], believing: [b]), .of([b]))
        expectDown(pair, pair.b, "it is self-signed and not in the keystore")
        #expect(pair.a.logText.contains("the peer says AUTHENTICATION_FAILED (check whether it"))
    }

    @Test func theInitiatorRefusesToo() throws {
        let a = try Self.pki.host("a.example.org")
        let b = try Self.pki.host("b.example.org")
        let pair = try pair(.of([a]), .of([b], believing: [a]))
        expectDown(pair, pair.a, "it is self-signed and not in the keystore")
    }

    @Test func aCertificateThatHasExpiredIsRefused() throws {
        let (a, b) = try selfSigned()
        let pair = try pair(a, b, clock: 20 * 365 * 86400)
        expectDown(pair, pair.b, "it has expired")
    }

    @Test func aChainThatDoesNotPassThroughTheRequiredIssuerIsRefused() throws {
        let root = try Self.pki.authority("Root")
        let branch = try Self.pki.authority("Branch", by: root)
        let a = try Self.pki.host("a.example.org", by: root)
        let c = try Self.pki.host("a.example.org", by: branch)
        let b = try Self.pki.host("b.example.org", by: root)
        let required = "required_issuer \"O=Example, CN=Branch\""
        let refused = try pair(
            .of([a], believing: [root]), .of([b], believing: [root, branch]), extraB: required)
        expectDown(refused, refused.b, "passes through no required issuer")
        expectUp(
            try pair(
                .of([c], believing: [branch, root]), .of([b], believing: [root, branch]),
                extraB: required))
    }

    @Test(arguments: [true, false]) func ofTwoKeysThatWhichThePeerAnnouncesIsTaken(
        begins: Bool
    ) throws {
        let (a, b) = (
            try [TestPKI.Kind.rsa2048, .p256].map { try Self.pki.host("a.example.org", $0) },
            try Self.pki.host("b.example.org")
        )
        var setup = Pair.Setup()
        setup.ruleA = "auth_method cert"
        setup.ruleB = "local_auth_method cert remote_auth_method ecdsa_sig"
        setup.credentialsA = try .of(a, believing: [b])
        setup.credentialsB = try .of([b], believing: a)
        let pair = try Pair(setup)
        pair.ping(from: begins ? pair.a : pair.b)
        expectUp(pair)
    }

    /// As libreswan that expects a preshared key, but has a certificate of its own.
    @Test func aPeerThatAnnouncesNoHashIsToldOurs() throws {
        let (a, b) = try selfSigned()
        let pair = try pair(a, b)
        var answer: Message?
        pair.simulation.interceptor = { datagram in
            guard let message = try? Message(decoding: datagram.octets.span) else { return nil }
            guard datagram.local.address == pair.a.address else {
                answer = answer ?? message
                return nil
            }
            let kept = message.payloads.filter { payload in
                if case .notify(let notify) = payload {
                    notify.type != .signatureHashAlgorithms
                } else {
                    true
                }
            }
            return Datagram(
                octets: Message(header: message.header, payloads: kept).encoded(),
                local: datagram.local, remote: datagram.remote)
        }
        pair.simulation.run(for: .seconds(2)) { answer != nil }
        let types = try #require(answer).payloads.compactMap { payload in
            if case .notify(let notify) = payload { notify.type } else { nil as NotifyType? }
        }
        #expect(types.contains(.signatureHashAlgorithms))
    }

    @Test func aKeyOfAnotherKindThanTheRuleWantsIsRefused() throws {
        let (a, b) = try selfSigned(.p256, .rsa2048)
        var setup = Pair.Setup()
        setup.ruleA = "auth_method cert"
        setup.ruleB = "local_auth_method cert remote_auth_method rsa_sig"
        setup.credentialsA = a
        setup.credentialsB = b
        let pair = try Pair(setup)
        pair.ping(from: pair.a)
        expectDown(pair, pair.b, "rule 'peer' wants rsa_sig")
    }

    @Test func whoHasNoCertificateSaysSo() throws {
        let b = try Self.pki.host("b.example.org")
        let pair = try pair(.of([], believing: [b]), .of([b]))
        expectDown(
            pair, pair.a,
            "no certificate or public key with a private key serves rule 'peer' (cert)")
    }

    @Test func aSignatureByAnotherKeyThanTheCertificatesIsRefused() throws {
        let a = try Self.pki.host("a.example.org")
        let b = try Self.pki.host("b.example.org")
        let stolen = TestPKI.Made(certificate: a.certificate, key: b.key, name: "")
        let pair = try pair(.of([stolen], believing: [b]), .of([b], believing: [a]))
        expectDown(pair, pair.b, "signature does not verify")
    }
}
