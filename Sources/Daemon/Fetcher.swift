import Crypto
import IKE
import Reactor

/// Asks others about certificates, each question once for all who wait for its answer.
final class Fetcher {
    private struct Asked {
        let question: FetchQuestion
        var waiting: [FetchID]
        /// While the question is out.
        var exchange: HTTPExchange?
    }

    /// How many questions are out at a time, unless `config/max_threads` says otherwise: enough that
    /// one that nobody answers holds up no other.
    static let usualLimit = 8
    /// Questions that wait or are out: more handshakes at a time are not worth waiting for.
    private static let most = 256
    /// The part of both that strangers' URLs may take: as long as their servers dawdle, the lists and
    /// responders of those who are believed are still asked.
    private static let shareOfStrangers = 4
    /// Those who wait for what strangers name: each is an IKE SA of somebody who has proved nothing.
    private static let mostStrangers = 64
    /// How long a server may take, whoever waits.
    private static let patience: UInt64 = 30_000_000_000

    private let client: HTTPClient
    private let limit: Int
    private let answered: (FetchID, FetchKey, Fetched) -> Void
    private var asked: [FetchKey: Asked] = [:]
    /// Those that are not out yet, in their order.
    private var waiting: [FetchKey] = []
    private var count = 0
    /// How many of those that are out strangers have named.
    private var strangersCount = 0

    /// A fetcher that asks nothing yet.
    ///
    /// - Parameters:
    ///   - limit: how many questions are out at a time.
    ///   - answered: called with what came of each question, in a later turn than that of its
    ///     ``fetch(_:for:)``.
    init(
        on loop: EventLoop, limit: Int,
        answered: @escaping (FetchID, FetchKey, Fetched) -> Void
    ) {
        client = HTTPClient(on: loop)
        self.limit = limit
        self.answered = answered
    }

    /// Whether nothing is asked.
    var isIdle: Bool { asked.isEmpty }

    /// Asks questions for somebody; returns those that are refused, for being too many.
    func fetch(_ questions: [FetchQuestion], for id: FetchID) -> [FetchKey] {
        var refused: [FetchKey] = []
        for question in questions {
            if question.isOfStranger, strangers >= Self.mostStrangers {
                refused.append(question.key)
            } else if asked[question.key] != nil {
                asked[question.key]?.waiting.append(id)
            } else if asked.count < Self.most {
                asked[question.key] = Asked(question: question, waiting: [id])
                waiting.append(question.key)
            } else {
                refused.append(question.key)
            }
        }
        startNext()
        return refused
    }

    /// What is said of a question that is refused.
    static let refusal = "too many others are being asked"

    /// Those who wait for what strangers have named.
    private var strangers: Int {
        asked.values.reduce(0) { $0 + ($1.question.isOfStranger ? $1.waiting.count : 0) }
    }

    /// Somebody waits no longer; what nobody waits for is given up.
    func abandon(_ id: FetchID) {
        for (key, var one) in asked where one.waiting.contains(id) {
            one.waiting.removeAll { $0 == id }
            asked[key] = one
            if one.waiting.isEmpty { end(key) }
        }
        startNext()
    }

    /// Reads the servers of resolv.conf(5) anew.
    func refresh() { client.refreshResolver() }

    /// Gives up everything.
    func shutdown() {
        for one in asked.values { one.exchange?.cancel() }
        asked = [:]
        waiting = []
        count = 0
        strangersCount = 0
    }

    private func end(_ key: FetchKey) {
        guard let one = asked.removeValue(forKey: key) else { return }
        if let exchange = one.exchange {
            exchange.cancel()
            count -= 1
            if one.question.isOfStranger { strangersCount -= 1 }
        } else {
            waiting.removeAll { $0 == key }
        }
    }

    private func startNext() {
        while count < limit, let key = next() {
            guard let question = asked[key]?.question else { continue }
            count += 1
            if question.isOfStranger { strangersCount += 1 }
            // An exchange ends with this object, which keeps it.
            asked[key]?.exchange = client.start(
                HTTPRequest(question), within: Self.patience
            ) { [unowned(unsafe) self] outcome in
                finish(key, outcome)
            }
        }
    }

    /// Takes the next one whose turn it is.
    private func next() -> FetchKey? {
        let hasRoom = strangersCount < max(1, limit / Self.shareOfStrangers)
        let index = waiting.firstIndex { asked[$0]?.question.isOfStranger != true || hasRoom }
        return index.map { waiting.remove(at: $0) }
    }

    private func finish(_ key: FetchKey, _ outcome: HTTPExchange.Outcome) {
        guard let one = asked[key] else { return }
        end(key)
        startNext()
        let result: Fetched =
            switch outcome {
            case .body(let octets): .octets(octets)
            case .failed(let why): .failed(why)
            }
        for id in one.waiting { answered(id, key, result) }
    }
}

extension HTTPRequest {
    /// How a question is asked (RFC 5280 §4.2.1.13, RFC 6960 appendix A.1, RFC 7296 §3.6).
    init(_ question: FetchQuestion) {
        let body: Body? =
            switch question.kind {
            case .list, .certificates: nil
            case .response(let der): Body(type: "application/ocsp-request", octets: der)
            }
        self.init(
            url: question.url, of: question.isOfStranger ? .stranger : .believed, body: body,
            proxy: question.proxy.map { Proxy(host: $0.host, port: $0.port) },
            longest: question.longestAnswer)
    }
}
