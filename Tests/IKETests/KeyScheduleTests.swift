import Crypto
import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// From a shared secret to keys, against ``KeyVector``.
@Suite struct KeyScheduleTests {
    struct Case: Sendable {
        let id: IKESuite.ID
        let vector: KeyVector
        /// Octets of SK_d and SK_p, SK_a, SK_e.
        let lengths: (d: Int, a: Int, e: Int)
    }

    static let cases = [
        Case(
            id: IKESuite.ID(
                encryption: .aesGCM16, keyBits: 256, integrity: nil, prf: .hmacSHA256,
                keyExchange: .curve25519), vector: .gcm, lengths: (32, 0, 36)),
        Case(
            id: IKESuite.ID(
                encryption: .aesCBC, keyBits: 256, integrity: .hmacSHA256_128, prf: .hmacSHA256,
                keyExchange: .curve25519), vector: .cbc256, lengths: (32, 32, 32)),
        Case(
            id: IKESuite.ID(
                encryption: .aesCBC, keyBits: 128, integrity: .hmacSHA1_96, prf: .hmacSHA512,
                keyExchange: .curve25519), vector: .cbc128, lengths: (64, 20, 16)),
    ]

    private static let nonces = Nonces(
        initiator: [UInt8](0..<32), responder: [UInt8](64..<96))

    private func keys(_ test: Case) throws -> (Primitives, IKEKeys, AuthenticationKeys) {
        let primitives = try Primitives()
        let suite = try #require(IKESuite(test.id))
        let secret = Secret(copying: (0..<32).map { UInt8($0 * 7 & 0xFF) })
        let (keys, authentication) = try KeySchedule.initial(
            primitives, suite: suite, sharedSecret: secret, nonces: Self.nonces,
            initiatorSPI: IKESPI(0x0102_0304_0506_0708),
            responderSPI: IKESPI(0x1112_1314_1516_1718))
        return (primitives, keys, authentication)
    }

    @Test(arguments: cases) func theKeysComeInTheOrderOfTheRFC(test: Case) throws {
        let (_, keys, authentication) = try keys(test)
        let parts = [
            keys.d, keys.integrity(of: .initiator), keys.integrity(of: .responder),
            keys.encryption(of: .initiator), keys.encryption(of: .responder),
            authentication.p(of: .initiator), authentication.p(of: .responder),
        ]
        let (d, a, e) = test.lengths
        #expect(parts.map { $0.count } == [d, a, a, e, e, d, d])
        #expect(parts.flatMap { $0.revealed() } == test.vector.stream)
    }

    @Test(arguments: cases) func aChildSATakesEncryptionBeforeIntegrity(test: Case) throws {
        let (primitives, keys, _) = try keys(test)
        let suites = [
            ChildSuite(.aead(.aesGCM16, keyBits: 256), extendedSequenceNumbers: true),
            ChildSuite(
                .encryption(.aesCBC, keyBits: 256, .hmacSHA256_128),
                extendedSequenceNumbers: false),
            ChildSuite(.integrity(.hmacSHA256_128), extendedSequenceNumbers: false),
        ]
        for case let suite? in suites {
            let child = try KeySchedule.child(
                primitives, keys: keys, suite: suite, sharedSecret: nil,
                nonces: Self.nonces)
            let parts = [Role.initiator, .responder].flatMap {
                child.encryption(of: $0).revealed() + child.integrity(of: $0).revealed()
            }
            #expect(parts.count == 2 * (suite.encryptionKeyLength + suite.integrityKeyLength))
            #expect(parts == [UInt8](test.vector.keymat.prefix(parts.count)))
        }
    }

    /// NIST CAVP, SP 800-135 IKEv2 key derivation with SHA-1: DKM, DKM (Child SA) and DKM (Child SA
    /// D-H), of which a Child SA takes what it needs.
    @Test func theKeysOfAChildSAWithAKeyExchangeOfItsOwnAreNISTs() throws {
        let primitives = try Primitives()
        let suite = try #require(
            IKESuite(
                IKESuite.ID(
                    encryption: .aesCBC, keyBits: 256, integrity: .hmacSHA1_96, prf: .hmacSHA1,
                    keyExchange: .ecp256)))
        let nonces = Nonces(
            initiator: KeyVector.octets("32b50d5f4a3763f3"),
            responder: KeyVector.octets("9206a04b26564cb1"))
        let (keys, _) = try KeySchedule.initial(
            primitives, suite: suite,
            sharedSecret: Secret(
                copying: KeyVector.octets(
                    "4b2c1f971981a8ad8d0abeafabf38cf75fc8349c148142465ed9c8b516b8be52")),
            nonces: nonces, initiatorSPI: IKESPI(0x34c9_e7c1_8886_8785),
            responderSPI: IKESPI(0x3ff7_7d76_0d2b_2199))
        #expect(keys.d.revealed() == KeyVector.octets("a14293677cc80ff8f9cc0eee30d895da9d8f4056"))
        let child = try #require(
            ChildSuite(
                .encryption(.aesCBC, keyBits: 256, .hmacSHA256_128),
                extendedSequenceNumbers: false))
        let renewed = Secret(
            copying: KeyVector.octets(
                "863f3c9d06efd39d2b907b97f8699e5dd5251ef64a2a176f36ee40c87d4f9330"))
        for (secret, expected): (Secret?, String) in [
            (
                nil,
                """
                8059e3ee8810e6c3a91bc8bcd2a7a41151b8d0e6ae239c7b38093ad85ef4c581
                1a8e7b5d1cdabd9560b2d5e092d1f24e2d4b85eccdf0ad0dc9abd94b51ee7181
                4ca6dbc8bb51b6309f5b9545c7eb35cf5580b1e521a8fe20754a2d883ba0c2cf
                285f524aea6545b33106bc03e614296d319d41d4b50b3f510b1c0a22f3e66499
                """
            ),
            (
                renewed,
                """
                bb43244c1860ad65ee1e211ffe8bb3661750c8f89cb9f547df7f4fa61d373016
                28190e38c66232eab4b3ab14c400a5197dd3730ed4820a8a10394d51e1c04000
                52f63ebd36b0e7ef53aaed31eba4a5080d7d4b5666023a8bbb5ffb7857240f9a
                05884d1b7d2f933708450b7b3288f1fc863ab49fa901227cffc06e27899c7054
                """
            ),
        ] {
            let derived = try KeySchedule.child(
                primitives, keys: keys, suite: child, sharedSecret: secret, nonces: nonces)
            let parts = [Role.initiator, .responder].flatMap {
                derived.encryption(of: $0).revealed() + derived.integrity(of: $0).revealed()
            }
            #expect(parts == KeyVector.octets(expected))
        }
    }

    @Test(arguments: cases) func theProofIsThatOfAnIndependentComputation(test: Case) throws {
        let (primitives, keys, authentication) = try keys(test)
        let code = try SharedKeyAuthentication.code(
            primitives, prf: keys.suite.prf, key: Secret(copying: Array("correct horse".utf8)),
            p: authentication.p(of: .initiator),
            signed: SignedOctets(
                message: Array("first message".utf8), otherNonce: Self.nonces.responder,
                identity: Identification(ip("10.9.0.1"))))
        #expect(code.revealed() == test.vector.proof)
    }
}
