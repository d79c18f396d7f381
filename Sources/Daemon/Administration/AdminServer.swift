import Admin
import Reactor

/// Listens for ikeadm(8). Each connection brings one request and takes its replies; one that is slow,
/// stuck or hostile costs a few kilobytes, for a while.
final class AdminServer {
    /// Connections at a time. Whoever comes then takes the place of the one that has stood still for
    /// the longest: an administrator gets through, however many others stall.
    private static let mostConnections = 64
    /// Nanoseconds that a connection may stand still.
    private static let patience: UInt64 = 10_000_000_000

    private let listener: LocalListener
    private let loop: EventLoop
    private let answer: (Petition) -> Answer
    private let standing: (LocalStream.Peer) -> AdminConnection.Standing?
    private var connections: [AdminConnection] = []
    private var timer: Timer?

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - standing: what somebody may do; `nil` for nothing.
    ///   - answer: does what is requested.
    init(
        _ listener: LocalListener, on loop: EventLoop,
        standing: @escaping (LocalStream.Peer) -> AdminConnection.Standing?,
        answer: @escaping (Petition) -> Answer
    ) throws(ReactorError) {
        self.listener = listener
        self.loop = loop
        self.standing = standing
        self.answer = answer
        timer = loop.makeTimer { [unowned(unsafe) self] in dropIdle() }
        try listener.accept(on: loop) { [unowned(unsafe) self] stream in admit(stream) }
    }

    deinit {
        for connection in connections { connection.close() }
    }

    private func admit(_ stream: LocalStream) {
        if connections.count >= Self.mostConnections { dropSlowest() }
        let connection = AdminConnection(stream, standing: standing(stream.peer), at: loop.now)
        do throws(ReactorError) {
            try stream.watch(
                on: loop, onReadable: { [unowned(unsafe) self] in serve(connection, reads: true) },
                onWritable: { [unowned(unsafe) self] in serve(connection, reads: false) })
        } catch {
            return
        }
        connections.append(connection)
        rearm()
    }

    private func serve(_ connection: AdminConnection, reads: Bool) {
        if reads { connection.read(at: loop.now, answer) }
        connection.write(at: loop.now)
        guard connection.isOver else { return }
        drop(connection)
        rearm()
    }

    private func drop(_ connection: AdminConnection) {
        connection.close()
        connections.removeAll { $0 === connection }
    }

    private func dropSlowest() {
        guard let slowest = connections.min(by: { $0.movedAt < $1.movedAt }) else { return }
        drop(slowest)
    }

    private func dropIdle() {
        let now = loop.now
        for connection in connections where connection.movedAt + Self.patience <= now {
            if connection.isWaiting { connection.excuse(at: now) } else { drop(connection) }
        }
        rearm()
    }

    /// Nobody there, and nothing is waited for.
    private func rearm() {
        guard let earliest = connections.map({ $0.movedAt }).min() else {
            timer?.cancel()
            return
        }
        timer?.set(deadline: earliest + Self.patience)
    }
}
