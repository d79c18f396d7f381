import COpenSSL
import Testing
import Wire

@testable import Crypto

struct SignatureSchemeTests {
    private static let all: [SignatureHashAlgorithm] = [
        .sha1, .sha256, .sha384, .sha512, .identity,
    ]

    // RFC 7427 appendix A, RFC 8420 appendix A.
    @Test(
        arguments: [
            (.rsaWithSHA1, "300d06092a864886f70d0101050500"),
            (.rsaWithSHA256, "300d06092a864886f70d01010b0500"),
            (.rsaWithSHA384, "300d06092a864886f70d01010c0500"),
            (.rsaWithSHA512, "300d06092a864886f70d01010d0500"),
            (.dsaWithSHA1, "300906072a8648ce380403"),
            (.dsaWithSHA256, "300b0609608648016503040302"),
            (.ecdsaWithSHA1, "300906072a8648ce3d0401"),
            (.ecdsaWithSHA256, "300a06082a8648ce3d040302"),
            (.ecdsaWithSHA384, "300a06082a8648ce3d040303"),
            (.ecdsaWithSHA512, "300a06082a8648ce3d040304"),
            (.ed25519, "300506032b6570"),
            (.ed448, "300506032b6571"),
        ] as [(SignatureAlgorithm, String)])
    func hasTheIdentifierOfItsRFC(algorithm: SignatureAlgorithm, identifier: String) {
        #expect(text(algorithm.identifier) == identifier)
        #expect(SignatureAlgorithm(identifier: hex(identifier)) == algorithm)
    }

    // RFC 7427 §A.4.1 and §A.4.3, and the latter as DER would have it.
    @Test(
        arguments: [
            (.rsaPSSWithSHA1, "300d06092a864886f70d01010a3000"),
            (
                .rsaPSSWithSHA256,
                """
                304606092a864886f70d01010a3039a00f300d06096086480165030402010500a11c301a06092a864886
                f70d010108300d06096086480165030402010500a203020120a303020101
                """
            ),
            (
                .rsaPSSWithSHA256,
                """
                304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886
                f70d010108300d06096086480165030402010500a203020120
                """
            ),
        ] as [(SignatureAlgorithm, String)])
    func knowsTheParametersOfPSS(algorithm: SignatureAlgorithm, identifier: String) {
        #expect(SignatureAlgorithm(identifier: hex(identifier)) == algorithm)
    }

