import Wire

/// A test case of the RFCs for HMAC, with what each hash makes of it.
struct HMACVector: Sendable {
    let source: String
    let key: [UInt8]
    let data: [UInt8]
    /// Whole, but in the test of truncation (RFC 4231 §4.6).
    let codes: [PseudorandomFunction: String]

    static let all: [HMACVector] = [
        HMACVector(
            source: "RFC 4231 §4.2", key: .init(repeating: 0x0b, count: 20),
            data: [UInt8]("Hi There".utf8),
            codes: [
                .hmacSHA256: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
                .hmacSHA384: """
                afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f
                4af152e8b2fa9cb6
                """,
                .hmacSHA512: """
                87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702
                038b274eaea3f4e4be9d914eeb61f1702e696c203a126854
                """,
            ]),
        HMACVector(
            source: "RFC 4231 §4.3", key: [UInt8]("Jefe".utf8),
            data: [UInt8]("what do ya want for nothing?".utf8),
            codes: [
                .hmacSHA256: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                .hmacSHA384: """
                af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c7
                8b3239ecfab21649
                """,
                .hmacSHA512: """
                164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a
                6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737
                """,
            ]),
        HMACVector(
            source: "RFC 4231 §4.4", key: .init(repeating: 0xaa, count: 20),
            data: .init(repeating: 0xdd, count: 50),
            codes: [
                .hmacSHA256: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
                .hmacSHA384: """
                88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b9
                4e3ab6e101a34f27
                """,
                .hmacSHA512: """
                fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c8
                06b485a47e67c807b946a337bee8942674278859e13292fb
                """,
            ]),
        HMACVector(
            source: "RFC 4231 §4.5", key: rising(from: 1, 25),
            data: .init(repeating: 0xcd, count: 50),
            codes: [
                .hmacSHA256: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
                .hmacSHA384: """
                3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7d679
                ccf8a386c674cffb
                """,
                .hmacSHA512: """
                b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4
                d679275cc5788063a5f19741120c4f2de2adebeb10a298dd
                """,
            ]),
        HMACVector(
            source: "RFC 4231 §4.6", key: .init(repeating: 0x0c, count: 20),
            data: [UInt8]("Test With Truncation".utf8),
            codes: [
                .hmacSHA256: "a3b6167473100ee06e0c796c2955552b",
                .hmacSHA384: "3abf34c3503b2a23a46efc619baef897",
                .hmacSHA512: "415fad6271580a531d4179bc891d87a6",
            ]),
        HMACVector(
            source: "RFC 4231 §4.7", key: .init(repeating: 0xaa, count: 131),
            data: [UInt8]("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            codes: [
                .hmacSHA256: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
                .hmacSHA384: """
                4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe82
                96248df163f44952
                """,
                .hmacSHA512: """
                80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598
                bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598
                """,
            ]),
        HMACVector(
            source: "RFC 4231 §4.8", key: .init(repeating: 0xaa, count: 131),
            data: [UInt8](
                ("This is a test using a larger than block-size key and a larger than "
                    + "block-size data. The key needs to be hashed before being used by the "
                    + "HMAC algorithm.").utf8),
            codes: [
                .hmacSHA256: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
                .hmacSHA384: """
                6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5a678cc31e799176d
                3860e6110c46523e
                """,
                .hmacSHA512: """
                e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b1
                0d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58
                """,
            ]),
        HMACVector(
            source: "RFC 2202 §3 case 1", key: .init(repeating: 0x0b, count: 20),
            data: [UInt8]("Hi There".utf8),
            codes: [.hmacSHA1: "b617318655057264e28bc0b6fb378c8ef146be00"]),
        HMACVector(
            source: "RFC 2202 §3 case 2", key: [UInt8]("Jefe".utf8),
            data: [UInt8]("what do ya want for nothing?".utf8),
            codes: [.hmacSHA1: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"]),
        HMACVector(
            source: "RFC 2202 §3 case 3", key: .init(repeating: 0xaa, count: 20),
            data: .init(repeating: 0xdd, count: 50),
            codes: [.hmacSHA1: "125d7342b9ac11cd91a39af48aa17b4f63f175d3"]),
        HMACVector(
            source: "RFC 2202 §3 case 4", key: rising(from: 1, 25),
            data: .init(repeating: 0xcd, count: 50),
            codes: [.hmacSHA1: "4c9007f4026250c6bc8414f9bf50c86c2d7235da"]),
        HMACVector(
            source: "RFC 2202 §3 case 5", key: .init(repeating: 0x0c, count: 20),
            data: [UInt8]("Test With Truncation".utf8),
            codes: [.hmacSHA1: "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"]),
        HMACVector(
            source: "RFC 2202 §3 case 6", key: .init(repeating: 0xaa, count: 80),
            data: [UInt8]("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            codes: [.hmacSHA1: "aa4ae5e15272d00e95705637ce8a3b55ed402112"]),
        HMACVector(
            source: "RFC 2202 §3 case 7", key: .init(repeating: 0xaa, count: 80),
            data: [UInt8](
                ("Test Using Larger Than Block-Size Key and Larger Than One Block-Size "
                    + "Data").utf8),
            codes: [.hmacSHA1: "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"]),
    ]
}
