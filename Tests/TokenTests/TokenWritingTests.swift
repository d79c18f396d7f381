import Crypto
import Testing
import Wire

@testable import Token

extension TokenTests {
    /// What is put on a token.
    @Suite struct Writing {
        private static let octets = [UInt8]("RealMessage1 | NonceRData | MACedIDForI".utf8)

        private func open(_ soft: SoftToken, _ more: String = "") throws -> Token {
            try Token(
                TokenURI(parsing: soft.uri(more)),
                pin: Secret(copying: [UInt8](SoftToken.pin.utf8)))
        }

        private func certificate(_ key: PrivateKey) throws -> X509Certificate {
            try X509Certificate.selfSigned(
                SubjectTerms(subject: DistinguishedName(parsing: "CN=gw")), key: key, serial: [7],
                validity: Validity(notBefore: 1_600_000_000, notAfter: 4_000_000_000),
                digest: .sha256)
        }

        /// Whether the token's only key and certificate belong together, and prove it.
        private func checkPair(_ contents: Token.Contents) throws {
            let certificate = try #require(contents.certificates.first?.object)
            let key = try #require(contents.keys.first?.object)
            #expect(contents.certificates.count == 1)
            #expect(contents.keys.count == 1)
            #expect(contents.problems.isEmpty)
            #expect(certificate.isAbout(key))
            #expect(key.isInDevice)
            let hashes: [SignatureHashAlgorithm] = [.sha256, .sha384, .sha512]
            for scheme in key.kind.schemes(announced: hashes) {
                try certificate.publicKey.verify(
                    key.sign(Self.octets, by: scheme), of: Self.octets, offered: hashes)
            }
        }

        @Test(arguments: [
            ("made-rsa2", KeyRecipe.rsa(bits: 2048)), ("made-rsa3", .rsa(bits: 3072)),
            ("made-p256", .ec(.p256)), ("made-p384", .ec(.p384)), ("made-p521", .ec(.p521)),
        ])
        func aKeyThatIsMadeThereHasItsCertificateBesideIt(name: String, recipe: KeyRecipe) throws {
            let soft = try SoftToken(name, ids: [])
            let token = try open(soft)
            let key = try token.generate(recipe, label: "gw", certified: true)
            try token.add(key: nil, certificates: [certificate(key)], label: "gw")
            try checkPair(open(soft).contents())
        }

        @Test(arguments: [
            ("brought-rsa", KeyRecipe.rsa(bits: 2048)), ("brought-p256", .ec(.p256)),
            ("brought-brainpool", .ec(.brainpool384)), ("brought-p521", .ec(.p521)),
        ])
        func aKeyThatIsBroughtSignsThere(name: String, recipe: KeyRecipe) throws {
            let soft = try SoftToken(name, ids: [])
            let key = try PrivateKey.generate(recipe)
            // The certificate first: it is no less the key's.
            try open(soft).add(key: nil, certificates: [certificate(key)], label: "gw")
            try open(soft).add(key: key, certificates: [], label: "gw")
            try checkPair(open(soft).contents())
        }

        @Test func theURIGivesTheIdentifier() throws {
            let soft = try SoftToken("given", ids: [])
            let token = try open(soft, ";id=%0A%17")
            let key = try token.generate(.ec(.p256), label: "gw", certified: true)
            try token.add(key: nil, certificates: [certificate(key)], label: "gw")
            try checkPair(token.contents())
            #expect(try open(soft, ";id=%0A%18").contents().keys.isEmpty)
            // An authority's certificate does not pass for that of the key.
            let authority = try certificate(.generate(.ec(.p256)))
            try token.remove(certificates: token.contents().certificates, keys: [])
            try token.add(key: nil, certificates: [certificate(key), authority], label: "gw")
            try checkPair(token.contents())
            #expect(try open(soft).contents().certificates.count == 2)
        }

        @Test func whatFailsLeavesNothing() throws {
            let soft = try SoftToken("nothing", ids: [])
            let token = try open(soft)
            let ed25519 = try PrivateKey.generate(.ed25519)
            #expect(throws: CryptoError.self) {
                try token.add(key: ed25519, certificates: [certificate(ed25519)], label: "gw")
            }
            #expect(throws: CryptoError.self) {
                try token.generate(.ed25519, label: "gw", certified: false)
            }
            #expect(try token.keyLabels().isEmpty)
            #expect(
                try token.contents() == Token.Contents(certificates: [], keys: [], problems: []))
        }
    }
}