    @Test func identifiersAreWhatLibcryptoMakes() throws {
        let rsa = try TestKey.rsa(1024)
        for algorithm in [SignatureAlgorithm.rsaPSSWithSHA256, .rsaPSSWithSHA384] {
            #expect(try Self.identifier(libcryptoUses: algorithm, rsa) == algorithm.identifier)
        }
        let ec = try TestKey.ec("P-256")
        #expect(
            try Self.identifier(libcryptoUses: .ecdsaWithSHA384, ec)
                == SignatureAlgorithm.ecdsaWithSHA384.identifier)
    }

    /// The AlgorithmIdentifier that libcrypto puts into a certificate.
    private static func identifier(
        libcryptoUses algorithm: SignatureAlgorithm, _ key: TestKey
    ) throws -> [UInt8] {
        let certificate = X509_new()
        defer { X509_free(certificate) }
        ASN1_TIME_set(X509_getm_notBefore(certificate), 0)
        ASN1_TIME_set(X509_getm_notAfter(certificate), 0)
        try #require(X509_set_pubkey(certificate, key.handle) == 1)
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var parameters: OpaquePointer?
        try #require(
            EVP_DigestSignInit_ex(
                context, &parameters, algorithm.digest?.libcryptoName, nil, nil, key.handle, nil)
                == 1)
        if algorithm.primitive == .rsaPSS {
            try #require(
                EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1)
            try #require(
                EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1)
        }
        try #require(X509_sign_ctx(certificate, context) > 0)
        let used = X509_get0_tbs_sigalg(certificate)
        return encoded { i2d_X509_ALGOR(used, &$0) }
    }

    @Test func refusesOtherParametersOfPSS() throws {
        let good = SignatureAlgorithm.rsaPSSWithSHA256.identifier
        // The last octet is the salt's length; RFC 8017 allows what an attacker likes.
        for length in [0, 20, 31, 33, 64, 127] as [UInt8] {
            #expect(SignatureAlgorithm(identifier: good.dropLast() + [length]) == nil)
        }
        for index in good.indices {
            for bit in 0..<8 {
                var changed = good
                changed[index] ^= 1 << bit
                let algorithm = SignatureAlgorithm(identifier: changed)
                #expect(algorithm == nil, "octet \(index)")
            }
        }
        for algorithm in SignatureAlgorithm.allCases {
            for identifier in algorithm.acceptedIdentifiers {
                #expect(SignatureAlgorithm(identifier: identifier) == algorithm)
                #expect(SignatureAlgorithm(identifier: identifier.dropLast()) == nil)
                #expect(SignatureAlgorithm(identifier: identifier + [0]) == nil)
                #expect(identifier.count < 128)
            }
        }
    }

    @Test func rsaPrefersPSSAndNamesNoHashToThoseWhoKnowNone() {
        let kind = PublicKey.Kind.rsa(bits: 2048)
        #expect(kind.schemes(announced: []) == [.rsaSignature])
        #expect(kind.schemes(announced: [.sha1, .identity]) == [.rsaSignature])
        #expect(
            kind.schemes(announced: [.sha512, .sha256]) == [
                .digitalSignature(.rsaPSSWithSHA256), .digitalSignature(.rsaPSSWithSHA512),
                .digitalSignature(.rsaWithSHA256), .digitalSignature(.rsaWithSHA512),
                .rsaSignature,
            ])
        // 1024 bits are too few for SHA-512 and its salt.
        #expect(
            kind.schemes(announced: [.sha512]).contains(.digitalSignature(.rsaPSSWithSHA512)))
        #expect(
            !PublicKey.Kind.rsa(bits: 1024).schemes(announced: [.sha512])
                .contains(.digitalSignature(.rsaPSSWithSHA512)))
    }

    @Test func ellipticCurvesTakeTheHashOfTheirStrength() {
        #expect(
            PublicKey.Kind.ec(.p384).schemes(announced: Self.all) == [
                .digitalSignature(.ecdsaWithSHA384), .digitalSignature(.ecdsaWithSHA512),
                .digitalSignature(.ecdsaWithSHA256), .ecdsaSHA384,
            ])
        #expect(PublicKey.Kind.ec(.p256).schemes(announced: []) == [.ecdsaSHA256])
        #expect(PublicKey.Kind.ec(.p521).schemes(announced: []) == [.ecdsaSHA512])
        // RFC 4754 has no method for other curves.
        #expect(PublicKey.Kind.ec(.brainpool256).schemes(announced: []).isEmpty)
        #expect(
            PublicKey.Kind.ec(.brainpool256).schemes(announced: [.sha256])
                == [.digitalSignature(.ecdsaWithSHA256)])
    }

    @Test func edwardsCurvesWantTheIdentityHash() {
        #expect(PublicKey.Kind.ed25519.schemes(announced: [.sha256, .sha512]).isEmpty)
        #expect(
            PublicKey.Kind.ed25519.schemes(announced: Self.all) == [.digitalSignature(.ed25519)])
        #expect(PublicKey.Kind.ed448.schemes(announced: Self.all) == [.digitalSignature(.ed448)])
    }

    @Test func familiesHaveTheWordsOfTheConfiguration() {
        #expect(
            SignatureFamily.allCases.map { $0.name }
                == ["rsa_sig", "dss_sig", "ecdsa_sig", "eddsa_sig"])
        #expect(PublicKey.Kind.ec(.p256).family == .ecdsa)
        #expect(SignatureAlgorithm.rsaPSSWithSHA256.family == .rsa)
        #expect(SignatureAlgorithm.ed448.family == .eddsa)
        #expect(SignatureAlgorithm.dsaWithSHA1.family == .dss)
    }
}
