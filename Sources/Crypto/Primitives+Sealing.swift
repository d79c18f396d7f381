import COpenSSL

extension Primitives {
    /// Encrypts the text in place and writes the checksum (RFC 7296 §3.14, RFC 5282 §3).
    ///
    /// The IV is in its place already: see ``Protection/wantsUnpredictableIV``. A
    /// separate integrity algorithm covers everything from the associated data's first octet to the
    /// checksum. Throws when ranges or keys have lengths the protection does not take.
    public func seal(
        _ octets: inout [UInt8], associatedData: Range<Int>, iv: Range<Int>, text: Range<Int>,
        icv: Range<Int>, using protection: Protection, encryptionKey: SecretSlice,
        integrityKey: SecretSlice
    ) throws(CryptoError) {
        try checkKeys(protection, encryptionKey, integrityKey)
        try octets.withUnsafeMutableBufferPointer {
            (octets: inout UnsafeMutableBufferPointer<UInt8>) throws(CryptoError) in
            let parts = try SealedParts(
                of: UnsafeMutableRawBufferPointer(octets), associatedData: associatedData, iv: iv,
                text: text, icv: icv, using: protection)
            switch protection.cipher.mode {
            case .aead(let aead):
                try seal(parts, aead, protection.cipher, encryptionKey)
            case .cbc, .ctr:
                try run(.encrypt, parts, protection.cipher, encryptionKey)
                parts.icv.copyMemory(from: try checksum(parts, protection, integrityKey))
            }
        }
    }

    /// Verifies the checksum and decrypts the text in place, the reverse of ``seal``.
    ///
    /// Throws ``CryptoError/integrityCheckFailed`` for a message that was not sealed with these keys
    /// or was changed since: the text is meaningless then.
    public func open(
        _ octets: inout [UInt8], associatedData: Range<Int>, iv: Range<Int>, text: Range<Int>,
        icv: Range<Int>, using protection: Protection, encryptionKey: SecretSlice,
        integrityKey: SecretSlice
    ) throws(CryptoError) {
        try checkKeys(protection, encryptionKey, integrityKey)
        try octets.withUnsafeMutableBufferPointer {
            (octets: inout UnsafeMutableBufferPointer<UInt8>) throws(CryptoError) in
            let parts = try SealedParts(
                of: UnsafeMutableRawBufferPointer(octets), associatedData: associatedData, iv: iv,
                text: text, icv: icv, using: protection)
            switch protection.cipher.mode {
            case .aead(let aead):
                try open(parts, aead, protection.cipher, encryptionKey)
            case .cbc, .ctr:
                // The checksum first: nothing is decrypted for someone without the key.
                let expected = try checksum(parts, protection, integrityKey)
                guard
                    CRYPTO_memcmp(expected.baseAddress, parts.icv.baseAddress, parts.icv.count) == 0
                else { throw .integrityCheckFailed }
                try run(.decrypt, parts, protection.cipher, encryptionKey)
            }
        }
    }

    private func checkKeys(
        _ protection: Protection, _ encryptionKey: SecretSlice, _ integrityKey: SecretSlice
    ) throws(CryptoError) {
        guard encryptionKey.count == protection.encryptionKeyLength else {
            throw .invalidLength(of: "encryption key")
        }
        guard integrityKey.count == protection.integrityKeyLength else {
            throw .invalidLength(of: "integrity key")
        }
    }
}
