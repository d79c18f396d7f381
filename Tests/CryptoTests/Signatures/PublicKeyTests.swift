import COpenSSL
import Testing

@testable import Crypto

struct PublicKeyTests {
    private func rsaInfo(modulus: [UInt8], exponent: [UInt8]) -> [UInt8] {
        let key = der(0x30, der(0x02, [0] + modulus) + der(0x02, exponent))
        return der(0x30, hex("300d06092a864886f70d0101010500") + der(0x03, [0] + key))
    }

    private func modulus(bits: Int) -> [UInt8] {
        var octets = [UInt8](repeating: 0xA5, count: (bits + 7) / 8)
        octets[0] = 1 << UInt8((bits - 1) % 8)
        return octets
    }

    @Test func acceptsRSAWithinItsLimits() throws {
        for bits in [1024, 2048, 2049, 16384] {
            let info = rsaInfo(modulus: modulus(bits: bits), exponent: [1, 0, 1])
            let key = try PublicKey(subjectPublicKeyInfo: stripped(info))
            #expect(key.kind == .rsa(bits: bits))
            #expect(key.subjectPublicKeyInfo == stripped(info))
        }
        #expect(
            try PublicKey(
                subjectPublicKeyInfo: stripped(
                    rsaInfo(modulus: modulus(bits: 1024), exponent: [3]))
            ).kind == .rsa(bits: 1024))
    }

    /// Numbers whose first octet is below 128 take no zero before it: libcrypto's own encoding.
    private func stripped(_ info: [UInt8]) -> [UInt8] {
        let key = info.withUnsafeBufferPointer { info in
            var position = info.baseAddress
            return d2i_PUBKEY(nil, &position, info.count)
        }
        defer { EVP_PKEY_free(key) }
        return encoded { i2d_PUBKEY(key, &$0) }
    }

    @Test(
        arguments: [
            (512, [1, 0, 1], "RSA keys have 1024 to 16384 bits, this one 512"),
            (1023, [1, 0, 1], "RSA keys have 1024 to 16384 bits, this one 1023"),
            (16385, [1, 0, 1], "RSA keys have 1024 to 16384 bits, this one 16385"),
            (2048, [1], "RSA's exponent is 1"),
            (2048, [2], "RSA's exponent is even"),
            (2048, [0], "RSA's exponent is even"),
            (2048, [0, 0x80] + [UInt8](repeating: 0, count: 6) + [1], nil),
            (2048, [1] + [UInt8](repeating: 0, count: 7) + [1], "RSA's exponent has 65 bits"),
        ] as [(Int, [UInt8], String?)])
    func refusesRSABeyondThem(bits: Int, exponent: [UInt8], reason: String?) throws {
        let info = rsaInfo(modulus: modulus(bits: bits), exponent: exponent)
        guard let reason else {
            #expect(try PublicKey(subjectPublicKeyInfo: info).kind == .rsa(bits: bits))
            return
        }
        #expect(throws: CryptoError.unacceptableKey(reason: reason)) {
            try PublicKey(subjectPublicKeyInfo: info)
        }
    }

    @Test func refusesAnEvenModulus() {
        var even = modulus(bits: 2048)
        even[255] = 0xA4
        #expect(throws: CryptoError.unacceptableKey(reason: "RSA's modulus is even")) {
            try PublicKey(subjectPublicKeyInfo: rsaInfo(modulus: even, exponent: [3]))
        }
    }

    @Test func refusesKeysThatDoNotSign() throws {
        for name in ["X25519", "X448"] {
            let key = try TestKey.named(name)
            #expect(throws: CryptoError.self) {
                try PublicKey(subjectPublicKeyInfo: encoded { i2d_PUBKEY(key.handle, &$0) })
            }
        }
    }

    @Test(arguments: EllipticCurve.allCases)
    func knowsItsCurves(curve: EllipticCurve) throws {
        let key = try TestKey.ec(curve.name).publicKey()
        #expect(key.kind == .ec(curve))
        #expect(key == (try PublicKey(subjectPublicKeyInfo: key.subjectPublicKeyInfo)))
        #expect(key != (try TestKey.ec(curve.name).publicKey()))
    }

    @Test(arguments: ["secp224r1", "secp256k1", "brainpoolP320r1"])
    func refusesOtherCurves(curve: String) throws {
        let key = try TestKey.ec(curve)
        #expect(throws: CryptoError.self) {
            try PublicKey(subjectPublicKeyInfo: encoded { i2d_PUBKEY(key.handle, &$0) })
        }
    }

    // CVE-2020-0601: a curve spelt out, all like P-256 but for its generator.
    @Test func refusesCurvesThatAreSpeltOut() throws {
        let key = try TestKey.ec("P-256")
        try #require(
            EVP_PKEY_set_utf8_string_param(
                key.handle, OSSL_PKEY_PARAM_EC_ENCODING, OSSL_PKEY_EC_ENCODING_EXPLICIT) == 1)
        let info = encoded { i2d_PUBKEY(key.handle, &$0) }
        #expect(info.count > 200)
        #expect(
            throws: CryptoError.unacceptableKey(reason: "its curve is written out, not named")
        ) {
            try PublicKey(subjectPublicKeyInfo: info)
        }
    }

    @Test func refusesPointsOffTheCurve() throws {
        let info = try TestKey.ec("P-256").publicKey().subjectPublicKeyInfo
        var changed = info
        changed[changed.count - 1] ^= 1
        #expect(throws: CryptoError.self) { try PublicKey(subjectPublicKeyInfo: changed) }
        // The point at infinity: one octet (SEC 1 §2.3.3).
        let infinity = der(0x30, hex("301306072a8648ce3d020106082a8648ce3d030107 03020000"))
        #expect(throws: CryptoError.self) { try PublicKey(subjectPublicKeyInfo: infinity) }
    }

    @Test func refusesDSAWithOddNumbers() throws {
        let good = hex(SignatureVector.dsa1024)
        #expect(
            try PublicKey(subjectPublicKeyInfo: good).kind == .dsa(bits: 1024, orderBits: 160))
        func info(p: [UInt8], q: [UInt8], g: [UInt8], y: [UInt8]) -> [UInt8] {
            let parameters = der(0x30, [p, q, g].flatMap { der(0x02, $0) })
            let algorithm = der(0x30, hex("06072a8648ce380401") + parameters)
            return der(0x30, algorithm + der(0x03, [0] + der(0x02, y)))
        }
        // Where the numbers stand in the good key.
        let p = Array(good[24..<24 + 129])
        let q = Array(good[155..<155 + 21])
        let g = Array(good[179..<179 + 128])
        let y = Array(good[(good.count - 128)...])
        #expect(info(p: p, q: q, g: g, y: y) == good)
        let small: [UInt8] = [1]
        for (name, odd) in [
            ("q 1", info(p: p, q: [1], g: g, y: y)),
            ("q 0", info(p: p, q: [0], g: g, y: y)),
            ("q even", info(p: p, q: q.dropLast() + [0xB0], g: g, y: y)),
            ("q too long", info(p: p, q: p, g: g, y: y)),
            ("p even", info(p: p.dropLast() + [0x78], q: q, g: g, y: y)),
            ("p short", info(p: q, q: q, g: [2], y: [2])),
            ("g 1", info(p: p, q: q, g: small, y: y)),
            ("g 0", info(p: p, q: q, g: [0], y: y)),
            ("g p", info(p: p, q: q, g: p, y: y)),
            ("y 1", info(p: p, q: q, g: g, y: small)),
            ("y 0", info(p: p, q: q, g: g, y: [0])),
            ("y p", info(p: p, q: q, g: g, y: p)),
        ] {
            #expect(throws: CryptoError.self, "\(name)") {
                try PublicKey(subjectPublicKeyInfo: odd)
            }
        }
    }

    @Test func takesOneWholeEncodingOnly() throws {
        let info = try TestKey.ec("P-256").publicKey().subjectPublicKeyInfo
        for count in 0..<info.count {
            #expect(throws: CryptoError.self) {
                try PublicKey(subjectPublicKeyInfo: Array(info[..<count]))
            }
        }
        #expect(throws: CryptoError.malformedKey(reason: "1 octets follow it")) {
            try PublicKey(subjectPublicKeyInfo: info + [0])
        }
        #expect(throws: CryptoError.malformedKey(reason: "it has 10000 octets")) {
            try PublicKey(subjectPublicKeyInfo: [UInt8](repeating: 0x30, count: 10000))
        }
        #expect(ERR_peek_error() == 0)
    }
}
