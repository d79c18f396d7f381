import COpenSSL
import Testing

@testable import Crypto

/// Makes certificates for tests: with libcrypto, so that they can be as odd as a test likes.
struct CertificateMaker {
    var subject: String
    var subjectDER: [UInt8]?
    var serial: [UInt8] = [0x51]
    var notBefore = 1_000_000_000
    var notAfter = 2_000_000_000
    /// Extensions in the language of OpenSSL's configuration files: `basicConstraints`, `CA:true`.
    var extensions: [(name: String, value: String)] = []
    /// Extensions as they are: an object identifier and its content.
    var rawExtensions: [(identifier: String, isCritical: Bool, content: [UInt8])] = []
    var digest = "SHA256"
    var version = 2

    init(_ subject: String, _ extensions: [(name: String, value: String)] = []) {
        self.subject = subject
        self.extensions = extensions
    }

    /// An authority's extensions.
    static let authority = [("basicConstraints", "critical,CA:true")]

    /// The certificate, self-signed unless there is an issuer.
    func make(_ key: TestKey, by issuer: Made? = nil) throws -> Made {
        let made = try #require(X509_new())
        defer { X509_free(made) }
        try #require(X509_set_version(made, version) == 1)
        let number = try #require(BN_bin2bn(serial, Int32(serial.count), nil))
        defer { BN_free(number) }
        try #require(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made)) != nil)
        try #require(ASN1_TIME_set(X509_getm_notBefore(made), notBefore) != nil)
        try #require(ASN1_TIME_set(X509_getm_notAfter(made), notAfter) != nil)
        try setName(subjectDER ?? DistinguishedName(parsing: subject).der) {
            X509_set_subject_name(made, $0)
        }
        try setName(
            issuer?.certificate.subject.der ?? subjectDER
                ?? DistinguishedName(parsing: subject).der
        ) { X509_set_issuer_name(made, $0) }
        try #require(X509_set_pubkey(made, key.handle) == 1)
        try addExtensions(to: made, issuer: issuer?.certificate.handle ?? made)
        let signer = issuer?.key ?? key
        let isEdwards = EVP_PKEY_is_a(signer.handle, "ED25519") == 1
        try #require(
            X509_sign(made, signer.handle, isEdwards ? nil : EVP_get_digestbyname(digest)) > 0)
        let der = encoded { i2d_X509(made, &$0) }
        return Made(certificate: try X509Certificate(der: der), key: key)
    }

    /// A certificate and its key.
    struct Made: Sendable {
        let certificate: X509Certificate
        let key: TestKey
    }

    private func setName(_ der: [UInt8], _ set: (OpaquePointer) -> Int32) throws {
        let name = der.withUnsafeBufferPointer { der in
            var position = der.baseAddress
            return d2i_X509_NAME(nil, &position, der.count)
        }
        defer { X509_NAME_free(name) }
        try #require(set(try #require(name)) == 1)
    }

    private func addExtensions(to made: OpaquePointer, issuer: OpaquePointer) throws {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer, made, nil, nil, 0)
        for (name, value) in extensions {
            let item = try #require(X509V3_EXT_conf(nil, &context, name, value), "\(name)=\(value)")
            defer { X509_EXTENSION_free(item) }
            try #require(X509_add_ext(made, item, -1) == 1)
        }
        for (identifier, isCritical, content) in rawExtensions {
            let object = OBJ_txt2obj(identifier, 1)
            let octets = ASN1_OCTET_STRING_new()
            defer {
                ASN1_OBJECT_free(object)
                ASN1_OCTET_STRING_free(octets)
            }
            try #require(ASN1_OCTET_STRING_set(octets, content, Int32(content.count)) == 1)
            let item = X509_EXTENSION_create_by_OBJ(nil, object, isCritical ? 1 : 0, octets)
            defer { X509_EXTENSION_free(item) }
            try #require(X509_add_ext(made, item, -1) == 1)
        }
    }
}
