import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// What the log says of the nearest miss, to the letter.
@Suite struct NearestMissWordsTests {
    /// A rule as ikev2.config(5) has it.
    private func rule(_ text: String, label: String = "x") throws -> Rule {
        let configuration = try configuration(
            """
            { label "\(label)" local_addr 10.9.0.2 remote_addr 10.9.0.1 auth_method preshared
              \(text) }
            """)
        return try #require(configuration.rules.first)
    }

    private static let curve = "dh_group 31"

    private func ike(_ transforms: Transform..., number: UInt8 = 1) -> Proposal {
        Proposal(number: number, protocol: .ike, spi: [], transforms: transforms)
    }

    private func esp(
        _ transforms: Transform..., number: UInt8 = 1, protocol: SecurityProtocol = .esp,
        spi: UInt32 = 0xC0FF_EE01
    ) -> Proposal {
        Proposal(
            number: number, protocol: `protocol`, spi: ChildSPI(spi).octets,
            transforms: transforms)
    }

    // MARK: IKE SAs

    private func expectIKE(
        _ words: String, _ rules: [Rule], _ offered: [Proposal],
        in voice: NearestMiss.Voice = .request,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        let said = NearestMiss.words(
            offered: offered, acceptable: rules.flatMap { Acceptable.list($0) }, in: voice)
        #expect(said == words, sourceLocation: sourceLocation)
    }

    @Test func theGroup() throws {
        expectIKE(
            "proposal 2 differs from ikesa_xform 1 of rule 'x' only in the group: "
                + "offered MODP_2048, the rule wants CURVE25519",
            [try rule("ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }")],
            [
                ike(.encryption(.tripleDES), .prf(.hmacSHA1), .keyExchange(.modp1024)),
                ike(
                    .encryption(.aesGCM16, keyLength: 256), .prf(.hmacSHA256),
                    .keyExchange(.modp2048), number: 2),
            ])
    }

    @Test func theKeyLength() throws {
        let rules = [try rule("ikesa_xform { encr_alg aes(256) auth_alg sha256 dh_group 31 }")]
        let rest: [Transform] = [
            .integrity(.hmacSHA256_128), .prf(.hmacSHA256), .keyExchange(.curve25519),
        ]
        func proposal(_ lengths: [UInt16?]) -> Proposal {
            Proposal(
                number: 1, protocol: .ike, spi: [],
                transforms: lengths.map { .encryption(.aesCBC, keyLength: $0) } + rest)
        }
        let head =
            "proposal 1 differs from ikesa_xform 1 of rule 'x' only in the key length: offered "
        expectIKE(
            head + "ENCR_AES_CBC with 128 bits, the rule wants 256", rules, [proposal([128])])
        expectIKE(
            head + "ENCR_AES_CBC with 128 or 192 bits, the rule wants 256", rules,
            [proposal([128, 192, 128])])
        expectIKE(
            head + "ENCR_AES_CBC without a key length, the rule wants 256", rules,
            [proposal([nil])])
        expectIKE(
            head + "ENCR_AES_CBC with 128 bits or without a key length, the rule wants 256", rules,
            [proposal([nil, 128])])
    }

    @Test func aKeyLengthThatIsNotToBeStated() throws {
        expectIKE(
            "proposal 1 differs from ikesa_xform 1 of rule 'x' only in the key length: offered "
                + "ENCR_CHACHA20_POLY1305 with 256 bits, the rule wants none to be stated",
            [try rule("ikesa_xform { encr_alg chacha20-poly1305 prf_alg sha256 dh_group 31 }")],
            [
                ike(
                    .encryption(.chacha20Poly1305, keyLength: 256), .prf(.hmacSHA256),
                    .keyExchange(.curve25519))
            ])
    }

    @Test func theCipher() throws {
        expectIKE(
            "proposal 1 differs from ikesa_xform 2 of rule 'x' only in the cipher: offered "
                + "ENCR_CAMELLIA_CBC or ENCR_3DES, the rule wants ENCR_AES_CBC",
            [
                try rule(
                    "ikesa_xform { encr_alg aes-gcm(256) prf_alg sha512 dh_group 31 }"
                        + "ikesa_xform { encr_alg aes(256) auth_alg sha256 dh_group 31 }")
            ],
            [
                ike(
                    .encryption(.camelliaCBC, keyLength: 256), .encryption(.tripleDES),
                    .integrity(.hmacSHA256_128), .prf(.hmacSHA256), .keyExchange(.curve25519))
            ])
    }

