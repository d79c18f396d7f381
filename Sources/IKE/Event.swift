import Crypto
import IPsec
import Net
import Policy
import Wire

/// What happens to the engine. Datagrams have an entry of their own: ``Engine/receive``.
public enum Event: Sendable {
    /// ``Engine/nextDeadline`` has come.
    case deadlineReached
    /// A packet met a policy for which there is no SA.
    case acquire(Acquire)
    /// An SA reached a lifetime.
    case expire(Expire)
    /// The kernel's policies, now.
    case policies(SecurityPolicyDatabase)
    /// What the policies of reqids say of Child SAs, now; those left out say nothing.
    case policyAlgorithms([UInt32: PolicyAlgorithms])
    /// A worker finished a job of ``Effect/compute``.
    case jobDone(JobID, JobOutcome)
    /// What came of a question of ``Effect/fetch(_:_:)``.
    case fetched(FetchID, FetchKey, Fetched)
    /// The kernel took both halves of ``Effect/install``.
    case installed(ChildSA.Reference)
    /// The kernel refused; nothing of the pair is left in it. The reason is in its own words.
    case refused(ChildSA.Reference, reason: String)
    /// The kernel could not carry a Child SA of ``Effect/move(_:)`` over to other addresses, and
    /// has none of it any more. The reason is in its own words.
    case notMoved(ChildSA.Reference, reason: String)
    /// A NAT gave the peer another address or port.
    case mapping(Mapping)
    /// The addresses of this host that others can reach it by, now; comes, too, when its routes have
    /// changed.
    case addresses([IPAddress])
    /// The ways that answer ``Effect/findPaths(_:)``, in the order of its remotes; those to which
    /// no route leads are left out.
    case paths(PathQuestion, [Path])
    /// What went through Child SAs of an IKE SA; those that the kernel does not have are left out.
    case measured(IKESPI, [Traffic])
    /// A refreshed configuration.
    case configuration(Policy.Configuration, PresharedKeys)
    /// The certificates and keys of a refreshed keystore.
    case credentials(Credentials)
    /// An administrator wants something done.
    case administrator(AdministratorCommand)
    /// The daemon is to end: take leave of every peer.
    case shutdown
}
