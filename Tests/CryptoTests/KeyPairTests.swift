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
    /// A key pair of a given private value in network order, for vectors. libcrypto wants the public
    /// value beside it, and believes it.
    convenience init(
        _ method: KeyExchangeMethod, privateValue: [UInt8], publicValue: [UInt8]
    ) throws {
        let group = try #require(KeyExchangeGroup.of(method))
        var privateNumber = Array(privateValue.reversed())
        var publicValue = publicValue
        let template: OpaquePointer = group.parameters
        let context = try #require(EVP_PKEY_CTX_new_from_pkey(nil, template, nil))
        defer { EVP_PKEY_CTX_free(context) }
        var name = [CChar](repeating: 0, count: 64)
        var length = 0
        try #require(EVP_PKEY_get_group_name(template, &name, name.count, &length) == 1)
        switch group.kind {
        case .modp: publicValue.reverse()
        case .ecp: publicValue.insert(4, at: 0)
        case .curve25519: break
        }
        let groupName: StaticString = "group"
        let privateName: StaticString = "priv"
        let publicName: StaticString = "pub"
        var key: OpaquePointer?
        let isMade = name.withUnsafeMutableBufferPointer { name in
            privateNumber.withUnsafeMutableBytes { privateNumber in
                publicValue.withUnsafeMutableBytes { publicValue in
                    let isMODP = method == .modp2048 || method == .modp3072 || method == .modp4096
                    var parameters = [
                        OSSL_PARAM_construct_utf8_string(
                            groupName.characters, name.baseAddress, 0),
                        OSSL_PARAM_construct_BN(
                            privateName.characters, privateNumber.baseAddress,
                            privateNumber.count),
                        isMODP
                            ? OSSL_PARAM_construct_BN(
                                publicName.characters, publicValue.baseAddress, publicValue.count)
                            : OSSL_PARAM_construct_octet_string(
                                publicName.characters, publicValue.baseAddress, publicValue.count),
                        OSSL_PARAM_construct_end(),
                    ]
                    return EVP_PKEY_fromdata_init(context) == 1
                        && EVP_PKEY_fromdata(
                            context, &key, COpenSSL_EVP_PKEY_KEYPAIR(), &parameters) == 1
                }
            }
        }
        try #require(isMade)
        try self.init(group, key: try #require(key))
    }
}

/// Two private values of an ECP group, the points they give, and what is shared.
struct ECPVector: Sendable {
    let source: String
    let method: KeyExchangeMethod
    let privateI: String
    let publicI: String
    let privateR: String
    let publicR: String
    let shared: String
}

