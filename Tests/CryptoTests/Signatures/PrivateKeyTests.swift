import COpenSSL
import Testing
import Wire

@testable import Crypto

struct PrivateKeyTests {
    private static let pin = [UInt8]("correct horse".utf8)

    /// What libcrypto writes.
    private func written(_ write: (OpaquePointer?) -> Int32) throws -> Secret {
        let output = BIO_new(BIO_s_mem())
        defer { BIO_free(output) }
        try #require(write(output) == 1)
        var start: UnsafeMutablePointer<CChar>?
        let count = COpenSSL_BIO_get_mem_data(output, &start)
        return Secret(copying: [UInt8](UnsafeRawBufferPointer(start: start, count: count)))
    }

    private func key(_ kind: String) throws -> TestKey {
        switch kind {
        case "RSA": try .rsa(1024)
        case "DSA": try .like(PublicKey(subjectPublicKeyInfo: hex(SignatureVector.dsa1024)))
        case "P-256": try .ec(kind)
        default: try .named(kind)
        }
    }

    @Test(arguments: ["RSA", "DSA", "P-256", "ED25519", "ED448"])
    func readsPlainKeys(kind: String) throws {
        let key = try key(kind)
        let forms = [
            try written { PEM_write_bio_PKCS8PrivateKey($0, key.handle, nil, nil, 0, nil, nil) },
            try written { i2d_PKCS8PrivateKey_bio($0, key.handle, nil, nil, 0, nil, nil) },
            try written { i2d_PrivateKey_bio($0, key.handle) },
        ]
        for form in forms {
            let read = try PrivateKey(reading: form)
            #expect(read.publicKey == (try key.publicKey()))
            // A PIN that is not needed does no harm.
            #expect(
                try PrivateKey(reading: form, pin: Secret(copying: Self.pin)).publicKey
                    == read.publicKey)
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test(arguments: ["RSA", "DSA", "P-256"])
    func readsTheOlderForms(kind: String) throws {
        let key = try key(kind)
        let plain = try written {
            PEM_write_bio_PrivateKey_traditional($0, key.handle, nil, nil, 0, nil, nil)
        }
        #expect(try PrivateKey(reading: plain).publicKey == (try key.publicKey()))
        let encrypted = try written {
            PEM_write_bio_PrivateKey_traditional(
                $0, key.handle, EVP_aes_128_cbc(), Self.pin, Int32(Self.pin.count), nil, nil)
        }
        #expect(
            try PrivateKey(reading: encrypted, pin: Secret(copying: Self.pin)).publicKey
                == (try key.publicKey()))
        #expect(throws: CryptoError.wrongPIN) { try PrivateKey(reading: encrypted) }
    }

    @Test(arguments: ["RSA", "P-256", "ED25519"])
    func readsEncryptedKeysWithTheirPIN(kind: String) throws {
        let key = try key(kind)
        let pin = Self.pin.map { CChar(bitPattern: $0) }
        let forms = [
            try written {
                PEM_write_bio_PKCS8PrivateKey(
                    $0, key.handle, EVP_aes_256_cbc(), pin, Int32(pin.count), nil, nil)
            },
            try written {
                i2d_PKCS8PrivateKey_bio(
                    $0, key.handle, EVP_aes_256_cbc(), pin, Int32(pin.count), nil, nil)
            },
        ]
        for form in forms {
            let read = try PrivateKey(reading: form, pin: Secret(copying: Self.pin))
            #expect(read.publicKey == (try key.publicKey()))
            for wrong in [nil, Secret(copying: []), Secret(copying: [UInt8]("wrong".utf8))] {
                #expect(throws: CryptoError.wrongPIN) {
                    try PrivateKey(reading: form, pin: wrong)
                }
            }
        }
        #expect(ERR_peek_error() == 0)
    }

    // RFC 8410 §10.3 and §10.1.
    @Test func readsTheKeyOfRFC8410() throws {
        let key = try PrivateKey(
            reading: Secret(
                copying: [UInt8](
                    """
                    what goes before is skipped
                    -----BEGIN PRIVATE KEY-----
                    MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
                    -----END PRIVATE KEY-----

                    """.utf8)))
        #expect(
            text(key.publicKey.subjectPublicKeyInfo)
                == "302a300506032b6570032100"
                + "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1")
    }

    @Test func refusesWhatIsNoKey() throws {
        let key = try key("P-256")
        let good = try written { i2d_PrivateKey_bio($0, key.handle) }.revealed()
        for wrong in [
            [], [0x30], [UInt8](repeating: 0x30, count: 100), [UInt8]("no key".utf8), good + [0],
            Array(good.dropLast()),
            [UInt8]("-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\n".utf8),
            [UInt8]("-----BEGIN CERTIFICATE-----\nMC4C\n-----END CERTIFICATE-----\n".utf8),
            [UInt8](repeating: 0, count: 65537),
        ] {
            #expect {
                try PrivateKey(reading: Secret(copying: wrong))
            } throws: { error in
                guard case CryptoError.malformedKey = error else { return false }
                return true
            }
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test func changedKeysAreRefusedOrUsable() throws {
        let key = try key("P-256")
        let good = try written { i2d_PrivateKey_bio($0, key.handle) }.revealed()
        for index in good.indices {
            for bit in 0..<8 {
                var changed = good
                changed[index] ^= 1 << bit
                guard let key = try? PrivateKey(reading: Secret(copying: changed)) else { continue }
                _ = try? key.sign([1, 2, 3], by: .ecdsaSHA256)
            }
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test func refusesKeysBeyondTheLimits() throws {
        let key = try TestKey.rsa(512)
        let form = try written { i2d_PrivateKey_bio($0, key.handle) }
        #expect(
            throws: CryptoError.unacceptableKey(
                reason: "RSA keys have 1024 to 16384 bits, this one 512")
        ) {
            try PrivateKey(reading: form)
        }
    }

    @Test func signsInSeveralTasksAtOnce() async throws {
        let key = try TestKey.ec("P-256").privateKey()
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<8 as Range<UInt8> {
                group.addTask {
                    guard let signature = try? key.sign([number], by: .ecdsaSHA256) else {
                        return false
                    }
                    return (try? key.publicKey.verify(signature, of: [number], offered: [])) != nil
                }
            }
            for await isGood in group { #expect(isGood) }
        }
    }
}
