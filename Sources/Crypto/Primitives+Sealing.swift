import COpenSSL

/// Where the parts of a sealed message lie: in this order, each within the message.
private struct SealedParts {
    let associatedData: UnsafeMutableRawBufferPointer
    let iv: UnsafeMutableRawBufferPointer
    let text: UnsafeMutableRawBufferPointer
    let icv: UnsafeMutableRawBufferPointer
    /// What a separate integrity algorithm covers: from the header to the end of the text.
    let covered: UnsafeMutableRawBufferPointer
    /// The length of the text as libcrypto takes it.
    let textLength: Int32
    /// The length of the associated data as libcrypto takes it.
    let associatedLength: Int32

    init(
        of message: UnsafeMutableRawBufferPointer, associatedData: Range<Int>, iv: Range<Int>,
        text: Range<Int>, icv: Range<Int>, using protection: Protection
    ) throws(CryptoError) {
        guard associatedData.lowerBound >= 0, associatedData.upperBound <= iv.lowerBound,
            iv.upperBound <= text.lowerBound, text.upperBound <= icv.lowerBound,
            icv.upperBound <= message.count
        else { throw .invalidLength(of: "message") }
        guard iv.count == protection.ivLength else {
            throw .invalidLength(of: "initialization vector")
        }
        guard icv.count == protection.icvLength else {
            throw .invalidLength(of: "integrity checksum")
        }
        guard text.count.isMultiple(of: protection.blockLength), !text.isEmpty,
            let textLength = Int32(exactly: text.count),
            let associatedLength = Int32(exactly: associatedData.count)
        else { throw .invalidLength(of: "encrypted text") }
        self.associatedData = UnsafeMutableRawBufferPointer(rebasing: message[associatedData])
        self.iv = UnsafeMutableRawBufferPointer(rebasing: message[iv])
        self.text = UnsafeMutableRawBufferPointer(rebasing: message[text])
        self.icv = UnsafeMutableRawBufferPointer(rebasing: message[icv])
        self.covered = UnsafeMutableRawBufferPointer(
            rebasing: message[associatedData.lowerBound..<icv.lowerBound])
        self.textLength = textLength
        self.associatedLength = associatedLength
    }
}

extension Primitives {
    /// Encrypts the text in place and writes the checksum (RFC 7296 §3.14, RFC 5282 §3).
    ///
    /// The IV is in its place already: random for CBC, never used before with the key for GCM. A
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
            guard let digest = protection.digest else {
                return try sealAEAD(parts, protection.cipher, encryptionKey)
            }
            try encryptBlocks(parts, protection.cipher, encryptionKey)
            parts.icv.copyMemory(
                from: try checksum(parts, digest, integrityKey, length: protection.icvLength))
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
            guard let digest = protection.digest else {
                return try openAEAD(parts, protection.cipher, encryptionKey)
            }
            // The checksum first: nothing is decrypted for someone without the key.
            let expected = try checksum(
                parts, digest, integrityKey, length: protection.icvLength)
            guard
                CRYPTO_memcmp(expected.baseAddress, parts.icv.baseAddress, parts.icv.count) == 0
            else { throw .integrityCheckFailed }
            try decryptBlocks(parts, protection.cipher, encryptionKey)
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

// AES-CBC with HMAC.
extension Primitives {
    /// The checksum, in the scratch room until its next use.
    private func checksum(
        _ parts: SealedParts, _ digest: Digest, _ key: SecretSlice, length: Int
    ) throws(CryptoError) -> UnsafeRawBufferPointer {
        let context = try macContext(digest)
        try key.withUnsafeBytes { (key: UnsafeRawBufferPointer) throws(CryptoError) in
            try begin(context, key: key)
        }
        try update(context, UnsafeRawBufferPointer(parts.covered))
        try finish(context, into: scratch)
        return UnsafeRawBufferPointer(rebasing: scratch[..<length])
    }

    private func encryptBlocks(
        _ parts: SealedParts, _ cipher: Cipher, _ key: SecretSlice
    ) throws(CryptoError) {
        try runBlocks(parts, cipher, key, direction: 1)
    }

