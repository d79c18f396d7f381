import CLibevent
import CLinux

/// One end of a connection between processes of this machine, which never blocks.
public final class LocalStream {
    /// Who is at the other end, as the kernel knows.
    public struct Peer: Equatable, Sendable {
        /// Its user.
        public let user: UInt32
        /// Its groups, the supplementary ones among them.
        public let groups: [UInt32]
    }

    /// What came of a call.
    public enum Progress: Equatable, Sendable {
        /// So many octets went through.
        case moved(Int)
        /// Nothing can go through now.
        case blocked
        /// The other end is gone.
        case ended
    }

    /// Who connected.
    public let peer: Peer
    private let descriptor: Descriptor
    private var readable: Watch?
    private var writable: Watch?

    init(_ descriptor: Descriptor) throws(ReactorError) {
        self.descriptor = descriptor
        peer = try Peer(of: descriptor.number)
    }

    /// Calls the handlers when something can be read, and while ``isWriting`` when something can be
    /// written.
    public func watch(
        on loop: EventLoop, onReadable: @escaping () -> Void, onWritable: @escaping () -> Void
    ) throws(ReactorError) {
        readable = try loop.watch(descriptor.number, onReadable)
        writable = try Watch(
            base: loop.base, number: descriptor.number, interest: EV_WRITE, paused: true,
            onWritable)
    }

    /// Whether there is something to be written; at first there is not.
    public var isWriting = false {
        didSet {
            guard isWriting != oldValue else { return }
            if isWriting { _ = writable?.resume() } else { writable?.pause() }
        }
    }

    /// Calls no handler any more, and lets go of them.
    public func close() {
        readable?.cancel()
        writable?.cancel()
    }

    /// Reads what is there, into the front of the room. The descriptors that came with it are
    /// closed unless the caller keeps them.
    public func read(
        into room: inout [UInt8]
    ) -> (progress: Progress, descriptors: [Descriptor]) {
        let (count, descriptors) = PassedDescriptors.receive(into: &room, from: descriptor.number)
        return (Self.progress(count), descriptors)
    }

    /// Writes what goes through now.
    public func write(_ octets: ArraySlice<UInt8>) -> Progress {
        let count = octets.withUnsafeBytes {
            send(
                descriptor.number, $0.baseAddress, $0.count,
                Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        }
        return Self.progress(count)
    }

    private static func progress(_ count: Int) -> Progress {
        if count > 0 { return .moved(count) }
        if count == 0 { return .ended }
        return [EAGAIN, EINTR].contains(lastSystemError) ? .blocked : .ended
    }
}

extension LocalStream.Peer {
    /// A process is in no more groups than the kernel lets it: 65536. Whoever is in more than this
    /// is looked at for the first.
    private static let mostGroups = 1024

    init(of descriptor: Int32) throws(ReactorError) {
        var credentials = ucred()
        var length = socklen_t(MemoryLayout<ucred>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else {
            throw ReactorError("ask who connected")
        }
        user = credentials.uid
        var others = [gid_t](repeating: 0, count: Self.mostGroups)
        length = socklen_t(Self.mostGroups * MemoryLayout<gid_t>.size)
        let isKnown = getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, &others, &length) == 0
        let count = isKnown ? Int(length) / MemoryLayout<gid_t>.size : 0
        groups = [credentials.gid] + others.prefix(count)
    }
}
