import CLinux

// Reading netlink: every access is bounds-checked, and nothing is copied but the structure asked for.

/// Where the attributes of a structure of type `T` begin: after it, at a multiple of four.
func attributesOffset<T: NetlinkStructure>(after type: T.Type) -> Int {
    netlinkAligned(MemoryLayout<T>.size)
}

/// Netlink aligns messages and attributes to four octets.
func netlinkAligned(_ length: Int) -> Int { (length + 3) & ~3 }

extension Span where Element == UInt8 {
    /// The C structure at an offset; `nil` where the octets end before it does.
    func load<T: NetlinkStructure>(_ type: T.Type, at offset: Int = 0) -> T? {
        let size = MemoryLayout<T>.size
        guard offset >= 0, size <= count, offset <= count - size else { return nil }
        var value = T()
        withUnsafeMutableBytes(of: &value) { value in
            bytes.extracting(offset..<offset + size).withUnsafeBytes { value.copyMemory(from: $0) }
        }
        return value
    }

    /// Where the value of the first attribute of a type lies, among those that begin at `offset`;
    /// `nil` when there is none before the end or before one whose length is wrong.
    func attribute(_ type: UInt16, from offset: Int) -> Range<Int>? {
        var attributes = NetlinkAttributes(from: offset)
        while let attribute = attributes.next(of: self) {
            if attribute.type == type { return attribute.value }
        }
        return nil
    }
}

/// The attributes of one message.
struct NetlinkAttributes {
    /// One attribute.
    struct Attribute {
        let type: UInt16
        /// Where its value lies in the message.
        let value: Range<Int>
    }

    private var position: Int

    /// Those that begin at an offset.
    init(from offset: Int) {
        position = offset
    }

    /// The next attribute; `nil` at the end, or where a length is wrong.
    mutating func next(of message: Span<UInt8>) -> Attribute? {
        guard let header = message.load(nlattr.self, at: position) else { return nil }
        let length = Int(header.nla_len)
        guard length >= MemoryLayout<nlattr>.size, length <= message.count - position else {
            return nil
        }
        let value = position + MemoryLayout<nlattr>.size..<position + length
        position += netlinkAligned(length)
        return Attribute(
            type: header.nla_type & UInt16(truncatingIfNeeded: NETLINK_ATTRIBUTE_TYPE),
            value: value)
    }
}

/// The messages of one datagram.
struct NetlinkMessages {
    /// One message.
    struct Message {
        let header: nlmsghdr
        /// Where its payload lies in the datagram.
        let payload: Range<Int>
    }

    private var position = 0

    /// The next message; `nil` at the end, or where a length is wrong.
    mutating func next(of datagram: Span<UInt8>) -> Message? {
        guard let header = datagram.load(nlmsghdr.self, at: position),
            let length = Int(exactly: header.nlmsg_len),
            length >= MemoryLayout<nlmsghdr>.size, length <= datagram.count - position
        else { return nil }
        let payload = position + MemoryLayout<nlmsghdr>.size..<position + length
        position += netlinkAligned(length)
        return Message(header: header, payload: payload)
    }
}
