import COpenSSL
import Testing
import Wire

@testable import Crypto

extension StaticString {
    /// The literal as C has it, at an address that stays: libcrypto keeps the one it is given.
    fileprivate var characters: UnsafePointer<CChar> {
        UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

extension KeyPair {
    /// A key pair of a given private value as vectors have it. Where libcrypto makes the keys, it
    /// wants the public value beside it, and believes it.
    static func known(
        _ method: KeyExchangeMethod, privateValue: [UInt8], publicValue: [UInt8]
    ) throws -> KeyPair {
        let group = try KeyExchangeGroup.of(method)
        switch group.kind {
        case .montgomery(let basePoint):
            return try KeyPair(group, scalar: Secret(copying: privateValue), basePoint: basePoint)
        case .modp:
            // Numbers are in the machine's order, lowest octet first.
            return try KeyPair(
                group, key: try key(group, privateValue, Array(publicValue.reversed()), isBN: true))
        case .ecp:
            return try KeyPair(
                group, key: try key(group, privateValue, [4] + publicValue, isBN: false))
        }
    }

    private static func key(
        _ group: KeyExchangeGroup, _ privateValue: [UInt8], _ publicValue: [UInt8], isBN: Bool
    ) throws -> OpaquePointer {
        var privateNumber = Array(privateValue.reversed())
        var publicValue = publicValue
        let key = try #require(EVP_PKEY_dup(group.parameters))
        let context = try #require(EVP_PKEY_CTX_new_from_pkey(nil, key, nil))
        defer { EVP_PKEY_CTX_free(context) }
        defer { EVP_PKEY_free(key) }
        var groupParameters: UnsafeMutablePointer<OSSL_PARAM>?
        try #require(
            EVP_PKEY_todata(key, COpenSSL_EVP_PKEY_KEY_PARAMETERS(), &groupParameters) == 1)
        defer { OSSL_PARAM_free(groupParameters) }
        let privateName: StaticString = "priv"
        let publicName: StaticString = "pub"
        var made: OpaquePointer?
        let isMade = privateNumber.withUnsafeMutableBytes { privateNumber in
            publicValue.withUnsafeMutableBytes { publicValue in
                var own = [
                    OSSL_PARAM_construct_BN(
                        privateName.characters, privateNumber.baseAddress, privateNumber.count),
                    isBN
                        ? OSSL_PARAM_construct_BN(
                            publicName.characters, publicValue.baseAddress, publicValue.count)
                        : OSSL_PARAM_construct_octet_string(
                            publicName.characters, publicValue.baseAddress, publicValue.count),
                    OSSL_PARAM_construct_end(),
                ]
                let all = OSSL_PARAM_merge(groupParameters, &own)
                defer { OSSL_PARAM_free(all) }
                return EVP_PKEY_fromdata_init(context) == 1
                    && EVP_PKEY_fromdata(context, &made, COpenSSL_EVP_PKEY_KEYPAIR(), all) == 1
            }
        }
        try #require(isMade)
        return try #require(made)
    }
}

extension KeyExchangeGroup {
    /// A parameter of the group that is a number, in network order with leading zeros.
    func number(_ name: String, count: Int) throws -> [UInt8] {
        var number: OpaquePointer?
        try #require(EVP_PKEY_get_bn_param(parameters, name, &number) == 1)
        defer { BN_free(number) }
        var octets = [UInt8](repeating: 0, count: count)
        try #require(BN_bn2binpad(number, &octets, Int32(count)) == count)
        return octets
    }
}

/// A value with leading zeros up to the length of the method's public values.
func padded(_ octets: [UInt8], to method: KeyExchangeMethod) -> [UInt8] {
    let length = KeyPair.publicValueLength(method) ?? octets.count
    return [UInt8](repeating: 0, count: length - octets.count) + octets
}
