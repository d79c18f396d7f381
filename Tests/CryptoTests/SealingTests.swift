import Testing
import Wire

@testable import Crypto

/// A message with the ranges of its parts, as Wire lays it out.
struct SealedMessage {
    var octets: [UInt8]
    let associatedData: Range<Int>
    let iv: Range<Int>
    let text: Range<Int>
    let icv: Range<Int>

    init(associatedData: [UInt8], iv: [UInt8], text: [UInt8], icvLength: Int) {
        octets = associatedData + iv + text + [UInt8](repeating: 0, count: icvLength)
        self.associatedData = 0..<associatedData.count
        self.iv = self.associatedData.upperBound..<self.associatedData.upperBound + iv.count
        self.text = self.iv.upperBound..<self.iv.upperBound + text.count
        icv = self.text.upperBound..<octets.count
    }

    mutating func seal(_ primitives: Primitives, _ sealing: Sealing) throws(CryptoError) {
        try primitives.seal(
            &octets, associatedData: associatedData, iv: iv, text: text, icv: icv,
            using: sealing.protection, encryptionKey: sealing.encryptionKey.all,
            integrityKey: sealing.integrityKey.all)
    }

    mutating func open(_ primitives: Primitives, _ sealing: Sealing) throws(CryptoError) {
        try primitives.open(
            &octets, associatedData: associatedData, iv: iv, text: text, icv: icv,
            using: sealing.protection, encryptionKey: sealing.encryptionKey.all,
            integrityKey: sealing.integrityKey.all)
    }
}

/// A protection and its keys.
struct Sealing: Sendable {
    let protection: Protection
    let encryptionKey: Secret
    let integrityKey: Secret

    init(
        _ encryption: EncryptionAlgorithm, _ keyBits: Int, _ integrity: IntegrityAlgorithm,
        encryptionKey: [UInt8]? = nil
    ) throws {
        protection = try #require(
            Protection(encryption: encryption, keyBits: keyBits, integrity: integrity))
        self.encryptionKey = Secret(
            copying: encryptionKey
                ?? (rising(from: 0x20, keyBits / 8)
                    + (protection.isAEAD ? rising(from: 0xc0, 4) : [])))
        integrityKey = Secret(copying: rising(from: 0x60, protection.integrityKeyLength))
    }
}

struct SealingTests {
    static let all: [(EncryptionAlgorithm, Int, IntegrityAlgorithm)] =
        [128, 192, 256].flatMap { bits in
            [.hmacSHA1_96, .hmacSHA256_128, .hmacSHA384_192, .hmacSHA512_256].map {
                (.aesCBC, bits, $0)
            } + [(.aesGCM16, bits, .none)]
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
            (.hmacSHA1_96, 12, 20), (.hmacSHA256_128, 16, 32), (.hmacSHA384_192, 24, 48),
            (.hmacSHA512_256, 32, 64),
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

    @Test(arguments: all)
    func refusesAMessageWithAnyBitChanged(
        encryption: EncryptionAlgorithm, keyBits: Int, integrity: IntegrityAlgorithm
    ) throws {
        let primitives = try Primitives()
        let sealing = try Sealing(encryption, keyBits, integrity)
        var message = SealedMessage(
            associatedData: randomOctets(32), iv: randomOctets(sealing.protection.ivLength),
            text: randomOctets(32), icvLength: sealing.protection.icvLength)
        try message.seal(primitives, sealing)
        for index in message.octets.indices {
            var changed = message
            changed.octets[index] ^= 1 << (index % 8)
            #expect(throws: CryptoError.integrityCheckFailed) {
                try changed.open(primitives, sealing)
            }
        }
        // The contexts are none the worse for it.
        #expect(throws: Never.self) { try message.open(primitives, sealing) }
    }

