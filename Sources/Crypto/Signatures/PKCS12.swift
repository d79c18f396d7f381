import COpenSSL

/// What a PKCS #12 file (RFC 7292) holds: how other programs hand out a key with its certificates.
public struct PKCS12: Sendable {
    /// The key, if there is one.
    public let key: PrivateKey?
    /// The certificates, that of the key first.
    public let certificates: [X509Certificate]

    /// Longer ones are refused: one with a long chain has a tenth of it.
    public static let longest = 262144

    /// Opens the file. Throws ``CryptoError/wrongPIN``, ``CryptoError/malformedKey(reason:)``, and
    /// what the reading of its contents throws.
    public init(der: [UInt8], pin: Secret?) throws(CryptoError) {
        guard der.count <= Self.longest else {
            throw .malformedKey(reason: "it has \(der.count) octets")
        }
        let decoded = der.withUnsafeBufferPointer { der in
            var position = der.baseAddress
            return d2i_PKCS12(nil, &position, der.count)
        }
        guard let file = decoded else { throw .malformedKey(reason: CryptoError.reason()) }
        defer { PKCS12_free(file) }
        try Self.checkPIN(file, pin)
        var key: OpaquePointer?
        var certificate: OpaquePointer?
        var others: OpaquePointer?
        let isParsed = Self.withCString(pin) {
            PKCS12_parse(file, $0, &key, &certificate, &others) == 1
        }
        guard isParsed else { throw .malformedKey(reason: CryptoError.reason()) }
        defer {
            X509_free(certificate)
            OPENSSL_sk_pop_free(others) { X509_free(OpaquePointer($0)) }
        }
        // The key first: it frees what it was given, whatever the certificates are.
        self.key = try key.map { key throws(CryptoError) in try PrivateKey(taking: key) }
        var certificates: [X509Certificate] = []
        if let certificate {
            certificates.append(try X509Certificate(copying: certificate))
        }
        for index in 0..<max(0, OPENSSL_sk_num(others)) {
            guard let other = OPENSSL_sk_value(others, index) else { continue }
            certificates.append(try X509Certificate(copying: OpaquePointer(other)))
        }
        self.certificates = certificates
        ERR_clear_error()
    }

    /// Only a file whose MAC the PIN gives is opened.
    private static func checkPIN(_ file: OpaquePointer, _ pin: Secret?) throws(CryptoError) {
        defer { ERR_clear_error() }
        guard PKCS12_mac_present(file) == 1 else {
            throw .malformedKey(reason: "it has no code that protects it")
        }
        guard withCString(pin, { PKCS12_verify_mac(file, $0, -1) == 1 }) else { throw .wrongPIN }
    }

    /// Lends the PIN with a zero behind it.
    static func withCString<Result>(
        _ pin: Secret?, _ body: (UnsafePointer<CChar>?) -> Result
    ) -> Result {
        guard let pin else { return body("") }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: pin.count + 1, alignment: 1)
        defer {
            OPENSSL_cleanse(room.baseAddress, room.count)
            room.deallocate()
        }
        pin.withUnsafeBytes { room.copyMemory(from: $0) }
        room[pin.count] = 0
        return body(room.bindMemory(to: CChar.self).baseAddress.map { UnsafePointer($0) })
    }
}
