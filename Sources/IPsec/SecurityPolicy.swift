import Net
import Wire

/// How an SA wraps a packet (RFC 4301 §4.1).
public enum Mode: Hashable, Sendable {
    case transport, tunnel

    /// `transport` or `tunnel`.
    public var name: String { self == .transport ? "transport" : "tunnel" }
}

/// The packet mark that a policy or an SA is bound to: `mark & mask == value`.
public struct Mark: Hashable, Sendable {
    /// The value under the mask.
    public let value: UInt32
    /// The bits that count.
    public let mask: UInt32

    /// A mark with its mask.
    public init(value: UInt32, mask: UInt32) {
        self.value = value
        self.mask = mask
    }
}

/// Which algorithms a policy template allows: bit n stands for the algorithm that PF_KEY numbers n;
/// all ones stands for any.
public struct AlgorithmMasks: Hashable, Sendable {
    /// The ciphers allowed; AEAD ciphers count as ciphers.
    public let encryption: UInt32
    /// The integrity algorithms allowed; AEAD needs bit 0, "none".
    public let integrity: UInt32

    /// Both masks.
    public init(encryption: UInt32, integrity: UInt32) {
        self.encryption = encryption
        self.integrity = integrity
    }

    /// Every algorithm.
    public static let any = AlgorithmMasks(encryption: .max, integrity: .max)
}

/// What SA a policy asks for: the one ESP or AH transform that this daemon negotiates.
public struct Template: Hashable, Sendable {
    /// ESP or AH.
    public var protocolID: SecurityProtocol
    /// Transport or tunnel.
    public var mode: Mode
    /// The outer source address; `nil` where the policy leaves it open.
    public var source: IPAddress?
    /// The outer destination address; `nil` where the policy leaves it open.
    public var destination: IPAddress?
    /// Ties SAs to their policies; 0 for any.
    public var reqid: UInt32
    /// The algorithms allowed.
    public var algorithms: AlgorithmMasks
    /// Whether packets may pass without the SA (`level use`).
    public var isOptional: Bool

    /// A template from its parts.
    public init(
        protocolID: SecurityProtocol, mode: Mode, source: IPAddress? = nil,
        destination: IPAddress? = nil, reqid: UInt32 = 0, algorithms: AlgorithmMasks = .any,
        isOptional: Bool = false
    ) {
        self.protocolID = protocolID
        self.mode = mode
        self.source = source
        self.destination = destination
        self.reqid = reqid
        self.algorithms = algorithms
        self.isOptional = isOptional
    }

    /// Whether an SA between these outer addresses serves the template.
    public func covers(source: IPAddress, destination: IPAddress) -> Bool {
        (self.source ?? source) == source && (self.destination ?? destination) == destination
    }
}

/// One entry of the security policy database (RFC 4301 §4.4.1), as the kernel holds it.
public struct SecurityPolicy: Hashable, Sendable {
    /// Which packets it looks at.
    public enum Direction: Hashable, Sendable {
        case inbound, outbound, forward

        /// `in`, `out` or `fwd`, the words of ip-xfrm(8).
        public var name: String {
            switch self {
            case .inbound: "in"
            case .outbound: "out"
            case .forward: "fwd"
            }
        }
    }

    /// What happens to a packet that matches.
    public enum Action: Hashable, Sendable {
        /// Dropped.
        case block
        /// Passed in clear.
        case bypass
        /// Protected by the SA of this template.
        case protect(Template)
        /// Protected by a bundle that this daemon does not negotiate; says why.
        case unsupported(reason: String)
    }

    /// The kernel's number for the policy.
    public var index: UInt32
    /// Which packets it looks at.
    public var direction: Direction
    /// The packets it applies to.
    public var selector: Selector
    /// Lower wins.
    public var priority: UInt32
    /// What happens to them.
    public var action: Action
    /// The XFRM interface it belongs to; 0 for none.
    public var interfaceID: UInt32
    /// The packet mark it is bound to.
    public var mark: Mark?

    /// A policy from its parts.
    public init(
        index: UInt32, direction: Direction, selector: Selector, priority: UInt32 = 0,
        action: Action, interfaceID: UInt32 = 0, mark: Mark? = nil
    ) {
        self.index = index
        self.direction = direction
        self.selector = selector
        self.priority = priority
        self.action = action
        self.interfaceID = interfaceID
        self.mark = mark
    }

    /// The template, where the policy protects by one that we can negotiate.
    public var template: Template? {
        if case .protect(let template) = action { template } else { nil }
    }
}
