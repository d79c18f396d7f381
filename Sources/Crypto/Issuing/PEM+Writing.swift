import COpenSSL

extension PEM {
    /// The text for an encoded object (RFC 7468); libcrypto erases what it needed on the way.
    static func text(
        _ label: String, _ der: UnsafeRawBufferPointer
    ) throws(CryptoError) -> Secret {
        guard let output = BIO_new(BIO_s_mem()) else { throw .libcrypto("a text in PEM") }
        defer { BIO_free(output) }
        guard let count = Int(exactly: der.count),
            PEM_write_bio(
                output, label, "", der.bindMemory(to: UInt8.self).baseAddress, count) > 0
        else { throw .libcrypto("a text in PEM") }
        var start: UnsafeMutablePointer<CChar>?
        let length = COpenSSL_BIO_get_mem_data(output, &start)
        guard let start, length > 0 else { throw .libcrypto("a text in PEM") }
        return try Secret(count: length) { room throws(CryptoError) in
            room.copyMemory(from: UnsafeRawBufferPointer(start: start, count: length))
        }
    }

    /// The text for an object that everybody may see.
    public static func text(_ label: String, _ der: [UInt8]) throws(CryptoError) -> [UInt8] {
        try der.span.withUnsafeBytes { der throws(CryptoError) in try text(label, der).revealed() }
    }
}
