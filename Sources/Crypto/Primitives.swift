import COpenSSL

/// libcrypto's symmetric primitives, made ready for one thread.
///
/// Looking an algorithm up in libcrypto costs more than running it over a message of IKE. So each is
/// looked up once, at its first use, and its context is given a new key for every message: nothing
/// is allocated then. A context remembers the key it was last given until the next, or its end.
public final class Primitives {
    private let hmac: OpaquePointer
    private let hash: OpaquePointer
    private var macContexts: [OpaquePointer?]
    private var cipherContexts: [OpaquePointer?]
    private var sha1: OpaquePointer?
    /// Room for what is computed beside a message: a full HMAC of which a part is sent, a nonce.
    let scratch: UnsafeMutableRawBufferPointer

    /// Throws when libcrypto lacks HMAC.
    public init() throws(CryptoError) {
        guard let hmac = EVP_MAC_fetch(nil, "HMAC", nil) else {
            throw .libcrypto("HMAC")
        }
        guard let hash = EVP_MD_CTX_new() else {
            EVP_MAC_free(hmac)
            throw .libcrypto("a hash context")
        }
        self.hmac = hmac
        self.hash = hash
        macContexts = [OpaquePointer?](repeating: nil, count: Digest.allCases.count)
        cipherContexts = [OpaquePointer?](repeating: nil, count: Cipher.allCases.count)
        scratch = .allocate(byteCount: Digest.longestOutput, alignment: 16)
    }

    deinit {
        for context in macContexts { EVP_MAC_CTX_free(context) }
        for context in cipherContexts { EVP_CIPHER_CTX_free(context) }
        EVP_MD_CTX_free(hash)
        EVP_MD_free(sha1)
        EVP_MAC_free(hmac)
        OPENSSL_cleanse(scratch.baseAddress, scratch.count)
        scratch.deallocate()
    }

    /// The HMAC context of the digest; it wants a key.
    func macContext(_ digest: Digest) throws(CryptoError) -> OpaquePointer {
        if let context = macContexts[digest.rawValue] { return context }
        guard let context = EVP_MAC_CTX_new(hmac) else {
            throw .libcrypto("an HMAC context")
        }
        let isSet = digest.name.withCString { name in
            let parameters = [COpenSSL_digest_parameter(name), OSSL_PARAM_construct_end()]
            return EVP_MAC_CTX_set_params(context, parameters) == 1
        }
        guard isSet else {
            EVP_MAC_CTX_free(context)
            throw .libcrypto("HMAC with \(digest.name)")
        }
        macContexts[digest.rawValue] = context
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
            EVP_CIPHER_CTX_set_padding(context, 0) == 1
        else {
            EVP_CIPHER_CTX_free(context)
            throw .libcrypto(cipher.name)
        }
        cipherContexts[cipher.rawValue] = context
        return context
    }

    /// SHA-1 over the pieces, one after another: for NAT detection (RFC 7296 §2.23), where nothing
    /// depends on its strength. Throws when libcrypto withholds it.
    public func sha1(_ pieces: [UInt8]...) throws(CryptoError) -> [UInt8] {
        if sha1 == nil { sha1 = EVP_MD_fetch(nil, Digest.sha1.name, nil) }
        guard let sha1, EVP_DigestInit_ex2(hash, sha1, nil) == 1 else {
            throw .libcrypto("SHA-1")
        }
        for piece in pieces {
            guard EVP_DigestUpdate(hash, piece, piece.count) == 1 else {
                throw .libcrypto("SHA-1")
            }
        }
        var isFinished = false
        let digest = [UInt8](unsafeUninitializedCapacity: Digest.sha1.outputLength) { room, count in
            isFinished = EVP_DigestFinal_ex(hash, room.baseAddress, nil) == 1
            count = isFinished ? room.count : 0
        }
        guard isFinished else { throw .libcrypto("SHA-1") }
        return digest
    }
}
