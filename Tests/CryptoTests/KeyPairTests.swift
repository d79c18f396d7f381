import COpenSSL
import Testing
import Wire

@testable import Crypto

struct KeyPairTests {
    static let methods: [KeyExchangeMethod] = [
        .modp1024, .modp1536, .modp2048, .modp3072, .modp4096, .modp6144, .modp8192,
        .modp1024s160, .modp2048s224, .modp2048s256, .ecp192, .ecp224, .ecp256, .ecp384, .ecp521,
        .brainpool224, .brainpool256, .brainpool384, .brainpool512, .curve25519, .curve448,
    ]

    @Test(arguments: methods)
    func twoKeyPairsShareASecret(method: KeyExchangeMethod) throws {
        let ours = try KeyPair.generate(method)
        let theirs = try KeyPair.generate(method)
        #expect(KeyPair.supports(method))
        #expect(ours.method == method)
        #expect(ours.publicValue.count == KeyPair.publicValueLength(method))
        #expect(ours.publicValue != theirs.publicValue)
        let secret = try ours.sharedSecret(with: theirs.publicValue)
        #expect(secret == (try theirs.sharedSecret(with: ours.publicValue)))
        // A second derivation is not disturbed by the first.
        #expect(secret == (try ours.sharedSecret(with: theirs.publicValue)))
    }

    @Test(
        arguments: [
            (.modp1024, 128, 128), (.modp1536, 192, 192), (.modp2048, 256, 256),
            (.modp3072, 384, 384), (.modp4096, 512, 512), (.modp6144, 768, 768),
            (.modp8192, 1024, 1024), (.modp1024s160, 128, 128), (.modp2048s224, 256, 256),
            (.modp2048s256, 256, 256), (.ecp192, 48, 24), (.ecp224, 56, 28), (.ecp256, 64, 32),
            (.ecp384, 96, 48), (.ecp521, 132, 66), (.brainpool224, 56, 28),
            (.brainpool256, 64, 32), (.brainpool384, 96, 48), (.brainpool512, 128, 64),
            (.curve25519, 32, 32), (.curve448, 56, 56),
        ] as [(KeyExchangeMethod, Int, Int)])
    func valuesHaveTheirLengths(
        method: KeyExchangeMethod, publicLength: Int, secretLength: Int
    ) throws {
        #expect(KeyPair.publicValueLength(method) == publicLength)
        let ours = try KeyPair.generate(method)
        #expect(ours.publicValue.count == publicLength)
        #expect(try ours.sharedSecret(with: ours.publicValue).count == secretLength)
    }

