import Crypto

/// The properties of the service: one stored property for each row of ikev2d.conf(5).
public struct Properties: Equatable, Sendable {
    /// `config/config_file`: the rules.
    public var configFile = "/etc/inet/ike/ikev2.config"
    /// `config/preshared_file`: the preshared keys.
    public var presharedFile = "/etc/inet/ike/ikev2.preshared"
    /// `config/kmf_policy`: the certificate policy.
    public var kmfPolicy = "/etc/inet/ike/kmf-policy.xml"
    /// `config/debug_level`: what is logged.
    public var debugLevel: DebugCategories = .op
    /// `config/debug_logfile`: where it is logged.
    public var debugLogfile = LogDestination.default
    /// `config/ignore_errors`: whether to start in spite of errors in the configuration.
    public var ignoreErrors = false
    /// `config/min_threads`: workers that always run, 1–64.
    public var minThreads = 1
    /// `config/max_threads`: most workers, 1–64; `nil`: the number of cores.
    public var maxThreads: Int?
    /// `config/response_wait_time`: seconds to wait for a response, retransmissions included.
    public var responseWaitTime: UInt32 = 60
    /// `config/fragmentation_enable`: RFC 7383.
    public var fragmentationEnable = false
    /// `config/fragmentation_mtu`: octets of the largest IP packet sent.
    public var fragmentationMTU: UInt16 = 1350
    /// `pkcs11_token/uri`: the token (RFC 7512); `nil`: the keystore in files.
    public var pkcs11TokenURI: String?
    /// `pkcs11_token/pin`: the PIN of the token or of the keystore.
    public var pkcs11TokenPIN: Secret?
    /// `config/user`: the account to run as.
    public var user = "ikeuser"
    /// `config/keystore`: the directory of certificates and keys.
    public var keystore = "/var/lib/ikev2d/keystore"
    /// `config/admin_socket`: where ikeadm(8) connects.
    public var adminSocket = "/run/ikev2d/ikeadm.sock"
    /// `config/policy_state`: what ipsecconf(8) has loaded.
    public var policyState = "/run/ikev2d/policy"
    /// `config/ike_port`: the UDP port of IKE.
    public var ikePort: UInt16 = 500
    /// `config/natt_port`: the UDP port of IKE and ESP behind NAT.
    public var nattPort: UInt16 = 4500
    /// `config/allow_keydump`: whether ikeadm(8) may show keys.
    public var allowKeydump = false
    /// `config/kernel`: what SAs are written to.
    public var kernel = KernelInterface.xfrm
    /// `config/sandbox`: whether the daemon gives up the system calls and the files that it does not
    /// need.
    public var sandbox = true

    /// Every property at its default.
    public init() {}

    /// Reads ikev2d.conf(5) and the overrides of the command line, `property=value`, which win.
    /// Everything wrong is added to the diagnostics, for an override under the name `-o`; `nil`
    /// when there was an error. Without a source the defaults stand.
    public static func parse(
        _ source: Source?, overrides: [String] = [], into diagnostics: inout Diagnostics
    ) -> Properties? {
        var parser = PropertiesParser(diagnostics)
        if let source { parser.parse(source) }
        for override in overrides { parser.parse(override: override) }
        parser.finish()
        diagnostics = parser.diagnostics
        return parser.hasErrors ? nil : parser.properties
    }
}
