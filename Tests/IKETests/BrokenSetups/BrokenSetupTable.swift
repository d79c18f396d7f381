import Crypto
import IPsec
import Net
import Policy
import Wire

@testable import IKE

// Set-ups as administrators break them, and the phrases that name the cause.

extension BrokenSetup {
    static let all = identities + algorithms + policies + ways + certificates + rules

    // MARK: Keys and identities

    private static let identities = [
        BrokenSetup(
            "a wrong preshared key",
            Telling(
                end: .b,
                failure: "AUTH does not verify: the preshared keys of the two ends of rule "
                    + "'peer' differ", state: .failed),
            Telling(
                end: .a, failure: "the peer says AUTHENTICATION_FAILED (check the preshared keys",
                state: .failed)
        ) {
            try pinging(Pair.Setup(keyB: "\"another\""))
        },
        BrokenSetup(
            "no preshared key here",
            Telling(
                end: .a, failure: "there is no local preshared key for the rule",
                lack: "there is no local preshared key for rule 'peer'", state: .impossible)
        ) {
            let pair = try Pair()
            _ = pair.a.engine.handle(
                .configuration(
                    try configuration(
                        Pair.rule("10.9.0.1", "10.9.0.2", Pair.Setup().ikeA, "", "")),
                    try presharedKeys("{ label \"other\" key \"x\" }")),
                at: pair.simulation.now)
            pair.ping(from: pair.a)
            return pair
        },
        BrokenSetup(
            "an initiator by another name",
            Telling(
                end: .b,
                failure: "the peer calls itself FQDN a.example; rule 'peer' wants FQDN c.example",
                state: .failed),
            Telling(
                end: .a, failure: "and local_id, remote_id of both ends; ours is FQDN a.example)",
                state: .failed)
        ) {
            try pinging(
                Pair.Setup(
                    ruleA: "local_id FQDN=\"a.example\"", ruleB: "remote_id FQDN=\"c.example\""))
        },
        BrokenSetup(
            "a responder by another name",
            Telling(
                end: .a, failure: "the peer calls itself FQDN x.example, the rule wants",
                state: .failed),
            Telling(
                end: .b, failure: "the peer reports AUTHENTICATION_FAILED", state: .failed)
        ) {
            try pinging(
                Pair.Setup(
                    ruleA: "remote_id FQDN=\"b.example\" remote_id FQDN=\"bb.example\"",
                    ruleB: "local_id FQDN=\"x.example\""))
        },
        BrokenSetup(
            "a preshared key where a certificate is wanted",
            Telling(
                end: .b,
                failure: "peer IPV4_ADDR 10.9.0.1 proves itself by "
                    + "SHARED_KEY_MIC, not by a certificate",
                lack: "the keystore has no certificate or public key by which a peer is believed",
                state: .impossible)
        ) {
            try pinging(
                Pair.Setup(
                    ruleB: "local_auth_method preshared remote_auth_method cert remote_id ANY"))
        },
    ]

    // MARK: Algorithms

    private static func ike(
        _ name: String, _ a: String, _ b: String, _ miss: String
    ) -> BrokenSetup {
        BrokenSetup(
            name,
            Telling(
                end: .b,
                failure:
                    "nearest miss: proposal 1 differs from ikesa_xform 1 of rule 'peer' \(miss)",
                state: .failed),
            Telling(
                end: .a, failure: "the peer says NO_PROPOSAL_CHOSEN; we proposed IKE: ENCR_AES_CBC",
                state: .failed)
        ) {
            try pinging(Pair.Setup(ikeA: "{ encr_alg \(a) }", ikeB: "{ encr_alg \(b) }"))
        }
    }

