import Testing
import Wire

@testable import Crypto

struct SealingTests {
    static let all: [(EncryptionAlgorithm, Int, IntegrityAlgorithm)] = {
        let integrity: [IntegrityAlgorithm] = [
            .hmacSHA1_96, .hmacSHA1_160, .hmacSHA256_128, .hmacSHA384_192, .hmacSHA512_256,
            .aesXCBC_96, .aesCMAC_96,
        ]
        let combined: [EncryptionAlgorithm] = [
            .aesGCM8, .aesGCM12, .aesGCM16, .aesCCM8, .aesCCM12, .aesCCM16,
        ]
        return [128, 192, 256].flatMap { bits in
            integrity.map { (.aesCBC, bits, $0) } + integrity.map { (.aesCTR, bits, $0) }
                + combined.map { ($0, bits, .none) }
        } + integrity.map { (.tripleDES, 0, $0) } + [(.chacha20Poly1305, 0, .none)]
    }()

    @Test(arguments: CipherVector.all)
    func sealsAsItsSourceSays(vector: CipherVector) throws {
        let primitives = try Primitives()
        let isAEAD = vector.encryption.isAEAD
        let sealing = try Sealing(
            vector.encryption, vector.keyBits, isAEAD ? .none : .hmacSHA256_128,
            encryptionKey: hex(vector.key))
        var message = SealedMessage(
            associatedData: hex(vector.associatedData), iv: hex(vector.iv), text: hex(vector.text),
            icvLength: sealing.protection.icvLength)
        try message.seal(primitives, sealing)
        let sealed = hex(vector.sealed)
        #expect(message.octets[message.text.lowerBound...].prefix(sealed.count) == sealed[...])
        try message.open(primitives, sealing)
        #expect(message.octets[message.text] == hex(vector.text)[...])
    }

