import Crypto
import IPsec
import Net
import Policy

/// Why there is, or is not, an SA between two addresses: what `ikeadm explain` tells.
public struct Explanation: Sendable {
    /// What the shell knows of the way between the two, and the engine does not.
    public struct Way: Sendable {
        /// The address that packets to the peer leave from; `nil` where no route leads there.
        public let source: IPAddress?
        /// Whether a socket of the addresses' family is bound.
        public let hasSocket: Bool
        /// Whether no SA is written to the kernel.
        public let isDryRun: Bool

        /// A way.
        public init(source: IPAddress?, hasSocket: Bool, isDryRun: Bool = false) {
            self.isDryRun = isDryRun
            self.source = source
            self.hasSocket = hasSocket
        }
    }

    /// A rule that does not serve the pair, and why.
    public struct PassedRule: Sendable {
        /// The rule.
        public let rule: Rule
        /// Why it does not, in words behind its name.
        public let why: String
    }

    /// An outbound policy between the two, and what becomes of its packets.
    public struct PolicyPath: Sendable {
        /// The policy.
        public let policy: SecurityPolicy
        /// The label of the rule that negotiates for it.
        public let rule: String?
        /// What keeps it from being served, in words behind its selector; `nil` when nothing does.
        public let problem: String?
        /// The template that its SAs follow.
        public let template: Template
        /// Whether an inbound policy takes back what it sends out.
        public let hasTwin: Bool
        /// Whether a Child SA for it stands.
        public let isServed: Bool
    }

    /// In short, how it is.
    public enum State: String, Sendable {
        /// IKE SA and Child SA stand.
        case up
        /// An IKE SA stands, and no Child SA.
        case halfway
        /// An IKE SA is being negotiated.
        case connecting
        /// Something is lacking without which no SA comes about.
        case impossible
        /// The last attempt came to nothing.
        case failed
        /// Nothing asks for an SA, and none has failed since the last that stood.
        case idle
    }

    /// Our address, and the peer's.
    public let local: IPAddress, remote: IPAddress
    /// How it is.
    public let state: State
    /// The same in one sentence.
    public let verdict: String
    /// The rule that serves the pair.
    public let rule: Rule?
    /// Rules before it that have to do with either address and do not serve; the nearest first.
    public let passed: [PassedRule]
    /// How many rules there are for other addresses altogether.
    public let unrelated: Int
    /// Rules behind it that would serve, but for it.
    public let shadowed: [PassedRule]
    /// The policies that lead to the peer, in the kernel's order.
    public let policies: [PolicyPath]
    /// How many more there are.
    public let unlistedPolicies: Int
    /// What is lacking, the gravest first.
    public let lacks: [Lack]
    /// The IKE SAs between the two.
    public let ikeSAs: [IKESAStatus]
    /// The last failures, the last one first.
    public let failures: [Failure]

    /// Of a list, what is told: a table of a thousand would hide what matters.
    static let mostOfEach = 32
}

/// Something without which there is no SA, or soon will be none.
public struct Lack: Hashable, Sendable {
    /// What is lacking; the raw value is its name in JSON.
    public enum Kind: String, Sendable {
        case rule, address, socket, route, kernel
        case presharedKey = "preshared_key"
        case certificate
        case certificateValidity = "certificate_validity"
        case algorithm, policy
        case policyTwin = "policy_twin"
        case clock
    }

    /// What is lacking.
    public let kind: Kind
    /// The same in words.
    public let words: String
    /// Whether something works all the same: policies may come, routes may change.
    public let isRemark: Bool

    init(_ kind: Kind, _ words: String, isRemark: Bool = false) {
        self.kind = kind
        self.words = words
        self.isRemark = isRemark
    }
}
