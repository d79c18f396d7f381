import CLinux
import IPsec
import Net
import Testing

@testable import Kernel

/// The one message of a datagram.
struct OneMessage {
    let header: nlmsghdr
    let payload: [UInt8]

    /// `nil` when there is none.
    init?(_ datagram: [UInt8]) {
        var messages = NetlinkMessages()
        guard let message = messages.next(of: datagram.span) else { return nil }
        header = message.header
        payload = Array(datagram[message.payload])
    }

    /// The notification that it is.
    var notification: Kernel.Notification? {
        Notification(type: header.nlmsg_type, payload: payload.span)
    }

    /// What it says as the kernel's acknowledgement of a request.
    var outcome: Result<Bool, NetlinkError> {
        NetlinkSocket.outcome(ofAcknowledgement: payload.span, flags: Int32(header.nlmsg_flags))
    }
}

/// The notification in a datagram of one message.
func notification(_ datagram: [UInt8]) -> Kernel.Notification? {
    OneMessage(datagram)?.notification
}

extension [UInt8] {
    /// The structure at an offset.
    func load<T: NetlinkStructure>(_ type: T.Type, at offset: Int = 0) -> T? {
        span.load(type, at: offset)
    }

    /// Where an attribute's value lies.
    func attribute(_ type: UInt16, from offset: Int) -> Range<Int>? {
        span.attribute(type, from: offset)
    }
}

func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

func prefix(_ text: String, _ length: Int) throws -> IPRange {
    try #require(IPRange(base: address(text), prefixLength: length))
}
