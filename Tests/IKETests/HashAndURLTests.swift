import Crypto
import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// Peers that send no certificate, but its hash and where it is (RFC 7296 §3.6).
@Suite struct HashAndURLTests {
    private static let url = "http://certs.example.org/hand.cer"
    private static let host = "hand.example.org"
    private static let wanted = "request_http_certs yes"

    private let pki = TestPKI.shared
    private let root: TestPKI.Made
    private let hand: TestPKI.Made

    init() throws {
        root = try pki.authority("Root of URLs")
        hand = try pki.host(Self.host, by: root)
    }

    // MARK: The two ends

    /// A gateway that believes the root, and what it finds where.
    private func siege(
        _ extra: String = Self.wanted, believing: [TestPKI.Made]? = nil,
        policy: CertificatePolicy = CertificatePolicy(), web: [String: Fetched] = [:]
    ) throws -> Siege {
        let siege = try Siege(
            hand: "local_auth_method preshared remote_auth_method cert remote_id ANY \(extra)",
            credentials: .of([], believing: believing ?? [root], policy: policy),
            settings: Engine.Settings(debug: [.op, .cert]))
        siege.gateway.web.answers = { question in
            web[question.url].map { Web.Answer(result: $0) }
        }
        return siege
    }

    /// A CERT payload with a hash and a URL.
    private func located(
        _ hash: [UInt8], _ url: String = Self.url,
        _ encoding: CertificateEncoding = .hashAndURLOfCertificate
    ) -> Payload {
        .certificate(Certificate(encoding: encoding, data: hash + Array(url.utf8)))
    }

    private func located(_ made: TestPKI.Made, _ url: String = Self.url) throws -> Payload {
        located(try made.certificate.fingerprint(), url)
    }

    private func inline(_ made: TestPKI.Made) -> Payload {
        .certificate(Certificate(encoding: .x509Signature, data: made.certificate.der))
    }

    private func sha1(_ octets: [UInt8]) throws -> [UInt8] { try pki.sha1(of: octets) }

    /// Both exchanges with these certificates, begun by either end; the hand-made peer afterwards.
    @discardableResult
    private func meet(
        _ siege: Siege, _ certificates: [Payload], by made: TestPKI.Made? = nil,
        gatewayBegins: Bool = false
    ) throws -> HandMadePeer {
        let peer = try HandMadePeer(siege, gatewayBegins ? .responder : .initiator)
        if gatewayBegins {
            try peer.takeRequest(siege.provoke())
            _ = try peer.answer()
        } else {
            #expect(try peer.begin())
        }
        peer.identity = Identification(type: .fqdn, data: Array(Self.host.utf8))
        let payloads =
            try peer.signedProof(by: (made ?? hand).key) + certificates + peer.childPayloads()
        peer.send(try peer.seal(payloads, .ikeAuth, 1, isResponse: gatewayBegins))
        siege.simulation.run(for: .seconds(3))
        return peer
    }

    private func isUp(_ siege: Siege) -> Bool { siege.gateway.kernel.entries.count == 2 }

    private func expectRefused(
        _ siege: Siege, _ words: String, asked: [String] = [],
        _ location: Testing.SourceLocation = #_sourceLocation
    ) {
        let log = siege.gateway.logText
        #expect(siege.gateway.kernel.entries.isEmpty, sourceLocation: location)
        #expect(siege.lines.contains { $0.contains(words) }, "\(log)", sourceLocation: location)
        #expect(siege.gateway.web.asked.map { $0.url } == asked, sourceLocation: location)
        #expect(siege.gateway.web.kept.count == 0, sourceLocation: location)
        #expect(siege.servesTheHonestPeer(), sourceLocation: location)
    }

    // MARK: What is said

    @Test(arguments: [true, false]) func aResponderSaysThatItLooksUpWithItsCertificateRequest(
        wanted: Bool
    ) throws {
        let siege = try siege("request_http_certs \(wanted ? "yes" : "no")")
        let peer = try HandMadePeer(siege)
        #expect(try peer.begin())
        let answer = try Message(decoding: peer.response.span).payloads
        #expect(answer.contains { $0.type == .certificateRequest })
        #expect(answer.notifies.contains(.httpCertLookupSupported) == wanted)
    }

    @Test(arguments: [true, false]) func anInitiatorSaysItInIKEAuth(wanted: Bool) throws {
        let siege = try siege("request_http_certs \(wanted ? "yes" : "no")")
        let peer = try HandMadePeer(siege, .responder)
        try peer.takeRequest(siege.provoke())
        let request = try peer.open(try #require(try peer.answer().first)).payloads
        #expect(request.contains { $0.type == .certificateRequest })
        #expect(request.notifies.contains(.httpCertLookupSupported) == wanted)
    }

    @Test func whereRulesDifferTheStricterCounts() throws {
        let text = { (label: String, extra: String) in
            "{ label \"\(label)\" local_addr 10.9.0.2 remote_addr 10.9.0.66 auth_method cert "
                + "\(extra) \(Siege.algorithms) }\n"
        }
        let rules = try configuration(
            text("looks up", Self.wanted) + text("does not", "request_http_certs no")
        ).rules
        let engine = try siege().gateway.engine
        #expect(
            engine.certificateRequest([rules[0]]).notifies.contains(.httpCertLookupSupported))
        #expect(!engine.certificateRequest(rules).notifies.contains(.httpCertLookupSupported))
    }

