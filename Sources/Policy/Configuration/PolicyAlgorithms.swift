/// What the IPsec policies of one reqid say of the Child SAs that serve them, where
/// ipsecinit.conf(5) says so.
public struct PolicyAlgorithms: Hashable, Sendable {
    /// What the SAs may use, the dearest first.
    public let transforms: [ChildTransform]
    /// Whether each connection has an SA of its own.
    public let isUnique: Bool

    /// Algorithms of a reqid.
    public init(transforms: [ChildTransform], isUnique: Bool = false) {
        self.transforms = transforms
        self.isUnique = isUnique
    }
}