    private static let algorithms = [
        ike(
            "another key length for the IKE SA", "aes(128) auth_alg sha256 dh_group 31",
            "aes(256) auth_alg sha256 dh_group 31",
            "only in the key length: offered ENCR_AES_CBC with 128 bits, the rule wants 256"),
        ike(
            "another hash for the IKE SA", "aes(256) auth_alg sha256 dh_group 31",
            "aes(256) auth_alg sha384 dh_group 31",
            "in the integrity algorithm (offered AUTH_HMAC_SHA2_256_128, the rule wants "
                + "AUTH_HMAC_SHA2_384_192) and the PRF"),
        ike(
            "another group for the IKE SA", "aes(256) auth_alg sha256 dh_group 31",
            "aes(256) auth_alg sha256 dh_group 14",
            "only in the group: offered CURVE25519, the rule wants MODP_2048"),
        BrokenSetup(
            "no common childsa_xform",
            Telling(
                end: .b,
                failure:
                    "nearest miss: proposal 1 differs from childsa_xform 1 of rule 'peer' only "
                    + "in the key length: offered ENCR_AES_GCM_16 with 128 bits, the rule wants 256",
                state: .halfway),
            Telling(
                end: .a, failure: "no Child SA: the peer says NO_PROPOSAL_CHOSEN; we proposed",
                state: .halfway)
        ) {
            try pinging(
                Pair.Setup(
                    ruleA: "childsa_xform { encr_alg aes-gcm(128) }",
                    ruleB: "childsa_xform { encr_alg aes-gcm(256) }"))
        },
        BrokenSetup(
            "another group for forward secrecy",
            Telling(
                end: .b,
                failure: "only in the group: offered CURVE25519, childsa_pfs wants ECP_256",
                state: .up),
            Telling(
                end: .a, failure: "no Child SA: the peer says NO_PROPOSAL_CHOSEN; we proposed",
                state: .up)
        ) {
            var setup = Pair.Setup(ruleA: "childsa_pfs 31", ruleB: "childsa_pfs 19")
            setup.policies = .two
            let pair = try pinging(setup)
            pair.simulation.run(for: .seconds(5))
            pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
            return pair
        },
    ]

    // MARK: Policies

    private static let policies = [
        BrokenSetup(
            "other traffic",
            Telling(
                end: .b,
                failure: "policy 10.2.0.0/24 -> 10.7.0.0/24 is for other addresses on the peer's "
                    + "side", state: .halfway),
            Telling(
                end: .a, failure: "no Child SA: the peer says TS_UNACCEPTABLE; we proposed",
                state: .halfway)
        ) {
            var setup = Pair.Setup()
            setup.policies = policies(
                a: [("10.1.0.0/24", "10.2.0.0/24", esp)],
                b: [("10.2.0.0/24", "10.7.0.0/24", esp)])
            return try pinging(setup)
        },
        BrokenSetup(
            "no inbound twin",
            Telling(
                end: .b, failure: "policy 10.2.0.0/24 -> 10.1.0.0/24 has no inbound twin",
                lack: "policy 10.2.0.0/24 -> 10.1.0.0/24 has no inbound twin", state: .halfway)
        ) {
            var setup = Pair.Setup()
            setup.policies = policies(
                a: [("10.1.0.0/24", "10.2.0.0/24", esp)],
                b: [("10.2.0.0/24", "10.1.0.0/24", esp)], twins: false)
            return try pinging(setup)
        },
        BrokenSetup(
            "no policy",
            Telling(
                end: .b, failure: "none is for 10.9.0.2 -> 10.9.0.1",
                lack: "no outbound XFRM policy is for 10.9.0.2 -> 10.9.0.1", state: .halfway)
        ) {
            var setup = Pair.Setup()
            setup.policies = policies(a: [("10.1.0.0/24", "10.2.0.0/24", esp)], b: [])
            return try pinging(setup)
        },
        BrokenSetup(
            "tunnel mode at one end, transport mode at the other",
            Telling(
                end: .b, failure: "wants transport mode, the peer tunnel mode", state: .halfway),
            Telling(end: .a, failure: "the peer says TS_UNACCEPTABLE", state: .halfway)
        ) {
            var transport = esp
            transport.mode = .transport
            var setup = Pair.Setup()
            setup.policies = policies(
                a: [("10.1.0.0/24", "10.2.0.0/24", esp)],
                b: [("10.2.0.0/24", "10.1.0.0/24", transport)])
            return try pinging(setup)
        },
        BrokenSetup(
            "a rule for another reqid",
            Telling(
                end: .a, failure: "none of the rules that cover local_addr 10.9.0.1",
                lack: "has reqid 1, rule 'peer' serves 5", state: .impossible)
        ) {
            try pinging(Pair.Setup(ruleA: "ipsec_reqid 5"))
        },
        BrokenSetup(
            "a kernel that refuses the SA",
            Telling(
                end: .a, failure: "no Child SA: the kernel refuses it: Protocol not supported",
                state: .halfway)
        ) {
            let pair = try Pair()
            pair.a.kernel.refusals = ["Protocol not supported"]
            pair.ping(from: pair.a)
            return pair
        },
    ]