    // Associated data 00…1f, text the octets 3i, keys from 20 and 60, salt from c0, IV from a0:
    // computed with Python's cryptography and hmac.
    @Test(
        arguments: [
            (
                .aesCBC, 128, .hmacSHA1_96,
                """
                39ee48484fef8ed082fe3887f12cec8cf3fdae837c0d8155f757befe840a1ce3debd6a4915e1be90
                c0e5fcfad77f2fe7 21b08f2228ee3cac974d1ecf
                """
            ),
            (
                .aesCBC, 192, .hmacSHA256_128,
                """
                31b2ada560a453978e507e927904e669a12d0d1a07469933a295655eba6a231f99c3e6fbf8806907
                b96efb66386e5f45 351d4b5ed90eba0cf265f5a228e4c110
                """
            ),
            (
                .aesCBC, 256, .hmacSHA384_192,
                """
                d5a8008e5558a87c236b7c4fa32146ba5d0383b1b5c2a88bfbb4e43a14ef8e7d49c8445fd7b92d80
                97384f61dd79ba89 b9ab484aebe73939e208add88f60016bee4817ef14df63f0
                """
            ),
            (
                .aesCBC, 256, .hmacSHA512_256,
                """
                d5a8008e5558a87c236b7c4fa32146ba5d0383b1b5c2a88bfbb4e43a14ef8e7d49c8445fd7b92d80
                97384f61dd79ba89 a40dc73b895efb6cb93f48fe137bfb40efb5624153e6f67d939a2945244bf97c
                """
            ),
            (
                .tripleDES, 192, .hmacSHA1_96,
                """
                c593e5d4b959eb19003ba4290e32439e323aaa282c24e7a9b7bfa1e4984f418e1b90f81b1b72ded9
                f47e0dd768219224 ed3c6a3262b8f8028513b0f1
                """
            ),
            (
                .tripleDES, 192, .aesXCBC_96,
                """
                c593e5d4b959eb19003ba4290e32439e323aaa282c24e7a9b7bfa1e4984f418e1b90f81b1b72ded9
                f47e0dd768219224 30fe961bed422903ff54053a
                """
            ),
            (
                .aesCBC, 128, .hmacSHA1_160,
                """
                39ee48484fef8ed082fe3887f12cec8cf3fdae837c0d8155f757befe840a1ce3debd6a4915e1be90
                c0e5fcfad77f2fe7 21b08f2228ee3cac974d1ecf628a9d34e01d0f8f
                """
            ),
            (
                .aesCBC, 192, .aesXCBC_96,
                """
                31b2ada560a453978e507e927904e669a12d0d1a07469933a295655eba6a231f99c3e6fbf8806907
                b96efb66386e5f45 2a71c8bdeded9750da9c3ef5
                """
            ),
            (
                .aesCBC, 256, .aesCMAC_96,
                """
                d5a8008e5558a87c236b7c4fa32146ba5d0383b1b5c2a88bfbb4e43a14ef8e7d49c8445fd7b92d80
                97384f61dd79ba89 0a32fdb63cca917c7ec18289
                """
            ),
            (
                .aesCTR, 128, .aesCMAC_96,
                """
                17aee42f6391a18d0c8b794e2cc65c9ce4172d5c8829a2c25bfc0d42128b2b1fc48375ae613c56cf
                7a2227dd6c703b60 aea7c1140690e1b7a1c3fd94
                """
            ),
            (
                .aesCTR, 192, .hmacSHA256_128,
                """
                2b1beae2b6e705dfb7e6582314fbdb80bc2d4024142829cd645b5c88ddf620051a330c9b9af85f27
                6070f2cdd7f6aa86 1054c4973508516cee8a9ebd5a398502
                """
            ),
            (
                .aesCTR, 256, .hmacSHA512_256,
                """
                1265ec1197b2ffc2050fc43d4f25208f4bba709c7bd01e56e6287a280a755d2ed43b721e68b8b866
                9cb08acf461e3145 5b00b45d315add9284cfc6747a2adb8815c11e67e942505af16c077a5e6f6587
                """
            ),
            (
                .aesGCM8, 128, .none,
                """
                d4271d6cb819f2920bac5d3262fb5b6f94d325fe316c66ff4a12170dbca0ebb0efc23a9224311e9b
                f7b5e0bdf2078c65ff431a01a74c661e
                """
            ),
            (
                .aesGCM12, 256, .none,
                """
                7b8a40ac4be04e06b6782a587a052d5e846b224e38e88856ac80ba1f96cee195340258f4896c859e
                ad142937575c2800cb8fd34de6c722b8b0336823
                """
            ),
            (
                .aesCCM8, 128, .none,
                """
                689b189045112b71e9c2222ed562cc200cb8ecaaff7569b9e51083af23bc2cc4f916004e574e07bd
                324479a055615d3fbe506b960f838634
                """
            ),
            (
                .aesCCM12, 192, .none,
                """
                a03e7f14f79afe96fad674d68f8c500573d5329bd07a7503afceaf472adf2866da1dc4bd7d8747c9
                77629864df8a0c0a2f966dcdc67135f357a15ca5
                """
            ),
            (
                .aesCCM16, 256, .none,
                """
                1bacc65892655334a358ad4ceff549d3f2c2cb47758ab8bfcf04cde0851413649a114437a053ba63
                87928c0ca2efbccbf74a6570fc41c8640378df2e926990df
                """
            ),
            (
                .chacha20Poly1305, 256, .none,
                """
                f5d80da8bea248b11dfd01cc59e84438333df3f4b3abd3fbb08f285ed89a2459227649cdde790c1a
                243a26753869bd259989385ddb47f0ac434d06a51bb78cac
                """
            ),
            (
                .aesGCM16, 128, .none,
                """
                d4271d6cb819f2920bac5d3262fb5b6f94d325fe316c66ff4a12170dbca0ebb0efc23a9224311e9b
                f7b5e0bdf2078c65 ff431a01a74c661e9c55b73f67533102
                """
            ),
            (
                .aesGCM16, 192, .none,
                """
                8c1d70142418799d340b0cf8ad8650754a635ccbcaa86f175040c21d07267a5637fb226d9c3e5100
                4ed53b2a0d04538b 62314012f2b3040a38781c0df0915ac0
                """
            ),
            (
                .aesGCM16, 256, .none,
                """
                7b8a40ac4be04e06b6782a587a052d5e846b224e38e88856ac80ba1f96cee195340258f4896c859e
                ad142937575c2800 cb8fd34de6c722b8b0336823dc1e75b5
                """
            ),
        ] as [(EncryptionAlgorithm, Int, IntegrityAlgorithm, String)])
    func sealsAsOthersDo(
        encryption: EncryptionAlgorithm, keyBits: Int, integrity: IntegrityAlgorithm, sealed: String
    ) throws {
        let primitives = try Primitives()
        let sealing = try Sealing(encryption, keyBits, integrity)
        let clear = (0..<48).map { UInt8($0 * 3) }
        var message = SealedMessage(
            associatedData: rising(from: 0, 32),
            iv: rising(from: 0xa0, sealing.protection.ivLength), text: clear,
            icvLength: sealing.protection.icvLength)
        try message.seal(primitives, sealing)
        #expect(message.octets[message.text.lowerBound...] == hex(sealed)[...])
        try message.open(primitives, sealing)
        #expect(message.octets[message.text] == clear[...])
    }

    // McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 4, 10 and 16. The first
    // four octets of the nonce are the salt of RFC 5282.
    @Test(arguments: [
        (
            "feffe9928665731c6d6a8f9467308308",
            """
            42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c
            7d8f6a5aac84aa051ba30b396a0aac973d58e091 5bc94fbc3221a5db94fae95ae7121a47
            """
        ),
        (
            "feffe9928665731c6d6a8f9467308308feffe9928665731c",
            """
            3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c7d773d00c144c525
            ac619d18c84a3f4718e2448b2fe324d9ccda2710 2519498e80f1478f37ba55bd6d27618c
            """
        ),
        (
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            """
            522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3d
            a7b08b1056828838c5f61e6393ba7a0abcc9f662 76fc6ece0f4e1768cddf8853bb2d551b
            """
        ),
    ])
    func encryptsWithGCM(key: String, sealed: String) throws {
        let primitives = try Primitives()
        let sealing = try Sealing(
            .aesGCM16, hex(key).count * 8, .none, encryptionKey: hex(key + "cafebabe"))
        var message = SealedMessage(
            associatedData: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
            iv: hex("facedbaddecaf888"),
            text: hex(
                """
                d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c9595680953
                2fcf0e2449a6b525b16aedf5aa0de657ba637b39
                """), icvLength: 16)
        try message.seal(primitives, sealing)
        #expect(message.octets[message.text.lowerBound...] == hex(sealed)[...])
    }

    // RFC 3602 §4, cases 1 and 4.
    @Test(arguments: [
        (
            "06a9214036b8a15b512e03d534120006", "3dafba429d9eb430b422da802c9fac41",
            [UInt8]("Single block msg".utf8), "e353779c1079aeb82708942dbe77181a"
        ),
        (
            "56e47a38c5598974bc46903dba290349", "8ce82eefbea0da3c44699ed7db51b7d9",
            rising(from: 0xa0, 64),
            """
            c30e32ffedc0774e6aff6af0869f71aa0f3af07a9a31a9c684db207eb0ef8e4e35907aa632c3ffdf
            868bb7b29d3d46ad83ce9f9a102ee99d49a53e87f4c3da55
            """
        ),
    ])
    func encryptsWithCBC(key: String, iv: String, clear: [UInt8], encrypted: String) throws {
        let primitives = try Primitives()
        let sealing = try Sealing(.aesCBC, 128, .hmacSHA256_128, encryptionKey: hex(key))
        var message = SealedMessage(
            associatedData: rising(from: 0, 28), iv: hex(iv), text: clear, icvLength: 16)
        try message.seal(primitives, sealing)
        #expect(message.octets[message.text] == hex(encrypted)[...])
    }

