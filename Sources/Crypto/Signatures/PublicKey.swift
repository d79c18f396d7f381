import COpenSSL
import Wire

/// The public key of a peer, of an authority or of our own: one that this room takes signatures
/// from, within its limits.
public final class PublicKey: @unchecked Sendable {
    /// What kind of key it is, and how large.
    public enum Kind: Hashable, Sendable {
        case rsa(bits: Int)
        /// An RSA key that makes RSASSA-PSS only, with one hash if it says so (RFC 4055 §1.2).
        case rsaPSS(bits: Int, hash: SignatureHashAlgorithm?)
        /// The bits of the modulus, and of the order of the subgroup.
        case dsa(bits: Int, orderBits: Int)
        case ec(EllipticCurve)
        case ed25519, ed448
    }

    /// What kind of key it is, and how large.
    public let kind: Kind
    /// libcrypto's form of it; never changed, so that several threads may use it at once.
    let key: OpaquePointer

    /// Longer ones are refused: a key of RSA's 16384 bits takes 2086 octets.
    static let longestInfo = 8192

    /// Reads one whole SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). Throws
    /// ``CryptoError/malformedKey(reason:)`` and ``CryptoError/unacceptableKey(reason:)``.
    public convenience init(subjectPublicKeyInfo der: [UInt8]) throws(CryptoError) {
        guard der.count <= Self.longestInfo else {
            throw .malformedKey(reason: "it has \(der.count) octets")
        }
        let decoded: (key: OpaquePointer?, rest: Int) = der.withUnsafeBufferPointer { der in
            var position = der.baseAddress
            let key = d2i_PUBKEY(nil, &position, der.count)
            let end = der.baseAddress?.advanced(by: der.count)
            return (key, end.flatMap { end in position.map { end - $0 } } ?? 0)
        }
        guard let key = decoded.key else { throw .malformedKey(reason: CryptoError.reason()) }
        guard decoded.rest == 0 else {
            EVP_PKEY_free(key)
            throw .malformedKey(reason: "\(decoded.rest) octets follow it")
        }
        try self.init(taking: key)
    }

    /// Takes over a key of libcrypto's, and frees it when it is not acceptable.
    init(taking key: OpaquePointer) throws(CryptoError) {
        self.key = key
        do throws(CryptoError) {
            kind = try KeyLimits.kind(of: key)
        } catch {
            EVP_PKEY_free(key)
            throw error
        }
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// The SubjectPublicKeyInfo in DER.
    public var subjectPublicKeyInfo: [UInt8] {
        encoded { i2d_PUBKEY(key, &$0) }
    }
}

extension PublicKey: Equatable {
    /// Whether both are one key.
    public static func == (a: PublicKey, b: PublicKey) -> Bool {
        defer { ERR_clear_error() }
        return EVP_PKEY_eq(a.key, b.key) == 1
    }
}

extension PublicKey.Kind {
    /// The kind of signature that the key makes.
    public var family: SignatureFamily {
        switch self {
        case .rsa, .rsaPSS: .rsa
        case .dsa: .dss
        case .ec: .ecdsa
        case .ed25519, .ed448: .eddsa
        }
    }

    /// The kind and the size: `RSA-2048`, `ECDSA P-256`.
    public var name: String {
        switch self {
        case .rsa(let bits): "RSA-\(bits)"
        case .rsaPSS(let bits, let hash):
            "RSASSA-PSS-\(bits)" + (hash.map { " with \($0.name)" } ?? "")
        case .dsa(let bits, _): "DSA-\(bits)"
        case .ec(let curve): "ECDSA \(curve.name)"
        case .ed25519: "Ed25519"
        case .ed448: "Ed448"
        }
    }
}

/// What libcrypto encodes into a block that it allocates; nothing when it fails.
func encoded(_ encode: (inout UnsafeMutablePointer<UInt8>?) -> Int32) -> [UInt8] {
    var block: UnsafeMutablePointer<UInt8>?
    let count = encode(&block)
    defer { COpenSSL_free(block) }
    guard let block, count > 0 else {
        ERR_clear_error()
        return []
    }
    return [UInt8](UnsafeBufferPointer(start: block, count: Int(count)))
}
