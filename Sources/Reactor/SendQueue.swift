import CLinux
import Net

/// Datagrams waiting for one `sendmmsg`, each written out as the kernel will read it.
///
/// Bounded, and the memory is reused: the space of what was sent comes back when all was sent.
final class SendQueue {
    /// Datagrams in a queue: what one turn of the loop can be expected to send.
    static let slotCount = 64
    /// Octets in a queue: the two longest datagrams there are.
    static let octetCapacity = 131_072

    private let messages: UnsafeMutablePointer<mmsghdr>
    private let vectors: UnsafeMutablePointer<iovec>
    private let names: UnsafeMutablePointer<sockaddr_in6>
    private let controls: UnsafeMutableRawPointer
    private let octets: UnsafeMutableRawPointer
    private var octetCount = 0
    private var first = 0
    private var end = 0

    init() {
        let count = Self.slotCount
        messages = .allocate(capacity: count)
        vectors = .allocate(capacity: count)
        names = .allocate(capacity: count)
        controls = .allocate(
            byteCount: count * PacketInfo.capacity, alignment: MemoryLayout<cmsghdr>.alignment)
        octets = .allocate(byteCount: Self.octetCapacity, alignment: 16)
    }

    deinit {
        messages.deallocate()
        vectors.deallocate()
        names.deallocate()
        controls.deallocate()
        octets.deallocate()
    }

    var isEmpty: Bool { first == end }

    /// The messages that wait, for `sendmmsg`.
    var waiting: UnsafeMutableBufferPointer<mmsghdr> {
        UnsafeMutableBufferPointer(start: messages + first, count: end - first)
    }

    /// Where the first waiting datagram goes.
    var firstDestination: SocketAddress? {
        isEmpty ? nil : SocketAddress(at: names + first)
    }

    /// Forgets the first `count` waiting datagrams.
    func removeFirst(_ count: Int) {
        first = min(first + count, end)
        guard isEmpty else { return }
        first = 0
        end = 0
        octetCount = 0
    }

    /// Queues a copy of the datagram; `false` when there is no room.
    func append(
        _ datagram: Span<UInt8>, marker: Bool, from source: SocketAddress,
        to destination: SocketAddress
    ) -> Bool {
        let markerCount = marker ? UDPSocket.nonESPMarkerCount : 0
        let count = datagram.count + markerCount
        guard end < Self.slotCount, count <= Self.octetCapacity - octetCount else { return false }
        let start = octets + octetCount
        start.initializeMemory(as: UInt8.self, repeating: 0, count: markerCount)
        datagram.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress {
                (start + markerCount).copyMemory(from: base, byteCount: bytes.count)
            }
        }
        (vectors + end).initialize(to: iovec(iov_base: start, iov_len: count))
        var message = mmsghdr()
        message.msg_hdr.msg_name = UnsafeMutableRawPointer(names + end)
        message.msg_hdr.msg_namelen = destination.write(to: names + end)
        message.msg_hdr.msg_iov = vectors + end
        message.msg_hdr.msg_iovlen = 1
        PacketInfo.write(
            source: source, to: controls + end * PacketInfo.capacity, of: &message.msg_hdr)
        (messages + end).initialize(to: message)
        octetCount += count
        end += 1
        return true
    }
}
