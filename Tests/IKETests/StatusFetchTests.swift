import Crypto
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// An SA that waits to learn whether the peer's certificate has been revoked (RFC 5280 §6.3,
/// RFC 6960).
@Suite struct StatusFetchTests {
    private static let listURL = "http://lists.example.org/root.crl"
    private static let secondListURL = "http://mirror.example.org/root.crl"
    private static let responderURL = "http://ocsp.example.org/"

    private let pki = TestPKI.shared
    private let root: TestPKI.Made
    private let b: TestPKI.Made

    init() throws {
        root = try pki.authority("Root of lists")
        b = try pki.host(
            "b.example.org", by: root,
            extensions: [
                "crlDistributionPoints=URI:ldap://lists.example.org/,"
                    + "URI:\(Self.listURL),URI:\(Self.secondListURL)",
                "authorityInfoAccess=OCSP;URI:\(Self.responderURL)",
            ])
    }

    /// What a asks after.
    private enum Asks { case lists, responders, both }

    /// Two hosts, of which a wants to know more of b's certificate.
    private func pair(
        _ asks: Asks = .lists, soft: Bool = false, patience: Int64 = 10,
        believing: [TestPKI.Made]? = nil, peerAsksToo: Bool = false,
        peerHas: FetchAnswers = FetchAnswers(), web: @escaping (FetchQuestion) -> Web.Answer?
    ) throws -> Pair {
        let a = try pki.host("a.example.org", by: root)
        var policy = CertificatePolicy()
        policy.fetching.fetchesRevocationLists = asks != .responders
        policy.fetching.asksResponderOfCertificate = asks != .lists
        policy.fetching.isSoft = soft
        policy.fetching.patience = patience
        if asks != .responders, !soft { policy.chain.revocationLists = .required }
        var setup = Pair.Setup()
        setup.ruleA = "auth_method cert"
        setup.ruleB = "auth_method cert"
        setup.settings = Engine.Settings(debug: [.op, .cert])
        setup.credentialsA = try .of([a], believing: believing ?? [root], policy: policy)
        // What a names itself by has no place to ask at: b asks nobody about it.
        setup.credentialsB = try .of(
            [b], believing: [root], policy: peerAsksToo ? policy : CertificatePolicy())
        setup.answersB = peerHas
        let pair = try Pair(setup)
        pair.a.web.answers = web
        return pair
    }

    private func list(revoking revoked: [TestPKI.Made] = []) throws -> Web.Answer {
        Web.Answer(result: .octets(try pki.list(of: root, revoking: revoked)))
    }

    /// What the responder of the root says.
    private func response(
        to question: FetchQuestion, revoking revoked: [TestPKI.Made] = [],
        good: [TestPKI.Made] = []
    ) throws -> Web.Answer {
        guard case .response(let request) = question.kind else {
            return Web.Answer(result: .failed("no such list"))
        }
        return Web.Answer(
            result: .octets(try pki.response(to: request, by: root, revoking: revoked, good: good)))
    }

    private func isUp(_ pair: Pair) -> Bool {
        pair.a.kernel.entries.count == 2 && pair.b.kernel.entries.count == 2
    }

    /// Begins, from either end, and gives it a while.
    private func begin(_ pair: Pair, fromA: Bool, for interval: Interval = .seconds(3)) {
        pair.ping(from: fromA ? pair.a : pair.b)
        pair.simulation.run(for: interval)
    }

    // MARK: Lists

