import Testing

@testable import IKE

/// Message IDs and retransmission (RFC 7296 §2.1–2.3).
@Suite struct WindowTests {
    private let message = SentMessage([1, 2, 3])

    private func arrivals(_ window: Window, _ ids: [UInt32]) -> [String] {
        ids.map { id in
            switch window.arrival(of: id) {
            case .new: "new"
            case .repeated: "repeated"
            case .underWay: "under way"
            case .outOfWindow: "out"
            }
        }
    }

    @Test func oneRequestAtATimeIsTaken() {
        var window = Window()
        #expect(arrivals(window, [0, 1, .max]) == ["new", "out", "out"])
        window.answering()
        #expect(arrivals(window, [0, 1]) == ["under way", "out"])
        window.responded(with: SentMessage([7]))
        #expect(arrivals(window, [0, 1, 2]) == ["repeated", "new", "out"])
        #expect(window.lastResponse == SentMessage([7]))
        window.answering()
        #expect(arrivals(window, [0, 1, 2]) == ["repeated", "under way", "out"])
        window.responded(with: SentMessage([8]))
        #expect(arrivals(window, [0, 1, 2, 3]) == ["out", "repeated", "new", "out"])
    }

    @Test func anAnswerThatWasNotKeptIsNotRepeated() {
        var window = Window()
        window.answering()
        window.responded(with: nil)
        #expect(arrivals(window, [0, 1]) == ["out", "new"])
    }

    @Test func messageIDsDoNotWrap() {
        var window = Window(nextRequestID: .max - 1, nextExpectedID: .max - 1)
        #expect(arrivals(window, [.max - 1, .max, 0]) == ["new", "out", "out"])
        window.answering()
        window.responded(with: SentMessage([1]))
        #expect(arrivals(window, [.max - 1, .max, 0]) == ["repeated", "out", "out"])
        #expect(window.requestID == UInt32.max - 1)
        window.sent(
            message, messageID: .max - 1, at: Instant(nanoseconds: 0), waitingFor: .seconds(60),
            jitter: 0)
        let isAnswered = window.answered(.max - 1)
        #expect(isAnswered)
        #expect(window.requestID == nil)
    }

    @Test func oneRequestAtATimeIsOut() {
        var window = Window()
        #expect(window.requestID == 0)
        window.sent(
            message, messageID: 0, at: Instant(nanoseconds: 0), waitingFor: .seconds(60),
            jitter: 0)
        #expect(window.requestID == nil)
        let answers = [1, .max, 0, 0].map { window.answered($0) }
        #expect(answers == [false, false, true, false])
        #expect(window.requestID == 1)
    }

    @Test func retransmissionsDoubleUntilPatienceEnds() throws {
        for jitter: UInt8 in [0, 128, 255] {
            var window = Window()
            var now = Instant(nanoseconds: 1)
            let end = now + .seconds(60)
            window.sent(
                message, messageID: 0, at: now, waitingFor: .seconds(60), jitter: jitter)
            var waits: [UInt64] = []
            while let deadline = window.deadline, deadline < end {
                let early = Instant(nanoseconds: deadline.nanoseconds - 1)
                let tooEarly = window.retransmission(at: early, jitter: jitter)
                #expect(tooEarly == nil)
                waits.append(deadline.since(now).nanoseconds / 1_000_000)
                now = deadline
                let again = window.retransmission(at: now, jitter: jitter)
                #expect(again == message)
            }
            #expect(window.deadline == end)
            #expect(window.outstanding?.retransmissions == UInt32(waits.count))
            // 0.5 s, doubling, each up to a quarter longer.
            for (index, wait) in waits.enumerated() {
                let base = UInt64(500) << UInt64(index)
                #expect((base...base * 5 / 4).contains(wait), "\(index): \(wait)")
            }
            #expect(waits.count == 6)
        }
    }

    @Test func aRequestThatIsTakenBackKeepsItsMessageIDUsed() {
        var window = Window()
        window.sent(
            message, messageID: 0, at: Instant(nanoseconds: 0), waitingFor: .seconds(1),
            jitter: 0)
        window.abandon()
        #expect(window.requestID == 1 && window.deadline == nil)
        window.restart()
        #expect(window.requestID == 0)
    }
}
