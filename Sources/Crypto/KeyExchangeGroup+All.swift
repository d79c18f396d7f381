import COpenSSL
import Wire

// Every group is made when it is first asked for, and stays.
extension KeyExchangeGroup {
    /// A group, or why libcrypto does not give it.
    private typealias Made = Result<KeyExchangeGroup, CryptoError>

    /// The group of the method. Throws ``CryptoError/unsupported(algorithm:)`` for a method that
    /// this room does not know, and libcrypto's reason where libcrypto does not offer the group.
    static func of(_ method: KeyExchangeMethod) throws(CryptoError) -> KeyExchangeGroup {
        guard let group = all(method) else { throw .unsupported(algorithm: method.name) }
        return try group.get()
    }

    private static func all(_ method: KeyExchangeMethod) -> Made? {
        switch method {
        case .modp1024: modp1024
        case .modp1536: modp1536
        case .modp2048: modp2048
        case .modp3072: modp3072
        case .modp4096: modp4096
        case .modp6144: modp6144
        case .modp8192: modp8192
        case .modp1024s160: modp1024s160
        case .modp2048s224: modp2048s224
        case .modp2048s256: modp2048s256
        case .ecp192: ecp192
        case .ecp224: ecp224
        case .ecp256: ecp256
        case .ecp384: ecp384
        case .ecp521: ecp521
        case .brainpool224: brainpool224
        case .brainpool256: brainpool256
        case .brainpool384: brainpool384
        case .brainpool512: brainpool512
        case .curve25519: curve25519
        case .curve448: curve448
        default: nil
        }
    }

    private static func made(
        _ group: @autoclosure () throws(CryptoError) -> KeyExchangeGroup
    ) -> Made {
        Made(catching: group)
    }

    private static let modp1024 = made(
        try KeyExchangeGroup(secondOakleyGroup: ()))
    private static let modp1536 = made(
        try KeyExchangeGroup(modp: .modp1536, named: "modp_1536"))
    private static let modp2048 = made(
        try KeyExchangeGroup(modp: .modp2048, named: "modp_2048"))
    private static let modp3072 = made(
        try KeyExchangeGroup(modp: .modp3072, named: "modp_3072"))
    private static let modp4096 = made(
        try KeyExchangeGroup(modp: .modp4096, named: "modp_4096"))
    private static let modp6144 = made(
        try KeyExchangeGroup(modp: .modp6144, named: "modp_6144"))
    private static let modp8192 = made(
        try KeyExchangeGroup(modp: .modp8192, named: "modp_8192"))

    private static let modp1024s160 = made(
        try KeyExchangeGroup(modp: .modp1024s160, named: "dh_1024_160", subgroups: .small))
    private static let modp2048s224 = made(
        try KeyExchangeGroup(modp: .modp2048s224, named: "dh_2048_224", subgroups: .small))
    private static let modp2048s256 = made(
        try KeyExchangeGroup(modp: .modp2048s256, named: "dh_2048_256", subgroups: .small))

    private static let ecp192 = made(
        try KeyExchangeGroup(ecp: .ecp192, named: "P-192", bits: 192))
    private static let ecp224 = made(
        try KeyExchangeGroup(ecp: .ecp224, named: "P-224", bits: 224))
    private static let ecp256 = made(
        try KeyExchangeGroup(ecp: .ecp256, named: "P-256", bits: 256))
    private static let ecp384 = made(
        try KeyExchangeGroup(ecp: .ecp384, named: "P-384", bits: 384))
    private static let ecp521 = made(
        try KeyExchangeGroup(ecp: .ecp521, named: "P-521", bits: 521))

    private static let brainpool224 = made(
        try KeyExchangeGroup(ecp: .brainpool224, named: "brainpoolP224r1", bits: 224))
    private static let brainpool256 = made(
        try KeyExchangeGroup(ecp: .brainpool256, named: "brainpoolP256r1", bits: 256))
    private static let brainpool384 = made(
        try KeyExchangeGroup(ecp: .brainpool384, named: "brainpoolP384r1", bits: 384))
    private static let brainpool512 = made(
        try KeyExchangeGroup(ecp: .brainpool512, named: "brainpoolP512r1", bits: 512))

    // RFC 7748 §4.1 and §4.2, in the order of octets of §5.
    private static let curve25519 = made(
        try KeyExchangeGroup(montgomery: .curve25519, named: "X25519", basePoint: 9, length: 32))
    private static let curve448 = made(
        try KeyExchangeGroup(montgomery: .curve448, named: "X448", basePoint: 5, length: 56))
}

