import Crypto
import Daemon
import Keystore

/// Which objects `list`, `delete` and `export` are about.
struct Selection {
    /// Whether certificates, private keys, public keys and revocation lists are.
    let certificates: Bool
    let keys: Bool
    let publicKeys: Bool
    let lists: Bool
    private let label: String?
    private let subject: DistinguishedName?
    private let issuer: DistinguishedName?
    private let serial: [UInt8]?
    /// Whether certificates must have expired, or must not have.
    private let isExpired: Bool?

    init(_ request: Request) throws(Failure) {
        (certificates, keys, publicKeys, lists) = try request.word(
            .objtype,
            [
                ("both", (true, true, true, false)), ("cert", (true, false, false, false)),
                ("key", (false, true, false, false)), ("pubkey", (false, false, true, false)),
                ("crl", (false, false, false, true)),
            ])
        label = request[.label]
        subject = try request.distinguishedName(.subject)
        issuer = try request.distinguishedName(.issuer)
        isExpired = try request.word(
            .criteria, [("", nil), ("both", nil), ("valid", false), ("expired", true)])
        guard let text = request[.serial] else {
            serial = nil
            return
        }
        guard let octets = Request.octets(ofSerial: text) else {
            throw request.refusal(of: .serial, "hexadecimal digits")
        }
        serial = [UInt8](octets.drop { $0 == 0 })
    }

    /// Whether nothing is left out.
    var isEverything: Bool { label == nil && !asksAboutCertificates }

    /// Whether it asks for what only certificates have.
    var asksAboutCertificates: Bool {
        subject != nil || issuer != nil || serial != nil || isExpired != nil
    }

    func contains(_ filed: Filed<X509Certificate>, at moment: Int64) -> Bool {
        let certificate = filed.object
        return (label == nil || label == filed.label)
            && (subject == nil || subject == certificate.subject)
            && (issuer == nil || issuer == certificate.issuer)
            && (serial == nil || serial == [UInt8](certificate.serialNumber.drop { $0 == 0 }))
            && (isExpired == nil || isExpired == (certificate.validity.notAfter < moment))
    }

    func contains(_ filed: Filed<OwnedKey>) -> Bool {
        !asksAboutCertificates && contains(label: filed.object.owner.text)
    }

    func contains(label other: String) -> Bool { label == nil || label == other }

    func contains(_ filed: Filed<RevocationList>) -> Bool {
        contains(label: filed.label) && (issuer == nil || issuer == filed.object.issuer)
    }
}