    @Test(arguments: [
        KeyExchangeMethod.none, .modp768, .gost256, .mlKEM768, .init(rawValue: 999),
    ])
    func offersNoOtherMethod(method: KeyExchangeMethod) {
        #expect(!KeyPair.supports(method))
        #expect(KeyPair.publicValueLength(method) == nil)
        #expect(throws: CryptoError.unsupported(algorithm: method.name)) {
            try KeyPair.generate(method)
        }
    }

    @Test(arguments: KeyExchangeVector.all)
    func givesTheSecretOfItsRFC(vector: KeyExchangeVector) throws {
        let initiator = try KeyPair.known(
            vector.method, privateValue: hex(vector.privateI), publicValue: hex(vector.publicI))
        let responder = try KeyPair.known(
            vector.method, privateValue: hex(vector.privateR), publicValue: hex(vector.publicR))
        #expect(text(initiator.publicValue) == vector.publicI.filter(\.isHexDigit))
        #expect(text(responder.publicValue) == vector.publicR.filter(\.isHexDigit))
        #expect(
            try initiator.sharedSecret(with: responder.publicValue).revealed() == hex(vector.shared)
        )
        #expect(
            try responder.sharedSecret(with: initiator.publicValue).revealed() == hex(vector.shared)
        )
    }

    // What the private values of the vectors give with the group's generator, as a key exchange with
    // somebody whose private value is 1.
    @Test(arguments: KeyExchangeVector.all)
    func hasTheGeneratorOfItsRFC(vector: KeyExchangeVector) throws {
        let initiator = try KeyPair.known(
            vector.method, privateValue: hex(vector.privateI), publicValue: hex(vector.publicI))
        let generator = try generator(of: KeyExchangeGroup.of(vector.method))
        let secret = try initiator.sharedSecret(with: generator).revealed()
        #expect(secret == Array(hex(vector.publicI)[..<secret.count]))
    }

    @Test(arguments: SmallSecretVector.all)
    func ecpSecretsKeepTheirLeadingZeros(vector: SmallSecretVector) throws {
        let peer = hex(vector.publicValue)
        let ours = try KeyPair.known(
            vector.method, privateValue: hex(vector.privateValue), publicValue: peer)
        #expect(try ours.sharedSecret(with: peer).revealed() == hex(vector.shared))
    }

    // Computed with Python's pow() and hashlib from the primes of RFC 2409 §6.2 and RFC 3526, which the script
    // made from their definition: powers of two and digits of π.
    @Test(
        arguments: [
            (
                .modp1024, "d2957abaf1af98731f5b4e7c0f1949acb9e3a18698b4eac3a146d8ccf12d122e",
                "a4db3ad0dbd343508af940063a080d46016400addbb04b960d88b9ef912ec085",
                "2c26acc5d5191e50dbbd10915e99869cda953634cd6a95102a0f8cc0ccc5aed4",
                "b67cca24a9f62d60e6f80f4196f3a32047457eb805f7e4854f22957ef60d4805",
                "b3b97324fca0a76a2f1782797ae049b042acadd506031a6d7e118ba1519ddbf0"
            ),
            (
                .modp1536, "7684f86327486a976985e4e7ad6c27db6f7ce6cc867c9835a618403720674bdd",
                "3b57820ab4203a1d1542ed3094da2928c7f22edddf4b7b20fa61bbd9b6c60e20",
                "f6b9ed2d4e44d089557c9079bfc3e7735e75ea5ef83fd7d01fac23a42b526fdf",
                "79e4b6a0d6049891b32b1c0836e6d6b5d016d40bb75d34bcd8a4f7e912fb24a7",
                "8d4e5d5c694080c607eeb328f5198d1776a6edfa41a031c7bc40ff2ceb15a15c"
            ),
            (
                .modp6144, "30e2605f3739cd892e4c677f48394b387331af364ec96bf69e701af9591ff0ba",
                "62c5083984960ddacfcc6f081c968099a53029bfa1329627d095216c85864083",
                "6fea98baf86962c1eb720feba8e204ab2c0114086bc19d2d19bef8a2ac645856",
                "9c2fae4a8dd3df0b19ff8905808dcdecdca8f0fe0d22fa50df62ad8aaa627657",
                "261babe796609301936b246325118d4b0773718163a00eab31d08330a6c6c56d"
            ),
            (
                .modp8192, "56f5ce968b287b8f51aaebfeb7d08600ef1113aee315e178f80e98ec690a1172",
                "ae3422bef36342a4b14742ba759b1a53925c2bac294a2231d72422f1d235430d",
                "d1323fa059d370d1e16b868755d8fdc208fb658c7266e421173267c0f40c6c3e",
                "030825e877b23f6c94f1d1a0c123ce38ebea36cb0c30e13bef7a3599c7920daa",
                "fd69a92700fe5fbb787f6d127a720c47df0141a54633cb7cca130e2aa6d34539"
            ),
            (
                .modp2048, "d76d4330f1446beab0c11fdecb91ce375bc8fbbcbde5c0994164d8399f767c45",
                "c6a5387777330bdbd7210dff076ce2ef87b0b125ec1d7da0a6eb8c9ebd69fe29",
                "09c6aae8632aafb8f7793caed20175ad758bd5023a7c0899a7a1d9d732c54b22",
                "b0975a9daca43bda7b4615dcab3814dd000378667fed7c4733d9541c066f1319",
                "481e95df5940609eb8bc58834cf27c46dc2b5d5793807f1ca71a23a0d88aa7e9"
            ),
            (
                .modp3072, "5f2dd97f1cfb10f62827688de6a16a3b0d464138a62332553fc1ea36f17fd374",
                "3fd4235992edcf451a1afe878b33e968617959ce3f1f65a8de5271007814e8a2",
                "77c41564bf4f3a080bd94cbadd6f4739fb7ba6f6f9bcfd70afe20b977057c01f",
                "7103afad60dbf4217d3654e070b695d89c7813c8036e9d7477cbea5df4f010d9",
                "66d4e5c6b9d5ed15f0b23fe72b99f62243d73084206c239c23ee89676f20a549"
            ),
            (
                .modp4096, "de11cc9dea959c212e9c82b1478c281d687c966c377b9aa2bb2edb20035b7399",
                "9e30691c238642ea126a1e48cc11d357c30d8b7628dbd25e63b229f1c4069545",
                "f5853e9ce6c7231553694b756a80308fc5c1a1e16b6ed672f0469548a25c95c6",
                "dc2311979811222ed3d63bbbceee9f8e9b79e74fa384e6ea70584d2ed74cce77",
                "b0f697c21bcc2f5517d8a21f7c8aa84b6fe529463132d07053029dbfe96280a5"
            ),
        ] as [(KeyExchangeMethod, String, String, String, String, String)])
    func modpGivesPowersModuloThePrime(
        method: KeyExchangeMethod, a: String, b: String, hashOfA: String, hashOfB: String,
        hashOfSecret: String
    ) throws {
        // The generator is 2, so the secret shared with whoever says 2 is our public value.
        let two = padded([2], to: method)
        let initiator = try KeyPair.known(method, privateValue: hex(a), publicValue: two)
        let responder = try KeyPair.known(method, privateValue: hex(b), publicValue: two)
        let publicA = try initiator.sharedSecret(with: two).revealed()
        let publicB = try responder.sharedSecret(with: two).revealed()
        #expect(try sha256(publicA) == hashOfA)
        #expect(try sha256(publicB) == hashOfB)
        #expect(try sha256(initiator.sharedSecret(with: publicB).revealed()) == hashOfSecret)
        #expect(try sha256(responder.sharedSecret(with: publicA).revealed()) == hashOfSecret)
    }

    // RFC 3526 §8 asks for twice a group's strength; an exponent as long as the prime would cost many
    // times as much.
    @Test(arguments: PeerValueTests.safePrimes + PeerValueTests.withSubgroups)
    func modpPrivateValuesAreNoLongerThanTheyNeedBe(method: KeyExchangeMethod) throws {
        for _ in 0..<5 {
            let key = try KeyPair.newKey(KeyExchangeGroup.of(method))
            defer { EVP_PKEY_free(key) }
            var number: OpaquePointer?
            try #require(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1)
            defer { BN_clear_free(number) }
            #expect((100...400).contains(BN_num_bits(number)))
        }
    }

    // As above; the private values were searched for a secret that begins with a zero.
    @Test func modpSecretsKeepTheirLeadingZeros() throws {
        let two = padded([2], to: .modp2048)
        let initiator = try KeyPair.known(
            .modp2048,
            privateValue: hex("015c33b2df1461aaf8eb18b90074513021da8978206f5c6671e0c07e9e115e4b"),
            publicValue: two)
        let responder = try KeyPair.known(.modp2048, privateValue: [0x01, 0xd4], publicValue: two)
        let publicA = try initiator.sharedSecret(with: two).revealed()
        let secret = try responder.sharedSecret(with: publicA).revealed()
        #expect(secret.count == 256)
        #expect(text(Array(secret[..<4])) == "0032da3b")
        #expect(
            try sha256(secret)
                == "b1e470b912f74592cea7f3b68085158b25512ee31e2607f54832040874c50cf2")
    }

    @Test(arguments: [
        KeyExchangeMethod.modp2048, .modp2048s256, .ecp256, .brainpool256, .curve25519, .curve448,
    ])
    func derivesInSeveralTasksAtOnce(method: KeyExchangeMethod) async throws {
        let ours = try KeyPair.generate(method)
        let theirs = try KeyPair.generate(method)
        let expected = try theirs.sharedSecret(with: ours.publicValue)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (try? ours.sharedSecret(with: theirs.publicValue)) == expected
                }
            }
            for await isSame in group { #expect(isSame) }
        }
    }

    /// The generator of a group as a peer's public value.
    private func generator(of group: KeyExchangeGroup) throws -> [UInt8] {
        switch group.kind {
        case .montgomery(let basePoint):
            return basePoint
        case .modp:
            return try group.number(OSSL_PKEY_PARAM_FFC_G, count: group.publicValueLength)
        case .ecp:
            var point = [UInt8](repeating: 0, count: 1 + group.publicValueLength)
            var count = 0
            try #require(
                EVP_PKEY_get_octet_string_param(
                    group.parameters, OSSL_PKEY_PARAM_EC_GENERATOR, &point, point.count, &count)
                    == 1)
            // RFC 5903 §7: both coordinates, without the octet that says so.
            try #require(count == point.count && point[0] == 4)
            return Array(point.dropFirst())
        }
    }

    private func sha256(_ octets: [UInt8]) throws -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        var count = 0
        try #require(
            EVP_Q_digest(nil, "SHA2-256", nil, octets, octets.count, &digest, &count) == 1)
        return text(digest)
    }
}
