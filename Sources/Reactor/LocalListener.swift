import CLinux

/// A socket in the file system on which processes of this machine connect.
public final class LocalListener {
    /// Connections that may wait to be accepted.
    private static let backlog: Int32 = 64
    /// Connections accepted in one turn, so that others get theirs.
    private static let acceptsPerTurn = 16

    private let path: String
    private let descriptor: Descriptor
    private var watch: Watch?

    /// Makes the socket, in place of one that nobody listens on any more.
    ///
    /// - Parameters:
    ///   - owner: the user and the group that it belongs to; `nil` for those of this process.
    ///   - mode: who may connect, as chmod(2) has it.
    public init(
        path: String, owner: (user: UInt32, group: UInt32)?, mode: UInt32
    ) throws(ReactorError) {
        guard let address = LocalAddress(path) else {
            throw ReactorError("make the socket \(path)", code: ENAMETOOLONG)
        }
        self.path = path
        let type = Int32(
            SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = try Descriptor(owning: socket(AF_UNIX, type, 0), from: "open a local socket")
        if !address.bind(descriptor.number) {
            let isTaken = lastSystemError == EADDRINUSE
            guard isTaken, Self.isAbandoned(address), unlink(path) == 0,
                address.bind(descriptor.number)
            else {
                throw isTaken
                    ? ReactorError("make the socket \(path)", code: EADDRINUSE)
                    : ReactorError("make the socket \(path)")
            }
        }
        if let owner, chown(path, owner.user, owner.group) != 0 {
            throw ReactorError("give away the socket \(path)")
        }
        guard chmod(path, mode) == 0, listen(descriptor.number, Self.backlog) == 0 else {
            throw ReactorError("listen on \(path)")
        }
    }

    deinit {
        watch?.cancel()
        unlink(path)
    }

    /// Hands over whoever connects.
    public func accept(
        on loop: EventLoop, _ body: @escaping (LocalStream) -> Void
    ) throws(ReactorError) {
        watch = try loop.watch(descriptor.number) { [unowned(unsafe) self] in
            for _ in 0..<Self.acceptsPerTurn {
                let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
                let number = accept4(descriptor.number, nil, nil, flags)
                guard number >= 0 else { return }
                // Who is gone again has nobody to answer.
                guard let stream = try? LocalStream(Descriptor(owning: number)) else { continue }
                body(stream)
            }
        }
    }

    /// Whether nobody listens there.
    private static func isAbandoned(_ address: LocalAddress) -> Bool {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(AF_UNIX, type, 0)
        guard number >= 0 else { return false }
        defer { close(number) }
        return !address.connect(number) && lastSystemError == ECONNREFUSED
    }
}
