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

    @Test(arguments: EdgeVector.all)
    func edgeValuesGiveTheirSecretOrAreRefused(vector: EdgeVector) throws {
        guard let shared = vector.shared else {
            let ours = try KeyPair.generate(vector.method)
            #expect(throws: CryptoError.invalidPublicValue(vector.method)) {
                try ours.sharedSecret(with: vector.publicValue)
            }
            return
        }
        let ours = try KeyPair.known(
            vector.method, privateValue: try #require(vector.privateValue),
            publicValue: vector.publicValue)
        #expect(try ours.sharedSecret(with: vector.publicValue).revealed() == shared)
    }

    @Test func everyCurveHasEdgeValuesOfBothKinds() {
        for method in PeerValueTests.curves + [.curve25519, .curve448] {
            let vectors = EdgeVector.all.filter { $0.method == method }
            #expect(vectors.filter { $0.shared != nil }.count >= 13, "\(method)")
            #expect(vectors.filter { $0.shared == nil }.count >= 5, "\(method)")
        }
    }

    // RFC 7748 §5.2: a scalar, a u coordinate and their product.
    @Test(
        arguments: [
            (
                .curve25519, "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
                "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
            ),
            (
                .curve25519, "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
                "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
                "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"
            ),
            (
                .curve448,
                """
                3d262fddf9ec8e88495266fea19a34d28882acef045104d0d1aae121700a779c984c24f8cdd78fbf
                f44943eba368f54b29259a4f1c600ad3
                """,
                """
                06fce640fa3487bfda5f6cf2d5263f8aad88334cbd07437f020f08f9814dc031ddbdc38c19c6da25
                83fa5429db94ada18aa7a7fb4ef8a086
                """,
                """
                ce3e4ff95a60dc6697da1db1d85e6afbdf79b50a2412d7546d5f239fe14fbaadeb445fc66a01b077
                9d98223961111e21766282f73dd96b6f
                """
            ),
            (
                .curve448,
                """
                203d494428b8399352665ddca42f9de8fef600908e0d461cb021f8c538345dd77c3e4806e25f46d3
                315c44e0a5b4371282dd2c8d5be3095f
                """,
                """
                0fbcc2f993cd56d3305b0b7d9e55d4c1a8fb5dbb52f8e9a1e9b6201b165d015894e56c4d3570bee5
                2fe205e28a78b91cdfbde71ce8d157db
                """,
                """
                884a02576239ff7a2f2f63b2db6a9ff37047ac13568e1e30fe63c4a7ad1b3ee3a5700df34321d620
                77e63633c575c1c954514e99da7c179d
                """
            ),
        ] as [(KeyExchangeMethod, String, String, String)])
    func montgomeryMultipliesAsItsRFCDoes(
        method: KeyExchangeMethod, scalar: String, u: String, product: String
    ) throws {
        let pair = try KeyPair.known(method, privateValue: hex(scalar), publicValue: [])
        #expect(try pair.sharedSecret(with: hex(u)).revealed() == hex(product))
    }

    // RFC 7748 §5.2: each product is the next scalar, and each scalar the next coordinate.
    @Test(
        arguments: [
            (
                .curve25519, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
                "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"
            ),
            (
                .curve448,
                """
                3f482c8a9f19b01e6c46ee9711d9dc14fd4bf67af30765c2ae2b846a4d23a8cd0db897086239492c
                af350b51f833868b9bc2b3bca9cf4113
                """,
                """
                aa3b4749d55b9daf1e5b00288826c467274ce3ebbdd5c17b975e09d4af6c67cf10d087202db88286
                e2b79fceea3ec353ef54faa26e219f38
                """
            ),
        ] as [(KeyExchangeMethod, String, String)])
    func montgomeryIteratesAsItsRFCDoes(
        method: KeyExchangeMethod, once: String, thousandTimes: String
    ) throws {
        let base = method == .curve25519 ? UInt8(9) : 5
        let start = Array(padded([base], to: method).reversed())
        var (scalar, u) = (start, start)
        for round in 1...1000 {
            let pair = try KeyPair.known(method, privateValue: scalar, publicValue: [])
            (scalar, u) = (try pair.sharedSecret(with: u).revealed(), scalar)
            if round == 1 { #expect(scalar == hex(once)) }
        }
        #expect(scalar == hex(thousandTimes))
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