struct KeyPairTests {
    static let methods: [KeyExchangeMethod] = [
        .modp2048, .modp3072, .modp4096, .ecp256, .ecp384, .ecp521, .curve25519,
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
            (.modp2048, 256, 256), (.modp3072, 384, 384), (.modp4096, 512, 512), (.ecp256, 64, 32),
            (.ecp384, 96, 48), (.ecp521, 132, 66), (.curve25519, 32, 32),
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
        KeyExchangeMethod.none, .modp1024, .modp1024s160, .modp2048s256, .ecp192, .curve448,
        .mlKEM768, .init(rawValue: 999),
    ])
    func offersNoOtherMethod(method: KeyExchangeMethod) {
        #expect(!KeyPair.supports(method))
        #expect(KeyPair.publicValueLength(method) == nil)
        #expect(throws: CryptoError.unsupported(algorithm: method.name)) {
            try KeyPair.generate(method)
        }
    }

    // RFC 7748 §6.1.
    @Test func curve25519GivesTheSecretOfItsRFC() throws {
        let group = try #require(KeyExchangeGroup.of(.curve25519))
        let alice = try KeyPair(
            group,
            scalar: Secret(
                copying: hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")))
        let bob = try KeyPair(
            group,
            scalar: Secret(
                copying: hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")))
        #expect(
            text(alice.publicValue)
                == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
        #expect(
            text(bob.publicValue)
                == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
        let shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
        #expect(text(try alice.sharedSecret(with: bob.publicValue).revealed()) == shared)
        #expect(text(try bob.sharedSecret(with: alice.publicValue).revealed()) == shared)
    }

    // The low-order points of Curve25519, RFC 7748 §6.1 and Bernstein's list at
    // <https://cr.yp.to/ecdh.html#validate>: 0, 1, two of order 8, p − 1, p, p + 1.
    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ])
    func curve25519RefusesPointsOfASmallOrder(point: String) throws {
        let ours = try KeyPair.generate(.curve25519)
        #expect(throws: CryptoError.invalidPublicValue(.curve25519)) {
            try ours.sharedSecret(with: hex(point))
        }
    }

    static let ecpVectors: [ECPVector] = [
        ECPVector(
            source: "RFC 5903 §8.1", method: .ecp256,
            privateI: "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
            publicI: """
                DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180
                5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3
                """,
            privateR: "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
            publicR: """
                D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63
                56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB
                """,
            shared: "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE"),
        ECPVector(
            source: "RFC 5903 §8.2", method: .ecp384,
            privateI: """
                099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655
                E35B538041E649EE3FAEF896783AB194
                """,
            publicI: """
                667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6
                DE3AC808ACB4BDB4C88732AEE95F41AA
                9482ED1FC0EEB9CAFC4984625CCFC23F65032149E0E144ADA024181535A0F38E
                EB9FCFF3C2C947DAE69B4C634573A81C
                """,
            privateR: """
                41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942
                E0308312916B8ED2960E4BD55A7448FC
                """,
            publicR: """
                E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D
                0D1AC43A0336DEF96FDA41D0774A3571
                DCFBEC7AACF3196472169E838430367F66EEBE3C6E70C416DD5F0C68759DD1FF
                F83FA40142209DFF5EAAD96DB9E6386C
                """,
            shared: """
                11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4
                D603135569B9E9D09CF5D4A270F59746
                """),
        ECPVector(
            source: "RFC 5903 §8.3", method: .ecp521,
            privateI: """
                0037ADE9319A89F4DABDB3EF411AACCCA5123C61ACAB57B5393DCE47608172A0
                95AA85A30FE1C2952C6771D937BA9777F5957B2639BAB072462F68C27A57382D4A52
                """,
            publicI: """
                0015417E84DBF28C0AD3C278713349DC7DF153C897A1891BD98BAB4357C9ECBE
                E1E3BF42E00B8E380AEAE57C2D107564941885942AF5A7F4601723C4195D176CED3E
                017CAE20B6641D2EEB695786D8C946146239D099E18E1D5A514C739D7CB4A10A
                D8A788015AC405D7799DC75E7B7D5B6CF2261A6A7F1507438BF01BEB6CA3926F9582
                """,
            privateR: """
                0145BA99A847AF43793FDD0E872E7CDFA16BE30FDC780F97BCCC3F078380201E
                9C677D600B343757A3BDBF2A3163E4C2F869CCA7458AA4A4EFFC311F5CB151685EB9
                """,
            publicR: """
                00D0B3975AC4B799F5BEA16D5E13E9AF971D5E9B984C9F39728B5E5739735A21
                9B97C356436ADC6E95BB0352F6BE64A6C2912D4EF2D0433CED2B6171640012D9460F
                015C68226383956E3BD066E797B623C27CE0EAC2F551A10C2C724D9852077B87
                220B6536C5C408A1D2AEBB8E86D678AE49CB57091F4732296579AB44FCD17F0FC56A
                """,
            shared: """
                01144C7D79AE6956BC8EDB8E7C787C4521CB086FA64407F97894E5E6B2D79B04
                D1427E73CA4BAA240A34786859810C06B3C715A3A8CC3151F2BEE417996D19F3DDEA
                """),
    ]

    @Test(arguments: ecpVectors)
    func ecpGivesTheSecretOfItsRFC(vector: ECPVector) throws {
        let initiator = try KeyPair(
            vector.method, privateValue: hex(vector.privateI), publicValue: hex(vector.publicI))
        let responder = try KeyPair(
            vector.method, privateValue: hex(vector.privateR), publicValue: hex(vector.publicR))
        #expect(initiator.publicValue == hex(vector.publicI))
        #expect(
            try initiator.sharedSecret(with: responder.publicValue).revealed() == hex(vector.shared)
        )
        #expect(
            try responder.sharedSecret(with: initiator.publicValue).revealed() == hex(vector.shared)
        )
    }

    @Test(arguments: [KeyExchangeMethod.ecp256, .ecp384, .ecp521])
    func ecpRefusesWhatIsNoPoint(method: KeyExchangeMethod) throws {
        let ours = try KeyPair.generate(method)
        let point = try KeyPair.generate(method).publicValue
        let half = point.count / 2
        var otherX = point
        otherX[half - 1] ^= 1
        var otherY = point
        otherY[point.count - 1] ^= 1
        let wrong: [[UInt8]] = [
            [], [0], [4], [4] + point, point + [0], Array(point.dropLast()), Array(point[..<half]),
            [2] + Array(point[..<half]),
            [UInt8](repeating: 0, count: point.count),
            [UInt8](repeating: 0xff, count: point.count),
            otherX, otherY, Array(point[half...] + point[..<half]),
        ]
        for value in wrong {
            #expect(throws: CryptoError.invalidPublicValue(method)) {
                try ours.sharedSecret(with: value)
            }
        }
        #expect(throws: Never.self) { try ours.sharedSecret(with: point) }
    }

    // x + p encodes the same point in the numbers, but is no coordinate: P-521's field leaves room
    // for it in 66 octets. x and y of RFC 5903 §8.3.
    @Test func ecpRefusesCoordinatesAboveThePrime() throws {
        let ours = try KeyPair.generate(.ecp521)
        var point = hex(Self.ecpVectors[2].publicI)
        // p is 2^521 − 1: adding it is adding 2^521 and taking one away.
        point[0] += 2
        point[65] -= 1
        #expect(throws: CryptoError.invalidPublicValue(.ecp521)) {
            try ours.sharedSecret(with: point)
        }
    }

    // Computed with Python's pow() and hashlib from the primes of RFC 3526 §3–5, which the script
    // made from their definition: powers of two and digits of π.
    @Test(
        arguments: [
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
        let two = padded([2], method)
        let initiator = try KeyPair(method, privateValue: hex(a), publicValue: two)
        let responder = try KeyPair(method, privateValue: hex(b), publicValue: two)
        let publicA = try initiator.sharedSecret(with: two).revealed()
        let publicB = try responder.sharedSecret(with: two).revealed()
        #expect(try sha256(publicA) == hashOfA)
        #expect(try sha256(publicB) == hashOfB)
        #expect(try sha256(initiator.sharedSecret(with: publicB).revealed()) == hashOfSecret)
        #expect(try sha256(responder.sharedSecret(with: publicA).revealed()) == hashOfSecret)
    }

    // As above; the private values were searched for a secret that begins with a zero.
    @Test func modpSecretsKeepTheirLeadingZeros() throws {
        let two = padded([2], .modp2048)
        let initiator = try KeyPair(
            .modp2048,
            privateValue: hex("015c33b2df1461aaf8eb18b90074513021da8978206f5c6671e0c07e9e115e4b"),
            publicValue: two)
        let responder = try KeyPair(.modp2048, privateValue: [0x01, 0xd4], publicValue: two)
        let publicA = try initiator.sharedSecret(with: two).revealed()
        let secret = try responder.sharedSecret(with: publicA).revealed()
        #expect(secret.count == 256)
        #expect(text(Array(secret[..<4])) == "0032da3b")
        #expect(
            try sha256(secret)
                == "b1e470b912f74592cea7f3b68085158b25512ee31e2607f54832040874c50cf2")
    }

    @Test(arguments: [KeyExchangeMethod.modp2048, .modp3072, .modp4096])
    func modpRefusesValuesOutsideOfTheGroup(method: KeyExchangeMethod) throws {
        let ours = try KeyPair.generate(method)
        let group = try #require(KeyExchangeGroup.of(method))
        guard case .modp(let prime) = group.kind else {
            Issue.record("\(method) is no MODP group")
            return
        }
        let last = prime.count - 1
        var primeMinusOne = prime
        primeMinusOne[last] -= 1
        var primeMinusTwo = prime
        primeMinusTwo[last] -= 2
        var above = prime
        above[prime.count / 2] += prime[prime.count / 2] == 255 ? 0 : 1
        let all = [UInt8](repeating: 255, count: prime.count)
        let wrong = [
            [], [2], padded([], method), padded([1], method), primeMinusOne, prime, above, all,
            padded([2], method) + [0], [0] + padded([2], method),
            Array(padded([2], method).dropFirst()),
        ]
        for value in wrong {
            #expect(throws: CryptoError.invalidPublicValue(method)) {
                try ours.sharedSecret(with: value)
            }
        }
        for value in [padded([2], method), padded([1, 0], method), primeMinusTwo] {
            #expect(throws: Never.self) { try ours.sharedSecret(with: value) }
        }
    }

    @Test func randomPrefixesNeverGetThrough() throws {
        for method in Self.methods {
            let ours = try KeyPair.generate(method)
            let theirs = try KeyPair.generate(method).publicValue
            for count in 0..<theirs.count {
                #expect(throws: CryptoError.invalidPublicValue(method)) {
                    try ours.sharedSecret(with: Array(theirs[..<count]))
                }
            }
        }
    }

    @Test(arguments: [KeyExchangeMethod.modp2048, .ecp256, .curve25519])
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

    /// A value with leading zeros up to the length of the group's prime.
    private func padded(_ octets: [UInt8], _ method: KeyExchangeMethod) -> [UInt8] {
        let length = KeyPair.publicValueLength(method) ?? 0
        return [UInt8](repeating: 0, count: length - octets.count) + octets
    }

    private func sha256(_ octets: [UInt8]) throws -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        var count = 0
        try #require(
            EVP_Q_digest(nil, "SHA2-256", nil, octets, octets.count, &digest, &count) == 1)
        return text(digest)
    }
}
