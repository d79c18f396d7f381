import Admin
import CLinux
import Reactor

/// A connection to the daemon for one request.
struct Client {
    private let descriptor: Descriptor
    private var buffer = FrameBuffer(longest: Frame.longestReply)

    /// Connects, and sends the request with what goes along.
    init(
        _ path: String, _ request: Request,
        _ enclosed: SensitiveOctets = SensitiveOctets([]), _ log: Descriptor? = nil
    ) throws(Failure) {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else {
            throw Failure("open a socket: \(systemErrorText(process_errno()))")
        }
        descriptor = Descriptor(owning: number)
        guard let address = LocalAddress(path) else { throw Failure("\(path): too long") }
        guard address.connect(number) else {
            let reason = systemErrorText(process_errno())
            throw Failure("connect to in.ikev2d at \(path): \(reason); is it running?")
        }
        var message = Message(request, enclosed: enclosed).octets
        var frame = Frame.around(message)
        defer {
            message.erase()
            frame.erase()
        }
        try send(frame[...], log)
    }

    /// Sends all of it. The daemon may have refused it before it has come to the end, and says so.
    private func send(_ octets: ArraySlice<UInt8>, _ log: Descriptor?) throws(Failure) {
        var rest = octets
        var log = log
        while !rest.isEmpty {
            let count =
                if let number = log?.number {
                    PassedDescriptors.send(rest, with: number, over: descriptor.number)
                } else {
                    rest.withUnsafeBytes {
                        CLinux.send(
                            descriptor.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                }
            if count < 0, process_errno() == EINTR { continue }
            guard count > 0 else { return }
            log = nil
            rest = rest.dropFirst(count)
        }
    }

    /// Waits for the next reply.
    mutating func next() throws(Failure) -> Reply {
        var room = [UInt8](repeating: 0, count: 65536)
        while true {
            do throws(AdminError) {
                if let message = try buffer.next() { return try Reply(octets: message) }
            } catch {
                throw Failure("in.ikev2d: \(error)")
            }
            let count = room.withUnsafeMutableBytes {
                recv(descriptor.number, $0.baseAddress, $0.count, 0)
            }
            if count < 0, process_errno() == EINTR { continue }
            guard count > 0 else { throw Self.lost }
            buffer.append(room.prefix(count))
        }
    }

    private static let lost = Failure("in.ikev2d ended the connection")
}
