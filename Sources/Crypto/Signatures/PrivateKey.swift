import COpenSSL
import Wire

/// Our own key, which signs. libcrypto holds it, and erases it when the last owner lets go; or a
/// token does, which never gives it away.
public final class PrivateKey: @unchecked Sendable {
    private enum Holder {
        /// Never changed, so that several threads may sign at once.
        case libcrypto(OpaquePointer)
        case device(any KeyDevice)
    }

    /// The half that everybody may know.
    public let publicKey: PublicKey
    private let holder: Holder

    /// Takes over a key of libcrypto's, and frees it when it is not acceptable.
    init(taking key: OpaquePointer) throws(CryptoError) {
        holder = .libcrypto(key)
        let info = encoded { i2d_PUBKEY(key, &$0) }
        do throws(CryptoError) {
            publicKey = try PublicKey(subjectPublicKeyInfo: info)
        } catch {
            EVP_PKEY_free(key)
            throw error
        }
    }

    /// A key that a device keeps.
    public init(_ publicKey: PublicKey, in device: any KeyDevice) {
        self.publicKey = publicKey
        holder = .device(device)
    }

    deinit {
        if case .libcrypto(let key) = holder { EVP_PKEY_free(key) }
    }

    /// Whether a device signs: that may take as long as it likes.
    public var isInDevice: Bool {
        if case .device = holder { return true }
        return false
    }

    /// Lends libcrypto's form of it, which must not be changed. Throws for a key in a device.
    func withHandle<Result>(
        _ body: (OpaquePointer) -> Result
    ) throws(CryptoError) -> Result {
        guard case .libcrypto(let key) = holder else {
            throw .unacceptableKey(reason: "it does not leave its token")
        }
        return withExtendedLifetime(self) { body(key) }
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
        let signature = try sign(octets, by: scheme.algorithm)
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

    /// A signature as X.509 has it.
    func sign(
        _ octets: [UInt8], by algorithm: SignatureAlgorithm
    ) throws(CryptoError) -> [UInt8] {
        switch holder {
        case .libcrypto(let key): return try EVPSignature(key, algorithm).sign(octets)
        case .device(let device):
            let signature = try device.sign(try DeviceInput(octets, algorithm))
            guard case .ec = kind else { return signature }
            guard let encoded = RawSignature.encoded(signature, orderLength: kind.orderLength)
            else { throw .failed(operation: "a signature", reason: "it is not two numbers") }
            return encoded
        }
    }
}

extension PrivateKey: Equatable {
    /// Whether both sign the same.
    public static func == (a: PrivateKey, b: PrivateKey) -> Bool {
        a === b || a.publicKey == b.publicKey
    }
}
