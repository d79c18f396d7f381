import CLinux
import Crypto

/// One netlink message under construction. Those that carry keys are to be erased after use.
struct NetlinkRequest {
    /// The message so far.
    private(set) var octets: [UInt8] = []

    /// Room for the longest message, an SA with two keys and the widest replay window: the octets
    /// must not move while they grow, because nobody would erase what they leave behind.
    private static let capacity = 2048

    init(type: Int, flags: Int32) {
        octets.reserveCapacity(Self.capacity)
        append(
            nlmsghdr(
                nlmsg_len: 0, nlmsg_type: UInt16(truncatingIfNeeded: type),
                nlmsg_flags: UInt16(truncatingIfNeeded: NLM_F_REQUEST | flags), nlmsg_seq: 0,
                nlmsg_pid: 0))
    }

    /// Appends a C structure as it lies in memory: one without padding, which would be whatever lay
    /// there before.
    mutating func append<T: NetlinkStructure>(_ value: T) {
        withUnsafeBytes(of: value) { octets.append(contentsOf: $0) }
    }

    /// Appends a C structure of which the closure sets the fields; all the rest, padding included,
    /// is zero.
    mutating func append<T: NetlinkStructure>(_ type: T.Type, _ set: (inout T) -> Void) {
        withUnsafeTemporaryAllocation(of: T.self, capacity: 1) { room in
            let bytes = UnsafeMutableRawBufferPointer(room)
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
            set(&room[0])
            octets.append(contentsOf: bytes)
        }
    }

    /// Appends a key.
    mutating func append(_ key: SecretSlice) {
        key.withUnsafeBytes { octets.append(contentsOf: $0) }
    }

    /// Appends octets of another message.
    mutating func append(_ span: Span<UInt8>) {
        for index in span.indices { octets.append(span[index]) }
    }

    /// Appends text in a field of fixed width, filled up with zeros.
    mutating func append(_ text: StaticString, paddedTo width: Int) {
        text.withUTF8Buffer { octets.append(contentsOf: $0.prefix(width)) }
        let padding = max(0, width - text.utf8CodeUnitCount)
        octets.append(contentsOf: repeatElement(0, count: padding))
    }

    /// Appends an attribute of one structure.
    mutating func append<T: NetlinkStructure>(_ type: xfrm_attr_type_t, _ value: T) {
        append(type) { $0.append(value) }
    }

    /// Appends an attribute with what the closure writes.
    mutating func append(_ type: xfrm_attr_type_t, _ write: (inout NetlinkRequest) -> Void) {
        append(UInt16(truncatingIfNeeded: type.rawValue), write)
    }

    /// The same with the number of the attribute's type.
    mutating func append(_ type: UInt16, _ write: (inout NetlinkRequest) -> Void) {
        let start = octets.count
        append(nlattr(nla_len: 0, nla_type: type))
        write(&self)
        store(UInt16(truncatingIfNeeded: octets.count - start), at: start)
        while octets.count % 4 != 0 { octets.append(0) }
    }

    /// Asks for an answer also where there is no error.
    mutating func acknowledge() {
        store(UInt16(truncatingIfNeeded: NLM_F_REQUEST | NLM_F_ACK), at: 6)
    }

    /// Fills in the length and the sequence number: now it can be sent.
    mutating func complete(sequence: UInt32) {
        store(UInt32(truncatingIfNeeded: octets.count), at: 0)
        store(sequence, at: 8)
    }

    /// Overwrites every octet.
    mutating func erase() {
        octets.withUnsafeMutableBytes { octets in
            if let start = octets.baseAddress { explicit_bzero(start, octets.count) }
        }
        octets.removeAll(keepingCapacity: true)
    }

    /// Overwrites a structure within the message.
    mutating func store<T: NetlinkStructure>(_ value: T, at offset: Int) {
        withUnsafeBytes(of: value) { value in
            for index in value.indices { octets[offset + index] = value[index] }
        }
    }
}
