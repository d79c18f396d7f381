import IKE
import Net
import Reactor

/// What the front door costs for a stranger's datagram, in this process.
struct DoorBenchmark {
    private let group: Group
    private let knock: Knock
    private let here = SocketAddress(.v4(10 << 24 | 1), port: 500)
    private let start = Instant(nanoseconds: 1_000_000_000)
    /// As many half-open SAs as make an engine ask for cookies, and block a place.
    private static let crowd = 64

    init(_ group: Group) throws {
        self.group = group
        knock = try Knock(group)
    }

    /// Prints what each way costs in which a stranger can leave the door. Throws when any of them
    /// takes memory from the heap.
    func run(count: Int) throws {
        heading("A stranger's datagram at the front door, each of \(count)")
        let asking = try crowded(by: stranger)
        let cookie = try Knock.cookie(in: try answer(of: asking, to: stranger(1 << 20)))
        let cases: [(name: String, octets: [UInt8], isAnswered: Bool)] = [
            ("asked for a cookie", knock.octets, true),
            ("asked again: another's cookie", try knock.with(cookie: cookie), true),
            ("dropped: malformed", knock.octets.dropLast(), false),
            ("dropped: no nonce", try knock.withoutPayloads(), false),
            ("dropped: an older version", knock.with(version: 0x10), false),
            ("told of a newer version that it is not spoken", knock.with(version: 0x30), true),
        ]
        for (name, octets, isAnswered) in cases {
            try measure(name, asking, octets, count, isAnswered: isAnswered, by: stranger)
        }
        try measure(
            "dropped: too many from there", try crowded(by: neighbour), knock.octets, count,
            isAnswered: false, by: neighbour)
        try measure(
            "dropped: the workers are too far behind", asking, knock.octets, count,
            at: start + .seconds(3), isAnswered: false, by: stranger)
        try exchange(asking, count: count)
    }

    /// Everybody at an address of his own.
    private func stranger(_ index: Int) -> SocketAddress {
        SocketAddress(.v4(10 << 24 | 64 << 16 | UInt32(index & 0x3F_FFFF)), port: 500)
    }

    /// All at one address.
    private func neighbour(_ index: Int) -> SocketAddress {
        SocketAddress(.v4(10 << 24 | 65 << 16), port: UInt16(1024 + index % 60_000))
    }

    private func crowded(by who: (Int) -> SocketAddress) throws -> Engine {
        let engine = try Setting.engine(group)
        for index in 0..<Self.crowd {
            let reception = engine.receive(
                knock.octets.span, local: here, remote: who(index), at: start)
            // From the ninth on a place is asked.
            guard let answer = reception.answer?.encoded() else { continue }
            let again = try knock.with(cookie: try Knock.cookie(in: answer))
            _ = engine.receive(again.span, local: here, remote: who(index), at: start)
        }
        return engine
    }

    private func answer(of engine: Engine, to remote: SocketAddress) throws -> [UInt8] {
        let reception = engine.receive(knock.octets.span, local: here, remote: remote, at: start)
        guard let answer = reception.answer else { throw Failure("the door does not ask") }
        return answer.encoded()
    }

    // MARK: The engine

    private func measure(
        _ name: String, _ engine: Engine, _ octets: [UInt8], _ count: Int, at now: Instant? = nil,
        isAnswered: Bool, by who: (Int) -> SocketAddress
    ) throws {
        let now = now ?? start
        // The first of a kind is logged, and gets the secret made.
        let first = engine.receive(octets.span, local: here, remote: who(1 << 16), at: now)
        guard (first.answer != nil) == isAnswered else {
            throw Failure("\(name): this is not what happens")
        }
        var cost = Cost()
        let size = cost.measure {
            var size = 0
            for index in 0..<count {
                let reception = engine.receive(
                    octets.span, local: here, remote: who(index + Self.crowd), at: now)
                size += reception.answer?.withOctets { $0.count } ?? 0
            }
            return size
        }
        guard (size > 0) == isAnswered else { throw Failure("\(name): the door changed its mind") }
        try show(name, cost, count)
    }

    private func show(_ name: String, _ cost: Cost, _ count: Int) throws {
        row(
            name, cost.microseconds(per: count), "us", goal: "",
            note: "\(cost.allocations) allocations; goal 0", digits: 2)
        guard cost.allocations == 0 else { throw Failure("\(name): takes memory from the heap") }
    }

    // MARK: With sockets

    /// The whole way over this host's own network: received, answered and sent as by the daemon.
    private func exchange(_ engine: Engine, count: Int) throws {
        let batch = 64
        let loop = try EventLoop()
        let server = try UDPSocket(family: .v4, port: 0, on: loop)
        let client = try UDPSocket(family: .v4, port: 0, on: loop)
        let home = IPAddress.v4(127 << 24 | 1)
        var answered = 0
        func round() throws {
            for index in 0..<batch {
                client.send(
                    knock.octets, from: SocketAddress(.v4(127 << 24 | UInt32(2 + index)), port: 0),
                    to: SocketAddress(home, port: server.port))
            }
            client.flush()
            try server.receive { octets, remote, local in
                engine.receive(octets, local: local, remote: remote, at: start).answer?
                    .withOctets { server.send($0, from: local, to: remote) }
            }
            server.flush()
            try client.receive { octets, _, _ in if Knock.asksForCookie(octets) { answered += 1 } }
        }
        try round()
        answered = 0
        var cost = Cost()
        let rounds = count / batch
        try cost.measure { Result { for _ in 0..<rounds { try round() } } }.get()
        guard answered == rounds * batch else {
            throw Failure("\(answered) of \(rounds * batch) were asked for a cookie")
        }
        try show("asked over a socket, with the stranger's own part", cost, rounds * batch)
    }
}