    // MARK: The way between

    private static let ways = [
        BrokenSetup(
            "a peer that is silent",
            Telling(
                end: .a,
                failure: "is UDP port 500 open on the way, and does a daemon listen there?",
                state: .failed),
            Telling(end: .b, state: .idle)
        ) {
            let pair = try Pair()
            pair.simulation.interceptor = { $0.remote.address == ip("10.9.0.2") ? nil : $0 }
            pair.ping(from: pair.a)
            return pair
        },
        BrokenSetup(
            "port 4500 blocked behind a NAT",
            Telling(
                end: .a, failure: "UDP port 500 was answered, port 4500 is not: is it open",
                state: .failed),
            Telling(
                end: .b, failure: "no IKE_AUTH request came within 30 s after IKE_SA_INIT",
                lack: "no outbound XFRM policy is for 10.9.0.2 -> 198.51.100.1",
                state: .impossible, peer: "198.51.100.1")
        ) {
            let pair = try natted(remoteOfB: "198.51.100.0/24")
            let pass = pair.simulation.interceptor
            pair.simulation.interceptor = { datagram in
                datagram.remote.port == 4500 ? nil : pass?(datagram)
            }
            pair.ping(from: pair.a)
            return pair
        },
        BrokenSetup(
            "a rule for the address that a NAT hides",
            Telling(
                end: .b, failure: "no rule covers local_addr 10.9.0.2 and remote_addr 198.51.100.1",
                lack: "the peer knocks", state: .impossible, peer: "198.51.100.1"),
            Telling(end: .a, failure: "the peer says NO_PROPOSAL_CHOSEN", state: .failed)
        ) {
            let pair = try natted(remoteOfB: nil)
            pair.ping(from: pair.a)
            return pair
        },
        BrokenSetup(
            "an identity that is the address behind the NAT",
            Telling(
                end: .b,
                failure: "the peer calls itself IPV4_ADDR 10.9.0.1; rule 'peer' wants IPV4_ADDR "
                    + "198.51.100.1",
                state: .impossible, peer: "198.51.100.1")
        ) {
            let pair = try natted(remoteOfB: "198.51.100.0/24")
            pair.ping(from: pair.a)
            return pair
        },
    ]

    /// A pair of which a stands behind a NAT.
    private static func natted(remoteOfB range: String?) throws -> Pair {
        var setup = Pair.Setup()
        if let range { setup.ruleB = "remote_addr \(range)" }
        let pair = try Pair(setup)
        let nat = NAT(before: "10.9.0.1", as: "198.51.100.1")
        pair.simulation.interceptor = { nat.pass($0) }
        return pair
    }

    // MARK: Certificates

    private static let year: Int64 = 365 * 86400

    private static func hosts() throws -> (a: Credentials, b: Credentials) {
        let root = try TestPKI.shared.authority("Root")
        let a = try TestPKI.shared.host("a.example.org", by: root)
        let b = try TestPKI.shared.host("b.example.org", by: root)
        return (try .of([a], believing: [root]), try .of([b], believing: [root]))
    }

