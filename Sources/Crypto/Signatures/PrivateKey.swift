import COpenSSL
import Wire

/// Our own key, which signs. libcrypto holds it, and erases it when the last owner lets go.
public final class PrivateKey: @unchecked Sendable {
    /// The half that everybody may know.
    public let publicKey: PublicKey
    /// Never changed, so that several threads may sign at once.
    private let key: OpaquePointer

    /// Takes over a key of libcrypto's, and frees it when it is not acceptable.
    init(taking key: OpaquePointer) throws(CryptoError) {
        self.key = key
        let info = encoded { i2d_PUBKEY(key, &$0) }
        do throws(CryptoError) {
            publicKey = try PublicKey(subjectPublicKeyInfo: info)
        } catch {
            EVP_PKEY_free(key)
            throw error
        }
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// Lends libcrypto's form of it, which must not be changed.
    func withHandle<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        withExtendedLifetime(self) { body(key) }
    }

    /// What kind of key it is, and how large.
    public var kind: PublicKey.Kind { publicKey.kind }

    /// Signs the octets of RFC 7296 §2.15.
    public func sign(
        _ octets: [UInt8], by scheme: SignatureScheme
    ) throws(CryptoError) -> Authentication {
        guard kind.makes(scheme.algorithm) else {
            throw .unacceptableKey(reason: "\(kind.name) makes no \(scheme.algorithm.name)")
        }
        let signature = try EVPSignature(key, scheme.algorithm).sign(octets)
        switch scheme.method {
        case .digitalSignature:
            let identifier = scheme.algorithm.identifier
            return Authentication(
                method: scheme.method,
                data: [UInt8(truncatingIfNeeded: identifier.count)] + identifier + signature)
        case .rsaSignature:
            return Authentication(method: scheme.method, data: signature)
        default:
            guard let raw = RawSignature.raw(signature, orderLength: kind.orderLength) else {
                throw .failed(operation: "a signature", reason: "it is not two numbers")
            }
            return Authentication(method: scheme.method, data: raw)
        }
    }
}
