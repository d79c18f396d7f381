import COpenSSL

/// libcrypto's symmetric primitives, made ready for one thread.
///
/// Looking an algorithm up in libcrypto costs more than running it over a message of IKE. So each is
/// looked up once, at its first use, and its context is given a new key for every message: nothing
/// is allocated then. A context remembers the key it was last given until the next, or its end.
public final class Primitives {
    private let hash: OpaquePointer
    private var macContexts: [MACContext?]
    private var cipherContexts: [OpaquePointer?]
    private var sha1: OpaquePointer?
    /// Room for what is computed beside a message: a full code of which a part is sent, a nonce.
    let scratch: UnsafeMutableRawBufferPointer

    /// Throws when libcrypto fails at the least it can be asked for.
    public init() throws(CryptoError) {
        guard let hash = EVP_MD_CTX_new() else { throw .libcrypto("a hash context") }
        self.hash = hash
        macContexts = [MACContext?](repeating: nil, count: MAC.allCases.count)
        cipherContexts = [OpaquePointer?](repeating: nil, count: Cipher.allCases.count)
        scratch = .allocate(byteCount: MAC.longest, alignment: 16)
    }

    deinit {
        for context in cipherContexts { EVP_CIPHER_CTX_free(context) }
        EVP_MD_CTX_free(hash)
        EVP_MD_free(sha1)
        OPENSSL_cleanse(scratch.baseAddress, scratch.count)
        scratch.deallocate()
    }

    /// The context of the code; it wants a key.
    func macContext(_ mac: MAC) throws(CryptoError) -> MACContext {
        if let context = macContexts[mac.rawValue] { return context }
        let context = try MACContext(mac)
        macContexts[mac.rawValue] = context
        return context
    }

    /// The context of the cipher; it wants a direction, a key and an IV.
    func cipherContext(_ cipher: Cipher) throws(CryptoError) -> OpaquePointer {
        if let context = cipherContexts[cipher.rawValue] { return context }
        guard let algorithm = EVP_CIPHER_fetch(nil, cipher.name, nil) else {
            throw .libcrypto(cipher.name)
        }
        // The context keeps a reference of its own.
        defer { EVP_CIPHER_free(algorithm) }
        guard let context = EVP_CIPHER_CTX_new() else {
            throw .libcrypto("a cipher context")
        }
        // The padding of RFC 7296 §3.14 is part of the text already.
        guard EVP_CipherInit_ex2(context, algorithm, nil, nil, 1, nil) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1, takesNonce(context, cipher)
        else {
            EVP_CIPHER_CTX_free(context)
            throw .libcrypto(cipher.name)
        }
        cipherContexts[cipher.rawValue] = context
        return context
    }

    /// Tells CCM the length of its nonce (RFC 5282 §4); the others expect the right one.
    private func takesNonce(_ context: OpaquePointer, _ cipher: Cipher) -> Bool {
        guard case .aead(.ccm) = cipher.mode else { return true }
        return EVP_CIPHER_CTX_ctrl(
            context, EVP_CTRL_AEAD_SET_IVLEN,
            Int32(truncatingIfNeeded: cipher.saltLength + cipher.ivLength), nil) == 1
    }

    /// SHA-1 over the pieces, one after another: for NAT detection (RFC 7296 §2.23), where nothing
    /// depends on its strength. Throws when libcrypto withholds it.
    public func sha1(_ pieces: [UInt8]...) throws(CryptoError) -> [UInt8] {
        if sha1 == nil { sha1 = EVP_MD_fetch(nil, "SHA1", nil) }
        guard let sha1, EVP_DigestInit_ex2(hash, sha1, nil) == 1 else {
            throw .libcrypto("SHA-1")
        }
        for piece in pieces {
            guard EVP_DigestUpdate(hash, piece, piece.count) == 1 else {
                throw .libcrypto("SHA-1")
            }
        }
        var isFinished = false
        let digest = [UInt8](unsafeUninitializedCapacity: MAC.hmacSHA1.length) { room, count in
            isFinished = EVP_DigestFinal_ex(hash, room.baseAddress, nil) == 1
            count = isFinished ? room.count : 0
        }
        guard isFinished else { throw .libcrypto("SHA-1") }
        return digest
    }
}