    private static let certificates = [
        BrokenSetup(
            "a clock that is wrong",
            Telling(
                end: .b, failure: "it is not yet valid",
                lack: "is not yet valid: is the clock of this host right?", state: .impossible)
        ) {
            let (a, b) = try hosts()
            return try certified(a, b, clockOffset: -year)
        },
        BrokenSetup(
            "a clock at its beginning",
            Telling(
                end: .a, lack: "the clock of this host is years behind", state: .impossible)
        ) {
            let (a, b) = try hosts()
            return try certified(a, b, clockOffset: -50 * year)
        },
        BrokenSetup(
            "a certificate that has expired",
            Telling(
                end: .b, failure: "it has expired", lack: "has expired", state: .impossible)
        ) {
            let (a, b) = try hosts()
            return try certified(a, b, clockOffset: 20 * year)
        },
        BrokenSetup(
            "an issuer that is not believed",
            Telling(
                end: .b, failure: "no certificate of its issuer", state: .failed),
            Telling(end: .a, failure: "(check whether it believes", state: .failed)
        ) {
            let other = try TestPKI.shared.authority("Another root")
            let a = try TestPKI.shared.host("a.example.org", by: other)
            return try certified(
                .of([a], believing: [TestPKI.shared.authority("Root"), other]), hosts().b)
        },
        BrokenSetup(
            "a certificate about somebody else",
            Telling(
                end: .a,
                failure:
                    "no certificate or public key with a private key serves rule 'peer' (cert, "
                    + "FQDN z.example.org)",
                lack: "no certificate or public key with a private key for FQDN z.example.org",
                state: .impossible)
        ) {
            let (a, b) = try hosts()
            return try certified(
                a, b, ruleA: "auth_method cert local_id FQDN=\"z.example.org\"")
        },
        BrokenSetup(
            "a certificate that has been revoked",
            Telling(end: .b, failure: "it has been revoked", state: .failed)
        ) {
            let root = try TestPKI.shared.authority("Root of the revoked")
            let a = try TestPKI.shared.host("a.example.org", by: root)
            let b = try TestPKI.shared.host("b.example.org", by: root)
            let list = try RevocationList(der: TestPKI.shared.list(of: root, revoking: [a]))
            let careful = try Credentials(
                identities: [(b.certificate, b.key)],
                certificates: [b.certificate, root.certificate], revocationLists: [list],
                policy: CertificatePolicy())
            return try certified(.of([a], believing: [root]), careful)
        },
        BrokenSetup(
            "a certificate whose private key is missing",
            Telling(
                end: .a,
                failure:
                    "no certificate or public key with a private key serves rule 'peer' (cert)",
                lack: "the keystore has no certificate or public key with a private key",
                state: .impossible)
        ) {
            let root = try TestPKI.shared.authority("Root")
            let a = try TestPKI.shared.host("a.example.org", by: root)
            return try certified(.of([], believing: [a, root]), hosts().b)
        },
        BrokenSetup(
            "a key of another kind",
            Telling(
                end: .b,
                failure: "proves itself by ecdsa_sig, rule 'peer' wants rsa_sig", state: .failed)
        ) {
            let (a, b) = try hosts()
            return try certified(a, b, ruleB: "local_auth_method cert remote_auth_method rsa_sig")
        },
    ]

    // MARK: Rules

    private static let rules = [
        BrokenSetup(
            "a peer without a rule",
            Telling(
                end: .b, failure: "no rule covers local_addr 10.9.0.2 and remote_addr 10.9.0.1",
                lack: "the peer knocks: ", state: .impossible)
        ) {
            let pair = try Pair()
            _ = pair.b.engine.handle(
                .configuration(
                    try configuration(
                        Pair.rule("10.9.0.2", "10.9.0.77", Pair.Setup().ikeA, "", "")),
                    try presharedKeys("{ label \"peer\" key \"x\" }")),
                at: pair.simulation.now)
            pair.ping(from: pair.a)
            return pair
        },
        BrokenSetup(
            "a rule in the shadow of another",
            Telling(
                end: .a, failure: "the peer says AUTHENTICATION_FAILED (check the preshared keys",
                lack: "rule 'peer': rule 'first' comes before it", state: .failed)
        ) {
            let pair = try Pair()
            let ends = "local_addr 10.9.0.1 auth_method preshared ikesa_xform \(Pair.Setup().ikeA)"
            _ = pair.a.engine.handle(
                .configuration(
                    try configuration(
                        """
                        { label "first" remote_addr 10.9.0.0/24 \(ends) }
                        { label "peer" remote_addr 10.9.0.2 \(ends) }
                        """),
                    try presharedKeys(
                        """
                        { label "first" key "for others" }
                        { label "peer" key "correct horse" }
                        """)),
                at: pair.simulation.now)
            pair.ping(from: pair.a)
            return pair
        },
    ]
}
