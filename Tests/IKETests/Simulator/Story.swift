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
    }

    let name: String
    var setup = Pair.Setup()
    /// Milliseconds after the beginning.
    let happenings: [(time: UInt64, end: End, what: Happening)]
    /// How many SAs stand at the end.
    var children = 1...1
    var ikeSAs = 1
    /// Whether an SA ends that nothing takes the place of: until the peer hears of it, it sends in vain.
    var losesSAs = false

    var testDescription: String { name }
}

/// One way in which a story can go.
struct Course: CustomStringConvertible {
    /// What befalls one datagram, by its number in the undisturbed story.
    enum Mishap: CustomStringConvertible {
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

    /// Plays the story; says how many datagrams there were.
    @discardableResult
    func play(_ story: Story, check: Bool = true) throws -> Int {
        let run = try RekeyRun(story.setup, initiator: initiator)
        let simulation = run.pair.simulation
        let ends = [simulation.hosts[initiator], simulation.hosts[1 - initiator]]
        for host in simulation.hosts.indices {
            let isLowest = host == lowest.host
            simulation.hosts[host].nonceBeginnings =
                [0, 1].map { isLowest && $0 == lowest.nonce ? 1 : UInt8(100 + 2 * host + $0) }
        }
        simulation.fate = { [mishap] number in
            switch mishap {
            case .lost(number): .lost
            case .late(number, let time): .late(.milliseconds(time))
            case .repeated(number, let time): .repeated(after: .milliseconds(time))
            default: .delivered
            }
        }
        run.isBlackHoleAllowed = story.losesSAs
        let beginning = simulation.now
        for happening in story.happenings {
            simulation.run(until: beginning + .milliseconds(happening.time))
            let host = ends[happening.end == .first ? 0 : 1]
            switch happening.what {
            case .childAges: run.expire(host, isHard: false)
            case .childExpires: run.expire(host, isHard: true)
            case .ikeAges: run.rekeyIKE(host)
            case .ikeExpires: run.endIKE(host)
            }
        }
        let isSettled = run.pair.settle(within: .seconds(200))
        // What was late may come to an end that has settled.
        simulation.run(for: .seconds(5))
        if check {
            #expect(isSettled && run.pair.settle(), "\(self): not settled")
            run.expectAgreement(children: story.children, ikeSAs: story.ikeSAs, "\(self)")
        }
        return run.messages
    }
}
