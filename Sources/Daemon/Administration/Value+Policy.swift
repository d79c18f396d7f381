import Admin
import Crypto
import IKE
import Net
import Policy
import Wire

// What the administrator has written, as ikeadm(8) shows it.

extension Value {
    /// A rule, complete: globals and defaults are merged in.
    init(_ rule: Rule) {
        let lifetimes = rule.lifetimes
        var members: [Member] = [
            Member("label", .text(rule.label)), Member("line", .number(UInt64(rule.line))),
            Member("local_addr", .array(rule.localAddresses.map { .text("\($0)") })),
            Member("remote_addr", .array(rule.remoteAddresses.map { .text("\($0)") })),
            Member("local_auth_method", .text(rule.localAuthentication.name)),
            Member("remote_auth_method", .text(rule.remoteAuthentication.name)),
        ]
        if let id = rule.localID { members.append(Member("local_id", .text(id.text))) }
        members += [
            Member("remote_id", .array(rule.remoteIDs.map { .text($0.text) })),
            Member("required_issuer", .array(rule.requiredIssuers.map { .text("\($0)") })),
            Member("ikesa_xform", .array(rule.ikeTransforms.map { .text($0.text) })),
            Member("childsa_xform", .array(rule.childTransforms.map { .text($0.text) })),
            Member("childsa_pfs", .array(rule.pfsGroups.map { .text($0.name) })),
            Member("ikesa_lifetime_secs", .number(UInt64(lifetimes.ikeSeconds))),
            Member("childsa_lifetime_secs", .number(UInt64(lifetimes.childSeconds))),
            Member("childsa_softlife_secs", .number(UInt64(lifetimes.childSoftSeconds))),
        ]
        let limits = [
            ("childsa_lifetime_kb", lifetimes.childKilobytes),
            ("childsa_softlife_kb", lifetimes.childSoftKilobytes),
            ("childsa_idletime_secs", lifetimes.idleSeconds.map { UInt64($0) }),
            ("ipsec_reqid", rule.reqid.map { UInt64($0) }),
            ("if_id", rule.interfaceID.map { UInt64($0) }),
        ]
        for case (let name, let limit?) in limits { members.append(Member(name, .number(limit))) }
        members += [
            Member("dpd_interval_secs", .number(UInt64(rule.dpdInterval))),
            Member("immediate", .flag(rule.immediate)),
            Member("rekey_probe", .flag(rule.rekeyProbe)), Member("mobike", .flag(rule.mobike)),
            Member("request_http_certs", .flag(rule.requestHTTPCertificates)),
        ]
        self = .object(members)
    }

    /// An algorithm of a registry.
    init(_ name: String, number: UInt16, keyBits: Int? = nil) {
        var members: [Member] = [
            Member("name", .text(name)), Member("number", .number(UInt64(number))),
        ]
        if let keyBits, keyBits > 0 {
            members.append(Member("key_bits", .number(UInt64(keyBits.magnitude))))
        }
        self = .object(members)
    }

    /// A certificate that is believed or is our own.
    init(_ certificate: X509Certificate, hasKey: Bool, at moment: Int64) {
        let left = certificate.validity.notAfter - moment
        self = .object([
            Member("subject", .text("\(certificate.subject)")),
            Member("issuer", .text("\(certificate.issuer)")),
            Member("serial", .text(certificate.serialText)),
            Member("key", .text(certificate.publicKey.kind.name)),
            Member("private_key", .flag(hasKey)),
            Member("expired", .flag(left < 0)),
            Member("days_left", .number(UInt64(max(0, left) / 86400))),
        ])
    }

    /// The label of a preshared key, and where that is allowed the key.
    init(keyOf label: String, _ key: PresharedKey, isShown: Bool) {
        var members = [
            Member("label", .text(label)), Member("local_key", .flag(key.local != nil)),
            Member("remote_key", .flag(key.remote != nil)),
        ]
        if isShown {
            for case (let name, let secret?) in [
                ("local_key_octets", key.local), ("remote_key_octets", key.remote),
            ] {
                members.append(Member(name, Value(secret.all)))
            }
        }
        self = .object(members)
    }

    /// A key, which leaves the secret that it was in.
    init(_ key: SecretSlice) {
        self = .key(SensitiveOctets(key.revealed()))
    }
}
