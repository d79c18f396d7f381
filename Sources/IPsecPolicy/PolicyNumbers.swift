import IPsec
import Wire

/// The numbers by which the kernel's policies, and the SAs for them, are known to be ours.
///
/// The kernel numbers policies from 8 upwards, a step of 8 each, with the direction in the lowest
/// three bits; whoever adds one may choose the number. Ours lie far above what it comes to by
/// itself. Reqids of other key managers begin at 1 or 16384.
public enum PolicyNumbers {
    /// Indexes of ours.
    public static let indexes: Range<UInt32> = 0x6000_0000..<0x7000_0000
    /// Reqids of ours.
    public static let reqids: Range<UInt32> = 0x6970_0000..<0x6980_0000
    /// The default place of the file that ``LoadedPolicy`` is.
    public static let stateFile = "/run/ikev2d/policy"

    /// The most octets of that file: three times what a file of entries may have, since it holds
    /// them and their algorithms.
    public static let stateFileLimit = 12 << 20

    /// Whether a policy is ours.
    public static func own(_ policy: SecurityPolicy) -> Bool { indexes.contains(policy.index) }

    /// The index of our policy of a number and a direction.
    static func index(_ number: UInt32, _ direction: SecurityPolicy.Direction) -> UInt32 {
        let bits: UInt32 =
            switch direction {
            case .inbound: 0
            case .outbound: 1
            case .forward: 2
            }
        return indexes.lowerBound + number << 3 + bits
    }

    /// The number that an index of ours has beside its direction.
    static func number(ofIndex index: UInt32) -> UInt32 { (index - indexes.lowerBound) >> 3 }

    /// How many numbers there are.
    static let numberLimit = UInt32(indexes.count) >> 3

    // MARK: Priorities

    /// The ranks of Solaris: what passes in clear comes first, AH last; within each the order of
    /// the file counts.
    private enum Rank: UInt32 {
        case bypass = 1
        case espAndDrop
        case ah
    }

    /// Bits of a priority in which an entry's place lies.
    private static let placeBits: UInt32 = 28

    /// The priority of an entry's policies; lower wins.
    static func priority(_ action: Entry.Action, place: UInt32) -> UInt32 {
        let rank: Rank =
            switch action {
            case .bypass: .bypass
            case .drop: .espAndDrop
            case .protect(let protections, _, _):
                protections.first?.protocolID == .ah ? .ah : .espAndDrop
            }
        return rank.rawValue << placeBits | place
    }

    /// The place of the entry that a policy of ours belongs to.
    public static func place(of policy: SecurityPolicy) -> UInt32 {
        policy.priority & (1 << placeBits - 1)
    }
}
