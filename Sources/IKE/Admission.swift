import Crypto
import Net
import Wire

// How a stranger's IKE_SA_INIT request fares at the front door. Nothing here takes memory from the
// heap, but for a line of the log and, once a minute, a secret.

/// What comes of a stranger's request at the front door.
enum Admission {
    case entered
    /// It has to come again, with the cookie of this answer.
    case asked(NotifyMessage)
    case turnedAway
}

extension Engine {
    /// Asks at the door.
    func admit(_ header: Header, _ octets: Span<UInt8>, from remote: SocketAddress) -> Admission {
        let load = FrontDoor.Load(
            halfOpen: table.halfOpenCount, crowd: table.crowd(around: remote.address),
            wait: longestWait(at: now))
        switch door.judge(load) {
        case .enter: return .entered
        case .cookie: return checkCookie(header, octets, from: remote)
        case .turnAway(let reason):
            complain(
                .door, "\(remote): IKE_SA_INIT request dropped: \(words(for: reason, load))")
            return .turnedAway
        }
    }

    private func checkCookie(
        _ header: Header, _ octets: Span<UInt8>, from remote: SocketAddress
    ) -> Admission {
        guard let glance = SAInitGlance(octets, header) else {
            dropMalformed("\(remote): IKE_SA_INIT request without a nonce; dropped")
            return .turnedAway
        }
        do throws(CryptoError) {
            if let answer = try door.ask(
                header, glance, in: octets, from: remote, at: now, random: random)
            {
                complain(.door, "\(remote): many begin at once; asking for cookies")
                return .asked(answer)
            }
            return .entered
        } catch {
            complain(.door, "\(remote): IKE_SA_INIT request dropped: cookie: \(error)")
            return .turnedAway
        }
    }

    /// How long the oldest newcomer has waited for a worker.
    func longestWait(at now: Instant) -> Interval {
        newcomers.oldest(isWaiting: waitsForWorker).map { now.since($0) } ?? .seconds(0)
    }

    func waitsForWorker(_ spi: IKESPI) -> Bool {
        if case .responding = table[spi]?.state { true } else { false }
    }

    private func words(for reason: FrontDoor.Reason, _ load: FrontDoor.Load) -> String {
        switch reason {
        case .blocked: "\(load.crowd.count) from there are half open"
        case .full: "too many are half open"
        case .stalled: "others have waited \(load.wait) for a worker"
        }
    }
}
