import Crypto
import IPsec
import Net
import Policy
import Wire

/// The IKEv2 protocol (RFC 7296) of one host: events go in, effects come out.
///
/// The engine owns no socket, clock, thread or file. One thread owns the engine.
public final class Engine {
    /// What stays the same while the daemon runs.
    public struct Settings: Sendable {
        /// How long a request waits for its response, retransmissions included.
        public let responseWaitTime: Interval
        /// The UDP port of IKE, ours and the peers'.
        public let ikePort: UInt16
        /// The UDP port of IKE and ESP behind a NAT (RFC 3948).
        public let nattPort: UInt16
        /// Octets of the largest IP packet with a sealed message, where the peer understands
        /// fragments (RFC 7383); `nil`: no fragments, of ours or of the peers'.
        public let fragmentationMTU: UInt16?
        /// What is logged beside errors, warnings and notices.
        public let debug: DebugCategories

        /// Settings with the defaults of in.ikev2d(8).
        public init(
            responseWaitTime: Interval = .seconds(60), ikePort: UInt16 = 500,
            nattPort: UInt16 = 4500, fragmentationMTU: UInt16? = nil, debug: DebugCategories = .op
        ) {
            self.responseWaitTime = responseWaitTime
            self.ikePort = ikePort
            self.nattPort = nattPort
            self.fragmentationMTU = fragmentationMTU
            self.debug = debug
        }
    }

    /// Fixed limits, each with its reason.
    enum Limit {
        /// How long a responder waits for IKE_AUTH: a peer retransmits for about that long.
        static let halfOpenLifetime = Interval.seconds(30)
        /// How long others may take with their answers about a peer's certificates, whatever the
        /// policy says: the peer gives up not much later.
        static let fetching = Interval.seconds(30)
        /// How long the last response of an SA that ended is repeated: four retransmissions of
        /// the peer fall within it.
        static let lingering = Interval.seconds(10)
        /// How long the peer has for deleting an IKE SA in whose place it has made another: as long
        /// as it may take to repeat its request.
        static let superseded = Interval.seconds(60)
        /// How long leave-taking may hold up the end of the daemon.
        static let departure = Interval.seconds(2)
        /// Octets of an IKE_SA_INIT request, which is kept until AUTH has covered it. RFC 7296 §2
        /// wants messages of 3000 taken.
        static let beginning = 4096
        /// Child SAs of one IKE SA: more is a peer gone wild. Each of them may have a successor
        /// beside it while it is rekeyed.
        static let children = 256
        /// IKE SAs that a peer has made others in place of and has not deleted yet: one is usual,
        /// and lost messages may leave another.
        static let replaced = 4
        /// Requests that wait for the window of one IKE SA.
        static let queued = 256
    }

    let settings: Settings
    let primitives: Primitives
    let random: (Int) -> [UInt8]
    var rules: RuleIndex
    var presharedKeys: PresharedKeys
    var credentials: Credentials
    /// What others have answered about certificates.
    var knownAnswers: FetchAnswers
    var fetchFailures = FetchFailures()
    var ownStatuses = OwnStatuses()
    /// Seconds since 1970, by which certificates hold.
    let wallClock: () -> Int64
    var policies = SecurityPolicyDatabase()
    /// What the policies say of Child SAs beside the kernel, by reqid.
    private(set) var policyAlgorithms: [UInt32: PolicyAlgorithms] = [:]
    var hostAddresses: [IPAddress] = []
    var table = SATable()
    var deadlines = DeadlineHeap()
    var complaints = Complaints()
    var door = FrontDoor()
    var newcomers = NewcomerQueue()
    var upkeep = Upkeep()
    let strangersFragments = StrangersFragments()
    var fragmentCounters = FragmentCounters()
    var statistics = Statistics()
    var failures = Failures()
    var events = RecentEvents()
    /// What is logged beside errors, warnings and notices.
    public var debugCategories: DebugCategories
    /// Whether ``Event/shutdown`` has come, and until when peers may answer.
    var departure: Instant?
    /// Whether ``Effect/finished`` has been said.
    var isFinished = false
    private(set) var now = Instant(nanoseconds: 0)
    private var effects: [Effect] = []
    private var suites: [IKESuite.ID: IKESuite] = [:]