    @Test(arguments: all)
    func refusesAnotherKey(
        encryption: EncryptionAlgorithm, keyBits: Int, integrity: IntegrityAlgorithm
    ) throws {
        let primitives = try Primitives()
        let sealing = try Sealing(encryption, keyBits, integrity)
        var message = SealedMessage(
            associatedData: randomOctets(32), iv: randomOctets(sealing.protection.ivLength),
            text: randomOctets(32), icvLength: sealing.protection.icvLength)
        try message.seal(primitives, sealing)
        let protection = sealing.protection
        let other =
            protection.isAEAD
            ? (
                Secret(copying: randomOctets(protection.encryptionKeyLength)), sealing.integrityKey
            )
            : (
                sealing.encryptionKey, Secret(copying: randomOctets(protection.integrityKeyLength))
            )
        #expect(throws: CryptoError.integrityCheckFailed) {
            try primitives.open(
                &message.octets, associatedData: message.associatedData, iv: message.iv,
                text: message.text, icv: message.icv, using: protection,
                encryptionKey: other.0.all, integrityKey: other.1.all)
        }
    }

    @Test(arguments: all)
    func throwsForLengthsThatDoNotFit(
        encryption: EncryptionAlgorithm, keyBits: Int, integrity: IntegrityAlgorithm
    ) throws {
        let primitives = try Primitives()
        let sealing = try Sealing(encryption, keyBits, integrity)
        let protection = sealing.protection
        let message = SealedMessage(
            associatedData: randomOctets(32), iv: randomOctets(protection.ivLength),
            text: randomOctets(32), icvLength: protection.icvLength)

        /// Whether both ways refuse these ranges and keys.
        func isRefused(
            associatedData: Range<Int>? = nil, iv: Range<Int>? = nil, text: Range<Int>? = nil,
            icv: Range<Int>? = nil, encryptionKey: SecretSlice? = nil,
            integrityKey: SecretSlice? = nil, length: Int? = nil
        ) -> Bool {
            [true, false].allSatisfy { isSealing in
                var octets = Array(message.octets.prefix(length ?? .max))
                do throws(CryptoError) {
                    try (isSealing ? primitives.seal : primitives.open)(
                        &octets, associatedData ?? message.associatedData, iv ?? message.iv,
                        text ?? message.text, icv ?? message.icv, protection,
                        encryptionKey ?? sealing.encryptionKey.all,
                        integrityKey ?? sealing.integrityKey.all)
                    return false
                } catch {
                    if case .invalidLength = error { return true }
                    return false
                }
            }
        }

        for length in 0..<message.octets.count { #expect(isRefused(length: length)) }
        #expect(isRefused(associatedData: -1..<32))
        #expect(isRefused(associatedData: 0..<33))
        #expect(isRefused(associatedData: Int.min..<0))
        #expect(isRefused(iv: message.iv.lowerBound..<message.iv.upperBound - 1))
        #expect(isRefused(iv: message.iv.lowerBound..<message.iv.lowerBound))
        #expect(isRefused(text: message.text.lowerBound..<message.text.lowerBound))
        #expect(isRefused(text: message.text.lowerBound..<message.text.upperBound + 1))
        #expect(isRefused(icv: message.icv.lowerBound..<message.icv.upperBound - 1))
        #expect(isRefused(icv: message.icv.lowerBound + 1..<message.icv.upperBound + 1))
        #expect(isRefused(icv: message.icv.lowerBound..<Int.max))
        #expect(isRefused(encryptionKey: sealing.encryptionKey.slice(1..<99)))
        #expect(isRefused(encryptionKey: sealing.encryptionKey.slice(0..<0)))
        #expect(isRefused(integrityKey: Secret(copying: randomOctets(65)).all))
        if !protection.isAEAD {
            #expect(isRefused(text: message.text.lowerBound..<message.text.upperBound - 1))
            #expect(isRefused(integrityKey: sealing.integrityKey.slice(0..<0)))
        }
    }

    @Test(
        arguments: [
            (.aesCBC, 128, .none), (.aesCBC, 0, .hmacSHA256_128), (.aesCBC, 512, .hmacSHA256_128),
            (.aesCBC, 128, .hmacMD5_96), (.aesGCM16, 128, .hmacSHA256_128), (.aesGCM8, 128, .none),
            (.aesGCM16, 64, .none), (.null, 0, .hmacSHA256_128), (.tripleDES, 192, .hmacSHA1_96),
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
    }
}
