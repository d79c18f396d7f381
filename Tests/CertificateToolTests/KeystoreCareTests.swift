import Crypto
import Foundation
import Testing

/// `list`, `import`, `export`, `delete` and `setpin`, and how files are treated.
struct KeystoreCareTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func makeGateway(_ options: String = "") throws {
        try workshop.sh(
            """
            ikev2cert gencert dir=k label=gw subject='O=Example, CN=gw' keytype=ec \
                altname=DNS:gw.example serial=0A17 lifetime=90-day \(options)
            """)
    }

    @Test func listsWhatAnAdministratorLooksFor() throws {
        try makeGateway()
        let text = try workshop.sh("ikev2cert list dir=k")
        for line in [
            "certificate 'gw'", "    subject:        O=Example, CN=gw",
            "    other names:    DNS:gw.example", "    issuer:         itself",
            "    serial:         0A17", "    key:            ECDSA P-256",
            "    private key:    yes",
        ] {
            #expect(text.split(separator: "\n").contains(Substring(line)), "\(line)")
        }
        #expect(text.contains(" UTC, 90 days left\n"))
        // Colour is for terminals.
        #expect(!text.contains("\u{1B}"))
    }

    /// Certificates that openssl(1) would not make: their time is over.
    private func addExpired(days: Int64) throws {
        let key = try PrivateKey.generate(.ec(.p256))
        let now = Int64(Date().timeIntervalSince1970)
        let certificate = try X509Certificate.selfSigned(
            SubjectTerms(subject: DistinguishedName(parsing: "CN=old")), key: key, serial: [7],
            validity: Validity(notBefore: now - 1_000_000, notAfter: now - days * 86_400 - 60),
            digest: .sha256)
        try Data(PEM.text("CERTIFICATE", certificate.der))
            .write(to: URL(fileURLWithPath: "\(workshop.path)/old.pem"))
        try workshop.sh("ikev2cert import dir=k infile=old.pem")
    }

    @Test func tellsWhatHasExpired() throws {
        try makeGateway()
        try addExpired(days: 3)
        let expired = try workshop.sh("ikev2cert list dir=k criteria=expired")
        #expect(expired.hasPrefix("certificate 'old'\n"))
        #expect(expired.contains(" UTC, expired 3 days ago\n"))
        #expect(expired.contains("    private key:    no\n"))
        #expect(!expired.contains("'gw'"))
        let valid = try workshop.sh("ikev2cert list dir=k criteria=valid")
        #expect(valid.contains("'gw'"))
        #expect(!valid.contains("'old'"))
        // On a terminal it is red.
        let shown = try workshop.sh("script -qec 'ikev2cert list dir=k criteria=expired' /dev/null")
        #expect(shown.contains("\u{1B}[31m"))
        try workshop.sh("ikev2cert delete dir=k criteria=expired")
        #expect(try workshop.files("k") == ["certs/gw.pem", "private/gw.pem"])
    }

    @Test func choosesByWhatCertificatesSay() throws {
        try makeGateway()
        try workshop.sh("ikev2cert gencert dir=k label=two subject=CN=two keytype=ec")
        for option in [
            "label=gw", "serial=a17", "serial=0x0A17", "issuer='CN=gw, O=Example'",
            "subject='O=Example, CN=gw'",
        ] {
            let outcome = try workshop.run("ikev2cert list dir=k \(option)")
            // A name's order counts (RFC 5280 §7.1).
            let isFound = option != "issuer='CN=gw, O=Example'"
            #expect(outcome.output.contains("'gw'") == isFound, "\(option)")
            #expect(!outcome.output.contains("'two'"), "\(option)")
        }
        let keys = try workshop.sh("ikev2cert list dir=k objtype=key")
        #expect(keys.contains("key 'gw'"))
        #expect(keys.contains("key 'two'"))
    }

    @Test func importsWhatOthersMake() throws {
        try workshop.sh(
            """
            openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out crt -subj /CN=gw -days 9
            openssl pkcs12 -export -inkey key -in crt -passout pass:secret -out gw.p12
            openssl x509 -in crt -outform der -out gw.der
            openssl pkcs8 -topk8 -in key -passout pass:secret -outform der -out key.p8
            cat crt key >both.pem
            echo secret >pass
            ikev2cert import dir=p12 label=gw infile=gw.p12 passfile=pass
            ikev2cert import dir=pem label=gw infile=both.pem
            ikev2cert import dir=der label=gw infile=gw.der
            ikev2cert import dir=der label=gw infile=key.p8 passfile=pass objtype=key
            """)
        for folder in ["p12", "pem", "der"] {
            #expect(try workshop.files(folder) == ["certs/gw.pem", "private/gw.pem"])
            try workshop.sh(
                """
                openssl x509 -in \(folder)/certs/gw.pem | diff - crt
                openssl pkey -in key >plain
                openssl pkey -in \(folder)/private/gw.pem | diff - plain
                """)
        }
        let wrong = try workshop.run(
            "echo wrong >pass; ikev2cert import dir=q infile=gw.p12 passfile=pass")
        #expect(wrong.error == "ikev2cert: gw.p12: the passphrase is wrong\n")
        #expect(wrong.status == 1)
    }

    @Test func importsAndListsRevocationLists() throws {
        let list = FileManager.default.contents(
            atPath: "\(#filePath)".replacingOccurrences(
                of: "CertificateToolTests/KeystoreCareTests.swift",
                with: "KeystoreTests/Fixtures/root.crl.pem"))
        try #require(list).write(to: URL(fileURLWithPath: "\(workshop.path)/root.pem"))
        try workshop.sh(
            """
            ikev2cert import dir=k infile=root.pem objtype=crl
            ikev2cert export dir=k label=root objtype=crl format=der outfile=root.der
            openssl crl -in root.pem -outform der | cmp - root.der
            """)
        #expect(try workshop.files("k") == ["crls/root.pem"])
        let text = try workshop.sh("ikev2cert list dir=k objtype=crl")
        #expect(
            text.hasPrefix("revocation list 'root'\n    issuer:         C=US, O=Example, CN=root\n")
        )
    }

    @Test func exportsWhatOthersRead() throws {
        try makeGateway()
        try workshop.sh(
            """
            echo secret >pass
            ikev2cert export dir=k label=gw format=pkcs12 outfile=gw.p12 passfile=pass
            openssl pkcs12 -in gw.p12 -passin pass:secret -nodes -nocerts | openssl pkey >key
            openssl pkey -in k/private/gw.pem | diff - key
            openssl pkcs12 -in gw.p12 -passin pass:secret -nokeys | openssl x509 >crt
            openssl x509 -in k/certs/gw.pem | diff - crt
            ikev2cert export dir=k label=gw format=der outfile=gw.der
            openssl x509 -inform der -in gw.der | diff - crt
            ikev2cert export dir=k label=gw objtype=key outfile=gw.key passfile=pass
            openssl pkey -in gw.key -passin pass:secret | diff - key
            """)
        #expect(try workshop.sh("stat -c %a gw.p12 gw.key gw.der") == "600\n600\n644\n")
        let again = try workshop.run("ikev2cert export dir=k label=gw outfile=gw.der")
        #expect(
            again.error
                == "ikev2cert: gw.der: exists already; expected another name, or replace=yes\n")
        try workshop.sh("ikev2cert export dir=k label=gw outfile=gw.der replace=yes")
    }

    @Test func deletesByLabel() throws {
        try makeGateway()
        try workshop.sh("ikev2cert gencert dir=k label=two subject=CN=two keytype=ec")
        try workshop.sh("ikev2cert delete dir=k label=gw objtype=key")
        #expect(
            try workshop.files("k") == ["certs/gw.pem", "certs/two.pem", "private/two.pem"])
        try workshop.sh("ikev2cert delete dir=k label=two")
        #expect(try workshop.files("k") == ["certs/gw.pem"])
    }

    @Test func aFileOfSeveralGoesAsAWhole() throws {
        try makeGateway()
        try addExpired(days: 1)
        try workshop.sh("cat k/certs/old.pem k/certs/gw.pem >all && mv all k/certs/old.pem")
        let outcome = try workshop.run("ikev2cert delete dir=k criteria=expired")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("holds other certificates too"))
        #expect(try workshop.files("k").count == 3)
    }

    @Test func aPINCoversAllKeys() throws {
        try makeGateway()
        try workshop.sh(
            """
            echo 'correct horse' >pin
            ikev2cert setpin dir=k newpinfile=pin
            ikev2cert gencert dir=k label=two subject=CN=two keytype=ed25519 pinfile=pin
            for key in gw two; do
                head -n 1 k/private/$key.pem | grep -x -- '-----BEGIN ENCRYPTED PRIVATE KEY-----'
                openssl pkey -in k/private/$key.pem -passin 'pass:correct horse' -noout
                ! openssl pkey -in k/private/$key.pem -passin pass:wrong -noout 2>/dev/null
            done
            openssl asn1parse -in k/private/gw.pem | grep -q scrypt
            openssl asn1parse -in k/private/gw.pem | grep -q aes-256-cbc
            """)
        let locked = try workshop.sh("ikev2cert list dir=k label=gw")
        #expect(locked.contains("    private key:    yes, under a PIN\n"))
        let open = try workshop.sh("ikev2cert list dir=k label=gw pinfile=pin")
        #expect(open.contains("    private key:    yes\n"))

        let wrong = try workshop.run(
            "echo wrong >wrong; ikev2cert setpin dir=k pinfile=wrong newpinfile=pin")
        #expect(wrong.status == 1)
        #expect(wrong.error.hasPrefix("ikev2cert: the PIN is wrong; expected that of the keystore"))
        try workshop.sh(
            """
            : >empty; echo
            ikev2cert setpin dir=k pinfile=pin newpinfile=empty
            openssl pkey -in k/private/gw.pem -noout
            """)
        #expect(
            try workshop.files("k")
                == ["certs/gw.pem", "certs/two.pem", "private/gw.pem", "private/two.pem"])
    }

    @Test func asksForThePINWithoutShowingIt() throws {
        try makeGateway()
        try workshop.sh(
            """
            echo 'correct horse' >pin
            ikev2cert setpin dir=k newpinfile=pin
            """)
        // A terminal of its own; what is typed would come back as output if it were shown.
        let outcome = try workshop.run(
            """
            mkfifo typed; (while ! grep -q 'PIN of' shown 2>/dev/null; do :; done
                printf 'correct horse\\n'; cat) <.in >typed &
            script -qec 'ikev2cert export dir=k label=gw objtype=key outfile=key' /dev/null \
                <typed >shown
            kill $! 2>/dev/null || :
            openssl pkey -in key -noout
            """)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(workshop.text("shown").contains("PIN of the keystore: "))
        #expect(!workshop.text("shown").contains("horse"))
    }

    @Test func filesAreForWhomTheyAreFor() throws {
        try workshop.sh(
            "umask 0; ikev2cert gencert dir=k label=gw subject=CN=gw keytype=ec; umask 077; "
                + "ikev2cert gencert dir=k label=two subject=CN=two keytype=ec")
        let modes = try workshop.sh(
            "stat -c '%a %n' k k/* k/certs/gw.pem k/certs/two.pem k/private/gw.pem k/private/two.pem"
        )
        #expect(
            modes == """
                755 k
                755 k/certs
                755 k/crls
                700 k/private
                644 k/certs/gw.pem
                644 k/certs/two.pem
                600 k/private/gw.pem
                600 k/private/two.pem

                """)
    }

    @Test func rootActsAsTheDaemonsAccount() throws {
        try workshop.sh(
            """
            printf 'config/user = nobody\\nconfig/keystore = %s/k\\n' $PWD >properties
            ikev2cert -P properties gencert label=gw subject=CN=gw keytype=ec
            ikev2cert gencert dir=k label=two subject=CN=two keytype=ec
            """)
        let owners = try workshop.sh("find k -printf '%u\\n' | sort -u")
        #expect(owners == "nobody\n")
    }

    @Test func nothingIsLeftBehindWhenItFails() throws {
        let request = try workshop.run(
            "ikev2cert gencsr dir=k label=gw subject=CN=gw keytype=ec outcsr=none/gw.csr")
        #expect(request.error == "ikev2cert: none/gw.csr: No such file or directory\n")
        #expect(request.status == 1)
        #expect(try workshop.files("k").isEmpty)

        // The certificate has no place: the key is not written either.
        try workshop.sh("rmdir k/certs; : >k/certs")
        let certificate = try workshop.run(
            "ikev2cert gencert dir=k label=gw subject=CN=gw keytype=ec")
        #expect(certificate.status == 1)
        #expect(certificate.error.hasSuffix("Not a directory\n"))
        #expect(try workshop.files("k") == ["certs"])
    }

    @Test func whatIsThereStays() throws {
        try makeGateway()
        let before = try workshop.sh("cat k/*/*")
        for command in [
            "gencert dir=k label=gw subject=CN=new keytype=ec",
            "gencsr dir=k label=gw subject=CN=new keytype=ec",
            "import dir=k label=gw infile=k/certs/gw.pem",
        ] {
            let outcome = try workshop.run("ikev2cert \(command)")
            #expect(outcome.status == 1, "\(command)")
            #expect(outcome.error.contains("exists already; expected another"), "\(command)")
        }
        #expect(try workshop.sh("cat k/*/*") == before)
        try makeGateway("replace=yes")
        #expect(try workshop.sh("cat k/*/*") != before)
    }

    // MARK: Public keys

    @Test func publicKeysAreThoseOfTheirOwners() throws {
        try workshop.sh(
            """
            openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out a.key
            openssl genpkey -algorithm ED25519 -out b.key
            openssl pkey -in b.key -pubout -out b.pub
            ikev2cert import dir=k label=a infile=a.key
            ikev2cert export dir=k label=a objtype=pubkey outfile=a.pub
            openssl pkey -in a.key -pubout | cmp - a.pub
            ikev2cert import dir=k label=fqdn/a.example infile=a.pub
            ikev2cert import dir=k label=ipv4/192.0.2.1 infile=b.pub objtype=pubkey
            """)
        #expect(
            try workshop.files("k").sorted() == [
                "private/a.pem", "pubkeys/fqdn/a.example", "pubkeys/ipv4/192.0.2.1",
            ])
        #expect(
            try workshop.sh("ikev2cert list dir=k objtype=pubkey") == """
                public key 'ipv4/192.0.2.1'
                    owner:          IPV4_ADDR 192.0.2.1
                    key:            Ed25519
                    private key:    no
                public key 'fqdn/a.example'
                    owner:          FQDN a.example
                    key:            ECDSA P-256
                    private key:    yes

                """)
        // What is there stays, unless it is to be replaced.
        #expect(
            try workshop.run("ikev2cert import dir=k label=fqdn/a.example infile=b.pub").status == 1
        )
        try workshop.sh(
            "ikev2cert import dir=k label=fqdn/a.example infile=b.pub replace=yes")
        try workshop.sh("ikev2cert delete dir=k label=fqdn/a.example")
        #expect(
            try workshop.files("k").sorted() == ["private/a.pem", "pubkeys/ipv4/192.0.2.1"])
    }

    @Test(arguments: [
        "infile=b.pub", "infile=b.pub label=b", "infile=b.pub label=ipv4/b.example",
        "infile=b.pub label=fqdn/../b", "infile=b.key label=fqdn/b objtype=pubkey",
    ]) func aPublicKeyNeedsAnOwner(options: String) throws {
        try workshop.sh(
            "openssl genpkey -algorithm ED25519 -out b.key; openssl pkey -in b.key -pubout -out b.pub"
        )
        let outcome = try workshop.run("ikev2cert import dir=k \(options)")
        #expect(outcome.status != 0)
        #expect(!outcome.error.isEmpty)
        #expect(try workshop.sh("if [ -e k ]; then find k -type f; fi") == "")
    }
}
