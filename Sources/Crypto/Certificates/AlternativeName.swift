import COpenSSL
import Net

/// Another name of a certificate's subject or of its authority (RFC 5280 §4.2.1.6).
public enum AlternativeName: Hashable, Sendable {
    case address(IPAddress)
    case dns(String)
    case email(String)
    case uri(String)
    case directoryName(DistinguishedName)
    /// A kind of name that IKE has no identity for, or one with octets or a length that its kind does
    /// not allow: equal to no name that a rule asks for.
    case other

    /// Reads one of libcrypto's.
    init(_ name: GENERAL_NAME) {
        switch name.type {
        case GEN_IPADD:
            self = IPAddress(octets: octets(of: name.d.iPAddress)).map { .address($0) } ?? .other
        case GEN_DNS:
            self = Self.text(name.d.dNSName).map { .dns($0) } ?? .other
        case GEN_EMAIL:
            self = Self.text(name.d.rfc822Name).map { .email($0) } ?? .other
        case GEN_URI:
            self = Self.text(name.d.uniformResourceIdentifier).map { .uri($0) } ?? .other
        case GEN_DIRNAME:
            let directoryName = name.d.directoryName
            let der = encoded { i2d_X509_NAME(directoryName, &$0) }
            self = DistinguishedName(der: der).map { .directoryName($0) } ?? .other
        default:
            self = .other
        }
    }

    /// The text when all of it is printable ASCII: a NUL within would end it for other readers.
    private static func text(_ string: UnsafePointer<ASN1_STRING>?) -> String? {
        let octets = octets(of: string)
        guard !octets.isEmpty, octets.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(decoding: octets, as: UTF8.self)
    }
}