    /// An engine without SAs.
    ///
    /// - Parameters:
    ///   - knownAnswers: what others have answered about certificates before.
    ///   - random: gives so many unpredictable octets.
    ///   - wallClock: gives seconds since 1970, by which certificates hold.
    public init(
        settings: Settings, primitives: Primitives, configuration: Policy.Configuration,
        presharedKeys: PresharedKeys, credentials: Credentials,
        knownAnswers: FetchAnswers = FetchAnswers(), random: @escaping (Int) -> [UInt8],
        wallClock: @escaping () -> Int64
    ) {
        self.settings = settings
        debugCategories = settings.debug
        self.primitives = primitives
        rules = RuleIndex(configuration.rules)
        self.presharedKeys = presharedKeys
        self.credentials = credentials
        self.knownAnswers = knownAnswers
        self.wallClock = wallClock
        self.random = random
    }

    /// How many IKE SAs there are, in whatever state.
    public var saCount: Int { table.count }

    /// When ``Event/deadlineReached`` is due next; `nil` when nothing waits for time.
    public var nextDeadline: Instant? {
        var next = deadlines.first
        let another = departure == nil ? upkeep.next : isFinished ? nil : departure
        if let another { next = next.map { min($0, another) } ?? another }
        return next
    }

    /// Takes in an event.
    public func handle(_ event: Event, at now: Instant) -> [Effect] {
        self.now = now
        switch event {
        case .deadlineReached: meetDeadlines()
        case .acquire(let acquire): self.acquire(acquire)
        case .expire(let expire): self.expire(expire)
        case .policies(let policies):
            self.policies = policies
            upkeep.follow(rules.rules, at: now)
        case .policyAlgorithms(let algorithms): policyAlgorithms = algorithms
        case .jobDone(let id, let outcome): finish(id, outcome)
        case .fetched(let id, let key, let result): fetched(id, key, result)
        case .installed(let reference): complete(reference, refusal: nil)
        case .refused(let reference, let reason): complete(reference, refusal: reason)
        case .notMoved(let reference, let reason): notMoved(reference, reason)
        case .mapping(let mapping): follow(mapping)
        case .addresses(let addresses): follow(addresses)
        case .paths(let question, let paths): found(paths, question)
        case .measured(let spi, let traffic): measured(spi, traffic)
        case .configuration(let configuration, let keys): refresh(configuration, keys)
        case .credentials(let credentials):
            self.credentials = credentials
            // Whatever was wrong may have been mended.
            fetchFailures = FetchFailures()
        case .administrator(let command): obey(command)
        case .shutdown: depart()
        }
        return takeEffects()
    }

    /// What comes of a datagram.
    public struct Reception {
        /// To be sent back at once, the way the datagram came: it answers a request of which
        /// nothing is kept. Apart from the effects, so that a flood of such requests takes no
        /// memory, not even for a moment.
        public let answer: NotifyMessage?
        /// All else.
        public let effects: [Effect]
    }

    /// Takes in a datagram, without the non-ESP marker.
    ///
    /// - Parameters:
    ///   - local: the address and port it was sent to.
    ///   - remote: where it came from.
    public func receive(
        _ octets: Span<UInt8>, local: SocketAddress, remote: SocketAddress, at now: Instant
    ) -> Reception {
        self.now = now
        let answer = dispatch(octets, local: local, remote: remote)
        return Reception(answer: answer, effects: takeEffects())
    }

    private func takeEffects() -> [Effect] {
        if departure != nil, table.isEmpty { finishDeparture() }
        var taken: [Effect] = []
        swap(&taken, &effects)
        return taken
    }

    func emit(_ effect: Effect) {
        effects.append(effect)
    }

    /// The shared suite of an ID; `nil` when libcrypto lacks one of its algorithms.
    func suite(_ id: IKESuite.ID) -> IKESuite? {
        if let suite = suites[id] { return suite }
        guard let suite = IKESuite(id) else { return nil }
        suites[id] = suite
        return suite
    }

    // MARK: Randomness

    func randomOctets(_ count: Int) -> [UInt8] { random(count) }

    func randomNonce() -> [UInt8] { random(Nonces.ownLength) }

    func randomJitter() -> UInt8 { random(1).first ?? 0 }

    /// An SPI that no IKE SA of ours has.
    func newIKESPI() -> IKESPI {
        while true {
            let spi = IKESPI(random(8).reduce(0) { $0 << 8 | UInt64($1) })
            if spi != .zero, table[spi] == nil { return spi }
        }
    }

    /// An SPI for packets to us. A clash with another key manager's shows when it is installed.
    func newChildSPI() -> ChildSPI {
        while true {
            let spi = ChildSPI(random(4).reduce(0) { $0 << 8 | UInt32($1) })
            if !spi.isReserved, table.ikeSA(ofInbound: spi) == nil { return spi }
        }
    }
}

extension ChildSPI {
    /// 0–255 are reserved by IANA (RFC 4303 §2.1).
    var isReserved: Bool { rawValue < 256 }
}
