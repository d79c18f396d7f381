import Crypto
import Policy
import Testing
import Wire

/// Algorithms that libcrypto does not offer, each told once where it stands first.
@Suite struct UnusableAlgorithmTests {
    private static let reason = CryptoError.failed(operation: "test", reason: "unsupported")

    private func check(
        _ source: Source, without withheld: Capabilities.Algorithm...
    ) throws -> Diagnostics {
        var diagnostics = Diagnostics()
        let configuration = try #require(
            Policy.Configuration.parse(source, into: &diagnostics),
            "\(diagnostics.map { $0.render() })")
        var found = Diagnostics()
        configuration.check(
            in: source, reasonLacking: { withheld.contains($0) ? Self.reason : nil }, into: &found)
        return found
    }

    private func expect(
        _ text: String, without withheld: Capabilities.Algorithm,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let marked = try Marked(
            text + "\n{ label \"a\" auth_method preshared local_addr ::1 remote_addr ::2 }")
        let error = try check(marked.source, without: withheld).only(.error)
        #expect(
            error.message
                == "\(withheld.name) cannot be used: libcrypto: test: unsupported; expected an "
                + "algorithm that in.ikev2d -V lists", sourceLocation: sourceLocation)
        #expect(marked.isAt(error), "\(error.render())", sourceLocation: sourceLocation)
    }

    @Test func eachIsToldAtTheWordThatNamesIt() throws {
        for bits in [256, 192, 128] {
            try expect(
                "ikesa_xform { encr_alg ‹aes-gcm› prf_alg sha256 dh_group 31 }",
                without: .encryption(.aesGCM16, keyBits: bits))
        }
        try expect(
            "ikesa_xform { dh_group 31 prf_alg sha256 encr_alg ‹chacha20-poly1305› }",
            without: .encryption(.chacha20Poly1305, keyBits: 0))
        try expect(
            "ikesa_xform { encr_alg aes(128) auth_alg ‹sha1› dh_group 31 }",
            without: .integrity(.hmacSHA1_160))
        try expect(
            "ikesa_xform { encr_alg aes auth_alg ‹sha384› dh_group 31 }",
            without: .pseudorandomFunction(.hmacSHA384))
        try expect(
            "ikesa_xform { encr_alg aes auth_alg sha384 prf_alg ‹sha512› dh_group 31 }",
            without: .pseudorandomFunction(.hmacSHA512))
        try expect(
            "ikesa_xform { encr_alg aes auth_alg sha256 oakley_group ‹0x1E› }",
            without: .keyExchange(.brainpool512))
        try expect(
            "ikesa_xform { encr_alg aes auth_alg sha256 dh_group 31 } childsa_pfs 31, ‹20›, 19",
            without: .keyExchange(.ecp384))
    }

    @Test func theFirstPlaceOfSeveralIsTold() throws {
        try expect(
            "ikesa_xform { encr_alg aes auth_alg sha256 dh_group ‹31› } childsa_pfs 31\n"
                + "ikesa_xform { encr_alg aes auth_alg sha512 dh_group 31 }",
            without: .keyExchange(.curve25519))
    }

    @Test func whatIsNotNamedIsNotMissed() throws {
        let text = """
            childsa_xform { encr_alg aes-ctr auth_alg sha1 }
            ikesa_xform { encr_alg aes(128) auth_alg sha256 prf_alg sha512 dh_group 31 }
            { label "a" auth_method preshared local_addr ::1 remote_addr ::2 }
            """
        let found = try check(
            Source(name: "file", octets: Array(text.utf8)),
            without: .encryption(.aesCTR, keyBits: 128), .integrity(.hmacSHA1_96),
            .encryption(.aesCBC, keyBits: 256), .pseudorandomFunction(.hmacSHA256),
            .keyExchange(.ecp256))
        #expect(found.isEmpty)
    }

    @Test func whereAnAlgorithmStandsMakesNoOtherConfiguration() {
        func parsed(_ text: String) -> Policy.Configuration? {
            var diagnostics = Diagnostics()
            return .parse(Source(name: "file", octets: Array(text.utf8)), into: &diagnostics)
        }
        let text = """
            ikesa_xform { encr_alg aes auth_alg sha256 dh_group 31 }
            { label "a" auth_method preshared local_addr ::1 remote_addr ::2 }
            """
        #expect(parsed(text) != nil)
        #expect(parsed(text) == parsed("# moved\n  " + text))
        #expect(parsed(text) != parsed(text.replacing("sha256", with: "sha512")))
    }
}
