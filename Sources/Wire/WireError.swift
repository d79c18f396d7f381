/// Why octets are not a message (RFC 7296 §2.21, §3).
public enum WireError: Error, Hashable, Sendable {
    /// The datagram is shorter than a header.
    case headerTruncated(octets: Int)
    /// The length in the header is not the length of the datagram.
    case lengthMismatch(stated: UInt32, received: Int)
    /// The initiator's SPI is zero, which RFC 7296 §3.1 forbids.
    case zeroInitiatorSPI
    /// The message is of another major version (RFC 7296 §2.5).
    case majorVersion(UInt8)
    /// A payload is announced, and the octets end before its header does.
    case chainTruncated(PayloadType)
    /// The length of a payload is less than its header or more than the octets that are left.
    case payloadLength(PayloadType, stated: UInt16, available: Int)
    /// No payload is announced, and there are octets left.
    case trailingOctets(Int)
    /// More payloads than ``PayloadChain/maximumPayloads``.
    case tooManyPayloads
    /// An SK or SKF payload inside another.
    case sealedInside(PayloadType)
    /// Octets follow the SK or SKF payload, which must be the last (RFC 7296 §3.14).
    case sealedNotLast(PayloadType)
    /// A payload that must be understood is of an unknown type (RFC 7296 §2.5).
    case unsupportedCriticalPayload(PayloadType)
    /// The number of a fragment is zero or above the total (RFC 7383 §2.6).
    case fragmentNumber(UInt16, total: UInt16)
    /// The length of the padding exceeds the text.
    case paddingLength(UInt8, text: Int)
    /// The body of a payload is wrong.
    case malformed(PayloadType, Malformation)
}

extension WireError {
    /// The error to report to the peer, where one may be reported at all; `nil` when the message
    /// is to be dropped without an answer.
    public var notify: NotifyType? {
        switch self {
        case .headerTruncated, .lengthMismatch, .zeroInitiatorSPI, .fragmentNumber: nil
        // An older version is dropped, a newer one learns what is spoken here (RFC 7296 §2.5).
        case .majorVersion(let version):
            version > Header.currentVersion >> 4 ? .invalidMajorVersion : nil
        case .unsupportedCriticalPayload: .unsupportedCriticalPayload
        case .chainTruncated, .payloadLength, .trailingOctets, .tooManyPayloads, .sealedInside,
            .sealedNotLast, .paddingLength, .malformed:
            .invalidSyntax
        }
    }
}

extension WireError: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .headerTruncated(let octets): "\(octets) octets are less than a header"
        case .lengthMismatch(let stated, let received):
            "the header states \(stated) octets, \(received) came"
        case .zeroInitiatorSPI: "the initiator's SPI is zero"
        case .majorVersion(let version): "IKE version \(version)"
        case .chainTruncated(let type): "the message ends before its \(type.name) payload"
        case .payloadLength(let type, let stated, let available):
            "the \(type.name) payload states \(stated) octets where \(available) are left"
        case .trailingOctets(let count): "\(count) octets follow the last payload"
        case .tooManyPayloads: "more than \(PayloadChain.maximumPayloads) payloads"
        case .sealedInside(let type): "an \(type.name) payload inside another"
        case .sealedNotLast(let type): "the \(type.name) payload is not the last"
        case .unsupportedCriticalPayload(let type): "critical payload of type \(type.name)"
        case .fragmentNumber(let number, let total): "fragment \(number) of \(total)"
        case .paddingLength(let length, let text):
            "\(length) octets of padding in a text of \(text)"
        case .malformed(let type, let malformation): "\(type.name) payload: \(malformation)"
        }
    }
}
