import Testing

@testable import Crypto

/// The code that cookies are made with.
@Suite struct KeyedMACTests {
    private func code(_ mac: KeyedMAC, _ octets: [UInt8]) throws -> [UInt8] {
        let numbers: [UInt64] = []
        let code = try mac.code(over: numbers.span, octets.span)
        return code.indices.map { code[$0] }
    }

    /// Of the reference implementation, https://github.com/veorq/SipHash, vectors.h: the key is
    /// 00 01 … 0f, and so is the message as far as it goes.
    @Test func sipHashGivesTheReferencesCodes() throws {
        let mac = try KeyedMAC(key: Secret(copying: rising(from: 0, 16)), firstOf: [.sipHash])
        for (count, expected) in [
            (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
            (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
        ] {
            #expect(try code(mac, rising(from: 0, count)) == hex(expected), "\(count) octets")
        }
    }

    /// RFC 4493 §4.
    @Test func aesCMACGivesTheCodesOfItsRFC() throws {
        let key = hex("2b7e151628aed2a6abf7158809cf4f3c")
        let message = hex(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710")
        let mac = try KeyedMAC(key: Secret(copying: key), firstOf: [.aesCMAC])
        for (count, expected) in [
            (0, "bb1d6929e95937287fa37d129b756746"), (16, "070a16b46b4d4144f79bdd9dd04a287c"),
            (40, "dfa66747de9ae63030ca32611497c827"), (64, "51f0bebf7e3b9d92fc49741779363cfe"),
        ] {
            #expect(
                try code(mac, Array(message.prefix(count))) == hex(expected),
                "\(count) octets")
        }
    }

    @Test(arguments: [KeyedMAC.Algorithm.sipHash, .aesCMAC])
    func theNumbersAndTheOctetsBothCount(algorithm: KeyedMAC.Algorithm) throws {
        let mac = try KeyedMAC(key: Secret(copying: rising(from: 0, 16)), firstOf: [algorithm])
        let other = try KeyedMAC(key: Secret(copying: rising(from: 1, 16)))
        func code(_ mac: KeyedMAC, _ numbers: [UInt64], _ octets: [UInt8]) throws -> [UInt8] {
            let code = try mac.code(over: numbers.span, octets.span)
            return code.indices.map { code[$0] }
        }
        let first = try code(mac, [1, 2], [3])
        #expect(try code(mac, [1, 2], [3]) == first)
        #expect(try code(mac, [1, 3], [3]) != first)
        #expect(try code(mac, [1, 2], [4]) != first)
        #expect(try code(mac, [1, 2], []) != first)
        #expect(try code(other, [1, 2], [3]) != first)
    }

    /// libcrypto confined to FIPS 140 has no SipHash.
    @Test func theNextAlgorithmIsTakenWhereTheFirstIsMissing() throws {
        let key = Secret(copying: rising(from: 0, 16))
        let missing = KeyedMAC.Algorithm(name: "no such code")
        let fallback = try KeyedMAC(key: key, firstOf: [missing, .aesCMAC])
        let direct = try KeyedMAC(key: key, firstOf: [.aesCMAC])
        #expect(try code(fallback, [1, 2, 3]) == code(direct, [1, 2, 3]))
        #expect(throws: CryptoError.self) { try KeyedMAC(key: key, firstOf: [missing]) }
    }

    @Test func aKeyOfAnotherLengthIsRefused() {
        #expect(throws: CryptoError.invalidLength(of: "key of a code")) {
            try KeyedMAC(key: Secret(copying: rising(from: 0, 15)))
        }
    }
}
