import COpenSSL
import Wire

/// An ephemeral key of a key exchange: our public value, and the private one for as long as the
/// object lives.
public final class KeyPair: @unchecked Sendable {
    /// The method it is for.
    public let method: KeyExchangeMethod
    /// What goes into our Key Exchange payload: for MODP of the prime's length, for ECP the two
    /// coordinates (RFC 5903 §7), for Curve25519 and Curve448 the octets of RFC 8031 §3.1.
    public let publicValue: [UInt8]

    private let group: KeyExchangeGroup
    /// A derivation that knows our private key and waits for the peer's. It is only ever copied,
    /// so several threads may derive at once.
    private let derivation: OpaquePointer

    /// Takes over a derivation of the group.
    private init(_ group: KeyExchangeGroup, derivation: OpaquePointer, publicValue: [UInt8]) {
        method = group.method
        self.group = group
        self.derivation = derivation
        self.publicValue = publicValue
    }

    deinit {
        EVP_PKEY_CTX_free(derivation)
    }

    /// Whether the method is one that this room and this libcrypto offer.
    public static func supports(_ method: KeyExchangeMethod) -> Bool {
        publicValueLength(method) != nil
    }

    /// Octets of the method's public values, `nil` when it is not offered.
    public static func publicValueLength(_ method: KeyExchangeMethod) -> Int? {
        do throws(CryptoError) {
            return try KeyExchangeGroup.of(method).publicValueLength
        } catch {
            return nil
        }
    }

    /// Makes a new key.
    public static func generate(_ method: KeyExchangeMethod) throws(CryptoError) -> KeyPair {
        let group = try KeyExchangeGroup.of(method)
        switch group.kind {
        case .montgomery(let basePoint) where method == .curve25519:
            let scalar = try Secret(count: basePoint.count) {
                (room: UnsafeMutableRawBufferPointer) throws(CryptoError) in
                guard
                    RAND_priv_bytes(
                        room.bindMemory(to: UInt8.self).baseAddress,
                        Int32(truncatingIfNeeded: room.count)) == 1
                else { throw .libcrypto("random octets") }
            }
            return try KeyPair(group, scalar: scalar, basePoint: basePoint)
        case .modp, .ecp, .montgomery:
            return try KeyPair(group, key: try newKey(group))
        }
    }

    /// The secret shared with the owner of the public value: for MODP of the prime's length, for
    /// ECP the x coordinate.
    ///
    /// Throws ``CryptoError/invalidPublicValue(_:)`` for a value of the wrong length, outside of
    /// 1 < y < p − 1 or of the subgroup, not on the curve, or, for Curve25519 and Curve448, of a
    /// small order.
    public func sharedSecret(with peer: [UInt8]) throws(CryptoError) -> Secret {
        let key = try group.peerKey(peer)
        defer { EVP_PKEY_free(key) }
        return try Secret(count: group.secretLength) {
            (room: UnsafeMutableRawBufferPointer) throws(CryptoError) in
            try Self.derive(group, derivation, with: key, into: room)
        }
    }
}

// libcrypto makes the key.
extension KeyPair {
    /// A key pair around a key of libcrypto's, which it takes a reference to.
    convenience init(_ group: KeyExchangeGroup, key: OpaquePointer) throws(CryptoError) {
        defer { EVP_PKEY_free(key) }
        let publicValue = try Self.publicValue(group, key)
        self.init(
            group, derivation: try Self.newDerivation(group, key), publicValue: publicValue)
    }

    /// A key of libcrypto's, for the caller to free.
    static func newKey(_ group: KeyExchangeGroup) throws(CryptoError) -> OpaquePointer {
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, group.parameters, nil) else {
            throw .libcrypto("a key of \(group.method)")
        }
        defer { EVP_PKEY_CTX_free(context) }
        // For MODP libcrypto takes a private value of twice the group's strength in bits, rather
        // than one as long as the prime: that is what makes these groups bearable.
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, setPrivateBits(group.privateBits, context),
            EVP_PKEY_keygen(context, &key) == 1, let key
        else { throw .libcrypto("a key of \(group.method)") }
        return key
    }

    private static func setPrivateBits(_ bits: Int32?, _ context: OpaquePointer) -> Bool {
        guard var bits else { return true }
        return withUnsafeMutablePointer(to: &bits) { bits in
            EVP_PKEY_CTX_set_params(
                context, [COpenSSL_private_bits_parameter(bits), OSSL_PARAM_construct_end()]) == 1
        }
    }

    private static func publicValue(
        _ group: KeyExchangeGroup, _ key: OpaquePointer
    ) throws(CryptoError) -> [UInt8] {
        var encoded: UnsafeMutablePointer<UInt8>?
        let count = EVP_PKEY_get1_encoded_public_key(key, &encoded)
        defer { COpenSSL_free(encoded) }
        // Points come with an octet that says they have both coordinates; IKE leaves it out.
        let prefix =
            switch group.kind {
            case .ecp: 1
            case .modp, .montgomery: 0
            }
        guard let encoded, count == prefix + group.publicValueLength else {
            throw .libcrypto("the public value of \(group.method)")
        }
        return [UInt8](UnsafeBufferPointer(start: encoded + prefix, count: count - prefix))
    }
}

