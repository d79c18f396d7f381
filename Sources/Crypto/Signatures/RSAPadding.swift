import COpenSSL

/// The padding of RSASSA-PKCS1-v1_5 (RFC 8017 §9.2).
///
/// A verifier that takes it apart must refuse everything that does not belong there; each fault in
/// that let signatures be forged for keys with the exponent 3. So it is only ever built, and
/// compared as a whole.
enum RSAPadding {
    /// The padded hash, as long as the modulus; `nil` when it does not fit into that.
    static func padded(_ hash: [UInt8], _ digest: Digest, length: Int) -> [UInt8]? {
        let info = digestInfo(hash, digest)
        // At least eight octets of padding.
        guard length >= info.count + 11 else { return nil }
        let padding = [UInt8](repeating: 0xFF, count: length - info.count - 3)
        return [0x00, 0x01] + padding + [0x00] + info
    }

    /// What is padded.
    static func digestInfo(_ hash: [UInt8], _ digest: Digest) -> [UInt8] {
        DER.sequence(
            DER.sequence(DER.object(digest.identifier) + DER.null) + DER.octetString(hash))
    }

    /// What the signature is the padding of, as long as the modulus; `nil` when its number is not
    /// below the modulus.
    static func recovered(
        from signature: [UInt8], by key: OpaquePointer
    ) throws(CryptoError) -> [UInt8]? {
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else {
            throw .libcrypto("an RSA verification")
        }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_verify_recover_init(context) == 1,
            EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1
        else { throw .libcrypto("an RSA verification") }
        var count = signature.count
        var isDone = false
        let octets = [UInt8](unsafeUninitializedCapacity: count) { room, initialized in
            isDone =
                EVP_PKEY_verify_recover(
                    context, room.baseAddress, &count, signature, signature.count) == 1
            initialized = isDone ? min(count, room.count) : 0
        }
        guard isDone, octets.count == signature.count else {
            ERR_clear_error()
            return nil
        }
        return octets
    }
}
