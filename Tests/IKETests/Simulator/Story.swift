import Testing
import Wire

@testable import IKE

/// Things that happen to two ends that hold one IKE SA and one Child SA, at their times, and what
/// must be left of it.
struct Story: Sendable, CustomTestStringConvertible {
    /// Which end something happens to: the one that began the IKE SA, or the other.
    enum End: Sendable { case first, second }

    enum Happening: Sendable {
        case childAges, childExpires, ikeAges, ikeExpires
        /// The end deletes its oldest Child SA, or the one that took its place.
        case childDeleted, newChildDeleted
        /// The end forgets its Child SA without a word.
        case childLost
    }

    let name: String
    var setup = Pair.Setup()
    /// Milliseconds after the beginning.
    let happenings: [(time: UInt64, end: End, what: Happening)]
    /// What befalls datagrams, by number, in every course.
    var astray: [Course.Mishap] = []
    /// How many SAs stand at the end.
    var children = 1...1
    var ikeSAs = 1
    /// Whether an SA ends that nothing takes the place of: until the peer hears of it, it sends in
    /// vain.
    var losesSAs = false

    var testDescription: String { name }
}

/// One way in which a story can go.
struct Course: CustomStringConvertible {
    /// What befalls one datagram, by its number in the undisturbed story.
    enum Mishap: Sendable, CustomStringConvertible {
        case none
        case lost(Int)
        case late(Int, by: UInt64)
        case repeated(Int, after: UInt64)

        var description: String {
            switch self {
            case .none: "no mishap"
            case .lost(let number): "datagram \(number) lost"
            case .late(let number, let time): "datagram \(number) late by \(time) ms"
            case .repeated(let number, let time): "datagram \(number) again after \(time) ms"
            }
        }

        /// What befalls a datagram of this number; `nil` when this does not.
        func fate(of number: Int) -> Simulation.Fate? {
            switch self {
            case .lost(number): .lost
            case .late(number, let time): .late(.milliseconds(time))
            case .repeated(number, let time): .repeated(after: .milliseconds(time))
            default: nil
            }
        }
    }

    /// Which of the four nonces of two crossing exchanges is the lowest: whose, and that of its
    /// own request or of its answer.
    struct Lowest: CustomStringConvertible {
        let host: Int
        let nonce: Int

        var description: String { "host \(host)'s nonce \(nonce) lowest" }
    }

    let initiator: Int
    let lowest: Lowest
    let mishap: Mishap

    var description: String { "host \(initiator) began, \(lowest), \(mishap)" }

    /// Every role and every order of nonces, without a mishap.
    static let plain: [Course] = (0..<8).map { index in
        Course(
            initiator: index & 1, lowest: Lowest(host: index >> 1 & 1, nonce: index >> 2),
            mishap: .none)
    }

    /// The same with each mishap that can befall one of so many datagrams.
    func withMishaps(datagrams count: Int) -> [Course] {
        (1...max(count, 1)).flatMap { number -> [Mishap] in
            // Times that fall between the steps of an exchange, and after a retransmission.
            [.lost(number), .repeated(number, after: 3), .repeated(number, after: 700)]
                + [3, 8, 700].map { .late(number, by: $0) }
        }.map { Course(initiator: initiator, lowest: lowest, mishap: $0) }
    }

    /// Workers take their own time in each.
    private var seed: UInt64 { UInt64(4 * initiator + 2 * lowest.host + lowest.nonce) }

    /// Plays the story; says how many datagrams there were.
    @discardableResult
    func play(_ story: Story) throws -> Int {
        let run = try RekeyRun(seed: seed, story.setup, initiator: initiator)
        let simulation = run.pair.simulation
        let ends = [simulation.hosts[initiator], simulation.hosts[1 - initiator]]
        for host in simulation.hosts.indices {
            let isLowest = host == lowest.host
            simulation.hosts[host].nonceBeginnings =
                [0, 1].map { isLowest && $0 == lowest.nonce ? 1 : UInt8(100 + 2 * host + $0) }
        }
        let mishaps = [mishap] + story.astray
        simulation.fate = { number in
            for mishap in mishaps {
                if let fate = mishap.fate(of: number) { return fate }
            }
            return .delivered
        }
        run.isBlackHoleAllowed = story.losesSAs
        if case .none = mishap, story.astray.isEmpty { run.isPunctual = true }
        let beginning = simulation.now
        for happening in story.happenings {
            simulation.run(until: beginning + .milliseconds(happening.time))
            run.happen(happening.what, to: ends[happening.end == .first ? 0 : 1])
        }
        let isSettled = run.pair.settle(within: .seconds(200))
        // What was late may come to an end that has settled.
        simulation.run(for: .seconds(5))
        #expect(isSettled && run.pair.settle(), "\(self): not settled")
        run.expectAgreement(children: story.children, ikeSAs: story.ikeSAs, "\(self)")
        return run.messages
    }
}
