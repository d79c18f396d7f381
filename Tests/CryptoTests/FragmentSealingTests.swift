import Testing
import Wire

@testable import Crypto

/// Fragments octet by octet (RFC 7383 §2.5): an IKE_AUTH request whose one payload, a Vendor ID of
/// the octets 0…99, does not go into one message. Laid out and sealed with Python's struct,
/// cryptography and hmac; keys from 20 and 40, salt from a0, each octet of an IV b0 and the
/// fragment's number.
@Suite struct FragmentSealingTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let encryption: EncryptionAlgorithm
        let keyBits: Int
        let integrity: IntegrityAlgorithm
        let encryptionKey: [UInt8]
        let integrityKey: [UInt8]
        let maximumOctets: Int
        let fragments: [String]

        var testDescription: String { encryption.name }
    }

    private static let gcm = Vector(
        encryption: .aesGCM16, keyBits: 256, integrity: .none,
        encryptionKey: rising(from: 0x20, 32) + rising(from: 0xA0, 4), integrityKey: [],
        maximumOctets: 120,
        fragments: [
            // The header of IKE with 53 for SKF and 120 octets; SKF with 43 for the Vendor ID
            // inside and 92 octets; fragment 1 of 2; the IV; the text; the ICV.
            """
            0102030405060708 1112131415161718 35 20 23 08 00000001 00000078
            2b 00 005c 0001 0002 b1b1b1b1b1b1b1b1
            63013ecefa635ffb242f3145b5cbb590a9f0045cbbefb36278e4bff960a481dd7106e3b41585dedc91414d53
            951cc8c28848247c58f819c99f54f4
            93fc08926d53f9302b7dbdc27a419b1956
            """,
            // Only the first says what is inside: 0 for the next payload.
            """
            0102030405060708 1112131415161718 35 20 23 08 00000001 0000006a
            00 00 004e 0002 0002 b2b2b2b2b2b2b2b2
            e645f9451cdd8ffc265928c1042fca9ecf76285c3345c8f7028fef1d2b65309b900b53463ef3a2b3f204e477
            dedd2731cb995394ebee01b24e2034a55cec
            """,
        ])

    private static let cbc = Vector(
        encryption: .aesCBC, keyBits: 128, integrity: .hmacSHA256_128,
        encryptionKey: rising(from: 0x20, 16), integrityKey: rising(from: 0x40, 32),
        maximumOctets: 140,
        fragments: [
            """
            0102030405060708 1112131415161718 35 20 23 08 00000001 00000084
            2b 00 0068 0001 0002 b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1
            59f9e9cd1bf7a2a95d116774c0288bdb25047a4c05e9070c960cd43c62d677674129eda2
            911c1a7b048d6cf1371560012f5ab2ffe3cc0e75abc1f36c97af7c58
            9f1222b571165fac68ab81859f00d870
            """,
            """
            0102030405060708 1112131415161718 35 20 23 08 00000001 00000074
            00 00 0058 0002 0002 b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2
            17cfe13a9c725726dac2d2f195897f1d661f39f33ce91c73433eafd43f51adc37645f4c4
            6f40bb438142a64074df0808
            3938b41312a1bb91fc19127ff5e5685f
            """,
        ])

    private static let payload = Payload.vendorID(rising(from: 0, 100))

    @Test(arguments: [gcm, cbc]) func fragmentsAreSealedAsDrawn(vector: Vector) throws {
        let primitives = try Primitives()
        let protection = try #require(vector.protection)
        let layouts = SealedLayout.messages(
            header: Header(
                initiatorSPI: IKESPI(0x0102_0304_0506_0708),
                responderSPI: IKESPI(0x1112_1314_1516_1718), exchange: .ikeAuth,
                flags: .initiator, messageID: 1),
            payloads: [Self.payload], ivLength: protection.ivLength,
            blockLength: protection.blockLength, icvLength: protection.icvLength,
            maximumOctets: vector.maximumOctets)
        #expect(layouts.count == vector.fragments.count)
        for (index, layout) in layouts.enumerated() {
            var octets = layout.octets
            for place in layout.iv { octets[place] = 0xB1 + UInt8(index) }
            try primitives.seal(
                &octets, associatedData: layout.associatedData, iv: layout.iv, text: layout.text,
                icv: layout.icv, using: protection,
                encryptionKey: Secret(copying: vector.encryptionKey).all,
                integrityKey: Secret(copying: vector.integrityKey).all)
            #expect(octets == hex(vector.fragments[index]))
        }
    }

    @Test(arguments: [gcm, cbc]) func fragmentsAreOpenedAsDrawn(vector: Vector) throws {
        let primitives = try Primitives()
        let protection = try #require(vector.protection)
        var whole: [UInt8] = []
        var first = PayloadType.none
        for (index, text) in vector.fragments.enumerated() {
            var octets = hex(text)
            let sealed = try #require(try Message(decoding: octets.span).sealed)
            #expect(sealed.fragment == Fragment(number: UInt16(index + 1), total: 2))
            if index == 0 { first = sealed.firstInner }
            let ranges = try #require(
                SealedRanges(
                    sealed: sealed, ivLength: protection.ivLength,
                    blockLength: protection.blockLength, icvLength: protection.icvLength))
            try primitives.open(
                &octets, associatedData: ranges.associatedData, iv: ranges.iv, text: ranges.text,
                icv: ranges.icv, using: protection,
                encryptionKey: Secret(copying: vector.encryptionKey).all,
                integrityKey: Secret(copying: vector.integrityKey).all)
            whole += octets[try PayloadChain.removePadding(octets.span, text: ranges.text)]
        }
        #expect(try PayloadChain.decode(whole.span, first: first) == [Self.payload])
    }
}

extension FragmentSealingTests.Vector {
    var protection: Protection? {
        Protection(encryption: encryption, keyBits: keyBits, integrity: integrity)
    }
}
