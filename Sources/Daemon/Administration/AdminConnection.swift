import Admin
import Reactor

/// One connection of ikeadm(8): a request, then replies as fast as they are taken.
final class AdminConnection {
    /// What somebody may do.
    enum Standing {
        /// Root, and the daemon's own user.
        case administrator
        /// Members of the daemon's group: they look.
        case reader
    }

    private enum State {
        case awaiting(FrameBuffer)
        case answering(Answer)
        /// All is said; what is left in the output goes out.
        case finishing
        case over
    }

    /// Octets of output that wait for the other end. More is not made before it takes some.
    private static let mostOutput = 64 << 10
    /// Replies made in one turn of the loop, so that packets get theirs.
    private static let repliesPerTurn = 64

    private let stream: LocalStream
    private let standing: Standing?
    private var state: State
    private var output: [UInt8] = []
    private var written = 0
    /// When something last went through.
    private(set) var movedAt: UInt64

    init(_ stream: LocalStream, standing: Standing?, at now: UInt64) {
        self.stream = stream
        self.standing = standing
        movedAt = now
        state = .awaiting(FrameBuffer(longest: Frame.longestRequest))
    }

    var isOver: Bool { if case .over = state { true } else { false } }

    /// Nothing is heard of it any more, and nothing keeps it alive.
    func close() {
        state = .over
        stream.close()
    }

    // MARK: The request

    /// Takes in what has come. After the request only the end is of interest.
    func read(at now: UInt64, _ answer: (Request) -> Answer) {
        var room = [UInt8](repeating: 0, count: 4096)
        switch stream.read(into: &room) {
        case .blocked: return
        case .ended: state = .over
        case .moved(let count):
            guard case .awaiting(var buffer) = state else { return }
            movedAt = now
            buffer.append(room.prefix(count))
            do throws(AdminError) {
                guard let message = try buffer.next() else {
                    state = .awaiting(buffer)
                    return
                }
                state = .answering(self.answer(try Request(octets: message), answer))
            } catch {
                state = .answering(Answer(failure: error.description))
            }
            stream.isWriting = true
        }
    }

    private func answer(_ request: Request, _ answer: (Request) -> Answer) -> Answer {
        guard let standing else {
            return Answer(failure: "permission denied; expected root, or a member of the group")
        }
        guard standing == .administrator || !request.changes else {
            return Answer(failure: "permission denied: members of the group may only look")
        }
        return answer(request)
    }

    // MARK: The replies

    /// Sends what goes through, and makes more of it.
    func write(at now: UInt64) {
        guard stream.isWriting else { return }
        produce()
        switch stream.write(output[written...]) {
        case .moved(let count):
            movedAt = now
            written += count
        case .blocked: return
        case .ended:
            state = .over
            return
        }
        guard written == output.count else { return }
        output.removeAll(keepingCapacity: true)
        written = 0
        if case .finishing = state { state = .over }
    }

    private func produce() {
        guard case .answering(var answer) = state else { return }
        output.removeFirst(written)
        written = 0
        for _ in 0..<Self.repliesPerTurn where output.count < Self.mostOutput {
            guard let reply = answer.next() else {
                state = .finishing
                return
            }
            output += Frame.around(reply.octets)
        }
        state = .answering(answer)
    }
}
