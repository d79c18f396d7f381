import COpenSSL
import Testing
import Wire

@testable import Crypto

/// Paddings that readers of PKCS #1 have let pass, signed with the real key: whatever made them,
/// they must not verify.
struct RSAPaddingTests {
    private static let octets = [UInt8]("what is signed".utf8)

    /// The DigestInfo prefixes of RFC 8017 §9.2 note 1.
    private static let prefixes: [(SignatureAlgorithm, Digest, String)] = [
        (.rsaWithSHA1, .sha1, "3021300906052b0e03021a05000414"),
        (.rsaWithSHA256, .sha256, "3031300d060960864801650304020105000420"),
        (.rsaWithSHA384, .sha384, "3041300d060960864801650304020205000430"),
        (.rsaWithSHA512, .sha512, "3051300d060960864801650304020305000440"),
    ]

    private func padded(_ info: [UInt8], _ length: Int) -> [UInt8] {
        [0, 1] + [UInt8](repeating: 0xFF, count: length - 3 - info.count) + [0] + info
    }

    /// Both the method that does not name its hash and the one that does.
    private func isAccepted(_ padding: [UInt8], key: TestKey) throws -> [Bool] {
        let signature = try key.rsaPower(padding)
        let publicKey = try key.publicKey()
        let identifier = SignatureAlgorithm.rsaWithSHA256.identifier
        return [
            Authentication(method: .rsaSignature, data: signature),
            Authentication(
                method: .digitalSignature,
                data: [UInt8(identifier.count)] + identifier + signature),
        ].map {
            (try? publicKey.verify($0, of: Self.octets, offered: SignatureTests.hashes)) != nil
        }
    }

