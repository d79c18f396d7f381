import COpenSSL

// Ciphers that check integrity themselves (RFC 5282 §3, RFC 7634 §2).
extension Primitives {
    /// Encrypts the text in place and writes the checksum.
    func seal(
        _ parts: SealedParts, _ aead: Cipher.AEAD, _ cipher: Cipher, _ key: SecretSlice
    ) throws(CryptoError) {
        let context = try begin(.encrypt, parts, aead, cipher, key)
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

    /// Decrypts the text in place and verifies the checksum.
    func open(
        _ parts: SealedParts, _ aead: Cipher.AEAD, _ cipher: Cipher, _ key: SecretSlice
    ) throws(CryptoError) {
        let context = try begin(.decrypt, parts, aead, cipher, key)
        let text = parts.text.bindMemory(to: UInt8.self).baseAddress
        var count: Int32 = 0
        var rest: Int32 = 0
        guard EVP_CipherUpdate(context, text, &count, text, parts.textLength) == 1 else {
            switch aead {
            case .ccm:
                // CCM verifies here: it has read all of the text before any of it comes out.
                ERR_clear_error()
                throw .integrityCheckFailed
            case .gcm, .chacha20Poly1305:
                throw .libcrypto(cipher.name)
            }
        }
        switch aead {
        case .ccm:
            return
        case .gcm, .chacha20Poly1305:
            guard
                EVP_CipherFinal_ex(
                    context, scratch.bindMemory(to: UInt8.self).baseAddress, &rest) == 1
            else {
                ERR_clear_error()
                throw .integrityCheckFailed
            }
        }
    }

    /// Gives the context its key, its nonce, the associated data and, to open a message, its
    /// checksum.
    private func begin(
        _ direction: Direction, _ parts: SealedParts, _ aead: Cipher.AEAD, _ cipher: Cipher,
        _ key: SecretSlice
    ) throws(CryptoError) -> OpaquePointer {
        let context = try cipherContext(cipher)
        let icvLength = Int32(truncatingIfNeeded: parts.icv.count)
        let icv = direction == .encrypt ? nil : parts.icv.baseAddress
        let isReady = key.withUnsafeBytes { (key: UnsafeRawBufferPointer) in
            let nonce = nonce(parts, cipher, key).bindMemory(to: UInt8.self).baseAddress
            let key = key.bindMemory(to: UInt8.self).baseAddress
            var count: Int32 = 0
            switch aead {
            case .ccm:
                // The first block that CCM computes holds the lengths of the checksum and of the
                // text, so it wants to know them: the one before it has its key, the other before
                // any data.
                guard
                    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, icvLength, nil) == 1,
                    EVP_CipherInit_ex2(context, nil, key, nonce, direction.rawValue, nil) == 1,
                    icv == nil
                        || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, icvLength, icv) == 1,
                    EVP_CipherUpdate(context, nil, &count, nil, parts.textLength) == 1
                else { return false }
            case .gcm, .chacha20Poly1305:
                guard
                    EVP_CipherInit_ex2(context, nil, key, nonce, direction.rawValue, nil) == 1,
                    icv == nil
                        || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, icvLength, icv) == 1
                else { return false }
            }
            return EVP_CipherUpdate(
                context, nil, &count, parts.associatedData.bindMemory(to: UInt8.self).baseAddress,
                parts.associatedLength) == 1
        }
        guard isReady else { throw .libcrypto(cipher.name) }
        return context
    }
}
