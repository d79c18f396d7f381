import Testing
import Wire

@testable import Crypto

/// A line of RFC 4231 or RFC 2202, or computed with Python's hmac.
struct HMACVector: Sendable {
    let source: String
    let id: PseudorandomFunction
    let key: [UInt8]
    let data: [UInt8]
    let output: String
}

/// A derivation of RFC 7296 §2.14, computed with Python's hmac.
struct DerivationVector: Sendable {
    let id: PseudorandomFunction
    let seed: String
    let keys: String
}

struct PRFTests {
    static let largerThanBlock = [UInt8](
        "Test Using Larger Than Block-Size Key - Hash Key First".utf8)

    static let vectors: [HMACVector] = [
        HMACVector(
            source: "RFC 4231 §4.2", id: .hmacSHA256, key: .init(repeating: 0x0b, count: 20),
            data: [UInt8]("Hi There".utf8),
            output: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        HMACVector(
            source: "RFC 4231 §4.2", id: .hmacSHA384, key: .init(repeating: 0x0b, count: 20),
            data: [UInt8]("Hi There".utf8),
            output: "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c"
                + "faea9ea9076ede7f4af152e8b2fa9cb6"),
        HMACVector(
            source: "RFC 4231 §4.2", id: .hmacSHA512, key: .init(repeating: 0x0b, count: 20),
            data: [UInt8]("Hi There".utf8),
            output: "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"),
        HMACVector(
            source: "RFC 4231 §4.3", id: .hmacSHA256, key: [UInt8]("Jefe".utf8),
            data: [UInt8]("what do ya want for nothing?".utf8),
            output: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        HMACVector(
            source: "RFC 4231 §4.3", id: .hmacSHA384, key: [UInt8]("Jefe".utf8),
            data: [UInt8]("what do ya want for nothing?".utf8),
            output: "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
                + "8e2240ca5e69e2c78b3239ecfab21649"),
        HMACVector(
            source: "RFC 4231 §4.3", id: .hmacSHA512, key: [UInt8]("Jefe".utf8),
            data: [UInt8]("what do ya want for nothing?".utf8),
            output: "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"),
        HMACVector(
            source: "RFC 4231 §4.7", id: .hmacSHA256, key: .init(repeating: 0xaa, count: 131),
            data: largerThanBlock,
            output: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        HMACVector(
            source: "RFC 4231 §4.7", id: .hmacSHA512, key: .init(repeating: 0xaa, count: 131),
            data: largerThanBlock,
            output: "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"),
        HMACVector(
            source: "RFC 2202 §3 case 1", id: .hmacSHA1, key: .init(repeating: 0x0b, count: 20),
            data: [UInt8]("Hi There".utf8), output: "b617318655057264e28bc0b6fb378c8ef146be00"),
        HMACVector(
            source: "RFC 2202 §3 case 2", id: .hmacSHA1, key: [UInt8]("Jefe".utf8),
            data: [UInt8]("what do ya want for nothing?".utf8),
            output: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        HMACVector(
            source: "RFC 2202 §3 case 6", id: .hmacSHA1, key: .init(repeating: 0xaa, count: 80),
            data: largerThanBlock, output: "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
        HMACVector(
            source: "Python hmac", id: .hmacSHA256, key: [], data: [UInt8]("abc".utf8),
            output: "fd7adb152c05ef80dccf50a1fa4c05d5a3ec6da95575fc312ae7c5d091836351"),
    ]

    @Test(arguments: vectors)
    func computesHMAC(vector: HMACVector) throws {
        let primitives = try Primitives()
        let prf = try #require(PRF(vector.id))
        let secret = Secret(copying: vector.key)
        #expect(
            text(try primitives.prf(prf, key: .open(vector.key), .open(vector.data)).revealed())
                == vector.output)
        // In pieces, some secret, with a context that has been used before.
        let middle = vector.data.count / 2
        let first = Secret(copying: Array(vector.data[..<middle]))
        let inPieces = try primitives.prf(
            prf, key: .secret(secret.all), .secret(first.all), .open([]),
            .open(Array(vector.data[middle...])))
        #expect(text(inPieces.revealed()) == vector.output)
        #expect(prf.outputLength == inPieces.count)
        #expect(prf.preferredKeyLength == inPieces.count)
    }

    @Test func anEmptyKeyIsNotTheKeyBefore() throws {
        let primitives = try Primitives()
        let prf = try #require(PRF(.hmacSHA256))
        let before = try primitives.prf(prf, key: .open([1, 2, 3]), .open([4]))
        let empty = try primitives.prf(prf, key: .open([]), .open([4]))
        let emptySecret = try primitives.prf(
            prf, key: .secret(Secret(copying: []).all), .open([4]))
        #expect(before != empty)
        #expect(empty == emptySecret)
    }

    // Ni is 00…1f, Nr 80…9f, g^ir the octets 7i + 3, the SPIs 0102…08 and 1112…18.
    static let derivations: [DerivationVector] = [
        DerivationVector(
            id: .hmacSHA1, seed: "d12ae851d76eb2f829a91a11fd858b1191ee7edc",
            keys: """
                f78458003a2ea77e62dd25cd8bcfb0cecdcb5ed3b7d4fcc22539a341f0a41bb69905bf775e6682e5
                83d41e71740ec3163eede5580ac1152ff5ed20f19d5e7ee2ff3cf1151350c2bc057adf8bcf8e0eaf
                880d94f72ee81efde31419f304434951df9fed3b058fc183cc7a9b4dd29e5326210731d7cd173da6
                bbc5c32b34f5c810d0f9791840c2c72741cab7c6e8ab7592f353d40a9ac41c7e7bdcd1786dc2c38f
                e545cf5899dc76242c521ae0ee41ee6214197dcc24fd5d0aa001854841fb2a17b7cbac90349c57bf
                """),
        DerivationVector(
            id: .hmacSHA256,
            seed: "d843cd15196090a67c430351e2b0ed26bf2267c115e0d851a7f6edd94ffcd3a9",
            keys: """
                55535ede48f22cddef99456c1644ba0a16d149d45caf1930a743c965d111419e596c93367fd1872b
                06efc1fb044dbff8d70846d3a0b1ba7edf43b70cb9c4cb854b32296f8693a45ff1fd5c84450693f2
                89769055912c1beb44b6836d883b5a63a2e02f3531efde7cc06bff05b9c553834d5149e8578103d5
                77d514b096cc6eb536ffaf90ba1960b6bc718eefd281e265e6ad8f0e887b1d3101eded667ad852b2
                b67787cb8a0725cf9f7dab0c75fc1db1457d656069968564c70cba2c506cfb9dd2546152a84a6735
                """),
        DerivationVector(
            id: .hmacSHA384,
            seed: "203bcffcea86a773127e522d50d9bf21acdbd7ba801ddd79dbe65d198e2ce7d5"
                + "da3ef3fee79cfb77970caeb13193bcaf",
            keys: """
                a10112190e292917b72c5bad25e4c1a76baafb927ea8a6cd7c178006481a6c0e8f0b0a70c2e5f40a
                6e9e12b878cf1718fa2f68726ec50fc1a938a07adee5476bd2ccf9e8149c4ffaa8e57e00fc78984b
                751820671e90a8a58e1ccba263f1d69e1f4bf8e097be7764bc71cbc5fc1fa17758176d47ff0bd1ce
                fbcf013bb9ecc305fb3f654c9935dc05d9d6acc038ac9046fa325e6a9463856c258975f12a2756b8
                e863a692563b4360e0963f266b40f52925bc8989046cc0d12f4b187ef921d95894cb00e29987878c
                """),
        DerivationVector(
            id: .hmacSHA512,
            seed: "c2ea87503d459eddb6812eb752efa21d15d7569de4bb16b65ea3d31ef2298484"
                + "d9e4846cd93428d821fa95d01ec6037cace9f28df066e595addafb63c1b09c64",
            keys: """
                7d40bfacc357a4ef12547c090519359577d3a9517b413f5311c4c598de5fb335a9b782627e30a578
                b7f03e91ca3aa9cf46fea695dbdc6a2e751855063e075aecedc65db77738b2cc5d8a6d876f2f1562
                cc52635835d0888081db0e728b486ab3447e5cacb92ed18360e51989ba6fc3dab642e88581b6a762
                b957516a7494e8a69c82c1db977dd93a3a33692377423816c0694067067c4d68930f76327bcca69e
                94219fa0efc2ff4c7b085c428d8ad875d50b9f1df7729f95c97a8afe7487cd647bb9e457c723676e
                """),
    ]

    @Test(arguments: derivations)
    func derivesTheKeysOfAnIKESA(vector: DerivationVector) throws {
        let primitives = try Primitives()
        let prf = try #require(PRF(vector.id))
        let nonces = rising(from: 0, 32) + rising(from: 0x80, 32)
        let spis = hex("0102030405060708 1112131415161718")
        let shared = Secret(copying: (0..<32).map { UInt8(($0 * 7 + 3) & 255) })
        let seed = try primitives.prf(prf, key: .open(nonces), .secret(shared.all))
        #expect(text(seed.revealed()) == vector.seed)

        let keys = try primitives.prfPlus(prf, key: seed.all, seed: nonces + spis, count: 200)
        #expect(keys.revealed() == hex(vector.keys))
        // Any shorter wish gives the beginning; a secret piece of the seed changes nothing.
        for count in [0, 1, 19, 20, 21, 32, 64, 65, 199] {
            let fewer = try primitives.prfPlus(
                prf, key: seed.all,
                seed: [.secret(Secret(copying: nonces).all), .open(spis)], count: count)
            #expect(fewer.revealed() == Array(hex(vector.keys)[..<count]))
        }
    }

    // HKDF-Expand is prf+ by another name: T(n) = HMAC(PRK, T(n-1) | info | n).
    @Test(arguments: [
        (
            // RFC 5869 §A.1
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
            "f0f1f2f3f4f5f6f7f8f9",
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        ),
        (
            // RFC 5869 §A.3
            "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
            "",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
        ),
    ])
    func expandsAsHKDFDoes(key: String, info: String, output: String) throws {
        let primitives = try Primitives()
        let prf = try #require(PRF(.hmacSHA256))
        let expanded = try primitives.prfPlus(
            prf, key: Secret(copying: hex(key)).all, seed: hex(info), count: 42)
        #expect(text(expanded.revealed()) == output)
    }

    @Test func refusesMoreThan255Rounds() throws {
        let primitives = try Primitives()
        let prf = try #require(PRF(.hmacSHA256))
        let key = Secret(copying: [1]).all
        #expect(try primitives.prfPlus(prf, key: key, seed: [2], count: 255 * 32).count == 8160)
        for count in [255 * 32 + 1, Int.max, -1, Int.min] {
            #expect(throws: CryptoError.invalidLength(of: "key material")) {
                try primitives.prfPlus(prf, key: key, seed: [2], count: count)
            }
        }
    }

    @Test(arguments: [PseudorandomFunction.hmacMD5, .hmacTiger, .aes128XCBC, .init(rawValue: 999)])
    func knowsNoOtherFunction(id: PseudorandomFunction) {
        #expect(PRF(id) == nil)
    }

    // FIPS 180-4's examples for SHA-1.
    @Test func hashesWithSHA1() throws {
        let primitives = try Primitives()
        for _ in 0..<2 {
            #expect(
                text(try primitives.sha1([UInt8]("ab".utf8), [], [UInt8]("c".utf8)))
                    == "a9993e364706816aba3e25717850c26c9cd0d89d")
        }
        #expect(text(try primitives.sha1()) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    }
}