    @Test func theIntegrityAlgorithm() throws {
        let cbc: [Transform] = [
            .encryption(.aesCBC, keyLength: 256), .prf(.hmacSHA1), .keyExchange(.curve25519),
        ]
        let rules = [try rule("ikesa_xform { encr_alg aes(256) auth_alg sha1 dh_group 31 }")]
        let head =
            "proposal 1 differs from ikesa_xform 1 of rule 'x' only in the integrity algorithm: "
            + "offered "
        let ours = ", the rule wants AUTH_HMAC_SHA1_96 or AUTH_HMAC_SHA1_160"
        expectIKE(
            head + "AUTH_HMAC_MD5_96" + ours, rules,
            [
                Proposal(
                    number: 1, protocol: .ike, spi: [],
                    transforms: cbc + [.integrity(.hmacMD5_96)])
            ])
        expectIKE(
            head + "none" + ours, rules,
            [Proposal(number: 1, protocol: .ike, spi: [], transforms: cbc)])
    }

    @Test func anIntegrityAlgorithmBesideAEAD() throws {
        expectIKE(
            "proposal 1 differs from ikesa_xform 1 of rule 'x' only in the integrity algorithm: "
                + "offered AUTH_HMAC_SHA2_256_128, AEAD ciphers take no integrity algorithm",
            [try rule("ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }")],
            [
                ike(
                    .encryption(.aesGCM16, keyLength: 256), .integrity(.hmacSHA256_128),
                    .prf(.hmacSHA256), .keyExchange(.curve25519))
            ])
    }

    @Test func thePRFAndMore() throws {
        expectIKE(
            "proposal 1 differs from ikesa_xform 1 of rule 'x' in the key length (offered "
                + "ENCR_AES_GCM_16 with 128 bits, the rule wants 256 or 192) and the PRF (offered "
                + "PRF_HMAC_SHA2_512, the rule wants PRF_HMAC_SHA2_256)",
            [try rule("ikesa_xform { encr_alg aes-gcm(192..256) prf_alg sha256 dh_group 31 }")],
            [
                ike(
                    .encryption(.aesGCM16, keyLength: 128), .prf(.hmacSHA512),
                    .keyExchange(.curve25519))
            ])
    }

    @Test func whatWeDoNotUnderstand() throws {
        expectIKE(
            "proposal 1 differs from ikesa_xform 1 of rule 'x' only in the transform types: "
                + "offered ADDKE1 or TRANSFORM_TYPE_99, of which we understand nothing",
            [try rule("ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }")],
            [
                ike(
                    .encryption(.aesGCM16, keyLength: 256), .prf(.hmacSHA256),
                    .keyExchange(.curve25519),
                    Transform(
                        type: .additionalKeyExchange1, id: KeyExchangeMethod.mlKEM768.rawValue),
                    Transform(type: TransformType(rawValue: 99), id: 1))
            ])
    }

    /// Several rules cover the pair: the one that came nearest is named, and of equals the first.
    @Test func theRuleOfTheNearestMiss() throws {
        let far = try rule(
            "ikesa_xform { encr_alg 3des auth_alg sha1 dh_group 14 }", label: "legacy")
        let near = try rule(
            "ikesa_xform { encr_alg aes-gcm(256) prf_alg sha512 dh_group 31 }", label: "road")
        let offered = [
            ike(
                .encryption(.aesGCM16, keyLength: 256), .prf(.hmacSHA256),
                .keyExchange(.curve25519), number: 7)
        ]
        let words =
            "proposal 7 differs from ikesa_xform 1 of rule 'road' only in the PRF: offered "
            + "PRF_HMAC_SHA2_256, the rule wants PRF_HMAC_SHA2_512"
        expectIKE(words, [far, near], offered)
        expectIKE(words, [near, far], offered)
        let twin = try rule(
            "ikesa_xform { encr_alg aes-gcm(256) prf_alg sha512 dh_group 31 }", label: "twin")
        expectIKE(words, [near, twin], offered)
    }

