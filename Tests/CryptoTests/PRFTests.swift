import Testing
import Wire

@testable import Crypto

struct PRFTests {
    @Test(arguments: PRFVector.all)
    func computesTheFunction(vector: PRFVector) throws {
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

    @Test(arguments: HMACVector.all) func computesTheCodesOfTheRFCs(vector: HMACVector) throws {
        let primitives = try Primitives()
        for (id, code) in vector.codes {
            let prf = try #require(PRF(id))
            let computed = try primitives.prf(prf, key: .open(vector.key), .open(vector.data))
            let expected = hex(code)
            #expect(computed.revealed().prefix(expected.count) == expected[...], "\(id)")
            #expect(vector.source == "RFC 4231 §4.6" || computed.count == expected.count)
        }
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

    @Test(arguments: DerivationVector.all)
    func derivesTheKeysOfAnIKESA(vector: DerivationVector) throws {
        let primitives = try Primitives()
        let prf = try #require(PRF(vector.id))
        let nonces = rising(from: 0, 32) + rising(from: 0x80, 32)
        let spis = hex("0102030405060708 1112131415161718")
        let shared = Secret(copying: (0..<32).map { UInt8(($0 * 7 + 3) & 255) })
        let seedKey = prf.seedKey(
            initiatorNonce: Array(nonces[..<32]), responderNonce: Array(nonces[32...]))
        let seed = try primitives.prf(prf, key: .open(seedKey), .secret(shared.all))
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

    @Test(arguments: KeyDerivationVector.all)
    func derivesTheKeysThatNISTDoes(vector: KeyDerivationVector) throws {
        let primitives = try Primitives()
        let prf = try #require(PRF(vector.id))
        let nonces = hex(vector.initiatorNonce) + hex(vector.responderNonce)
        let seedKey = prf.seedKey(
            initiatorNonce: hex(vector.initiatorNonce), responderNonce: hex(vector.responderNonce))
        let shared = Secret(copying: hex(vector.sharedSecret))
        let seed = try primitives.prf(prf, key: .open(seedKey), .secret(shared.all))
        #expect(seed.revealed() == hex(vector.seed))
        let keys = hex(vector.keys)
        let derived = try primitives.prfPlus(
            prf, key: seed.all,
            seed: nonces + hex(vector.initiatorSPI) + hex(vector.responderSPI), count: keys.count)
        #expect(derived.revealed() == keys)
    }

    // The same source's rekeying, SHA-1: SKEYSEED = prf(SK_d, g^ir (new) | Ni | Nr).
    @Test func derivesTheSeedOfARekeyedSAThatNISTDoes() throws {
        let primitives = try Primitives()
        let vector = try #require(KeyDerivationVector.all.first { $0.id == .hmacSHA1 })
        let prf = try #require(PRF(vector.id))
        let d = Secret(copying: Array(hex(vector.keys)[..<prf.preferredKeyLength]))
        let shared = Secret(
            copying: hex("863f3c9d06efd39d2b907b97f8699e5dd5251ef64a2a176f36ee40c87d4f9330"))
        let seed = try primitives.prf(
            prf, key: .secret(d.all), .secret(shared.all),
            .open(hex(vector.initiatorNonce) + hex(vector.responderNonce)))
        #expect(text(seed.revealed()) == "63e81194946ebd05df7df5ebf5d8750056bf1f1d")
    }

    // RFC 7296 §2.14: only the two functions over AES leave out any of the nonces, which their
    // peers may have made of different lengths.
    @Test func onlyAESTakesPartOfTheNoncesForItsSeedKey() throws {
        let ours = rising(from: 0, 32)
        let theirs = rising(from: 0x80, 16)
        for id in [PseudorandomFunction.hmacSHA1, .hmacSHA256, .hmacSHA384, .hmacSHA512] {
            let prf = try #require(PRF(id))
            #expect(prf.seedKey(initiatorNonce: ours, responderNonce: theirs) == ours + theirs)
        }
        for id in [PseudorandomFunction.aes128XCBC, .aes128CMAC] {
            let prf = try #require(PRF(id))
            #expect(
                prf.seedKey(initiatorNonce: ours, responderNonce: theirs)
                    == rising(from: 0, 8) + rising(from: 0x80, 8))
        }
    }

    // Key 00…0f, message the octets 5i, computed with Python's cryptography: messages that end
    // about where one call of libcrypto does, cut in every way.
    @Test(
        arguments: [
            (.aes128XCBC, 255, "48eff4753c33150b6b0d7e480488b41a"),
            (.aes128XCBC, 256, "c3b55973cfeadfd16c4403de613236c2"),
            (.aes128XCBC, 257, "26ac07951343fdaac4228d9331da6262"),
            (.aes128XCBC, 272, "ae63c8df8061cfe984eee1e2a4247008"),
            (.aes128XCBC, 273, "d1ee08bd59124d93c22f09858767f388"),
            (.aes128XCBC, 512, "b60fa7f8527bd4f837c6919b326339ca"),
            (.aes128XCBC, 700, "89daafa51bbfbbb75650c0573d3a0382"),
            (.aes128CMAC, 255, "b5206d61a85310f94a9c547f61956939"),
            (.aes128CMAC, 256, "74bb7f3188b9ffff0f16d5b58b1ae5c2"),
            (.aes128CMAC, 257, "c49c105f412f4a86adf8f50c961c72b4"),
            (.aes128CMAC, 272, "eb6d030dd6a4b60b0eecbdc8e8db17b6"),
            (.aes128CMAC, 273, "2ac3b48c83be808c0510ea6796d8fed3"),
            (.aes128CMAC, 512, "10d1b7182308fa5c90021b0e772973ff"),
            (.aes128CMAC, 700, "3f39274e1a951a7cc51656fd60b99e65"),
        ] as [(PseudorandomFunction, Int, String)])
    func piecesOfALongMessageChangeNothing(
        id: PseudorandomFunction, count: Int, output: String
    ) throws {
        let primitives = try Primitives()
        let prf = try #require(PRF(id))
        let message = (0..<count).map { UInt8(($0 * 5) & 255) }
        for cut in 0...count {
            let code = try primitives.prf(
                prf, key: .open(rising(from: 0, 16)), .open(Array(message[..<cut])),
                .open(Array(message[cut...])))
            #expect(text(code.revealed()) == output)
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

    @Test(arguments: [
        PseudorandomFunction.hmacMD5, .hmacTiger, .hmacStreebog512, .init(rawValue: 999),
    ])
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
