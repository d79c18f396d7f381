import CLibevent
import CLinux

/// Memory into which the sockets of a loop receive, one after the other.
///
/// A slot can hold the longest datagram there is, but only the pages that a datagram touched take
/// memory, and what the rare long one touched is given back.
final class ReceiveBuffers {
    /// Datagrams taken by one system call.
    static let slotCount = 16
    /// Octets of a slot; UDP's length field has 16 bits.
    static let slotCapacity = 65_536
    /// Longer datagrams have their pages given back: IKE messages with certificate chains fit.
    private static let keptPrefix = 8_192
    private static let pageSize = 4_096

    let messages: UnsafeMutablePointer<mmsghdr>
    private let vectors: UnsafeMutablePointer<iovec>
    private let names: UnsafeMutablePointer<sockaddr_in6>
    private let controls: UnsafeMutableRawPointer
    private let octets: UnsafeMutableRawPointer

    init() {
        let count = Self.slotCount
        messages = .allocate(capacity: count)
        vectors = .allocate(capacity: count)
        names = .allocate(capacity: count)
        names.initialize(repeating: sockaddr_in6(), count: count)
        controls = .allocate(
            byteCount: count * PacketInfo.capacity, alignment: MemoryLayout<cmsghdr>.alignment)
        octets = .allocate(byteCount: count * Self.slotCapacity, alignment: Self.pageSize)
        for slot in 0..<count {
            (vectors + slot).initialize(
                to: iovec(
                    iov_base: octets + slot * Self.slotCapacity, iov_len: Self.slotCapacity))
            var message = mmsghdr()
            message.msg_hdr.msg_name = UnsafeMutableRawPointer(names + slot)
            message.msg_hdr.msg_iov = vectors + slot
            message.msg_hdr.msg_iovlen = 1
            message.msg_hdr.msg_control = controls + slot * PacketInfo.capacity
            (messages + slot).initialize(to: message)
        }
    }

    deinit {
        messages.deallocate()
        vectors.deallocate()
        names.deallocate()
        controls.deallocate()
        octets.deallocate()
    }

    /// Makes the slots ready for datagrams of up to `longest` octets.
    func prepare(longest: Int) {
        for slot in 0..<Self.slotCount {
            vectors[slot].iov_len = min(longest, Self.slotCapacity)
            messages[slot].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_in6>.size)
            messages[slot].msg_hdr.msg_controllen = PacketInfo.capacity
            messages[slot].msg_hdr.msg_flags = 0
        }
    }

    /// What was received into a slot.
    func octets(in slot: Int) -> UnsafeBufferPointer<UInt8> {
        let count = min(Int(messages[slot].msg_len), Self.slotCapacity)
        let start = UnsafeRawPointer(octets + slot * Self.slotCapacity)
        return UnsafeBufferPointer(
            start: start.assumingMemoryBound(to: UInt8.self), count: count)
    }

    /// Who sent what was received into a slot.
    func name(in slot: Int) -> UnsafePointer<sockaddr_in6> {
        UnsafePointer(names + slot)
    }

    /// Gives back the pages that only long datagrams touched, if `count` slots hold any.
    func shrink(afterUsing count: Int) {
        for slot in 0..<count where Int(messages[slot].msg_len) > Self.keptPrefix {
            madvise(
                octets + slot * Self.slotCapacity + Self.keptPrefix,
                Self.slotCapacity - Self.keptPrefix, MADV_DONTNEED)
        }
    }
}