    // RFC 4868 §2.7.2, the vectors for the truncated codes: the whole HMAC is checked in PRFTests,
    // here that the right half is kept.
    @Test(
        arguments: [
            (.hmacSHA1_96, 12, 20), (.hmacSHA1_160, 20, 20), (.hmacSHA256_128, 16, 32),
            (.hmacSHA384_192, 24, 48), (.hmacSHA512_256, 32, 64),
        ] as [(IntegrityAlgorithm, Int, Int)])
    func keepsTheFirstOctetsOfAnHMAC(
        integrity: IntegrityAlgorithm, kept: Int, whole: Int
    ) throws {
        let primitives = try Primitives()
        let sealing = try Sealing(.aesCBC, 128, integrity)
        #expect(sealing.protection.icvLength == kept)
        #expect(sealing.protection.integrityKeyLength == whole)
        var message = SealedMessage(
            associatedData: rising(from: 0, 28), iv: rising(from: 0, 16), text: rising(from: 0, 32),
            icvLength: kept)
        try message.seal(primitives, sealing)
        let prf = try #require(
            [20: PRF(.hmacSHA1), 32: PRF(.hmacSHA256), 48: PRF(.hmacSHA384), 64: PRF(.hmacSHA512)][
                whole] ?? nil)
        let covered = Array(message.octets[..<message.icv.lowerBound])
        let hmac = try primitives.prf(prf, key: .secret(sealing.integrityKey.all), .open(covered))
        #expect(message.octets[message.icv] == hmac.revealed()[..<kept])
    }

    @Test(
        arguments: [
            (.aesCBC, 128, .none), (.aesCBC, 0, .hmacSHA256_128), (.aesCBC, 512, .hmacSHA256_128),
            (.aesCBC, 128, .hmacMD5_96), (.aesCTR, 128, .none), (.aesCTR, 0, .hmacSHA256_128),
            (.tripleDES, 192, .none), (.tripleDES, 128, .hmacSHA1_96), (.des, 0, .hmacSHA1_96),
            (.aesGCM16, 128, .hmacSHA256_128), (.aesGCM16, 64, .none), (.aesCCM8, 0, .none),
            (.aesCCM16, 128, .aesCMAC_96), (.chacha20Poly1305, 0, .hmacSHA256_128),
            (.chacha20Poly1305, 128, .none), (.null, 0, .hmacSHA256_128),
            (.aesGCM16IIV, 128, .none), (.nullAESGMAC, 128, .none),
        ] as [(EncryptionAlgorithm, Int, IntegrityAlgorithm)])
    func knowsNoOtherProtection(
        encryption: EncryptionAlgorithm, keyBits: Int, integrity: IntegrityAlgorithm
    ) {
        #expect(
            Protection(encryption: encryption, keyBits: keyBits, integrity: integrity) == nil)
    }

    @Test func tellsTheLengthsOfKeysAndParts() throws {
        let gcm = try #require(Protection(encryption: .aesGCM16, keyBits: 256, integrity: .none))
        #expect(gcm.isAEAD)
        #expect(gcm.encryptionKeyLength == 36)
        #expect(gcm.integrityKeyLength == 0)
        #expect((gcm.ivLength, gcm.blockLength, gcm.icvLength) == (8, 1, 16))
        let cbc = try #require(
            Protection(encryption: .aesCBC, keyBits: 192, integrity: .hmacSHA384_192))
        #expect(!cbc.isAEAD)
        #expect(cbc.encryptionKeyLength == 24)
        #expect(cbc.integrityKeyLength == 48)
        #expect((cbc.ivLength, cbc.blockLength, cbc.icvLength) == (16, 16, 24))
        let ctr = try #require(
            Protection(encryption: .aesCTR, keyBits: 256, integrity: .aesXCBC_96))
        #expect(!ctr.isAEAD)
        #expect((ctr.encryptionKeyLength, ctr.integrityKeyLength) == (36, 16))
        #expect((ctr.ivLength, ctr.blockLength, ctr.icvLength) == (8, 1, 12))
        let ccm = try #require(Protection(encryption: .aesCCM8, keyBits: 192, integrity: .none))
        #expect((ccm.encryptionKeyLength, ccm.integrityKeyLength) == (27, 0))
        #expect((ccm.ivLength, ccm.blockLength, ccm.icvLength) == (8, 1, 8))
        let chacha = try #require(
            Protection(encryption: .chacha20Poly1305, keyBits: 0, integrity: .none))
        #expect((chacha.keyBits, chacha.encryptionKeyLength) == (256, 36))
        #expect((chacha.ivLength, chacha.blockLength, chacha.icvLength) == (8, 1, 16))
        let des = try #require(
            Protection(encryption: .tripleDES, keyBits: 0, integrity: .hmacSHA1_96))
        #expect((des.keyBits, des.encryptionKeyLength, des.integrityKeyLength) == (192, 24, 20))
        #expect((des.ivLength, des.blockLength, des.icvLength) == (8, 8, 12))
    }

    // RFC 3602 §3, RFC 2451 §3: a chain wants IVs that nobody can foresee; a counter may count.
    @Test func tellsWhichIVsMayBeForeseen() throws {
        for (encryption, keyBits, integrity) in Self.all {
            let protection = try #require(
                Protection(encryption: encryption, keyBits: keyBits, integrity: integrity))
            #expect(
                protection.wantsUnpredictableIV
                    == (encryption == .aesCBC || encryption == .tripleDES))
        }
    }

    // Contexts are shared by all keys, directions and lengths of checksums of a cipher.
    @Test func oneContextServesMessagesOfEveryKind() throws {
        let primitives = try Primitives()
        for _ in 0..<3 {
            for (encryption, keyBits, integrity) in Self.all.shuffled() {
                let sealing = try Sealing(encryption, keyBits, integrity)
                let protection = sealing.protection
                let clear = randomOctets(48)
                var message = SealedMessage(
                    associatedData: randomOctets(32), iv: randomOctets(protection.ivLength),
                    text: clear, icvLength: protection.icvLength)
                try message.seal(primitives, sealing)
                var fresh = message
                try message.open(primitives, sealing)
                #expect(message.octets[message.text] == clear[...])
                try fresh.open(Primitives(), sealing)
                #expect(fresh.octets == message.octets)
            }
        }
    }
}
