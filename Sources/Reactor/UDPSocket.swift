import CLibevent
import CLinux
import Net

/// A UDP socket on every address of one family, which knows of each datagram the address that was
/// asked and answers from it. Sending is collected and flushed once a turn.
public final class UDPSocket {
    /// The four zero octets before an IKE message on the port shared with ESP (RFC 3948,
    /// section 2.2).
    public static let nonESPMarkerCount = 4
    /// Batches taken in one turn, so that timers and other sockets get theirs.
    private static let batchesPerTurn = 4

    /// What passed through the socket, in datagrams.
    public struct Counters: Equatable, Sendable {
        /// Received and delivered.
        public internal(set) var received: UInt64 = 0
        /// Received and dropped, being longer than the socket takes.
        public internal(set) var truncated: UInt64 = 0
        /// Received and dropped, since the kernel did not say where from or where to.
        public internal(set) var unaddressed: UInt64 = 0
        /// Handed to the kernel.
        public internal(set) var sent: UInt64 = 0
        /// Dropped, since the kernel refused them.
        public internal(set) var refused: UInt64 = 0
        /// Dropped, since the kernel's buffer and the queue before it were full.
        public internal(set) var overflowed: UInt64 = 0
    }

    /// The family of every address of this socket.
    public let family: IPAddress.Family
    /// The bound port; the kernel's choice when the socket was opened with 0.
    public let port: UInt16
    /// Datagrams received, sent and dropped.
    public private(set) var counters = Counters()
    /// Called for every datagram that could not be sent, with the reason.
    public var onUnsent: ((_ to: SocketAddress, _ reason: ReactorError) -> Void)?

    let descriptor: Descriptor
    private let longest: Int
    private let buffers: ReceiveBuffers
    private let queue = SendQueue()
    private var writable: Watch?
    /// The kernel's buffer is full, and ``writable`` tells when it is not.
    private var isBlocked = false

    /// Opens and binds the socket: non-blocking, closed on exec, IPv6 without IPv4 in it, and
    /// allowed to fragment, as IKE messages may need.
    ///
    /// - Parameters:
    ///   - port: the UDP port; 0 lets the kernel choose.
    ///   - bound: a socket to take over, with what waits in it, if it is one of this family that is
    ///     bound to this port.
    ///   - longest: datagrams of more octets are dropped and counted.
    public init(
        family: IPAddress.Family, port: UInt16, bound: Descriptor? = nil, longest: Int = 65_535,
        on loop: EventLoop
    ) throws(ReactorError) {
        self.family = family
        self.longest = longest
        buffers = loop.receiveBuffers
        if let bound, Self.isBound(bound, family: family, port: port) {
            descriptor = bound
            self.port = port
        } else {
            descriptor = try Self.open(family)
            self.port = try Self.bind(descriptor, family: family, port: port)
        }
        try Self.prepare(descriptor, family)
        writable = try Watch(
            base: loop.base, number: descriptor.number, interest: EV_WRITE, paused: true
        ) { [unowned(unsafe) self] in
            // Safe: this object alone holds the watch, and cancels it as it goes.
            becameWritable()
        }
    }

    deinit { writable?.cancel() }

    /// The descriptor, for ``EventLoop/watch(_:_:)``.
    public var descriptorNumber: Int32 { descriptor.number }

    // MARK: Receiving

    /// Takes what has arrived, up to a fair share for one turn, and passes each datagram on as it
    /// came, with who sent it and the address that was asked. The octets are only lent.
    ///
    /// Must not be called from `body`. Throws only when the socket itself is unusable; what ICMP
    /// says of earlier datagrams is none of a receiver's business.
    public func receive(
        _ body: (_ octets: Span<UInt8>, _ from: SocketAddress, _ to: SocketAddress) -> Void
    ) throws(ReactorError) {
        for _ in 0..<Self.batchesPerTurn {
            buffers.prepare(longest: longest)
            let count = recvmmsg(
                descriptor.number, buffers.messages, UInt32(ReceiveBuffers.slotCount), 0, nil)
            guard count >= 0 else {
                switch lastSystemError {
                case EBADF, ENOTSOCK, EFAULT, EINVAL:
                    throw ReactorError("receive on UDP port \(port)")
                case EAGAIN: return
                default: continue
                }
            }
            for slot in 0..<Int(count) { deliver(slot, to: body) }
            buffers.shrink(afterUsing: Int(count))
            if count < ReceiveBuffers.slotCount { return }
        }
    }

    private func deliver(
        _ slot: Int, to body: (Span<UInt8>, SocketAddress, SocketAddress) -> Void
    ) {
        let header = buffers.messages + slot
        if Int(header.pointee.msg_hdr.msg_flags) & Int(MSG_TRUNC) != 0 {
            counters.truncated += 1
            return
        }
        guard let from = SocketAddress(at: buffers.name(in: slot)),
            let (address, zone) = PacketInfo.destination(of: &header.pointee.msg_hdr)
        else {
            counters.unaddressed += 1
            return
        }
        counters.received += 1
        body(buffers.octets(in: slot).span, from, SocketAddress(address, port: port, zone: zone))
    }

    // MARK: Sending

    /// Queues a datagram for the next ``flush()``.
    ///
    /// - Parameters:
    ///   - marker: puts the four zero octets of RFC 3948 before it.
    ///   - source: the address to send from; the kernel chooses when it is unspecified. The port is
    ///     always this socket's.
    public func send(
        _ octets: Span<UInt8>, marker: Bool = false, from source: SocketAddress,
        to destination: SocketAddress
    ) {
        guard source.address.family == family, destination.address.family == family else {
            counters.refused += 1
            report(destination, EAFNOSUPPORT)
            return
        }
        if queue.append(octets, marker: marker, from: source, to: destination) { return }
        flush()
        if queue.append(octets, marker: marker, from: source, to: destination) { return }
        counters.overflowed += 1
        report(destination, ENOBUFS)
    }

    /// The same for octets in an array.
    public func send(
        _ octets: [UInt8], marker: Bool = false, from source: SocketAddress,
        to destination: SocketAddress
    ) {
        send(octets.span, marker: marker, from: source, to: destination)
    }

    /// Hands what is queued to the kernel; what finds its buffer full waits until there is room.
    public func flush() {
        while !queue.isEmpty && !isBlocked {
            let waiting = queue.waiting
            let sent = sendmmsg(
                descriptor.number, waiting.baseAddress, UInt32(waiting.count), Int32(MSG_NOSIGNAL))
            guard sent <= 0 else {
                counters.sent += UInt64(sent)
                queue.removeFirst(Int(sent))
                continue
            }
            switch lastSystemError {
            case EINTR: continue
            case EAGAIN where writable?.resume() == true: isBlocked = true
            case let code: refuseFirst(code)
            }
        }
    }

    /// The kernel will not send the first waiting datagram; the others may fare better.
    private func refuseFirst(_ code: Int32) {
        let destination = queue.firstDestination
        queue.removeFirst(1)
        counters.refused += 1
        if let destination { report(destination, code) }
    }

    private func report(_ destination: SocketAddress, _ code: Int32) {
        onUnsent?(destination, ReactorError("send to \(destination)", code: code))
    }

    private func becameWritable() {
        isBlocked = false
        writable?.pause()
        flush()
    }
}
