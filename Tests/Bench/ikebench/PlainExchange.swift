import COpenSSL

/// A key exchange the plain way through libcrypto, with no check of the peer's value but those that
/// RFC 6989 asks for: what a program must expect to take that uses it.
final class PlainExchange {
    enum Kind {
        /// Of RFC 3526.
        case modp(String)
        /// Of RFC 5114: the order of the peer's value has to be checked.
        case modpOfSubgroup(String)
        /// Of RFC 2409 §6.2, which libcrypto knows by its prime alone.
        case secondOakleyGroup
        case ecp(String)
        case montgomery(String)
    }

    private let kind: Kind
    /// A key with parameters alone; `nil` where the name says it all.
    private let parameters: Key?

    /// A key of libcrypto's.
    final class Key {
        let pointer: OpaquePointer

        init(_ pointer: OpaquePointer?) throws {
            guard let pointer else { throw Failure("libcrypto gives no key") }
            self.pointer = pointer
        }

        deinit { EVP_PKEY_free(pointer) }
    }

    init(_ kind: Kind) throws {
        self.kind = kind
        parameters =
            switch kind {
            case .modp(let name), .modpOfSubgroup(let name): try Self.parameters("DH", name)
            case .ecp(let name): try Self.parameters("EC", name)
            case .secondOakleyGroup: try Self.secondOakleyGroup()
            case .montgomery: nil
            }
    }

    private static func parameters(_ algorithm: String, _ group: String) throws -> Key {
        let context = EVP_PKEY_CTX_new_from_name(nil, algorithm, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_paramgen_init(context) == 1,
            EVP_PKEY_CTX_set_group_name(context, group) == 1,
            EVP_PKEY_paramgen(context, &key) == 1
        else { throw Failure("libcrypto has no \(group)") }
        return try Key(key)
    }

    private static func secondOakleyGroup() throws -> Key {
        let number = BN_get_rfc2409_prime_1024(nil)
        defer { BN_free(number) }
        let context = EVP_PKEY_CTX_new_from_name(nil, "DH", nil)
        defer { EVP_PKEY_CTX_free(context) }
        var prime = [UInt8](repeating: 0, count: 128)
        var generator: [UInt8] = [2]
        guard BN_bn2nativepad(number, &prime, 128) == 128, EVP_PKEY_fromdata_init(context) == 1
        else { throw Failure("libcrypto has no MODP-1024") }
        var key: OpaquePointer?
        let isMade = prime.withUnsafeMutableBytes { prime in
            generator.withUnsafeMutableBytes { generator in
                var parameters = [
                    COpenSSL_prime_parameter(prime.baseAddress, prime.count),
                    COpenSSL_generator_parameter(generator.baseAddress, generator.count),
                    OSSL_PARAM_construct_end(),
                ]
                return EVP_PKEY_fromdata(
                    context, &key, COpenSSL_EVP_PKEY_KEY_PARAMETERS(), &parameters) == 1
            }
        }
        guard isMade else { throw Failure("libcrypto has no MODP-1024") }
        return try Key(key)
    }

    /// Makes a key.
    func generate() throws -> Key {
        let context =
            if case .montgomery(let name) = kind {
                EVP_PKEY_CTX_new_from_name(nil, name, nil)
            } else {
                EVP_PKEY_CTX_new_from_pkey(nil, parameters?.pointer, nil)
            }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, limitPrivateBits(context),
            EVP_PKEY_keygen(context, &key) == 1
        else { throw Failure("libcrypto makes no key") }
        return try Key(key)
    }

    private func limitPrivateBits(_ context: OpaquePointer?) -> Bool {
        guard case .secondOakleyGroup = kind else { return true }
        var bits: Int32 = 200
        return withUnsafeMutablePointer(to: &bits) {
            EVP_PKEY_CTX_set_params(
                context, [COpenSSL_private_bits_parameter($0), OSSL_PARAM_construct_end()]) == 1
        }
    }

    /// What the peer is sent, as libcrypto writes it.
    func publicValue(of key: Key) throws -> [UInt8] {
        var octets: UnsafeMutablePointer<UInt8>?
        let count = EVP_PKEY_get1_encoded_public_key(key.pointer, &octets)
        defer { COpenSSL_free(octets) }
        guard let octets, count > 0 else { throw Failure("libcrypto gives no public value") }
        return [UInt8](UnsafeBufferPointer(start: octets, count: count))
    }

    /// Derives, and forgets, what is shared with the owner of a public value.
    func derive(_ key: Key, with peer: [UInt8]) throws {
        let peer = try peerKey(peer)
        let context = EVP_PKEY_CTX_new_from_pkey(nil, key.pointer, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var room = [UInt8](repeating: 0, count: 1024)
        var count = room.count
        guard EVP_PKEY_derive_init(context) == 1,
            EVP_PKEY_derive_set_peer_ex(context, peer.pointer, 0) == 1,
            EVP_PKEY_derive(context, &room, &count) == 1
        else { throw Failure("libcrypto derives nothing") }
    }

    private func peerKey(_ octets: [UInt8]) throws -> Key {
        if case .montgomery(let name) = kind {
            return try Key(EVP_PKEY_new_raw_public_key_ex(nil, name, nil, octets, octets.count))
        }
        // For ECP this tells whether the point is on the curve.
        let key = try Key(EVP_PKEY_dup(parameters?.pointer))
        guard EVP_PKEY_set1_encoded_public_key(key.pointer, octets, octets.count) == 1 else {
            throw Failure("libcrypto takes no public value")
        }
        guard case .modpOfSubgroup = kind else { return key }
        let context = EVP_PKEY_CTX_new_from_pkey(nil, key.pointer, nil)
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_public_check(context) == 1 else {
            throw Failure("libcrypto finds fault with a public value of its own")
        }
        return key
    }
}