    @Test func anAnswerIsNoOffer() throws {
        expectIKE(
            "it differs from ikesa_xform 1 of rule 'x' only in the group: chosen was ECP_256, we "
                + "proposed CURVE25519",
            [try rule("ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }")],
            [
                ike(
                    .encryption(.aesGCM16, keyLength: 256), .prf(.hmacSHA256),
                    .keyExchange(.ecp256))
            ], in: .answer)
    }

    // MARK: Child SAs

    private func expectChild(
        _ words: String, _ rule: Rule, _ offered: [Proposal],
        template: Template = Template(protocolID: .esp, mode: .tunnel),
        _ secrecy: ChildNegotiation.Secrecy? = nil,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        let refusal = ChildNegotiation.refusal(
            of: offered, choices: ChildChoices(rule), template: template,
            secrecy: secrecy ?? ChildNegotiation.Secrecy(rule))
        #expect(refusal.notify == .noProposalChosen, sourceLocation: sourceLocation)
        #expect(
            refusal.reason.hasPrefix("offered \(listed(offered)); "),
            sourceLocation: sourceLocation)
        #expect(
            refusal.reason.hasSuffix("; \(words)"), "\(refusal.reason)",
            sourceLocation: sourceLocation)
    }

    private func child(_ text: String) throws -> Rule {
        try rule("ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 } " + text)
    }

    @Test func theForwardSecrecyThatIsMissing() throws {
        let gcm: [Transform] = [.encryption(.aesGCM16, keyLength: 256), .esn(.no)]
        let head =
            "nearest miss: proposal 1 differs from childsa_xform 1 of rule 'x' only in the group: "
        expectChild(
            head + "offered no key exchange, childsa_pfs wants CURVE25519 or ECP_256",
            try child("childsa_pfs 31 19"), [esp(gcm[0], gcm[1])])
        expectChild(
            head + "offered MODP_2048, childsa_pfs wants CURVE25519",
            try child("childsa_pfs 31"), [esp(gcm[0], gcm[1], .keyExchange(.modp2048))])
        // Without childsa_pfs a group of the IKE SA's would do.
        expectChild(
            head + "offered MODP_2048, the rule wants none or CURVE25519",
            try child(""), [esp(gcm[0], gcm[1], .keyExchange(.modp2048))])
    }

    @Test func theSequenceNumbers() throws {
        expectChild(
            "nearest miss: proposal 3 differs from childsa_xform 1 of rule 'x' only in the "
                + "sequence numbers: offered ESN_NO, the rule wants ESN_YES",
            try child("childsa_xform { encr_alg aes-gcm(128) esn yes }"),
            [esp(.encryption(.aesGCM16, keyLength: 128), .esn(.no), number: 3)])
    }

    @Test func theSPI() throws {
        expectChild(
            "nearest miss: proposal 1 differs from childsa_xform 1 of rule 'x' only in the SPI: "
                + "offered 0x000000ff, it is reserved",
            try child("childsa_xform { encr_alg aes-gcm(128) }"),
            [esp(.encryption(.aesGCM16, keyLength: 128), .esn(.no), spi: 255)])
    }

    @Test func theProtocolAndTheCipherOfAH() throws {
        expectChild(
            "nearest miss: proposal 1 differs from childsa_xform 1 of rule 'x' in the protocol "
                + "(offered ESP, the rule wants AH) and the cipher (offered ENCR_NULL, AH takes "
                + "none)",
            try child("childsa_xform { encr_alg none auth_alg sha256 }"),
            [esp(.encryption(.null), .integrity(.hmacSHA256_128), .esn(.no))],
            template: Template(protocolID: .ah, mode: .tunnel))
    }

    @Test func aPolicyThatLeavesNothingOfTheRule() throws {
        let rule = try child("childsa_xform { encr_alg aes-gcm(128) }")
        let refusal = ChildNegotiation.refusal(
            of: [esp(.encryption(.aesGCM16, keyLength: 128), .esn(.no))],
            choices: ChildChoices(rule),
            template: Template(protocolID: .ah, mode: .tunnel), secrecy: .inherited)
        #expect(
            refusal.reason
                == "offered ESP: ENCR_AES_GCM_16-128, ESN_NO; the policy wants AH, and of rule 'x' "
                + "it allows no childsa_xform")
    }
}
