import Admin

/// SAs as Wireshark's tables have them, from which it opens what was captured: IKE SAs as lines of
/// `ikev2_decryption_table`, Child SAs as lines of `esp_sa`.
///
/// The names are those of Wireshark's epan/dissectors/packet-isakmp.c and packet-ipsec.c.
final class WiresharkView: View {
    private let output: Output
    private let line: (Value) -> Line

    /// What comes of an SA.
    private enum Line {
        case lines([String])
        /// Its keys are not there.
        case withoutKeys
        /// Wireshark knows no such algorithms.
        case unknown(String)
    }

    private var missing = 0
    private var unknown: [String] = []

    /// `nil` for what Wireshark has no table for.
    init?(_ request: Request, _ output: Output) {
        switch request {
        case .dump(.ikeSAs, _), .show(.ikeSA), .show(.ikeSABetween): line = Self.ikeSA
        case .dump(.childSAs, _), .show(.childSA): line = Self.childSA
        default: return nil
        }
        self.output = output
    }

    func show(_ value: Value) {
        switch line(value) {
        case .lines(let lines): for line in lines { output.line(line) }
        case .withoutKeys: missing += 1
        case .unknown(let name): if !unknown.contains(name) { unknown.append(name) }
        }
    }

    func finish(_ words: String) throws(Failure) {
        for name in unknown { complain("Wireshark has no name for \(name); left out") }
        guard missing == 0 else {
            throw Failure(
                "\(missing) SAs came without keys; expected config/allow_keydump = true and "
                    + "privilege level keymat")
        }
    }

    // MARK: IKE SAs

    private static func ikeSA(_ sa: Value) -> Line {
        guard let keys = sa["keys"], let initiator = sa["initiator_spi"]?.text,
            let responder = sa["responder_spi"]?.text, let ei = keys["sk_ei"]?.key,
            let er = keys["sk_er"]?.key, let ai = keys["sk_ai"]?.key, let ar = keys["sk_ar"]?.key
        else { return .withoutKeys }
        let transforms = (sa["transforms"]?.elements ?? []).compactMap { $0.text }
        guard let encryption = transforms.first else { return .withoutKeys }
        guard let cipher = cipher(ofIKE: encryption) else { return .unknown(encryption) }
        var integrity = "NONE [RFC4306]"
        if let name = transforms.first(where: { $0.hasPrefix("AUTH_") }) {
            guard let known = Self.integrity(ofIKE: name) else { return .unknown(name) }
            integrity = known
        }
        return .lines([
            [
                String(initiator.dropFirst(2)), String(responder.dropFirst(2)), ei.hexadecimal,
                er.hexadecimal, "\"\(cipher)\"", ai.hexadecimal, ar.hexadecimal,
                "\"\(integrity)\"",
            ].joined(separator: ",")
        ])
    }

    private static func cipher(ofIKE name: String) -> String? {
        let parts = name.split(separator: "-")
        guard let cipher = parts.first else { return nil }
        guard parts.count == 2 else { return name == "ENCR_3DES" ? "3DES [RFC2451]" : nil }
        let bits = parts[1]
        return switch cipher {
        case "ENCR_AES_CBC": "AES-CBC-\(bits) [RFC3602]"
        case "ENCR_AES_CTR": "AES-CTR-\(bits) [RFC5930]"
        case "ENCR_AES_GCM_16": "AES-GCM-\(bits) with 16 octet ICV [RFC5282]"
        case "ENCR_AES_CCM_16": "AES-CCM-\(bits) with 16 octet ICV [RFC5282]"
        default: nil
        }
    }

    private static func integrity(ofIKE name: String) -> String? {
        switch name {
        case "AUTH_HMAC_SHA1_96": "HMAC_SHA1_96 [RFC2404]"
        case "AUTH_HMAC_SHA2_256_128": "HMAC_SHA2_256_128 [RFC4868]"
        case "AUTH_HMAC_SHA2_384_192": "HMAC_SHA2_384_192 [RFC4868]"
        case "AUTH_HMAC_SHA2_512_256": "HMAC_SHA2_512_256 [RFC4868]"
        default: nil
        }
    }

    // MARK: Child SAs

    private static func childSA(_ sa: Value) -> Line {
        guard let suite = sa["suite"]?.text, let local = sa["local"]?.text,
            let remote = sa["remote"]?.text
        else { return .withoutKeys }
        guard suite.hasPrefix("ESP ") else { return .unknown(suite) }
        let names = suite.dropFirst(4).split(separator: ",").map { $0.drop { $0 == " " } }
        guard let cipher = names.first.flatMap({ Self.cipher(ofESP: String($0)) }) else {
            return .unknown(suite)
        }
        var integrity = "NULL"
        if let name = names.first(where: { $0.hasPrefix("AUTH_") }) {
            guard let known = Self.integrity(ofESP: String(name)) else { return .unknown(suite) }
            integrity = known
        }
        let family = local.contains(":") ? "IPv6" : "IPv4"
        var lines: [String] = []
        for (direction, source, destination) in [("in", remote, local), ("out", local, remote)] {
            guard let spi = sa["spi_\(direction)"]?.text,
                let key = sa["encr_key_\(direction)"]?.key
            else { return .withoutKeys }
            let other = sa["auth_key_\(direction)"]?.key.map { "0x" + $0.hexadecimal } ?? ""
            let fields = [
                family, source, destination, spi, cipher, "0x" + key.hexadecimal, integrity, other,
            ]
            lines.append(fields.map { "\"\($0)\"" }.joined(separator: ","))
        }
        return .lines(lines)
    }

    private static func cipher(ofESP name: String) -> String? {
        switch name.split(separator: "-").first {
        case "ENCR_AES_CBC": "AES-CBC [RFC3602]"
        case "ENCR_AES_CTR": "AES-CTR [RFC3686]"
        case "ENCR_AES_GCM_16": "AES-GCM with 16 octet ICV [RFC4106]"
        case "ENCR_CHACHA20_POLY1305": "ChaCha20 with Poly1305 [RFC7634]"
        case "ENCR_3DES": "TripleDES-CBC [RFC2451]"
        default: nil
        }
    }

    private static func integrity(ofESP name: String) -> String? {
        switch name {
        case "AUTH_HMAC_SHA1_96": "HMAC-SHA-1-96 [RFC2404]"
        case "AUTH_HMAC_SHA2_256_128": "HMAC-SHA-256-128 [RFC4868]"
        case "AUTH_HMAC_SHA2_384_192": "HMAC-SHA-384-192 [RFC4868]"
        case "AUTH_HMAC_SHA2_512_256": "HMAC-SHA-512-256 [RFC4868]"
        default: nil
        }
    }
}
