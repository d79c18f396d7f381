import COpenSSL
import Wire

/// A group of a key exchange method, with its parameters as libcrypto holds them: made once and then
/// only read, by all threads.
final class KeyExchangeGroup: @unchecked Sendable {
    /// The mathematics, and with it the form of a public value.
    enum Kind {
        /// Powers modulo a prime in network order.
        case modp(prime: [UInt8], subgroups: Subgroups)
        /// Points of a curve over a prime field; the octets of a coordinate (RFC 5903 §7, RFC 6954
        /// §2.3).
        case ecp(coordinateLength: Int)
        /// Curve25519 and Curve448, given by the u coordinate of a base point (RFC 7748 §4).
        case montgomery(basePoint: [UInt8])
    }

    /// What other groups a group of powers has inside.
    enum Subgroups {
        /// Of a safe prime: none but those of two elements and of half of all (RFC 3526).
        case none
        /// Small ones, which a peer could use to learn of our private value (RFC 5114).
        case small
    }

    let method: KeyExchangeMethod
    let kind: Kind
    /// A key without private value: for MODP and ECP without a public one too, for the Montgomery
    /// curves the base point.
    let parameters: OpaquePointer

    /// Takes over the parameters.
    init(_ method: KeyExchangeMethod, _ kind: Kind, parameters: OpaquePointer) {
        self.method = method
        self.kind = kind
        self.parameters = parameters
    }

    deinit {
        EVP_PKEY_free(parameters)
    }

    /// Bits to ask of a private value, where libcrypto would take one as long as the prime.
    ///
    /// The group of RFC 2409 has no name there, and so no length that goes with it. It gets what
    /// libcrypto takes for the next larger one, more than twice the strength of either (RFC 3526
    /// §8).
    var privateBits: Int32? { method == .modp1024 ? 200 : nil }

    /// Octets of a public value on the wire.
    var publicValueLength: Int {
        switch kind {
        case .modp(let prime, _): prime.count
        case .ecp(let coordinateLength): 2 * coordinateLength
        case .montgomery(let basePoint): basePoint.count
        }
    }

    /// Octets of a shared secret: for MODP padded to the length of the prime (RFC 7296 §2.14), for
    /// ECP the x coordinate (RFC 5903 §7).
    var secretLength: Int {
        switch kind {
        case .modp(let prime, _): prime.count
        case .ecp(let coordinateLength): coordinateLength
        case .montgomery(let basePoint): basePoint.count
        }
    }
}

// What peers send.
extension KeyExchangeGroup {
    /// A key with the peer's public value, for the caller to free. Throws when the value is none of
    /// the group: all is checked here that RFC 6989 §2 asks for.
    func peerKey(_ value: [UInt8]) throws(CryptoError) -> OpaquePointer {
        guard value.count == publicValueLength else { throw .invalidPublicValue(method) }
        let encoded: [UInt8]
        switch kind {
        case .modp(let prime, _):
            guard Self.isWithin(prime, value) else { throw .invalidPublicValue(method) }
            encoded = value
        case .ecp:
            encoded = [KeyExchangeGroup.uncompressedPoint] + value
        case .montgomery:
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
        if case .modp(_, subgroups: .small) = kind {
            do throws(CryptoError) {
                try checkOrder(key)
            } catch {
                EVP_PKEY_free(key)
                throw error
            }
        }
        return key
    }

    /// Has libcrypto raise the public value to the order of the subgroup: 1 comes out for its
    /// elements only (RFC 6989 §2.2).
    private func checkOrder(_ key: OpaquePointer) throws(CryptoError) {
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else {
            throw .libcrypto("a check of \(method)")
        }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_public_check(context) == 1 else {
            ERR_clear_error()
            throw .invalidPublicValue(method)
        }
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
