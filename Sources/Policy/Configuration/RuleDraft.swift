import Crypto
import Net
import Wire

/// What was read of a rule, or of the globals: nothing is complete or consistent yet.
struct RuleDraft {
    /// The opening brace of a rule.
    let start: SourceLocation
    /// Whether the closing brace was found; else what is missing may stand elsewhere.
    var isClosed = false

    var label: (text: String, location: SourceLocation)?
    var localAddresses: [IPRange] = []
    var remoteAddresses: [IPRange] = []
    var authentication: AuthenticationChoice?
    var localAuthentication: AuthenticationChoice?
    var remoteAuthentication: AuthenticationChoice?
    var localID: Identification?
    var remoteIDs: [RemoteIdentity] = []
    var requiredIssuers: [DistinguishedName] = []
    var ikeTransforms: [IKETransform] = []
    var childTransforms: [ChildTransform] = []
    var pfsGroups: [KeyExchangeMethod]?
    var ikeSeconds: UInt32?
    var childSeconds: UInt32?
    var childSoftSeconds: UInt32?
    var childKilobytes: UInt64?
    var childSoftKilobytes: UInt64?
    var idleSeconds: UInt32?
    var dpdInterval: UInt32?
    var immediate: Bool?
    var rekeyProbe: Bool?
    var mobike: Bool?
    var requestHTTPCertificates: Bool?
    var reqid: UInt32?
    var interfaceID: UInt32?

    /// Where the values stand.
    var places = Places()

    init(start: SourceLocation) {
        self.start = start
    }
}
