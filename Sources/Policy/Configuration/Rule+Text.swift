import Crypto
import Net
import Wire

// Whole rules as ikev2.config(5) has them.

extension Rule {
    /// The rule in braces, complete: read alone, without any globals, it is the same again.
    public var text: String {
        let lines = [
            whom, proofs, algorithms, limits,
            [
                "immediate \(Self.word(immediate))", "rekey_probe \(Self.word(rekeyProbe))",
                "mobike \(Self.word(mobike))",
                "request_http_certs \(Self.word(requestHTTPCertificates))",
            ],
        ].joined()
        return "{\n" + lines.map { "    \($0)\n" }.joined() + "}\n"
    }

    /// Between whom it applies.
    private var whom: [String] {
        var lines = ["label \(Self.quoted(Array(label.utf8)))"]
        lines += localAddresses.map { "local_addr \($0)" }
        lines += remoteAddresses.map { "remote_addr \($0)" }
        if let reqid { lines.append("ipsec_reqid \(reqid)") }
        if let interfaceID { lines.append("if_id \(interfaceID)") }
        return lines
    }

    private var proofs: [String] {
        var lines =
            localAuthentication == remoteAuthentication
            ? ["auth_method \(localAuthentication.name)"]
            : [
                "local_auth_method \(localAuthentication.name)",
                "remote_auth_method \(remoteAuthentication.name)",
            ]
        if let localID { lines.append("local_id \(localID.text)") }
        lines += remoteIDs.map { "remote_id \($0.text)" }
        lines += requiredIssuers.map {
            "required_issuer \(Self.quoted(Array($0.description.utf8)))"
        }
        return lines
    }

    private var algorithms: [String] {
        var lines = ikeTransforms.map { "ikesa_xform { \($0.text) }" }
        // No `childsa_xform` can say all of what goes without any.
        if childTransforms != ChildTransform.defaults {
            lines += childTransforms.map { "childsa_xform { \($0.text) }" }
        }
        let groups = pfsGroups.map { "\($0.rawValue)" }
        lines.append("childsa_pfs " + (groups.isEmpty ? "0" : groups.joined(separator: ", ")))
        return lines
    }

    private var limits: [String] {
        var lines = [
            "ikesa_lifetime_secs \(lifetimes.ikeSeconds)",
            "childsa_lifetime_secs \(lifetimes.childSeconds)",
            "childsa_softlife_secs \(lifetimes.childSoftSeconds)",
        ]
        if let most = lifetimes.childKilobytes { lines.append("childsa_lifetime_kb \(most)") }
        if let soft = lifetimes.childSoftKilobytes { lines.append("childsa_softlife_kb \(soft)") }
        if let idle = lifetimes.idleSeconds { lines.append("childsa_idletime_secs \(idle)") }
        lines.append("dpd_interval_secs \(dpdInterval)")
        return lines
    }
}
