import Crypto
import Foundation
import Testing

/// Keys and certificates on a token, as openssl(1) and OpenSC's pkcs11-tool(1) see them.
struct TokenTests {
    private static let module = "/usr/lib/softhsm/libsofthsm2.so"
    private static let uri = "pkcs11:token=gw?module-path=\(module)"
    private let workshop: Workshop

    /// A token of SoftHSM's, in the directory of the test.
    init() throws {
        workshop = try Workshop()
        try sh(
            """
            mkdir tokens
            printf 'directories.tokendir = %s/tokens\\nlog.level = ERROR\\n' $PWD >softhsm
            echo 1234 >pin
            softhsm2-util --init-token --free --label gw --pin 1234 --so-pin 5678
            """)
    }

    private func script(_ text: String) -> String {
        """
        export SOFTHSM2_CONF=$PWD/softhsm
        token='token=\(Self.uri)'
        seen() {
            pkcs11-tool --module \(Self.module) --token-label gw --login --pin 1234 "$@" 2>/dev/null
        }
        \(text)
        """
    }

    private func run(_ text: String) throws -> Workshop.Outcome { try workshop.run(script(text)) }

    @discardableResult
    private func sh(
        _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        try workshop.sh(script(text), sourceLocation: sourceLocation)
    }

    /// Whether a signature by the token's key is one of the certificate's, in openssl's eyes.
    private func checkSignature(by label: String, _ mechanism: String) throws {
        try sh(
            """
            echo words >words
            openssl dgst -sha256 -binary words >hash
            case \(mechanism) in
            ECDSA) seen --sign --mechanism ECDSA --signature-format openssl --label \(label) \
                --input-file hash --output-file signature ;;
            *) seen --sign --mechanism \(mechanism) --label \(label) --input-file words \
                --output-file signature ;;
            esac
            openssl x509 -in cert -noout -pubkey >public
            openssl dgst -sha256 -verify public -signature signature words
            """)
    }

    /// The identifiers of the objects, of which there are so many.
    private func identifiers(count: Int) throws -> Set<Substring> {
        let lines = try sh("seen --list-objects").split(separator: "\n")
        let ids = lines.compactMap { line in
            line.contains("  ID:") ? line.split(separator: " ").last : nil
        }
        #expect(ids.count == count)
        return Set(ids)
    }