    @Test(arguments: [true, false]) func waitsForTheListThatTheCertificateNames(
        fromA: Bool
    ) throws {
        let answer = try list()
        let pair = try pair { question in
            question.url == Self.listURL
                ? Web.Answer(result: answer.result, delay: .seconds(2)) : nil
        }
        begin(pair, fromA: fromA, for: .seconds(1))
        #expect(!isUp(pair))
        #expect(
            pair.a.engine.describe(at: pair.simulation.now).contains {
                $0.contains("waiting for the peer's certificate or its status")
            })
        pair.simulation.run(for: .seconds(2))
        #expect(isUp(pair), "\(pair.a.logText)")
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.web.asked.map { $0.url } == [Self.listURL])
        #expect(pair.b.web.asked.isEmpty)
        #expect(pair.a.web.kept.count == 1)
    }

    @Test(arguments: [true, false]) func aRevokedCertificateIsRefusedWithItsSerialAndTheReason(
        fromA: Bool
    ) throws {
        let answer = try list(revoking: [b])
        let pair = try pair { _ in answer }
        begin(pair, fromA: fromA)
        #expect(pair.a.kernel.entries.isEmpty)
        #expect(
            pair.a.logText.contains(
                "CN=b.example.org (serial \(b.certificate.serialText)): "
                    + "it has been revoked (keyCompromise)"), "\(pair.a.logText)")
        // It is worth knowing for the next time, too.
        #expect(pair.a.web.kept.count == 1)
    }

    @Test func theNextPlaceIsAskedWhenTheFirstFails() throws {
        let answer = try list()
        let pair = try pair { question in
            question.url == Self.listURL
                ? Web.Answer(result: .failed("no connection can be made")) : answer
        }
        begin(pair, fromA: true)
        #expect(isUp(pair), "\(pair.a.logText)")
        #expect(pair.a.web.asked.map { $0.url } == [Self.listURL, Self.secondListURL])
    }

    @Test func whatIsNoListOrSomebodyElsesIsNone() throws {
        let other = try pki.authority("Another root of lists")
        let stranger = try Web.Answer(result: .octets(pki.list(of: other)))
        for (answer, words) in [
            (
                Web.Answer(result: .octets(Array("<html>".utf8))),
                "not a certificate revocation list"
            ),
            (Web.Answer(result: .octets([])), "not a certificate revocation list"),
            (stranger, "that of another issuer"),
        ] {
            let pair = try pair { _ in answer }
            begin(pair, fromA: false)
            #expect(pair.a.kernel.entries.isEmpty)
            #expect(pair.a.logText.contains(words), "\(pair.a.logText)")
            #expect(pair.a.web.kept.count == 0)
        }
    }

    @Test(arguments: [true, false]) func aStaleListIsNoneUnlessThePolicyIsSoft(
        soft: Bool
    ) throws {
        let answer = try list()
        let pair = try pair(soft: soft) { _ in answer }
        // It was to be renewed after a week.
        pair.simulation.clockOffset = 8 * 86400
        begin(pair, fromA: true)
        #expect(isUp(pair) == soft)
        #expect(
            pair.a.logText.contains("the revocation list of its issuer is out of date"),
            "\(pair.a.logText)")
        #expect(pair.a.web.kept.count == 0)
    }

    // MARK: Responders

    @Test(arguments: [true, false]) func aResponderVouchesForACertificate(fromA: Bool) throws {
        let b = b
        let pair = try pair(.responders) { question in
            try? response(to: question, good: [b])
        }
        begin(pair, fromA: fromA)
        #expect(isUp(pair), "\(pair.a.logText)")
        #expect(pair.a.web.asked.map { $0.url } == [Self.responderURL])
        #expect(pair.a.logText.contains("good, by \(Self.responderURL)"), "\(pair.a.logText)")
    }

    @Test func whatAResponderHasRevokedIsRefused() throws {
        let b = b
        let pair = try pair(.responders) { question in
            try? response(to: question, revoking: [b])
        }
        begin(pair, fromA: false)
        #expect(pair.a.kernel.entries.isEmpty)
        #expect(
            pair.a.logText.contains("it has been revoked (keyCompromise)"), "\(pair.a.logText)")
    }

    @Test func aListServesWhereNoResponderAnswers() throws {
        let answer = try list()
        let pair = try pair(.both) { question in
            question.kind == .list ? answer : Web.Answer(result: .failed("code 500"))
        }
        begin(pair, fromA: true)
        #expect(isUp(pair), "\(pair.a.logText)")
        #expect(pair.a.web.asked.map { $0.url } == [Self.responderURL, Self.listURL])
    }

    @Test func listsAreNotFetchedWhereAResponderHasSpoken() throws {
        let b = b
        let pair = try pair(.both) { question in
            try? response(to: question, good: [b])
        }
        begin(pair, fromA: true)
        #expect(isUp(pair), "\(pair.a.logText)")
        #expect(pair.a.web.asked.map { $0.url } == [Self.responderURL])
    }

    // MARK: Responses within IKE

    @Test(arguments: [true, false]) func aPeerSendsAlongWhatItsResponderSays(fromA: Bool) throws {
        let b = b
        func response(_ question: FetchQuestion) -> Web.Answer? {
            try? self.response(to: question, good: [b])
        }
        // The peer learns that it is wanted, and has it for the next time.
        let first = try pair(.responders, peerAsksToo: true, web: response)
        first.b.web.answers = response
        begin(first, fromA: fromA)
        #expect(isUp(first), "\(first.a.logText)\n\(first.b.logText)")
        #expect(first.b.web.asked.map { $0.url } == [Self.responderURL])
        #expect(first.b.web.kept.count == 1)
        let second = try pair(
            .responders, peerAsksToo: true, peerHas: first.b.web.kept, web: { _ in nil })
        begin(second, fromA: fromA)
        #expect(isUp(second), "\(second.a.logText)")
        #expect(second.a.web.asked.isEmpty)
        #expect(second.a.logText.contains("good, by an OCSP response that the peer sent"))
    }

    @Test func whatItsResponderSaysBadlyAPeerSendsToNobody() throws {
        let b = b
        let pair = try pair(.responders, peerAsksToo: true) { question in
            try? response(to: question, good: [b])
        }
        pair.b.web.answers = { _ in Web.Answer(result: .octets(Array("garbage".utf8))) }
        begin(pair, fromA: false)
        #expect(isUp(pair), "\(pair.a.logText)")
        #expect(pair.b.web.kept.count == 0)
        #expect(pair.b.logText.contains("peers get none with it"), "\(pair.b.logText)")
    }

    // MARK: Patience

    @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
    func withoutAnAnswerThePolicyDecides(soft: Bool, fromA: Bool) throws {
        let pair = try pair(soft: soft, patience: 3) { _ in nil }
        begin(pair, fromA: fromA, for: .seconds(2))
        #expect(!isUp(pair))
        pair.simulation.run(for: .seconds(2))
        #expect(isUp(pair) == soft, "\(pair.a.logText)")
        #expect(
            pair.a.logText.contains(
                "CN=b.example.org (serial \(b.certificate.serialText)): its status is unknown: "
                    + "\(Self.secondListURL): no answer in time"), "\(pair.a.logText)")
        #expect(
            pair.a.logText.contains("it is taken for good, as the policy says") == soft)
        #expect(pair.a.web.abandoned.count == 2)
    }

    @Test func anAnswerThatComesLateChangesNothing() throws {
        let answer = try list(revoking: [b])
        let pair = try pair(soft: true, patience: 3) { _ in
            Web.Answer(result: answer.result, delay: .seconds(5))
        }
        begin(pair, fromA: true, for: .seconds(4))
        #expect(isUp(pair), "\(pair.a.logText)")
        pair.simulation.run(for: .seconds(4))
        #expect(isUp(pair), "\(pair.a.logText)")
        #expect(pair.a.web.kept.count == 0)
    }

    @Test(arguments: [true, false]) func anSAThatEndsWaitsNoLonger(fromA: Bool) throws {
        let answer = try list()
        let pair = try pair { _ in Web.Answer(result: answer.result, delay: .seconds(2)) }
        begin(pair, fromA: fromA, for: .seconds(1))
        #expect(pair.a.web.abandoned.isEmpty)
        pair.simulation.handle(.shutdown, pair.a)
        #expect(pair.a.web.abandoned.count == 1)
        #expect(pair.a.isFinished)
        pair.simulation.run(for: .seconds(3))
        #expect(pair.a.kernel.entries.isEmpty)
    }

    @Test func othersGoOnMeanwhile() throws {
        let pair = try pair { _ in nil }
        begin(pair, fromA: false, for: .seconds(1))
        // A second peer's request is answered while the first SA waits.
        let stranger = try Pair(Pair.Setup())
        stranger.ping(from: stranger.a)
        #expect(stranger.settle())
        guard
            let beginning = stranger.simulation.sent.first
        else {
            Issue.record("nothing was sent")
            return
        }
        let before = pair.simulation.sent.count
        pair.simulation.inject(
            beginning.octets, from: SocketAddress(ip("10.9.0.2"), port: 501),
            to: SocketAddress(ip("10.9.0.1"), port: 500))
        pair.simulation.run(for: .milliseconds(100))
        #expect(pair.simulation.sent.count == before + 1)
    }

    // MARK: What failed

    @Test(arguments: [true, false]) func whatFailedIsNotAskedForAgainAtOnce(refreshed: Bool) throws
    {
        let answer = try list()
        let pair = try pair { _ in Web.Answer(result: .failed("no connection can be made")) }
        begin(pair, fromA: false)
        let places = [Self.listURL, Self.secondListURL]
        #expect(pair.a.web.asked.map { $0.url } == places)
        pair.simulation.run(for: .seconds(5))
        begin(pair, fromA: false)
        #expect(pair.a.kernel.entries.isEmpty)
        #expect(pair.a.web.asked.map { $0.url } == places)
        pair.a.web.answers = { _ in answer }
        if refreshed {
            // Whoever refreshes may have mended what was wrong.
            pair.simulation.handle(.credentials(pair.a.engine.credentials), pair.a)
        } else {
            pair.simulation.run(for: FetchFailures.pause)
        }
        begin(pair, fromA: false)
        #expect(isUp(pair), "\(pair.a.logText)")
    }

    @Test func whatIsOfNoUseIsNotAskedForAgainAtOnce() throws {
        let answer = try list()
        let pair = try pair { _ in answer }
        // It was to be renewed after a week.
        pair.simulation.clockOffset = 8 * 86400
        begin(pair, fromA: false)
        pair.simulation.run(for: .seconds(5))
        begin(pair, fromA: false)
        #expect(pair.a.kernel.entries.isEmpty)
        #expect(pair.a.web.asked.map { $0.url } == [Self.listURL, Self.secondListURL])
    }

    @Test func failuresAreForgottenTheOldestFirst() throws {
        var failures = FetchFailures()
        let start = Instant(nanoseconds: 0)
        func key(_ number: Int) throws -> FetchKey {
            try #require(
                FetchKey(
                    octets: [UInt8(number >> 8), UInt8(number & 0xFF)]
                        + [UInt8](repeating: 0, count: FetchKey.length - 2)))
        }
        for number in 0...FetchFailures.most {
            failures.note(
                "no", for: try key(number), at: start + .milliseconds(UInt64(number)))
        }
        let results = failures.results(at: start + .seconds(1))
        #expect(results.count == FetchFailures.most)
        #expect(try results[key(0)] == nil)
        #expect(try results[key(FetchFailures.most)] != nil)
        // Another failure meanwhile makes the time no longer.
        failures.note("no", for: try key(1), at: start + .seconds(30))
        let end = start + FetchFailures.pause + .milliseconds(1)
        #expect(try failures.results(at: end)[key(1)] == nil)
    }

    // MARK: What is asked, and when

    @Test func nothingIsAskedForACertificateThatIsNotBelievedAnyway() throws {
        let other = try pki.authority("Another root of lists")
        let pair = try pair(believing: [other]) { _ in nil }
        begin(pair, fromA: true)
        #expect(!isUp(pair))
        #expect(pair.a.web.asked.isEmpty)
        #expect(pair.a.logText.contains("no certificate of its issuer"), "\(pair.a.logText)")
    }

    @Test func whatHoldsIsNotAskedAgainNotEvenAfterARestart() throws {
        let answer = try list()
        let pair = try pair { _ in answer }
        begin(pair, fromA: true)
        #expect(isUp(pair))
        let again = try self.pair { _ in nil }
        again.a.restart(
            with: try again.simulation.makeEngine(
                configuration(
                    Pair.rule(
                        "10.9.0.1", "10.9.0.2", Pair.Setup().ikeA, "", "auth_method cert")),
                keys: PresharedKeys(), credentials: again.a.engine.credentials,
                answers: pair.a.web.kept))
        again.simulation.loadPolicies()
        begin(again, fromA: true)
        #expect(isUp(again), "\(again.a.logText)")
        #expect(again.a.web.asked.isEmpty)
    }
}
