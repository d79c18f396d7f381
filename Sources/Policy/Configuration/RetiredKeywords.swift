/// The words of IKEv1's ike.config(5), for those who bring their file along.
enum RetiredKeywords {
    /// What to use instead of a word.
    static let vocabulary = Vocabulary<String>([
        ("p1_xform", "ikesa_xform"),
        ("p1_lifetime_secs", "ikesa_lifetime_secs"),
        ("p1_mode", "nothing: IKEv2 has one mode"),
        ("p1_nonce_len", "nothing: nonces have the length that the PRF needs"),
        ("p2_pfs", "childsa_pfs"),
        ("p2_lifetime_secs", "childsa_lifetime_secs"),
        ("p2_softlife_secs", "childsa_softlife_secs"),
        ("p2_lifetime_kb", "childsa_lifetime_kb"),
        ("p2_softlife_kb", "childsa_softlife_kb"),
        ("p2_idletime_secs", "childsa_idletime_secs"),
        ("p2_nonce_len", "nothing: nonces have the length that the PRF needs"),
        ("local_id_type", "local_id TYPE = \"…\""),
        ("cert_root", "ikev2cert(8): what is in the keystore is trusted"),
        ("cert_trust", "ikev2cert(8): what is in the keystore is trusted"),
        ("ignore_crls", "the certificate policy, kmfcfg(1)"),
        ("use_http", "the certificate policy, kmfcfg(1)"),
        ("ldap_server", "the certificate policy, kmfcfg(1)"),
        ("ldap-list", "the certificate policy, kmfcfg(1)"),
        ("proxy", "the certificate policy, kmfcfg(1)"),
        ("socks", "the certificate policy, kmfcfg(1)"),
        ("max_certs", "nothing: certificates are read when they are needed"),
        ("pkcs11_path", "the property pkcs11_token/uri"),
        ("expire_timer", "the property config/response_wait_time"),
        ("retry_limit", "the property config/response_wait_time"),
        ("retry_timer_init", "the property config/response_wait_time"),
        ("retry_timer_max", "the property config/response_wait_time"),
    ])
}