    // MARK: What is found

    @Test(arguments: [true, false]) func aCertificateIsFetchedAndBelieved(
        gatewayBegins: Bool
    ) throws {
        let siege = try siege(web: [Self.url: .octets(hand.certificate.der)])
        try meet(siege, [located(hand)], gatewayBegins: gatewayBegins)
        #expect(isUp(siege), "\(siege.gateway.logText)")
        #expect(siege.gateway.web.asked.map { $0.url } == [Self.url])
    }

    @Test func whatWasBelievedIsNotFetchedAgainFromWhereverItIs() throws {
        let siege = try siege(web: [Self.url: .octets(hand.certificate.der)])
        try meet(siege, [located(hand)])
        #expect(siege.gateway.web.kept.count == 1)
        siege.simulation.handle(.shutdown, siege.gateway)
        let again = try self.siege()
        again.gateway.restart(
            with: try again.simulation.makeEngine(
                configuration(
                    "{ label \"hand\" local_addr 10.9.0.2 remote_addr \(HandMadePeer.address) "
                        + "local_auth_method preshared remote_auth_method cert remote_id ANY "
                        + "\(Self.wanted) \(Siege.algorithms) }"),
                keys: presharedKeys("{ label \"hand\" key \"\(HandMadePeer.key)\" }"),
                credentials: again.gateway.engine.credentials,
                answers: siege.gateway.web.kept))
        again.simulation.loadPolicies()
        try meet(again, [located(hand, "http://elsewhere.example.org/")])
        #expect(isUp(again), "\(again.gateway.logText)")
        #expect(again.gateway.web.asked.isEmpty)
    }

    @Test func aBundleBringsTheWholeChain() throws {
        let branch = try pki.authority("Branch of URLs", by: root)
        let leaf = try pki.host(Self.host, by: branch)
        let bundle = TestBundle.of([
            .certificate(leaf.certificate.der), .list(try pki.list(of: branch)),
            .certificate(branch.certificate.der),
        ])
        let siege = try siege(web: [Self.url: .octets(bundle)])
        try meet(siege, [located(sha1(bundle), Self.url, .hashAndURLOfBundle)], by: leaf)
        #expect(isUp(siege), "\(siege.gateway.logText)")
    }

    @Test func whatLiesBetweenMayBeAnywhere() throws {
        let branch = try pki.authority("Branch of URLs", by: root)
        let leaf = try pki.host(Self.host, by: branch)
        let other = "http://certs.example.org/branch.cer"
        let siege = try siege(web: [other: .octets(branch.certificate.der)])
        try meet(siege, [inline(leaf), located(branch, other)], by: leaf)
        #expect(isUp(siege), "\(siege.gateway.logText)")
        #expect(siege.gateway.web.asked.map { $0.url } == [other])
    }

    @Test func whatIsNotThereIsLeftOutOfTheChain() throws {
        let siege = try siege(web: [Self.url: .failed("the server answers with code 404")])
        try meet(siege, [inline(hand), located(pki.authority("Elsewhere"))])
        #expect(isUp(siege), "\(siege.gateway.logText)")
        #expect(siege.gateway.logText.contains("code 404; it is left out"))
    }

    @Test func whatTheKeystoreHasIsNotFetchedWhateverTheRuleSays() throws {
        let siege = try siege("request_http_certs no", believing: [root, hand])
        try meet(siege, [located(hand)])
        #expect(isUp(siege), "\(siege.gateway.logText)")
        #expect(siege.gateway.web.asked.isEmpty)
    }