// Curve25519: we draw the scalar.
extension KeyPair {
    /// The key pair of a scalar.
    ///
    /// For Curve25519 libcrypto would compute the public value with code that takes up to half as
    /// long again as its derivation; for Curve448 it takes less. So the public value is derived, as
    /// RFC 7748 §6 defines it: from the base point. The key that libcrypto sees until then, and
    /// later, has the base point in its stead.
    convenience init(
        _ group: KeyExchangeGroup, scalar: Secret, basePoint: [UInt8]
    ) throws(CryptoError) {
        let key = try Self.key(group, scalar: scalar, basePoint: basePoint)
        defer { EVP_PKEY_free(key) }
        let derivation = try Self.newDerivation(group, key)
        do throws(CryptoError) {
            let publicValue = try Secret(count: group.publicValueLength) {
                (room: UnsafeMutableRawBufferPointer) throws(CryptoError) in
                try Self.derive(group, derivation, with: group.parameters, into: room)
            }
            self.init(group, derivation: derivation, publicValue: publicValue.revealed())
        } catch {
            EVP_PKEY_CTX_free(derivation)
            throw error
        }
    }

    private static func key(
        _ group: KeyExchangeGroup, scalar: Secret, basePoint: [UInt8]
    ) throws(CryptoError) -> OpaquePointer {
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, group.parameters, nil) else {
            throw .libcrypto("a key of \(group.method)")
        }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        let isMade = scalar.withUnsafeBytes { scalar in
            basePoint.withUnsafeBytes { basePoint in
                var parameters = [
                    COpenSSL_private_key_parameter(scalar.baseAddress, scalar.count),
                    COpenSSL_public_key_parameter(basePoint.baseAddress, basePoint.count),
                    OSSL_PARAM_construct_end(),
                ]
                return EVP_PKEY_fromdata_init(context) == 1
                    && EVP_PKEY_fromdata(
                        context, &key, COpenSSL_EVP_PKEY_KEYPAIR(), &parameters) == 1
            }
        }
        guard isMade, let key else { throw .libcrypto("a key of \(group.method)") }
        return key
    }
}

// The derivation.
extension KeyPair {
    private static func newDerivation(
        _ group: KeyExchangeGroup, _ key: OpaquePointer
    ) throws(CryptoError) -> OpaquePointer {
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else {
            throw .libcrypto("a derivation of \(group.method)")
        }
        guard EVP_PKEY_derive_init(context) == 1, isPadded(group, context) else {
            EVP_PKEY_CTX_free(context)
            throw .libcrypto("a derivation of \(group.method)")
        }
        return context
    }

    /// Asks for leading zeros in MODP's secrets (RFC 7296 §2.14); the others have them anyway.
    private static func isPadded(_ group: KeyExchangeGroup, _ context: OpaquePointer) -> Bool {
        switch group.kind {
        case .modp: EVP_PKEY_CTX_set_dh_pad(context, 1) == 1
        case .ecp, .montgomery: true
        }
    }

    /// Derives into the room, which has the length of the group's secrets.
    private static func derive(
        _ group: KeyExchangeGroup, _ derivation: OpaquePointer, with peer: OpaquePointer,
        into room: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) {
        guard let context = EVP_PKEY_CTX_dup(derivation) else {
            throw .libcrypto("a derivation of \(group.method)")
        }
        defer { EVP_PKEY_CTX_free(context) }
        // Without libcrypto's own validation, the last argument: for MODP it is another
        // exponentiation, longer than all others, that tells nothing about a safe prime and has
        // been done already for the other groups.
        guard EVP_PKEY_derive_set_peer_ex(context, peer, 0) == 1 else {
            throw .libcrypto("the peer's key of \(group.method)")
        }
        var count = room.count
        guard
            EVP_PKEY_derive(context, room.bindMemory(to: UInt8.self).baseAddress, &count) == 1,
            count == room.count
        else {
            ERR_clear_error()
            // X25519 and X448 refuse a secret of zeros, which is what points of a small order give
            // (RFC 7748 §6).
            throw .invalidPublicValue(group.method)
        }
    }
}