    @Test(arguments: [
        ("keytype=rsa", "SHA256-RSA-PKCS", "ASN1 OID: none"),
        ("keytype=ec", "ECDSA", "ASN1 OID: prime256v1"),
        ("keytype=ec curve=secp384r1 hash=sha384", "ECDSA", "ASN1 OID: secp384r1"),
        ("keytype=ec curve=secp521r1 hash=sha512", "ECDSA", "ASN1 OID: secp521r1"),
    ])
    func keysAreMadeThere(options: String, mechanism: String, curve: String) throws {
        try sh(
            """
            ikev2cert gencert $token pinfile=pin label=own subject='O=Example, CN=gw' \
                altname=DNS:gw.example \(options)
            ikev2cert export $token pinfile=pin label=own outfile=cert
            openssl verify -check_ss_sig -CAfile cert cert
            """)
        try checkSignature(by: "own", mechanism)
        // A certificate and both halves of its key.
        #expect(try identifiers(count: 3).count == 1)
        let text = try sh("openssl x509 -in cert -noout -text")
        #expect(text.contains("DNS:gw.example"))
        #expect(text.contains(curve) != options.hasPrefix("keytype=rsa"))
        let access = try sh("seen --list-objects --type privkey")
        #expect(access.contains("sensitive, always sensitive, never extractable, local"))
        #expect(
            try sh("ikev2cert list $token pinfile=pin objtype=cert")
                .contains("    private key:    yes"))
    }

    @Test func aRequestIsSignedThereAndItsCertificateJoinsTheKey() throws {
        try workshop.makeAuthority()
        for (label, options) in [("a", "keytype=rsa"), ("b", "keytype=ec")] {
            try sh(
                """
                ikev2cert gencsr $token pinfile=pin label=\(label) subject=CN=\(label) \
                    altname=DNS:\(label).example outcsr=\(label).csr \(options)
                openssl req -in \(label).csr -noout -verify
                ikev2cert signcsr dir=ca signkey=ca csr=\(label).csr outcert=cert replace=yes
                ikev2cert import $token pinfile=pin label=\(label) infile=cert
                openssl verify -CAfile ca.crt cert
                """)
        }
        let listing = try sh("ikev2cert list $token pinfile=pin objtype=cert")
        #expect(listing.split(separator: "\n").count { $0 == "    private key:    yes" } == 2)
        // The authority's own comes along under either label.
        let ids = try sh("seen --list-objects --type privkey")
            .split(separator: "\n").filter { $0.contains("  ID:") }
        let certificates = try sh("seen --list-objects --type cert")
        for id in ids { #expect(certificates.contains(id)) }
        #expect(Set(ids).count == 2)
    }

    @Test(arguments: [
        ("rsa:2048", "SHA256-RSA-PKCS"), ("ec -pkeyopt ec_paramgen_curve:P-256", "ECDSA"),
        ("ec -pkeyopt ec_paramgen_curve:P-521", "ECDSA"),
    ])
    func whatIsImportedSigns(key: String, mechanism: String) throws {
        try sh(
            """
            openssl req -x509 -newkey \(key) -nodes -keyout key -subj /CN=gw -out cert -days 9
            openssl pkcs12 -export -inkey key -in cert -passout pass:abc -out both.p12
            echo abc >pass
            openssl pkcs8 -topk8 -in key -passout pass:abc -out key.p8
            openssl x509 -in cert -outform der -out cert.der
            ikev2cert import $token pinfile=pin label=p12 infile=both.p12 passfile=pass
            ikev2cert import $token pinfile=pin infile=cert.der
            ikev2cert import $token pinfile=pin infile=key.p8 passfile=pass label=cert
            """)
        try checkSignature(by: "p12", mechanism)
        try checkSignature(by: "cert", mechanism)
        // Each a certificate and two halves, all of the same key.
        #expect(try identifiers(count: 6).count == 1)
        #expect(
            try sh("ikev2cert export $token pinfile=pin label=cert objtype=pubkey outfile=-")
                == sh("openssl pkey -in key -pubout"))
    }

    @Test func aCompressedPointIsUnfolded() throws {
        try sh(
            """
            openssl ecparam -name prime256v1 -genkey -noout |
                openssl ec -conv_form compressed -out key
            openssl pkey -in key -noout -text | grep -A1 pub: | grep -E '0[23]:'
            openssl req -x509 -new -key key -subj /CN=gw -out cert
            ikev2cert import $token pinfile=pin label=gw infile=key
            ikev2cert import $token pinfile=pin label=gw infile=cert
            """)
        try checkSignature(by: "gw", "ECDSA")
        #expect(try sh("seen --list-objects --type pubkey").contains(" 044104"))
        #expect(
            try sh("ikev2cert list $token pinfile=pin objtype=cert")
                .contains("    private key:    yes"))
    }

    @Test func deletesWhatIsChosen() throws {
        try sh(
            """
            for label in a b; do
                ikev2cert gencert $token pinfile=pin label=$label subject=CN=$label keytype=ec
            done
            ikev2cert delete $token pinfile=pin label=a objtype=cert
            """)
        func kinds(_ label: String) throws -> [String] {
            try ["cert", "privkey", "pubkey"].filter { kind in
                try sh("seen --list-objects --type \(kind)").split(separator: "\n")
                    .contains { $0.hasPrefix("  label:") && $0.hasSuffix(" \(label)") }
            }
        }
        #expect(try kinds("a") == ["privkey", "pubkey"])
        try sh("ikev2cert delete $token pinfile=pin label=a objtype=key")
        #expect(try kinds("a") == [])
        #expect(try kinds("b") == ["cert", "privkey", "pubkey"])
        let none = try run("ikev2cert delete $token pinfile=pin label=a")
        #expect(none.status == 1)
        #expect(none.error == "ikev2cert: nothing of that kind on gw\n")
        try sh("ikev2cert delete $token pinfile=pin subject=CN=b")
        #expect(try kinds("b") == [])
    }

    @Test func theDaemonsPINOpensTheDaemonsToken() throws {
        try sh(
            """
            printf 'pkcs11_token/uri = \(Self.uri)\\npkcs11_token/pin = 1234\\n' >properties
            chmod 600 properties
            ikev2cert -P properties gencert $token label=a subject=CN=a keytype=ec
            ikev2cert -P properties list "token=pkcs11:token=gw;object=a?module-path=\(Self.module)"
            """)
        // Another token is not tried with it, and there is no terminal to ask on.
        let other = try run(
            """
            sed -i s/token=gw/token=other/ properties
            setsid -w ikev2cert -P properties list $token
            """)
        #expect(other.status == 1)
        #expect(other.error.contains("a PIN is needed"))
    }

    @Test func thePINChanges() throws {
        try sh(
            """
            ikev2cert gencert $token pinfile=pin label=a subject=CN=a keytype=ec
            echo 4321 >new
            ikev2cert setpin $token pinfile=pin newpinfile=new
            ikev2cert list $token pinfile=new
            """)
        let old = try run("ikev2cert list $token pinfile=pin")
        #expect(old.error == "ikev2cert: the token refuses the PIN\n")
        let empty = try run("ikev2cert setpin $token pinfile=new newpinfile=/dev/null")
        #expect(empty.status == 1)
        #expect(empty.error.contains("an empty PIN; expected one"))
    }

    @Test(arguments: [
        ("gencert label=a subject=CN=a", 1, "a key 'a' is on the token already"),
        ("gencsr label=a subject=CN=a", 1, "a key 'a' is on the token already"),
        ("import label=a infile=cert", 1, "a certificate 'a' is on the token already"),
        ("import label=a infile=key", 1, "a key 'a' is on the token already"),
        ("import label=x infile=ed", 1, "Ed25519 on a token"),
        ("import label=x infile=three", 1, "RSA with more than two primes on a token"),
        ("import label=x infile=/dev/null", 1, "/dev/null: "),
        ("import label=x infile=cert replace=yes", 2, "on a token nothing is replaced"),
        ("gencert label=x subject=CN=x keytype=ed25519", 2, "expected rsa or ec"),
        ("gencert label=x subject=CN=x keytype=dsa", 2, "expected rsa or ec"),
        ("gencert label=x subject=CN=x dir=k", 2, "token= and dir= exclude each other"),
        ("gencsr label=x subject=CN=x outcsr=none/x", 1, "none/x: "),
        ("export label=a objtype=key outfile=x", 1, "a private key does not leave its token"),
        ("export label=a format=pkcs12 outfile=x", 1, "a private key does not leave its token"),
        ("export label=x outfile=x", 1, "no certificate 'x' on gw"),
        ("delete objtype=both", 2, "delete needs label="),
        ("delete label=a objtype=crl", 2, "objtype=crl: expected both, cert, key"),
    ])
    func refusesAndLeavesNothing(arguments: String, status: Int32, words: String) throws {
        try sh(
            """
            ikev2cert gencert $token pinfile=pin label=a subject=CN=a keytype=ec
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key \
                -subj /CN=x -out cert
            openssl genpkey -algorithm ed25519 -out ed
            openssl genrsa -primes 3 -out three 2048
            """)
        let before = try sh("seen --list-objects")
        let verb = arguments.split(separator: " ")[0]
        let outcome = try run(
            "ikev2cert \(verb) $token pinfile=pin \(arguments.dropFirst(verb.count))")
        #expect(outcome.error.hasPrefix("ikev2cert: "), "\(outcome.error)")
        #expect(outcome.error.contains(words), "\(outcome.error)")
        #expect(outcome.status == status)
        #expect(try sh("seen --list-objects") == before)
        #expect(try run("test -e x").status != 0)
    }

    @Test func tellsWhyATokenCannotBeUsed() throws {
        func refusal(_ text: String) throws -> String {
            let outcome = try run(text)
            #expect(outcome.status == 1)
            return outcome.error
        }
        #expect(
            try refusal(
                """
                ikev2cert gencert 'token=pkcs11:token=none?module-path=\(Self.module)' pinfile=pin \
                    label=a subject=CN=a
                """) == "ikev2cert: the token is not present\n")
        #expect(
            try refusal(
                """
                echo 9999 >wrong
                ikev2cert gencert $token pinfile=wrong label=a subject=CN=a
                """) == "ikev2cert: the token refuses the PIN\n")
        #expect(
            try refusal(
                """
                echo 'slots.mechanisms = CKM_RSA_PKCS,CKM_RSA_PKCS_KEY_PAIR_GEN' >>softhsm
                ikev2cert gencert $token pinfile=pin label=a subject=CN=a keytype=ec
                """) == "ikev2cert: the token makes no EC keys\n")
        #expect(
            try refusal(
                """
                softhsm2-util --init-token --free --label other --pin 1234 --so-pin 5678 >/dev/null
                ikev2cert gencert 'token=pkcs11:?module-path=\(Self.module)' pinfile=pin \
                    label=a subject=CN=a
                """) == "ikev2cert: the URI means 2 tokens; expected one\n")
    }

    /// The trust store of p11-kit is one that nobody can write to.
    @Test func aReadOnlyTokenIsCalledSo() throws {
        let outcome = try run(
            """
            module=$(ls /usr/lib/*/pkcs11/p11-kit-trust.so)
            ikev2cert gencert "token=pkcs11:token=System%20Trust?module-path=$module" \
                pinfile=pin label=a subject=CN=a
            """)
        #expect(outcome.status == 1)
        #expect(outcome.error == "ikev2cert: the token is write-protected\n")
    }
}
