import Net
import Testing
import Wire

@testable import IKE

/// What is remembered of failures, and what a flood does to it.
@Suite struct FailuresTests {
    private static let us = SocketAddress(ip("10.9.0.1"), port: 500)

    private func failure(
        from peer: IPAddress, _ words: String = "", cause: Failure.Cause = .refused(.invalidSyntax),
        _ attempt: Failure.Attempt = .ikeSAInit, isGenuine: Bool = false, second: UInt32 = 0
    ) -> Failure {
        Failure(
            attempt, cause, Reason(words), role: .responder,
            pair: AddressPair(local: Self.us, remote: SocketAddress(peer, port: 500)),
            isGenuine: isGenuine, at: Instant(nanoseconds: 0) + .seconds(second))
    }

    private let peer = ip("10.9.0.2")

    @Test func whatHappensAgainIsCounted() {
        var failures = Failures()
        for second in 0..<5 as Range<UInt32> {
            failures.note(failure(from: peer, "x", second: second), isKnown: true)
        }
        let all = failures.with(peer)
        #expect(all.count == 1)
        #expect(all.first?.count == 5)
        #expect(all.first?.last.since(all[0].first) == .seconds(4))
    }

    @Test func theLastComesFirst() {
        var failures = Failures()
        for (second, words) in ["one", "two", "one"].enumerated() {
            failures.note(
                failure(from: peer, words, isGenuine: true, second: UInt32(second)), isKnown: true)
        }
        #expect(failures.with(peer).map { $0.reason.summary } == ["one", "two"])
    }

    @Test func strangersDoNotDisplaceKnownPeers() {
        var failures = Failures()
        failures.note(failure(from: peer, "of a peer", isGenuine: true), isKnown: true)
        for number in 0..<UInt32(20_000) {
            failures.note(
                failure(from: .v4(0x0B00_0000 + number), cause: .noRule, second: 1 + number / 100),
                isKnown: false)
        }
        #expect(failures.with(peer).map { $0.reason.summary } == ["of a peer"])
        let strangers = (0..<UInt32(20_000)).count {
            !failures.with(.v4(0x0B00_0000 + $0)).isEmpty
        }
        #expect(strangers == Failures.mostStrangers)
        #expect(!failures.with(.v4(0x0B00_0000 + 19_999)).isEmpty)
    }

    @Test func whatAnybodyCanCauseInAPeersNameDisplacesNothingOfIts() {
        var failures = Failures()
        for number in 0..<5 as Range<UInt32> {
            failures.note(
                failure(from: peer, "genuine \(number)", isGenuine: true, second: number),
                isKnown: true)
        }
        for number in 0..<1000 as Range<UInt32> {
            failures.note(
                failure(from: peer, "forged \(number)", second: 10 + number), isKnown: true)
        }
        let all = failures.with(peer)
        #expect(all.count { $0.isGenuine } == 5)
        #expect(all.count { !$0.isGenuine } == Failures.mostUnproved)
    }

    @Test func aPeerWithManyFailuresKeepsTheLast() {
        var failures = Failures()
        for number in 0..<100 as Range<UInt32> {
            failures.note(
                failure(from: peer, "\(number)", isGenuine: true, second: number), isKnown: true)
        }
        #expect(
            failures.with(peer).map { $0.reason.summary } == (92..<100).reversed().map { "\($0)" })
    }

    @Test func wordsAreBounded() {
        var failures = Failures()
        let long = String(repeating: "x", count: 4096)
        for number in 0..<1000 as Range<UInt32> {
            failures.note(
                failure(from: .v4(number), long, isGenuine: true, second: number), isKnown: true)
        }
        let kept = (0..<1000 as Range<UInt32>).count { !failures.with(.v4($0)).isEmpty }
        #expect(kept == Failures.mostOctets / 4096)
    }

    @Test func wordsForAFloodAreMadeNowAndThen() {
        var failures = Failures()
        let cause = Failure.Cause.refused(.noProposalChosen)
        func lacks(_ second: UInt32) -> Bool {
            failures.lacksWords(
                .ikeSAInit, cause, peer, at: Instant(nanoseconds: 0) + .seconds(second))
        }
        #expect(lacks(0))
        failures.note(failure(from: peer, cause: cause), isKnown: true)
        #expect(lacks(1))
        failures.note(failure(from: peer, "words", cause: cause, second: 1), isKnown: true)
        #expect(!lacks(2))
        failures.note(failure(from: peer, cause: cause, second: 9), isKnown: true)
        #expect(failures.with(peer).map { $0.reason.summary } == ["words"])
        #expect(!lacks(11) && lacks(12))
    }

    /// A peer that no rule covers costs no words, and is found all the same.
    @Test func whoKnocksWithoutARuleIsRemembered() throws {
        let pair = try Pair()
        let stranger = SocketAddress(ip("192.0.2.9"), port: 500)
        for number in 1...3 as ClosedRange<UInt64> {
            pair.simulation.inject(
                Message(
                    header: Header(
                        initiatorSPI: IKESPI(number), responderSPI: .zero, exchange: .ikeSAInit,
                        flags: [.initiator], messageID: 0), payloads: []
                ).encoded(), from: stranger, to: SocketAddress(pair.a.address, port: 500))
        }
        let explanation = pair.a.explain(stranger.address, at: pair.simulation.now)
        #expect(explanation.state == .impossible)
        #expect(
            explanation.verdict
                == "no rule covers local_addr 10.9.0.1 and remote_addr 192.0.2.9; the peer knocks: "
                + "3 times, the last 0 s ago")
        #expect(explanation.passed.map { $0.why } == ["its remote_addr 10.9.0.2 is not 192.0.2.9"])
    }
}