    private func decryptBlocks(
        _ parts: SealedParts, _ cipher: Cipher, _ key: SecretSlice
    ) throws(CryptoError) {
        try runBlocks(parts, cipher, key, direction: 0)
    }

    private func runBlocks(
        _ parts: SealedParts, _ cipher: Cipher, _ key: SecretSlice, direction: Int32
    ) throws(CryptoError) {
        let context = try cipherContext(cipher)
        let text = parts.text.bindMemory(to: UInt8.self).baseAddress
        try key.withUnsafeBytes { (key: UnsafeRawBufferPointer) throws(CryptoError) in
            var count: Int32 = 0
            // Whole blocks without padding all come out of the update: nothing is left to finish.
            guard
                EVP_CipherInit_ex2(
                    context, nil, key.bindMemory(to: UInt8.self).baseAddress,
                    parts.iv.bindMemory(to: UInt8.self).baseAddress, direction, nil) == 1,
                EVP_CipherUpdate(context, text, &count, text, parts.textLength) == 1,
                count == parts.textLength
            else { throw .libcrypto(cipher.name) }
        }
    }
}

// AES-GCM.
extension Primitives {
    /// Gives the context its key, its nonce and the associated data.
    private func beginAEAD(
        _ parts: SealedParts, _ cipher: Cipher, _ key: SecretSlice, direction: Int32
    ) throws(CryptoError) -> OpaquePointer {
        let context = try cipherContext(cipher)
        try key.withUnsafeBytes { (key: UnsafeRawBufferPointer) throws(CryptoError) in
            // The nonce is the salt that follows the key, and the IV (RFC 5282 §4).
            let nonce = scratch.bindMemory(to: UInt8.self)
            scratch.copyMemory(from: UnsafeRawBufferPointer(rebasing: key[cipher.keyLength...]))
            UnsafeMutableRawBufferPointer(rebasing: scratch[Protection.saltLength...])
                .copyMemory(from: UnsafeRawBufferPointer(parts.iv))
            var count: Int32 = 0
            guard
                EVP_CipherInit_ex2(
                    context, nil, key.bindMemory(to: UInt8.self).baseAddress, nonce.baseAddress,
                    direction, nil) == 1,
                EVP_CipherUpdate(
                    context, nil, &count,
                    parts.associatedData.bindMemory(to: UInt8.self).baseAddress,
                    parts.associatedLength) == 1
            else { throw .libcrypto(cipher.name) }
        }
        return context
    }

    private func sealAEAD(
        _ parts: SealedParts, _ cipher: Cipher, _ key: SecretSlice
    ) throws(CryptoError) {
        let context = try beginAEAD(parts, cipher, key, direction: 1)
        let text = parts.text.bindMemory(to: UInt8.self).baseAddress
        var count: Int32 = 0
        var rest: Int32 = 0
        guard EVP_CipherUpdate(context, text, &count, text, parts.textLength) == 1,
            count == parts.textLength,
            EVP_CipherFinal_ex(context, scratch.bindMemory(to: UInt8.self).baseAddress, &rest) == 1,
            EVP_CIPHER_CTX_ctrl(
                context, EVP_CTRL_AEAD_GET_TAG, Int32(truncatingIfNeeded: parts.icv.count),
                parts.icv.baseAddress) == 1
        else { throw .libcrypto(cipher.name) }
    }

    private func openAEAD(
        _ parts: SealedParts, _ cipher: Cipher, _ key: SecretSlice
    ) throws(CryptoError) {
        let context = try beginAEAD(parts, cipher, key, direction: 0)
        let text = parts.text.bindMemory(to: UInt8.self).baseAddress
        var count: Int32 = 0
        var rest: Int32 = 0
        guard EVP_CipherUpdate(context, text, &count, text, parts.textLength) == 1,
            count == parts.textLength,
            EVP_CIPHER_CTX_ctrl(
                context, EVP_CTRL_AEAD_SET_TAG, Int32(truncatingIfNeeded: parts.icv.count),
                parts.icv.baseAddress) == 1
        else { throw .libcrypto(cipher.name) }
        guard
            EVP_CipherFinal_ex(context, scratch.bindMemory(to: UInt8.self).baseAddress, &rest) == 1
        else {
            ERR_clear_error()
            throw .integrityCheckFailed
        }
    }
}
