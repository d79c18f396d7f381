import Admin
import Reactor

/// A request as it came, with what went along.
struct Petition {
    let request: Request
    /// What whoever makes it may do.
    let standing: AdminConnection.Standing
    /// The octets that went along, if it is a request with some.
    let enclosed: SensitiveOctets
    /// The file that went along, if it is a request with one.
    let descriptor: Descriptor?
}

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
        case awaiting
        /// The answer takes its time.
        case waiting
        case answering(Answer)
        /// All is said; what is left in the output goes out.
        case finishing
        case over
    }

    /// Octets that are read at once: a file of some megabytes takes some dozens of turns.
    private static let roomForInput = 65536
    /// Octets of output that wait for the other end. More is not made before it takes some.
    private static let mostOutput = 64 << 10
    /// Replies made in one turn of the loop, so that packets get theirs.
    private static let repliesPerTurn = 64

    private let stream: LocalStream
    private let standing: Standing?
    private var state = State.awaiting
    private var input: FrameBuffer
    /// What came along first; more is closed as it comes.
    private var descriptor: Descriptor?
    private var output: [UInt8] = []
    private var written = 0
    /// When something last went through.
    private(set) var movedAt: UInt64

    init(_ stream: LocalStream, standing: Standing?, at now: UInt64) {
        self.stream = stream
        self.standing = standing
        movedAt = now
        let isTrusted = standing == .administrator
        input = FrameBuffer(
            longest: Frame.longestRequest + (isTrusted ? Frame.longestEnclosure : 0))
    }

    var isOver: Bool { if case .over = state { true } else { false } }

    /// Whether it is us who let the other end wait.
    var isWaiting: Bool { if case .waiting = state { true } else { false } }

    /// Counts standing still anew: it was not the other end's.
    func excuse(at now: UInt64) { movedAt = now }

    /// Nothing is heard of it any more, and nothing keeps it alive.
    func close() {
        state = .over
        stream.close()
    }

    // MARK: The request

    /// Takes in what has come. After the request only the end is of interest.
    func read(at now: UInt64, _ answer: (Petition) -> Answer) {
        var room = [UInt8](repeating: 0, count: Self.roomForInput)
        defer { room.erase() }
        let (progress, descriptors) = stream.read(into: &room)
        switch progress {
        case .blocked: return
        case .ended: state = .over
        case .moved(let count):
            guard case .awaiting = state else { return }
            movedAt = now
            if standing == .administrator, descriptor == nil { descriptor = descriptors.first }
            input.append(room.prefix(count))
            do throws(AdminError) {
                guard var message = try input.next() else { return }
                defer { message.erase() }
                begin(self.answer(try Message(octets: message), answer))
            } catch {
                begin(Answer(failure: error.description))
            }
            input = FrameBuffer(longest: 0)
            descriptor = nil
        }
    }

    private func begin(_ answer: Answer) {
        if let promise = answer.promise {
            state = .waiting
            // It keeps this object until it is kept itself.
            promise.whenKept = { [self] in if isWaiting { begin($0) } }
        } else {
            state = .answering(answer)
            stream.isWriting = true
        }
    }

    private func answer(_ message: Message, _ answer: (Petition) -> Answer) -> Answer {
        let request = message.request
        guard let standing else {
            return Answer(failure: "permission denied; expected root, or a member of the group")
        }
        guard standing == .administrator || !request.changes else {
            return Answer(failure: "permission denied: members of the group may only look")
        }
        let isLog = if case .log = request.enclosure { true } else { false }
        guard !isLog || descriptor != nil else {
            return Answer(failure: "\(AdminError.malformed)")
        }
        return answer(
            Petition(
                request: request, standing: standing, enclosed: message.enclosed,
                descriptor: isLog ? descriptor : nil))
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
        // There may have been keys in it.
        output.erase()
        output.removeAll(keepingCapacity: true)
        written = 0
        if case .finishing = state { state = .over }
    }

    private func produce() {
        guard case .answering(var answer) = state else { return }
        output.removeFirst(written)
        written = 0
        // No part of it stays behind where it has grown out of.
        output.reserveCapacity(Self.mostOutput + Frame.longestReply)
        for _ in 0..<Self.repliesPerTurn where output.count < Self.mostOutput {
            guard let reply = answer.next() else {
                state = .finishing
                return
            }
            var message = reply.octets
            var frame = Frame.around(message)
            output += frame
            message.erase()
            frame.erase()
        }
        state = .answering(answer)
    }
}
