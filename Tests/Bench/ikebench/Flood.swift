import Glibc
import Net
import Reactor

/// Strangers without number who begin IKE SAs: each datagram from an address of its own, with an SPI
/// of its own, and as many on the way as keep the server busy without a loss.
///
/// They live on our loop, so that whoever else does gets through between them.
final class Flood {
    /// What has come back.
    struct Tally {
        var sent = 0
        var answered = 0
        /// Answers that ask for a cookie.
        var cookies = 0
        /// Datagrams on the way for too long: they, or their answers, found a buffer full.
        var lost = 0
    }

    /// The first address of the strangers, and how many there are: four networks of 16 bits.
    private static let first: UInt32 = 10 << 24 | 65 << 16
    private static let addresses: UInt32 = 4 << 16
    /// On the way at a time: what the receive buffer that Linux grants everybody holds.
    private static let window = 192
    /// How long the server may say nothing before what is on the way counts as lost.
    private static let patience: UInt64 = 1_000_000_000

    private(set) var tally = Tally()
    private var knock: Knock
    private let target: SocketAddress
    private let loop: EventLoop
    private let socket: UDPSocket
    private var watch: Watch?
    private var timer: Timer?
    private var goal = 0
    private var failure: Failure?
    private var heardAt: UInt64 = 0

    init(_ knock: Knock, at target: SocketAddress, on loop: EventLoop) throws {
        self.knock = knock
        self.target = target
        self.loop = loop
        socket = try UDPSocket(family: .v4, port: 0, on: loop)
        watch = try loop.watch(socket.descriptorNumber) { [unowned self] in receive() }
        timer = loop.makeTimer { [unowned self] in giveUp() }
    }

    /// Whether all that were wanted have been sent, and answered or lost.
    var isOver: Bool { tally.sent >= goal && onTheWay == 0 }

    /// Wants so many more; ``turn()`` sends them.
    func extend(by count: Int) {
        goal += count
        heardAt = loop.now
    }

    private var onTheWay: Int { tally.sent - tally.answered - tally.lost }

    /// To be called when a turn of the loop ends.
    func turn() {
        while tally.sent < goal && onTheWay < Self.window {
            let number = UInt32(truncatingIfNeeded: tally.sent)
            knock.number(number)
            // A stride without a common divisor, so that neighbours do not follow each other.
            let address = Self.first + (number &* 40_503) % Self.addresses
            socket.send(knock.octets, from: SocketAddress(.v4(address), port: 0), to: target)
            tally.sent += 1
        }
        socket.flush()
        if onTheWay > 0 { timer?.set(deadline: heardAt + Self.patience) } else { timer?.cancel() }
    }

    private func receive() {
        do {
            try socket.receive { octets, _, _ in
                tally.answered += 1
                // One that had been given up.
                if onTheWay < 0 { tally.lost -= 1 }
                if Knock.asksForCookie(octets) { tally.cookies += 1 }
            }
            heardAt = loop.now
        } catch {
            failure = Failure("receive: \(error)")
            loop.stop()
        }
    }

    private func giveUp() {
        tally.lost += onTheWay
        heardAt = loop.now
    }

    /// Sends so many and waits for their answers; how long that takes, in nanoseconds.
    func run(_ count: Int) throws -> UInt64 {
        extend(by: count)
        let before = nanoseconds(CLOCK_MONOTONIC)
        loop.afterTurn = { [unowned self] in
            turn()
            if isOver { loop.stop() }
        }
        try loop.run()
        if let failure { throw failure }
        return nanoseconds(CLOCK_MONOTONIC) - before
    }
}