    @Test func itsStatusIsAskedForNext() throws {
        let listed = try pki.host(
            Self.host, by: root,
            extensions: ["crlDistributionPoints=URI:http://lists.example.org/root.crl"])
        var policy = CertificatePolicy()
        policy.fetching.fetchesRevocationLists = true
        policy.chain.revocationLists = .required
        for revoked in [[], [listed]] {
            let siege = try siege(
                policy: policy,
                web: [
                    Self.url: .octets(listed.certificate.der),
                    "http://lists.example.org/root.crl": .octets(
                        try pki.list(of: root, revoking: revoked)),
                ])
            try meet(siege, [located(listed)], by: listed)
            #expect(isUp(siege) == revoked.isEmpty, "\(siege.gateway.logText)")
            #expect(
                siege.gateway.web.asked.map { $0.url }
                    == [Self.url, "http://lists.example.org/root.crl"])
        }
    }

    // MARK: What is refused

    @Test func withoutTheKeywordNothingIsFetched() throws {
        let siege = try siege("", web: [Self.url: .octets(hand.certificate.der)])
        try meet(siege, [located(hand)])
        expectRefused(siege, "its rule does not say 'request_http_certs yes'")
    }

    @Test func anotherHashIsRefused() throws {
        let siege = try siege(web: [Self.url: .octets(hand.certificate.der)])
        try meet(siege, [located(pki.host("elsewhere.example.org"))])
        expectRefused(siege, "what is there has another hash", asked: [Self.url])
    }

    @Test(arguments: [
        "https://certs.example.org/", "ftp://certs.example.org/", "file:///etc/passwd",
        "ldap://certs.example.org/", "//certs.example.org/", "javascript:alert(1)",
    ]) func nothingButHTTPIsAsked(url: String) throws {
        let siege = try siege()
        try meet(siege, [located(hand, url)])
        expectRefused(siege, "\(url) (SHA-1 ")
        #expect(siege.gateway.logText.contains("it is no URL of HTTP"))
    }

    @Test func whatIsNoHashWithAURLIsRefused() throws {
        for data: [UInt8] in [
            [], [UInt8](repeating: 7, count: 20), [UInt8](repeating: 7, count: 19),
            [UInt8](repeating: 7, count: 20) + Array("http://a/\r\nHost: b".utf8),
            [UInt8](repeating: 7, count: 20) + Array("http://a/\u{1B}[2J".utf8),
            [UInt8](repeating: 7, count: 20) + Array("http://a/".utf8)
                + [UInt8](repeating: 0x61, count: 2000),
        ] {
            let siege = try siege()
            try meet(
                siege,
                [.certificate(Certificate(encoding: .hashAndURLOfCertificate, data: data))])
            expectRefused(siege, "what the peer sent for a hash and a URL is none")
        }
    }

    @Test(arguments: [
        (5, "the peer sent 5 URLs of certificates"), (80, "the peer sent 80 URLs"),
        (100, "more than 100 payloads"),
    ]) func moreURLsThanFourAreNotAsked(count: Int, words: String) throws {
        let siege = try siege()
        try meet(
            siege,
            try (0..<count).map { try located(hand, "http://certs.example.org/\($0)") })
        expectRefused(siege, words)
    }

    @Test func fourURLsAreAsked() throws {
        let siege = try siege(web: [Self.url: .octets(hand.certificate.der)])
        let elsewhere = try pki.authority("Elsewhere")
        let three = try (0..<3).map { try located(elsewhere, "http://certs.example.org/\($0)") }
        try meet(siege, [located(hand)] + three)
        // Nobody answers to the others, and the whole waits for that.
        siege.simulation.run(for: .seconds(20))
        #expect(isUp(siege), "\(siege.gateway.logText)")
        #expect(siege.gateway.web.asked.count == SentCertificates.mostPlaces)
    }

    @Test func rubbishInABundleIsRefused() throws {
        let certificate = hand.certificate.der
        for (rubbish, words) in [
            (Array("<html>".utf8), "it is no bundle in DER"),
            ([], "it is no bundle in DER"),
            (TestBundle.of([.other(certificate)]), "something else in it"),
            (TestBundle.of([]), "the peer sent no certificate"),
            (
                TestBundle.of(Array(repeating: .certificate(certificate), count: 33)),
                "more than 32"
            ),
            (TestBundle.of([.certificate([0x30, 0])]), "the peer's certificate"),
        ] {
            let siege = try siege(web: [Self.url: .octets(rubbish)])
            try meet(siege, [located(sha1(rubbish), Self.url, .hashAndURLOfBundle)])
            expectRefused(siege, words, asked: [Self.url])
        }
    }

    @Test func theCertificateOfSomebodyElseProvesNothingAndIsNotKept() throws {
        let stranger = try pki.host(Self.host, by: try pki.authority("Nobody's root of URLs"))
        let siege = try siege(web: [Self.url: .octets(stranger.certificate.der)])
        try meet(siege, [located(stranger)], by: stranger)
        expectRefused(siege, "no certificate of its issuer", asked: [Self.url])
    }

    @Test func aServerThatNeverAnswersHoldsUpNobodyElse() throws {
        let siege = try siege()
        try meet(siege, [located(hand)])
        #expect(
            siege.gateway.engine.describe(at: siege.simulation.now).contains {
                $0.contains("waiting for the peer's certificate")
            })
        #expect(siege.servesTheHonestPeer())
        siege.simulation.run(for: .seconds(10))
        #expect(siege.lines.contains { $0.contains("no answer in time") })
        #expect(siege.gateway.web.abandoned.count == 1)
        #expect(siege.gateway.kernel.entries.count == 2)
    }

    @Test func aServerThatFailedIsNotAskedAgainAtOnce() throws {
        let siege = try siege(web: [Self.url: .failed("no connection can be made")])
        for expected in [1, 1] {
            try meet(siege, [located(hand)])
            #expect(siege.gateway.web.asked.count == expected)
        }
        siege.simulation.run(for: FetchFailures.pause)
        try meet(siege, [located(hand)])
        #expect(siege.gateway.web.asked.count == 2)
    }
}
