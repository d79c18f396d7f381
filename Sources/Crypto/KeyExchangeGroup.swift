import COpenSSL
import Wire

/// A group of a key exchange method, with its parameters as libcrypto holds them: made once and then
/// only read, by all threads.
final class KeyExchangeGroup: @unchecked Sendable {
    /// The mathematics, and with it the form of a public value.
    enum Kind {
        /// Powers modulo a prime (RFC 3526); the prime in network order.
        case modp(prime: [UInt8])
        /// Points of a curve over a prime field; the octets of a coordinate (RFC 5903 §7).
        case ecp(coordinateLength: Int)
        /// Curve25519 (RFC 8031).
        case curve25519
    }

    let method: KeyExchangeMethod
    let kind: Kind
    /// A key without private value: for MODP and ECP without a public one too, for Curve25519 the
    /// base point.
    let parameters: OpaquePointer

    /// The group of the method, or `nil` when this room or this libcrypto has none.
    static func of(_ method: KeyExchangeMethod) -> KeyExchangeGroup? {
        switch method {
        case .modp2048: modp2048
        case .modp3072: modp3072
        case .modp4096: modp4096
        case .ecp256: ecp256
        case .ecp384: ecp384
        case .ecp521: ecp521
        case .curve25519: curve25519
        default: nil
        }
    }

    private static let modp2048 = KeyExchangeGroup(modp: .modp2048, named: "modp_2048")
    private static let modp3072 = KeyExchangeGroup(modp: .modp3072, named: "modp_3072")
    private static let modp4096 = KeyExchangeGroup(modp: .modp4096, named: "modp_4096")
    private static let ecp256 = KeyExchangeGroup(ecp: .ecp256, named: "P-256", bits: 256)
    private static let ecp384 = KeyExchangeGroup(ecp: .ecp384, named: "P-384", bits: 384)
    private static let ecp521 = KeyExchangeGroup(ecp: .ecp521, named: "P-521", bits: 521)
    private static let curve25519 = KeyExchangeGroup(curve25519: ())

    private init?(modp method: KeyExchangeMethod, named name: String) {
        guard let parameters = Self.parameters(of: "DH", group: name) else { return nil }
        guard let prime = Self.prime(of: parameters) else {
            EVP_PKEY_free(parameters)
            return nil
        }
        self.method = method
        self.parameters = parameters
        kind = .modp(prime: prime)
    }

    private init?(ecp method: KeyExchangeMethod, named name: String, bits: Int) {
        guard let parameters = Self.parameters(of: "EC", group: name) else { return nil }
        self.method = method
        self.parameters = parameters
        kind = .ecp(coordinateLength: (bits + 7) / 8)
    }

    private init?(curve25519: ()) {
        guard
            let parameters = EVP_PKEY_new_raw_public_key_ex(
                nil, "X25519", nil, Self.basePoint, Self.basePoint.count)
        else {
            ERR_clear_error()
            return nil
        }
        method = .curve25519
        self.parameters = parameters
        kind = .curve25519
    }

    deinit {
        EVP_PKEY_free(parameters)
    }

    /// Octets of a scalar, a public value and a shared secret of Curve25519 (RFC 7748 §5).
    static let curve25519Length = 32

    /// The base point of Curve25519 (RFC 7748 §4.1).
    static let basePoint: [UInt8] = [9] + [UInt8](repeating: 0, count: curve25519Length - 1)

    /// Octets of a public value on the wire.
    var publicValueLength: Int {
        switch kind {
        case .modp(let prime): prime.count
        case .ecp(let coordinateLength): 2 * coordinateLength
        case .curve25519: Self.curve25519Length
        }
    }

    /// Octets of a shared secret: for MODP padded to the length of the prime (RFC 7296 §2.14), for
    /// ECP the x coordinate (RFC 5903 §7).
    var secretLength: Int {
        switch kind {
        case .modp(let prime): prime.count
        case .ecp(let coordinateLength): coordinateLength
        case .curve25519: Self.curve25519Length
        }
    }

    /// The parameters of a group that libcrypto knows by name.
    private static func parameters(of algorithm: String, group: String) -> OpaquePointer? {
        // An algorithm or a group that libcrypto lacks is no failure to report later.
        defer { ERR_clear_error() }
        guard let context = EVP_PKEY_CTX_new_from_name(nil, algorithm, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var parameters: OpaquePointer?
        guard EVP_PKEY_paramgen_init(context) == 1,
            EVP_PKEY_CTX_set_group_name(context, group) == 1,
            EVP_PKEY_paramgen(context, &parameters) == 1
        else { return nil }
        return parameters
    }

    private static func prime(of parameters: OpaquePointer) -> [UInt8]? {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(parameters, OSSL_PKEY_PARAM_FFC_P, &number) == 1 else {
            ERR_clear_error()
            return nil
        }
        defer { BN_free(number) }
        let length = (Int(BN_num_bits(number)) + 7) / 8
        return [UInt8](unsafeUninitializedCapacity: length) { room, count in
            count = Int(BN_bn2bin(number, room.baseAddress))
        }
    }
}

// What peers send.
extension KeyExchangeGroup {
    /// A key with the peer's public value, for the caller to free. Throws when the value is none of
    /// the group: it is checked here as far as RFC 6989 §2 asks for groups of a prime order.
    func peerKey(_ value: [UInt8]) throws(CryptoError) -> OpaquePointer {
        guard value.count == publicValueLength else { throw .invalidPublicValue(method) }
        let encoded: [UInt8]
        switch kind {
        case .modp(let prime):
            guard Self.isWithin(prime, value) else { throw .invalidPublicValue(method) }
            encoded = value
        case .ecp:
            encoded = [KeyExchangeGroup.uncompressedPoint] + value
        case .curve25519:
            encoded = value
        }
        guard let key = EVP_PKEY_dup(parameters) else { throw .libcrypto("a peer's key") }
        // For a point, libcrypto checks here that the coordinates are below the prime and lie on
        // the curve. These curves have no other subgroup, so the order need not be checked.
        guard EVP_PKEY_set1_encoded_public_key(key, encoded, encoded.count) == 1 else {
            EVP_PKEY_free(key)
            ERR_clear_error()
            throw .invalidPublicValue(method)
        }
        return key
    }

    /// What an encoding begins with that has both coordinates (SEC 1 §2.3.3); not sent in IKE.
    static let uncompressedPoint: UInt8 = 4

    /// Whether 1 < value < prime − 1, both in network order and of the same length.
    static func isWithin(_ prime: [UInt8], _ value: [UInt8]) -> Bool {
        guard let lowest = value.last, value.count == prime.count else { return false }
        guard lowest > 1 || value.dropLast().contains(where: { $0 != 0 }) else { return false }
        for (ours, theirs) in zip(value.dropLast(), prime.dropLast()) where ours != theirs {
            return ours < theirs
        }
        // The prime is odd: prime − 1 differs from it in the last octet alone.
        return lowest < prime[prime.count - 1] - 1
    }
}
