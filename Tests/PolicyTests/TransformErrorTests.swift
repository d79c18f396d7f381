import Policy
import Testing

@Suite struct TransformErrorTests {
    private static let ciphers = "aes, aes-gcm, aes-ccm, aes-ctr, chacha20-poly1305 or 3des"
    private static let hashes = "sha256, sha384, sha512, sha1 or sha1-160"

    private func expectError(_ text: String, _ message: String) throws {
        for (before, after) in [
            ("auth_method preshared\n", "{ label \"a\" local_addr ::1 remote_addr ::2 }"),
            ("{ label \"a\" local_addr ::1 remote_addr ::2 auth_method cert\n ", "}"),
        ] {
            let extra =
                text.contains("childsa_xform")
                ? "ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14 }" : ""
            let marked = try Marked("\(before)\(text)\n\(extra)\n\(after)\n")
            var diagnostics = Diagnostics()
            #expect(Configuration.parse(marked.source, into: &diagnostics) == nil)
            let error = try diagnostics.only(.error)
            #expect(error.message == message)
            #expect(marked.isAt(error), "\(error.render())")
        }
    }

    @Test(arguments: [
        Case(
            "‹ikesa_xform› { auth_alg sha256 dh_group 14 }",
            "ikesa_xform without encr_alg; expected encr_alg in it"),
        Case(
            "‹ikesa_xform› { encr_alg aes dh_group 14 }",
            "ikesa_xform without auth_alg; expected auth_alg in it"),
        Case(
            "‹ikesa_xform› { encr_alg aes auth_alg sha256 }",
            "ikesa_xform without dh_group; expected dh_group in it"),
        Case(
            "‹ikesa_xform› { encr_alg aes-gcm dh_group 14 }",
            "ikesa_xform without prf_alg; expected prf_alg in it"),
        Case(
            "ikesa_xform { encr_alg aes-gcm prf_alg sha256 auth_alg ‹sha256› dh_group 14 }",
            "auth_alg beside a cipher that authenticates by itself; expected prf_alg"),
        Case(
            "ikesa_xform { encr_alg ‹none› auth_alg sha256 dh_group 14 }",
            "'none' is for childsa_xform; expected \(ciphers)"),
        Case(
            "ikesa_xform { encr_alg ‹des› auth_alg sha256 dh_group 14 }",
            "unsupported cipher 'des'; expected \(ciphers)"),
        Case(
            "ikesa_xform { encr_alg ‹aes-gmc› prf_alg sha256 dh_group 14 }",
            "unknown cipher 'aes-gmc'; expected \(ciphers) (did you mean 'aes-gcm'?)"),
        Case(
            "ikesa_xform { auth_alg sha256 dh_group 14 encr_alg ‹}›",
            "unexpected '}'; expected \(ciphers)"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg ‹md5› dh_group 14 }",
            "unsupported algorithm 'md5'; expected \(hashes)"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg ‹sha265› dh_group 14 }",
            "unknown algorithm 'sha265'; expected \(hashes) (did you mean 'sha256'?)"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg ‹\"sha256\"› dh_group 14 }",
            "unexpected string 'sha256'; expected \(hashes)"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg sha256 prf_alg ‹md5› dh_group 14 }",
            "unsupported algorithm 'md5'; expected sha256, sha384, sha512 or sha1"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg sha256 prf_alg ‹sha1-160› dh_group 14 }",
            "unknown algorithm 'sha1-160'; expected sha256, sha384, sha512 or sha1"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg sha256 dh_group ‹1› }",
            "unsupported group 1; expected 2, 5 or 14 to 32"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg sha256 oakley_group ‹13› }",
            "unknown group 13; expected 2, 5 or 14 to 32"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg sha256 dh_group ‹modp2048› }",
            "'modp2048' is no number; expected 2, 5 or 14 to 32"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14 ‹oakley_group› 15 }",
            "duplicate 'oakley_group'; expected it once (first on line 2)"),
        Case(
            "ikesa_xform { encr_alg aes ‹encr_alg› aes auth_alg sha256 dh_group 14 }",
            "duplicate 'encr_alg'; expected it once (first on line 2)"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14 ikesa_lifetime_secs ‹1› }",
            "'1' is out of range; expected 60 to 4294967295 seconds"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14 ‹esn› yes }",
            "misplaced 'esn'; expected it in childsa_xform { … }"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14 ‹label› \"x\" }",
            "misplaced 'label'; expected it in a rule"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg sha256 ‹dh_grup› 14 dh_group 14 }",
            "unknown keyword 'dh_grup'; expected encr_alg, auth_alg, prf_alg, dh_group, "
                + "ikesa_lifetime_secs or '}' (did you mean 'dh_group'?)"),
        Case("ikesa_xform ‹aes›", "unexpected 'aes'; expected '{'"),
        Case(
            "ikesa_xform { encr_alg aes(‹64›) auth_alg sha256 dh_group 14 }",
            "64 is no key length of 'aes'; expected 128, 192 or 256 bits"),
        Case(
            "ikesa_xform { encr_alg aes(128..‹200›) auth_alg sha256 dh_group 14 }",
            "200 is no key length of 'aes'; expected 128, 192 or 256 bits"),
        Case(
            "ikesa_xform { encr_alg aes(256..‹128›) auth_alg sha256 dh_group 14 }",
            "range runs backwards; expected a key length not below 256"),
        Case(
            "ikesa_xform { encr_alg aes(128..256 ‹auth_alg› sha256 dh_group 14 }",
            "unexpected 'auth_alg'; expected ')'"),
        Case(
            "ikesa_xform { encr_alg aes(128‹-›256) auth_alg sha256 dh_group 14 }",
            "unexpected '-'; expected ')'"),
        Case(
            "ikesa_xform { encr_alg aes(‹99999999999999999999›) auth_alg sha1 dh_group 14 }",
            "number '99999999999999999999' is too large; expected 128, 192 or 256 bits"),
        Case(
            "ikesa_xform { encr_alg 3des‹(›192) auth_alg sha256 dh_group 14 }",
            "'3des' has one key length; expected no '(' here"),
        Case(
            "ikesa_xform { encr_alg chacha20-poly1305‹(›256) prf_alg sha256 dh_group 14 }",
            "'chacha20-poly1305' has one key length; expected no '(' here"),
    ])
    func ikeTransforms(transform: Case) throws {
        try expectError(transform.text, transform.message)
    }

    @Test(arguments: [
        Case(
            "‹childsa_xform› { auth_alg sha256 }",
            "childsa_xform without encr_alg; expected encr_alg, with 'none' for AH"),
        Case(
            "‹childsa_xform› { encr_alg aes }",
            "childsa_xform without auth_alg; expected auth_alg in it"),
        Case(
            "‹childsa_xform› { encr_alg none }",
            "childsa_xform without auth_alg; expected auth_alg in it"),
        Case(
            "childsa_xform { encr_alg aes-gcm auth_alg ‹sha256› }",
            "auth_alg beside a cipher that authenticates by itself; expected none"),
        Case(
            "childsa_xform { encr_alg ‹des› auth_alg sha256 }",
            "unsupported cipher 'des'; expected none, \(ciphers)"),
        Case(
            "childsa_xform { encr_alg aes auth_alg ‹md5› }",
            "unsupported algorithm 'md5'; expected \(hashes)"),
        Case(
            "childsa_xform { encr_alg aes-gcm ‹dh_group› 14 }",
            "misplaced 'dh_group'; expected it in ikesa_xform { … }"),
        Case("childsa_xform { encr_alg aes-gcm esn ‹2› }", "unknown '2'; expected yes or no"),
        Case(
            "childsa_xform { encr_alg aes-gcm esn yes ‹esn› no }",
            "duplicate 'esn'; expected it once (first on line 2)"),
        Case(
            "childsa_xform { encr_alg aes-gcm ‹=› }",
            "unexpected '='; expected encr_alg, auth_alg, esn or '}'"),
    ])
    func childTransforms(transform: Case) throws {
        try expectError(transform.text, transform.message)
    }

    @Test func aTransformThatIsNotClosedIsToldOnce() throws {
        let marked = try Marked(
            """
            auth_method preshared
            ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14
            ‹{› label "a" local_addr ::1 remote_addr ::2 }
            """)
        var diagnostics = Diagnostics()
        #expect(Configuration.parse(marked.source, into: &diagnostics) == nil)
        let error = try diagnostics.only(.error)
        #expect(error.message == "unexpected '{'; expected '}' before it")
        #expect(marked.isAt(error))
    }
}