    @Test func takesThePaddingOfRFC8017() throws {
        let key = try TestKey.rsa(1024)
        for (algorithm, digest, prefix) in Self.prefixes {
            let padding = padded(hex(prefix) + (try digest(Self.octets)), 128)
            #expect(RSAPadding.padded(try digest(Self.octets), digest, length: 128) == padding)
            let signature = Authentication(method: .rsaSignature, data: try key.rsaPower(padding))
            #expect(
                try key.publicKey().verify(signature, of: Self.octets, offered: []).algorithm
                    == algorithm)
        }
    }

    @Test(arguments: [3, 65537] as [UInt])
    func refusesEveryOtherPadding(exponent: UInt) throws {
        let key = try TestKey.rsa(1024, exponent: exponent)
        let hash = try Digest.sha256(Self.octets)
        let prefix = hex("3031300d060960864801650304020105000420")
        let good = padded(prefix + hash, 128)
        #expect(try isAccepted(good, key: key) == [true, true])

        var wrong: [String: [UInt8]] = [:]
        // Bleichenbacher at Crypto 2006: little padding, and garbage behind the hash.
        let early = [0, 1] + [UInt8](repeating: 0xFF, count: 8) + [0] + prefix + hash
        wrong["garbage behind the hash"] =
            early + [UInt8](repeating: 0xA5, count: 128 - early.count)
        wrong["zeros behind the hash"] = early + [UInt8](repeating: 0, count: 128 - early.count)
        wrong["one octet behind the hash"] = padded(prefix + hash + [0], 128)
        // The parameters that RFC 8017 §A.2.4 wants to be there.
        wrong["no NULL"] = padded(hex("302f300b0609608648016503040201 0420") + hash, 128)
        // Kühn, Pyshkin, Tews and Weinmann 2008: garbage in their place.
        wrong["garbage in the parameters"] = padded(
            hex("3051302d060960864801650304020104 20") + [UInt8](repeating: 0x5A, count: 32)
                + hex("0420") + hash, 128)
        // BERserk, 2014: lengths in the long form.
        wrong["a length in the long form"] = padded(
            hex("308131300d060960864801650304020105000420") + hash, 128)
        wrong["another hash's name"] = padded(
            hex("3031300d060960864801650304020305000420") + hash, 128)
        wrong["another hash"] = padded(prefix + (try Digest.sha256([0])), 128)
        wrong["a shortened hash"] = padded(
            hex("3021300d060960864801650304020105000410") + hash.prefix(16), 128)
        wrong["the hash alone"] = padded(hash, 128)
        wrong["block type 0"] = [0, 0] + good.dropFirst(2)
        wrong["block type 2"] = [0, 2] + good.dropFirst(2)
        var hole = good
        hole[20] = 0xFE
        wrong["an octet of padding that is not FF"] = hole
        for index in 0..<128 where good[index] != 0 || index > 0 {
            var changed = good
            changed[index] ^= 0x80
            wrong["octet \(index)"] = changed
        }
        for (name, padding) in wrong {
            #expect(try isAccepted(padding, key: key) == [false, false], "\(name)")
        }
    }

    // Made without the private key: the cube is less than the modulus.
    @Test func refusesACubeRoot() throws {
        let key = try TestKey.rsa(3072, exponent: 3)
        let hash = try Digest.sha256(Self.octets)
        let info = hex("3031300d060960864801650304020105000420") + hash
        let start = [0, 1] + [UInt8](repeating: 0xFF, count: 8) + [0] + info
        let wanted = start + [UInt8](repeating: 0xFF, count: 384 - start.count)
        let root = try cubeRoot(of: wanted)
        // Its cube has the good start: a verifier that reads from the front sees nothing wrong.
        let recovered = try #require(try RSAPadding.recovered(from: root, by: key.handle))
        #expect(Array(recovered.prefix(start.count)) == start)
        let identifier = SignatureAlgorithm.rsaWithSHA256.identifier
        for authentication in [
            Authentication(method: .rsaSignature, data: root),
            Authentication(
                method: .digitalSignature, data: [UInt8(identifier.count)] + identifier + root),
        ] {
            #expect {
                try key.publicKey().verify(
                    authentication, of: Self.octets, offered: SignatureTests.hashes)
            } throws: { error in
                guard case CryptoError.signatureRefused(.doesNotVerify) = error else {
                    return false
                }
                return true
            }
        }
    }

    /// The largest number whose cube is not above the octets', as long as they are.
    private func cubeRoot(of octets: [UInt8]) throws -> [UInt8] {
        let context = BN_CTX_new()
        let target = BN_bin2bn(octets, Int32(octets.count), nil)
        let (root, square, cube) = (BN_new(), BN_new(), BN_new())
        defer {
            for number in [target, root, square, cube] { BN_free(number) }
            BN_CTX_free(context)
        }
        for bit in stride(from: BN_num_bits(target) / 3 + 1, through: 0, by: -1) {
            try #require(BN_set_bit(root, bit) == 1)
            try #require(BN_sqr(square, root, context) == 1)
            try #require(BN_mul(cube, square, root, context) == 1)
            if BN_cmp(cube, target) > 0 { BN_clear_bit(root, bit) }
        }
        var result = [UInt8](repeating: 0, count: octets.count)
        try #require(BN_bn2binpad(root, &result, Int32(result.count)) == Int32(result.count))
        return result
    }

    @Test func aSignatureIsAsLongAsTheModulusAndBelowIt() throws {
        let key = try TestKey.rsa(1024)
        let good = try key.privateKey().sign(Self.octets, by: .rsaSignature).data
        for data in [
            [0] + good, Array(good.dropLast()), [UInt8](repeating: 0xFF, count: 128),
            [UInt8](repeating: 0, count: 128), [UInt8](repeating: 0, count: 127) + [1], [],
        ] {
            #expect(throws: CryptoError.self) {
                try key.publicKey().verify(
                    Authentication(method: .rsaSignature, data: data), of: Self.octets,
                    offered: [])
            }
        }
    }

    @Test func paddingThatDoesNotFitIsNotMade() {
        #expect(RSAPadding.padded([UInt8](repeating: 0, count: 64), .sha512, length: 93) == nil)
        #expect(
            RSAPadding.padded([UInt8](repeating: 0, count: 64), .sha512, length: 94)?.count == 94)
    }
}