// The kinds of groups.
extension KeyExchangeGroup {
    /// Of powers modulo a prime, as libcrypto knows it by name.
    private convenience init(
        modp method: KeyExchangeMethod, named name: String, subgroups: Subgroups = .none
    ) throws(CryptoError) {
        try self.init(
            method, subgroups,
            parameters: try Self.parameters(of: method, named: name, algorithm: "DH"))
    }

    /// The group of RFC 2409 §6.2, which libcrypto has no name for.
    private convenience init(secondOakleyGroup: ()) throws(CryptoError) {
        try self.init(.modp1024, .none, parameters: try Self.parametersOfSecondOakleyGroup())
    }

    /// Of powers modulo a prime, which it learns from the parameters that it takes over.
    private convenience init(
        _ method: KeyExchangeMethod, _ subgroups: Subgroups, parameters: OpaquePointer
    ) throws(CryptoError) {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(parameters, OSSL_PKEY_PARAM_FFC_P, &number) == 1 else {
            EVP_PKEY_free(parameters)
            throw .libcrypto("the prime of \(method)")
        }
        defer { BN_free(number) }
        let length = (Int(BN_num_bits(number)) + 7) / 8
        let prime = [UInt8](unsafeUninitializedCapacity: length) { room, count in
            count = Int(BN_bn2bin(number, room.baseAddress))
        }
        self.init(method, .modp(prime: prime, subgroups: subgroups), parameters: parameters)
    }

    /// Of points of a curve, as libcrypto knows it by name.
    private convenience init(
        ecp method: KeyExchangeMethod, named name: String, bits: Int
    ) throws(CryptoError) {
        self.init(
            method, .ecp(coordinateLength: (bits + 7) / 8),
            parameters: try Self.parameters(of: method, named: name, algorithm: "EC"))
    }

    /// Of a curve of RFC 7748.
    private convenience init(
        montgomery method: KeyExchangeMethod, named name: String, basePoint: UInt8, length: Int
    ) throws(CryptoError) {
        let basePoint = [basePoint] + [UInt8](repeating: 0, count: length - 1)
        guard
            let parameters = EVP_PKEY_new_raw_public_key_ex(
                nil, name, nil, basePoint, basePoint.count)
        else { throw .libcrypto(method.name) }
        self.init(method, .montgomery(basePoint: basePoint), parameters: parameters)
    }
}

// Parameters, for the caller to free.
extension KeyExchangeGroup {
    /// Those of a group that libcrypto knows by name.
    private static func parameters(
        of method: KeyExchangeMethod, named name: String, algorithm: String
    ) throws(CryptoError) -> OpaquePointer {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, algorithm, nil) else {
            throw .libcrypto(method.name)
        }
        defer { EVP_PKEY_CTX_free(context) }
        var parameters: OpaquePointer?
        guard EVP_PKEY_paramgen_init(context) == 1,
            EVP_PKEY_CTX_set_group_name(context, name) == 1,
            EVP_PKEY_paramgen(context, &parameters) == 1, let parameters
        else { throw .libcrypto(method.name) }
        return parameters
    }

    /// Those of the 1024-bit group of RFC 2409 §6.2.
    private static func parametersOfSecondOakleyGroup() throws(CryptoError) -> OpaquePointer {
        guard let number = BN_get_rfc2409_prime_1024(nil) else {
            throw .libcrypto(KeyExchangeMethod.modp1024.name)
        }
        defer { BN_free(number) }
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "DH", nil) else {
            throw .libcrypto(KeyExchangeMethod.modp1024.name)
        }
        defer { EVP_PKEY_CTX_free(context) }
        var prime = [UInt8](repeating: 0, count: 1024 / 8)
        var generator: [UInt8] = [2]
        var key: OpaquePointer?
        let isMade = prime.withUnsafeMutableBytes { prime in
            generator.withUnsafeMutableBytes { generator in
                var parameters = [
                    COpenSSL_prime_parameter(prime.baseAddress, prime.count),
                    COpenSSL_generator_parameter(generator.baseAddress, generator.count),
                    OSSL_PARAM_construct_end(),
                ]
                return BN_bn2nativepad(
                    number, prime.bindMemory(to: UInt8.self).baseAddress,
                    Int32(truncatingIfNeeded: prime.count)) == prime.count
                    && EVP_PKEY_fromdata_init(context) == 1
                    && EVP_PKEY_fromdata(
                        context, &key, COpenSSL_EVP_PKEY_KEY_PARAMETERS(), &parameters) == 1
            }
        }
        guard isMade, let key else { throw .libcrypto(KeyExchangeMethod.modp1024.name) }
        return key
    }
}
