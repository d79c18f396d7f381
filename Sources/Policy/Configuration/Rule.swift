import Crypto
import Net
import Wire

/// One rule of ikev2.config(5), complete: globals and defaults are merged in.
///
/// Rules are compared by content. Where a rule stands does not count, so that a refresh leaves
/// the SAs of a rule that merely moved alone.
public final class Rule: Sendable {
    /// The name, unique in a configuration; at most 255 octets.
    public let label: String
    /// Where the label stands.
    public let location: SourceLocation
    /// Our outer addresses.
    public let localAddresses: [IPRange]
    /// The peer's outer addresses.
    public let remoteAddresses: [IPRange]
    /// How we prove our identity.
    public let localAuthentication: AuthenticationChoice
    /// How the peer must prove its.
    public let remoteAuthentication: AuthenticationChoice
    /// The identity we send; `nil`: our address, or with certificates the subject.
    public let localID: Identification?
    /// The identities of which the peer must have one; empty: its address, or with certificates
    /// the subject.
    public let remoteIDs: [RemoteIdentity]
    /// Issuers that the peer's chain must pass through.
    public let requiredIssuers: [DistinguishedName]
    /// Acceptable algorithms of the IKE SA, preferred first; never empty.
    public let ikeTransforms: [IKETransform]
    /// Acceptable algorithms of Child SAs, preferred first; never empty.
    public let childTransforms: [ChildTransform]
    /// Groups for a key exchange in CREATE_CHILD_SA, preferred first; empty: none.
    public let pfsGroups: [KeyExchangeMethod]
    /// How long the SAs live.
    public let lifetimes: Lifetimes
    /// Seconds of silence before a liveness check (RFC 7296 §2.4); 0: never.
    public let dpdInterval: UInt32
    /// Whether the SAs come up at start and stay up, without waiting for traffic.
    public let immediate: Bool
    /// Whether the first Child SA is rekeyed early, to learn whether the peer allows it.
    public let rekeyProbe: Bool
    /// Whether the peer may move (RFC 4555).
    public let mobike: Bool
    /// Whether to ask for certificates by hash and URL (RFC 7296 §3.6).
    public let requestHTTPCertificates: Bool
    /// The rule serves only XFRM policies with this reqid; `nil`: any.
    public let reqid: UInt32?
    /// The rule serves only XFRM policies with this interface id; `nil`: any.
    public let interfaceID: UInt32?

    /// Seconds of silence before a liveness check when nothing else is said.
    public static let defaultDPDInterval: UInt32 = 60

    /// The line of the label, from 1.
    public var line: Int { location.line }

    /// A rule of these parts; what is left out has the default of ikev2.config(5).
    public init(
        label: String, location: SourceLocation = .start,
        localAddresses: [IPRange], remoteAddresses: [IPRange],
        localAuthentication: AuthenticationChoice = .preshared,
        remoteAuthentication: AuthenticationChoice = .preshared,
        localID: Identification? = nil, remoteIDs: [RemoteIdentity] = [],
        requiredIssuers: [DistinguishedName] = [],
        ikeTransforms: [IKETransform], childTransforms: [ChildTransform] = ChildTransform.defaults,
        pfsGroups: [KeyExchangeMethod] = [], lifetimes: Lifetimes = Lifetimes(),
        dpdInterval: UInt32 = Rule.defaultDPDInterval, immediate: Bool = false,
        rekeyProbe: Bool = false, mobike: Bool = true,
        requestHTTPCertificates: Bool = false, reqid: UInt32? = nil, interfaceID: UInt32? = nil
    ) {
        self.label = label
        self.location = location
        self.localAddresses = localAddresses
        self.remoteAddresses = remoteAddresses
        self.localAuthentication = localAuthentication
        self.remoteAuthentication = remoteAuthentication
        self.localID = localID
        self.remoteIDs = remoteIDs
        self.requiredIssuers = requiredIssuers
        self.ikeTransforms = ikeTransforms
        self.childTransforms = childTransforms
        self.pfsGroups = pfsGroups
        self.lifetimes = lifetimes
        self.dpdInterval = dpdInterval
        self.immediate = immediate
        self.rekeyProbe = rekeyProbe
        self.mobike = mobike
        self.requestHTTPCertificates = requestHTTPCertificates
        self.reqid = reqid
        self.interfaceID = interfaceID
    }

    /// Whether the rule applies between these outer addresses.
    public func covers(local: IPAddress, remote: IPAddress) -> Bool {
        localAddresses.contains { $0.contains(local) }
            && remoteAddresses.contains { $0.contains(remote) }
    }
}

extension Rule: Equatable {
    /// Whether two rules say the same, wherever they stand.
    public static func == (a: Rule, b: Rule) -> Bool {
        a === b
            || a.label == b.label && a.localAddresses == b.localAddresses
                && a.remoteAddresses == b.remoteAddresses
                && a.localAuthentication == b.localAuthentication
                && a.remoteAuthentication == b.remoteAuthentication && a.localID == b.localID
                && a.remoteIDs == b.remoteIDs && a.requiredIssuers == b.requiredIssuers
                && a.ikeTransforms == b.ikeTransforms && a.childTransforms == b.childTransforms
                && a.pfsGroups == b.pfsGroups && a.lifetimes == b.lifetimes
                && a.dpdInterval == b.dpdInterval && a.immediate == b.immediate
                && a.rekeyProbe == b.rekeyProbe && a.mobike == b.mobike
                && a.requestHTTPCertificates == b.requestHTTPCertificates && a.reqid == b.reqid
                && a.interfaceID == b.interfaceID
    }
}
