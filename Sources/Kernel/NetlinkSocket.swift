import CLinux

/// A netlink socket that speaks with one part of the kernel, and the buffer it receives into.
final class NetlinkSocket {
    /// The descriptor; owned.
    let descriptor: CInt
    private let buffer: UnsafeMutableRawPointer
    private var sequence: UInt32 = 0

    /// Octets of one datagram at most. The kernel fills what a dump is given up to 32 KiB; no single
    /// message of XFRM or of routing comes near this.
    private static let bufferSize = 16 * 1024
    /// How often a dump is begun again when the kernel's tables change under it.
    private static let dumpAttempts = 8
    /// Datagrams of one answer: a bound for a dump that would not end.
    private static let answerLimit = 1 << 18
    /// The kernel answers before `sendmsg` returns; when none comes, something is out of order.
    private static let answerTimeout = timeval(tv_sec: 2, tv_usec: 0)

    /// Opens a socket of a netlink family that hears the multicast groups given, by number.
    init(_ family: CInt, groups: [UInt32] = []) throws(NetlinkError) {
        let descriptor = socket(AF_NETLINK, CInt(truncatingIfNeeded: NETLINK_SOCKET_TYPE), family)
        guard descriptor >= 0 else { throw .last }
        self.descriptor = descriptor
        buffer = .allocate(byteCount: Self.bufferSize, alignment: 8)
        // From here on deinit closes the socket.
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        for group in groups where (1...32).contains(group) {
            address.nl_groups |= 1 << (group - 1)
        }
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
            }
        }
        guard bound == 0 else { throw .last }
        // The kernel's words with its errors, without our keys; older kernels do without.
        set(NETLINK_EXT_ACK, to: CInt(1), level: SOL_NETLINK)
        set(NETLINK_CAP_ACK, to: CInt(1), level: SOL_NETLINK)
        set(SO_RCVTIMEO, to: Self.answerTimeout, level: SOL_SOCKET)
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    /// Asks for room for bursts, past the system's limit where we may.
    func setReceiveBuffer(octets: CInt) {
        if !set(SO_RCVBUFFORCE, to: octets, level: SOL_SOCKET) {
            set(SO_RCVBUF, to: octets, level: SOL_SOCKET)
        }
    }

    @discardableResult
    private func set<T: BitwiseCopyable>(_ option: CInt, to value: T, level: CInt) -> Bool {
        withUnsafeBytes(of: value) {
            setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count)) == 0
        }
    }

    /// Sends a request and hands over the messages of the answer, each by its type and payload.
    func perform(
        _ request: inout NetlinkRequest, each body: (UInt16, Span<UInt8>) -> Void = { _, _ in }
    ) throws(NetlinkError) {
        sequence &+= 1
        request.complete(sequence: sequence)
        try send(request.octets)
        if try !receiveAnswer(each: body) {
            throw NetlinkError(EINTR, explanation: "the table changed during the dump")
        }
    }

    /// Sends several requests at once and returns which of them the kernel refuses, by their places.
    /// It takes them in their order and goes on behind one that it refuses.
    func perform(
        batch: inout [NetlinkRequest]
    ) throws(NetlinkError) -> [(place: Int, error: NetlinkError)] {
        guard let last = batch.indices.last else { return [] }
        let first = sequence &+ 1
        // Errors come unasked; that of the last one, or that there is none, ends the answer.
        batch[last].acknowledge()
        var octets: [UInt8] = []
        for index in batch.indices {
            sequence &+= 1
            batch[index].complete(sequence: sequence)
            octets += batch[index].octets
        }
        try send(octets)
        var errors: [(place: Int, error: NetlinkError)] = []
        for _ in batch {
            var isComplete = false
            try receive(flags: 0) { datagram in
                var messages = NetlinkMessages()
                while let message = messages.next(of: datagram) {
                    let place = Int(message.header.nlmsg_seq &- first)
                    guard Int32(message.header.nlmsg_type) == NLMSG_ERROR,
                        batch.indices.contains(place)
                    else { continue }
                    let outcome = Self.outcome(
                        ofAcknowledgement: datagram.extracting(message.payload),
                        flags: Int32(message.header.nlmsg_flags))
                    if case .failure(let error) = outcome { errors.append((place, error)) }
                    isComplete = isComplete || place == last
                }
            }
            if isComplete { return errors }
        }
        throw NetlinkError(EBADMSG, explanation: "the answer has no end")
    }

    /// The elements of a table, each message of the kernel turned into one by the closure.
    ///
    /// - Parameter complete: appends what the request needs beside its header.
    func dump<Element>(
        type: Int, completing complete: (inout NetlinkRequest) -> Void = { _ in },
        _ parse: (UInt16, Span<UInt8>) -> Element?
    ) throws(NetlinkError) -> [Element] {
        for _ in 0..<Self.dumpAttempts {
            var request = NetlinkRequest(type: type, flags: NLM_F_DUMP)
            complete(&request)
            sequence &+= 1
            request.complete(sequence: sequence)
            try send(request.octets)
            var elements: [Element] = []
            let isConsistent = try receiveAnswer { type, payload in
                if let element = parse(type, payload) { elements.append(element) }
            }
            if isConsistent { return elements }
        }
        throw NetlinkError(EINTR, explanation: "the table changed during every dump")
    }

    private func send(_ message: [UInt8]) throws(NetlinkError) {
        var kernel = sockaddr_nl()
        kernel.nl_family = sa_family_t(AF_NETLINK)
        while true {
            let count = message.withUnsafeBytes { octets in
                withUnsafePointer(to: kernel) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(
                            descriptor, octets.baseAddress, octets.count, 0, $0,
                            socklen_t(MemoryLayout<sockaddr_nl>.size))
                    }
                }
            }
            if count == message.count { return }
            guard count < 0 else { throw NetlinkError(EMSGSIZE) }
            if netlink_errno() != EINTR { throw .last }
        }
    }

    /// Reads until the acknowledgement or the end of the dump; whether the dump was consistent.
    private func receiveAnswer(
        each body: (UInt16, Span<UInt8>) -> Void
    ) throws(NetlinkError) -> Bool {
        var isConsistent = true
        for _ in 0..<Self.answerLimit {
            var outcome: Result<Bool, NetlinkError>?
            try receive(flags: 0) { datagram in
                var messages = NetlinkMessages()
                while outcome == nil, let message = messages.next(of: datagram) {
                    // What is left of an answer that was given up.
                    guard message.header.nlmsg_seq == sequence else { continue }
                    let flags = Int32(message.header.nlmsg_flags)
                    if flags & NLM_F_DUMP_INTR != 0 { isConsistent = false }
                    let payload = datagram.extracting(message.payload)
                    switch Int32(message.header.nlmsg_type) {
                    case NLMSG_DONE:
                        outcome = .success(isConsistent)
                    case NLMSG_ERROR:
                        outcome = Self.outcome(ofAcknowledgement: payload, flags: flags)
                    case NLMSG_NOOP, NLMSG_OVERRUN: break
                    default: body(message.header.nlmsg_type, payload)
                    }
                }
            }
            switch outcome {
            case .success(let isConsistent): return isConsistent
            case .failure(let error): throw error
            case nil: continue
            }
        }
        throw NetlinkError(EMSGSIZE, explanation: "the answer does not end")
    }

    /// Success or the error of an NLMSG_ERROR message.
    static func outcome(
        ofAcknowledgement payload: Span<UInt8>, flags: Int32
    ) -> Result<Bool, NetlinkError> {
        guard let acknowledgement = payload.load(nlmsgerr.self) else {
            return .failure(NetlinkError(EBADMSG, explanation: "the answer is cut short"))
        }
        guard acknowledgement.error != 0 else { return .success(true) }
        return .failure(
            NetlinkError(
                0 &- acknowledgement.error,
                explanation: explanation(of: acknowledgement, in: payload, flags: flags)))
    }

    /// The kernel's words about an error. They follow the request, which is left out or repeated.
    private static func explanation(
        of acknowledgement: nlmsgerr, in payload: Span<UInt8>, flags: Int32
    ) -> String? {
        guard flags & NLM_F_ACK_TLVS != 0 else { return nil }
        var offset = MemoryLayout<nlmsgerr>.size
        if flags & NLM_F_CAPPED == 0 {
            guard let length = Int(exactly: acknowledgement.msg.nlmsg_len),
                length >= MemoryLayout<nlmsghdr>.size, length <= payload.count
            else { return nil }
            offset += netlinkAligned(length - MemoryLayout<nlmsghdr>.size)
        }
        let type = UInt16(truncatingIfNeeded: NLMSGERR_ATTR_MSG.rawValue)
        guard let range = payload.attribute(type, from: offset) else { return nil }
        var text: [UInt8] = []
        for index in range.prefix(Self.explanationLimit) {
            guard payload[index] != 0 else { break }
            text.append(payload[index] < 0x20 ? UInt8(ascii: " ") : payload[index])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Octets of an explanation that are kept: it goes into one line of the log.
    private static let explanationLimit = 200

    /// Receives one datagram of the kernel and lends it to the closure; it is erased afterwards,
    /// since the kernel puts the keys of an SA into its answers.
    func receive(
        flags: CInt, _ body: (Span<UInt8>) -> Void
    ) throws(NetlinkError) {
        while true {
            var sender = sockaddr_nl()
            var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
            let received = withUnsafeMutablePointer(to: &sender) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(
                        descriptor, buffer, Self.bufferSize,
                        flags | CInt(truncatingIfNeeded: MSG_TRUNC), $0, &length)
                }
            }
            guard received >= 0 else {
                if netlink_errno() == EINTR { continue }
                throw .last
            }
            // Other processes may write to a netlink socket; only the kernel has port 0.
            guard sender.nl_pid == 0 else { continue }
            guard received <= Self.bufferSize else {
                explicit_bzero(buffer, Self.bufferSize)
                throw NetlinkError(EMSGSIZE, explanation: "a message exceeds the buffer")
            }
            let datagram = UnsafeRawBufferPointer(start: buffer, count: received)
            body(Span<UInt8>(_unsafeBytes: datagram))
            explicit_bzero(buffer, received)
            return
        }
    }
}
