/// The fixed header of every message (RFC 7296 §3.1), without its length: that belongs to the
/// octets and is checked or computed with them.
public struct Header: Hashable, Sendable {
    /// The SPI that the original initiator of the IKE SA chose.
    public var initiatorSPI: IKESPI
    /// The SPI that the original responder chose; zero in the first message.
    public var responderSPI: IKESPI
    /// The type of the first payload.
    public var firstPayload: PayloadType
    /// Major version in the high half of the octet, minor in the low.
    public var version: UInt8
    /// What the message is for.
    public var exchange: ExchangeType
    /// Who sends it, and whether it answers.
    public var flags: Flags
    /// Pairs requests with responses and tells retransmissions (RFC 7296 §2.2).
    public var messageID: UInt32

    /// The flags of RFC 7296 §3.1.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits on the wire.
        public let rawValue: UInt8

        /// From the bits on the wire.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// The sender is the original initiator of the IKE SA.
        public static let initiator = Flags(rawValue: 0x08)
        /// The sender could speak a higher major version.
        public static let version = Flags(rawValue: 0x10)
        /// The message answers a request with the same Message ID.
        public static let response = Flags(rawValue: 0x20)
        /// The bits that mean anything; the others are ignored.
        static let defined: Flags = [.initiator, .version, .response]
    }

    /// The octets of a header.
    public static let octetCount = 28
    /// IKE version 2.0, the only one spoken here.
    public static let currentVersion: UInt8 = 0x20

    /// A header from its fields. What encodes a message sets ``firstPayload`` itself.
    public init(
        initiatorSPI: IKESPI, responderSPI: IKESPI, firstPayload: PayloadType = .none,
        version: UInt8 = Header.currentVersion, exchange: ExchangeType, flags: Flags,
        messageID: UInt32
    ) {
        self.initiatorSPI = initiatorSPI
        self.responderSPI = responderSPI
        self.firstPayload = firstPayload
        self.version = version
        self.exchange = exchange
        self.flags = flags
        self.messageID = messageID
    }

    /// The part of the version that tells whether a message can be understood (RFC 7296 §2.5).
    public var majorVersion: UInt8 { version >> 4 }
    /// The part of the version that is ignored on receipt.
    public var minorVersion: UInt8 { version & 0x0F }
    /// Whether the message answers a request.
    public var isResponse: Bool { flags.contains(.response) }
    /// Whether the sender is the original initiator of the IKE SA.
    public var isFromInitiator: Bool { flags.contains(.initiator) }
}

extension Header: CustomStringConvertible {
    /// `IKE_AUTH request 1`.
    public var description: String {
        "\(exchange.name) \(isResponse ? "response" : "request") \(messageID)"
    }
}
