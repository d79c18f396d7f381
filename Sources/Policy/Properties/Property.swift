/// The name of a property of the service.
enum Property: Hashable {
    case configFile, presharedFile, kmfPolicy, debugLevel, debugLogfile, ignoreErrors
    case minThreads, maxThreads, responseWaitTime, fragmentationEnable, fragmentationMTU
    case tokenURI, tokenPIN, user, keystore, adminSocket, policyState, ikePort, nattPort
    case allowKeydump, kernel, sandbox

    static let vocabulary = Vocabulary<Property>([
        ("config/config_file", .configFile), ("config/preshared_file", .presharedFile),
        ("config/kmf_policy", .kmfPolicy), ("config/debug_level", .debugLevel),
        ("config/debug_logfile", .debugLogfile), ("config/ignore_errors", .ignoreErrors),
        ("config/min_threads", .minThreads), ("config/max_threads", .maxThreads),
        ("config/response_wait_time", .responseWaitTime),
        ("config/fragmentation_enable", .fragmentationEnable),
        ("config/fragmentation_mtu", .fragmentationMTU), ("pkcs11_token/uri", .tokenURI),
        ("pkcs11_token/pin", .tokenPIN), ("config/user", .user), ("config/keystore", .keystore),
        ("config/admin_socket", .adminSocket), ("config/policy_state", .policyState),
        ("config/ike_port", .ikePort),
        ("config/natt_port", .nattPort), ("config/allow_keydump", .allowKeydump),
        ("config/kernel", .kernel), ("config/sandbox", .sandbox),
    ])

    /// Whether the value must not be repeated: PINs may stand in URIs too (RFC 7512 §2.4).
    var isSecret: Bool { self == .tokenPIN || self == .tokenURI }
}
