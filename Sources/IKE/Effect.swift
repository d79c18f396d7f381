import Crypto
import IPsec
import Net
import Wire

/// What the engine wants done. The shell carries effects out in order.
public enum Effect: Sendable {
    /// Send octets. The non-ESP marker of port 4500 (RFC 3948 §2.2) is the shell's to add.
    case send(Datagram)
    /// Run a job on a worker; its outcome comes back as ``Event/jobDone(_:_:)``.
    case compute(JobID, Job)
    /// Write a pair of SAs. Outcome in the same turn: ``Event/installed(_:)`` or
    /// ``Event/refused(_:reason:)``.
    case install(ChildSA.Installation)
    /// Remove a pair of SAs; that one is gone already is no error.
    case remove(ChildSA.Removal)
    /// Carry SAs over to other addresses. Where that fails, ``Event/notMoved(_:reason:)`` comes in
    /// the same turn.
    case move(ChildSA.Move)
    /// Give policies other gateways.
    case movePolicies(PolicyMove)
    /// Send a NAT-keepalive packet (RFC 3948 §2.3) from the NAT traversal port.
    case keepAlive(AddressPair)
    /// Ask which ways lead to a peer; answered in the same turn by ``Event/paths(_:_:)``.
    case findPaths(PathQuestion)
    /// Ask what went through Child SAs; answered in the same turn by ``Event/measured(_:_:)``.
    case measure(TrafficQuestion)
    /// Ask others about certificates. What comes of each question comes back as
    /// ``Event/fetched(_:_:_:)``.
    case fetch(FetchID, [FetchQuestion])
    /// Nobody waits for a fetch any more.
    case abandonFetch(FetchID)
    /// Keep what was answered, for after the next start.
    case keep(FetchKey, FetchAnswer)
    /// Tell the administrator.
    case log(LogRecord)
    /// After ``Event/shutdown``: every peer has been told, or has had its time.
    case finished
}

/// Octets on their way between two addresses, without the non-ESP marker.
public struct Datagram: Hashable, Sendable {
    /// The IKE message.
    public let octets: [UInt8]
    /// Our address and port.
    public let local: SocketAddress
    /// The peer's address and port.
    public let remote: SocketAddress

    /// Octets between two addresses.
    public init(octets: [UInt8], local: SocketAddress, remote: SocketAddress) {
        self.octets = octets
        self.local = local
        self.remote = remote
    }
}
