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
                primitives, keys: keys, suite: suite, nonces: Self.nonces)
            let parts = [Role.initiator, .responder].flatMap {
                child.encryption(of: $0).revealed() + child.integrity(of: $0).revealed()
            }
            #expect(parts.count == 2 * (suite.encryptionKeyLength + suite.integrityKeyLength))
            #expect(parts == [UInt8](test.vector.keymat.prefix(parts.count)))
        }
    }

    @Test(arguments: cases) func theProofIsThatOfAnIndependentComputation(test: Case) throws {
        let (primitives, keys, authentication) = try keys(test)
        let code = try SharedKeyAuthentication.code(
            primitives, prf: keys.suite.prf, key: Secret(copying: Array("correct horse".utf8)),
            p: authentication.p(of: .initiator),
            signed: SharedKeyAuthentication.SignedOctets(
                message: Array("first message".utf8), otherNonce: Self.nonces.responder,
                identity: Identification(ip("10.9.0.1"))))
        #expect(code.revealed() == test.vector.proof)
    }
}
