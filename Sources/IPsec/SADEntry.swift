import Crypto
import Net
import Wire

/// One entry of the security association database (RFC 4301 §4.4.2): half of a Child SA, ready to
/// be written to the kernel.
public struct SADEntry: Sendable {
    /// What names an SA: destination, protocol and SPI (RFC 4301 §4.1).
    public struct ID: Hashable, Sendable {
        /// The outer destination address.
        public let destination: IPAddress
        /// ESP or AH.
        public let protocolID: SecurityProtocol
        /// The SPI that the receiver chose.
        public let spi: ChildSPI

        /// The name of an SA.
        public init(destination: IPAddress, protocolID: SecurityProtocol, spi: ChildSPI) {
            self.destination = destination
            self.protocolID = protocolID
            self.spi = spi
        }
    }

    /// The ports of an SA whose ESP packets travel in UDP (RFC 3948).
    public struct UDPEncapsulation: Hashable, Sendable {
        /// The UDP source port of the SA's packets.
        public let sourcePort: UInt16
        /// Their UDP destination port.
        public let destinationPort: UInt16

        /// The two ports, as the packets of this SA carry them.
        public init(sourcePort: UInt16, destinationPort: UInt16) {
            self.sourcePort = sourcePort
            self.destinationPort = destinationPort
        }
    }

    /// When the kernel is to say that an SA ages, and when to remove it; `nil` for never.
    public struct Lifetime: Hashable, Sendable {
        /// Seconds after which the kernel asks for a new SA.
        public var softSeconds: UInt64?
        /// Seconds after which the kernel removes the SA.
        public var hardSeconds: UInt64?
        /// Octets after which the kernel asks for a new SA.
        public var softOctets: UInt64?
        /// Octets after which the kernel removes the SA.
        public var hardOctets: UInt64?

        /// Lifetimes; those left out never come.
        public init(
            softSeconds: UInt64? = nil, hardSeconds: UInt64? = nil, softOctets: UInt64? = nil,
            hardOctets: UInt64? = nil
        ) {
            self.softSeconds = softSeconds
            self.hardSeconds = hardSeconds
            self.softOctets = softOctets
            self.hardOctets = hardOctets
        }
    }

    /// Whether we receive or send with it.
    public enum Direction: Hashable, Sendable {
        case inbound, outbound
    }

    /// Whether we receive or send with it.
    public var direction: Direction
    /// The outer source address.
    public var source: IPAddress
    /// Its name: destination, protocol, SPI.
    public var id: ID
    /// Transport or tunnel.
    public var mode: Mode
    /// The template's reqid, which ties it to its policy.
    public var reqid: UInt32
    /// The XFRM interface; 0 for none.
    public var interfaceID: UInt32
    /// The mark.
    public var mark: Mark?
    /// The packets it may carry; `nil` leaves that to the policies.
    public var selector: Selector?
    /// The algorithms.
    public var suite: ChildSuite
    /// ``ChildSuite/encryptionKeyLength`` octets.
    public var encryptionKey: SecretSlice
    /// ``ChildSuite/integrityKeyLength`` octets.
    public var integrityKey: SecretSlice
    /// UDP encapsulation, when a NAT is on the way.
    public var encapsulation: UDPEncapsulation?
    /// When it ages.
    public var lifetime: Lifetime
    /// Packets that may arrive out of order.
    public var replayWindow: UInt32
    /// The ``Acquire/sequence`` that this SA answers; 0 for none.
    public var sequence: UInt32

    /// An entry from its parts.
    public init(
        direction: Direction, source: IPAddress, id: ID, mode: Mode, reqid: UInt32 = 0,
        interfaceID: UInt32 = 0, mark: Mark? = nil, selector: Selector? = nil, suite: ChildSuite,
        encryptionKey: SecretSlice, integrityKey: SecretSlice,
        encapsulation: UDPEncapsulation? = nil, lifetime: Lifetime = Lifetime(),
        replayWindow: UInt32 = 64, sequence: UInt32 = 0
    ) {
        self.direction = direction
        self.source = source
        self.id = id
        self.mode = mode
        self.reqid = reqid
        self.interfaceID = interfaceID
        self.mark = mark
        self.selector = selector
        self.suite = suite
        self.encryptionKey = encryptionKey
        self.integrityKey = integrityKey
        self.encapsulation = encapsulation
        self.lifetime = lifetime
        self.replayWindow = replayWindow
        self.sequence = sequence
    }
}

extension SADEntry.ID: CustomStringConvertible {
    /// `ESP 0xc0ffee01 to 192.0.2.1`.
    public var description: String { "\(protocolID.name) \(spi) to \(destination)" }
}
