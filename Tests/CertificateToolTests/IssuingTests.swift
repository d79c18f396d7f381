import Testing

/// `gencert`, `gencsr` and `signcsr`, as openssl(1) sees what they make.
struct IssuingTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test(arguments: [
        ("", "rsaEncryption", "(2048 bit)"), ("keylen=3072", "rsaEncryption", "(3072 bit)"),
        ("keytype=ec", "id-ecPublicKey", "prime256v1"),
        ("keytype=ec curve=secp384r1 hash=sha384", "id-ecPublicKey", "secp384r1"),
        ("keytype=ec curve=secp521r1 hash=sha512", "id-ecPublicKey", "secp521r1"),
        ("keytype=ed25519", "ED25519", "ED25519"),
    ])
    func makesEveryKindOfKey(options: String, algorithm: String, size: String) throws {
        try workshop.sh("ikev2cert gencert dir=k label=gw subject=CN=gw \(options)")
        let text = try workshop.sh("openssl x509 -in k/certs/gw.pem -noout -text")
        #expect(text.contains("Public Key Algorithm: \(algorithm)"))
        #expect(text.contains(size))
        try workshop.sh(
            """
            openssl verify -x509_strict -check_ss_sig -CAfile k/certs/gw.pem k/certs/gw.pem
            openssl pkey -in k/private/gw.pem -pubout >key
            openssl x509 -in k/certs/gw.pem -noout -pubkey | diff - key
            head -n 1 k/private/gw.pem | grep -x -- '-----BEGIN PRIVATE KEY-----'
            """)
    }

    @Test func makesDSAKeys() throws {
        try workshop.sh("ikev2cert gencert dir=k label=gw subject=CN=gw keytype=dsa")
        let text = try workshop.sh("openssl x509 -in k/certs/gw.pem -noout -text")
        #expect(text.contains("dsa_with_SHA256"))
        #expect(text.contains("(2048 bit)"))
    }

    @Test func saysOfTheSubjectWhatItIsTold() throws {
        try workshop.sh(
            """
            ikev2cert gencert dir=k label=gw subject='C=DE, O="Example, Inc.", CN=gw' keytype=ec \
                altname='critical:DNS:gw.example, IP:192.0.2.1, DN:O=A, CN=B' \
                altname=EMAIL=gw@example.com,URI:ike://gw altname=IP:2001:db8::1 \
                keyusage=critical:digitalSignature,nonRepudiation \
                eku=ipsecIKE,1.3.6.1.5.5.7.3.1 serial=0x3819 lifetime=30-day
            """)
        let text = try workshop.sh(
            """
            openssl x509 -in k/certs/gw.pem -noout -serial -subject -nameopt RFC2253 \
                -ext subjectAltName,keyUsage,extendedKeyUsage,basicConstraints
            """)
        for line in [
            "serial=3819", "subject=CN=gw,O=Example\\, Inc.,C=DE",
            "X509v3 Subject Alternative Name: critical",
            "    DNS:gw.example, IP Address:192.0.2.1, DirName:/O=A/CN=B, "
                + "email:gw@example.com, URI:ike://gw, IP Address:2001:DB8:0:0:0:0:0:1",
            "X509v3 Key Usage: critical", "    Digital Signature, Non Repudiation",
            "    ipsec Internet Key Exchange, TLS Web Server Authentication", "    CA:FALSE",
        ] {
            #expect(
                text.split(separator: "\n").contains { $0.hasPrefix(line) }, "\(line) in \(text)")
        }
        try workshop.sh(
            """
            openssl x509 -in k/certs/gw.pem -noout -checkend $((30 * 86400 - 600))
            ! openssl x509 -in k/certs/gw.pem -noout -checkend $((30 * 86400 + 600))
            """)
    }

    @Test func requestsAreWhatOpenSSLTakes() throws {
        let output = try workshop.sh(
            """
            ikev2cert gencsr dir=k label=gw subject=CN=gw keytype=ec altname=DNS:gw.example \
                outcsr=gw.csr
            openssl req -in gw.csr -verify -noout -text 2>&1
            """)
        #expect(output.contains("verify OK"))
        #expect(output.contains("DNS:gw.example"))
        #expect(try workshop.files("k") == ["private/gw.pem"])
        try workshop.sh(
            "ikev2cert gencsr dir=k label=two subject=CN=two keytype=ec format=der "
                + "| openssl req -inform der -verify -noout")
    }

    @Test(arguments: [
        "openssl req -new -key key -subj /CN=gw -addext subjectAltName=DNS:gw.example"
    ])
    func certifiesRequestsOfOthers(request: String) throws {
        try workshop.makeAuthority()
        try workshop.sh(
            """
            openssl genpkey -algorithm ED25519 -out key
            \(request) -out gw.csr
            ikev2cert signcsr dir=ca signkey=ca csr=gw.csr outcert=gw.crt eku=ipsecIKE
            openssl verify -x509_strict -CAfile ca.crt gw.crt
            openssl pkey -in key -pubout >public
            openssl x509 -in gw.crt -noout -pubkey | diff - public
            """)
        let names = try workshop.sh("openssl x509 -in gw.crt -noout -ext subjectAltName")
        #expect(names.contains("DNS:gw.example"))
        // The authority's own certificate follows.
        #expect(try workshop.sh("grep -c BEGIN gw.crt") == "2\n")
        try workshop.sh(
            """
            ikev2cert signcsr dir=ca issuer='O=Example, CN=CA' csr=gw.csr outcert=other.der \
                format=der subject=CN=other altname=DNS:other.example
            """)
        let other = try workshop.sh(
            "openssl x509 -inform der -in other.der -noout -subject -ext subjectAltName")
        #expect(other.contains("CN = other"))
        #expect(other.contains("DNS:other.example"))
        #expect(!other.contains("gw.example"))
    }

    @Test func certifiesAuthoritiesBelow() throws {
        try workshop.makeAuthority()
        try workshop.sh(
            """
            ikev2cert gencsr dir=sub label=sub subject=CN=sub keytype=ec outcsr=sub.csr
            ikev2cert signcsr dir=ca signkey=ca csr=sub.csr outcert=sub.crt \
                keyusage=critical:keyCertSign
            ikev2cert import dir=sub infile=sub.crt
            ikev2cert gencsr dir=gw label=gw subject=CN=gw keytype=ec outcsr=gw.csr
            ikev2cert signcsr dir=sub issuer=CN=sub csr=gw.csr outcert=gw.crt
            openssl verify -x509_strict -CAfile ca.crt -untrusted gw.crt gw.crt
            """)
        #expect(try workshop.sh("grep -c BEGIN gw.crt") == "3\n")
    }

    @Test func aCertificateDoesNotOutliveItsAuthority() throws {
        try workshop.sh(
            """
            ikev2cert gencert dir=ca label=ca subject=CN=CA keytype=ec keyusage=keyCertSign \
                lifetime=2-hour
            ikev2cert gencsr dir=k label=gw subject=CN=gw keytype=ec outcsr=gw.csr
            """)
        let outcome = try workshop.run(
            "ikev2cert signcsr dir=ca signkey=ca csr=gw.csr outcert=gw.crt")
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("only, as its authority's does"))
        try workshop.sh(
            """
            openssl x509 -in gw.crt -noout -enddate >own
            openssl x509 -in ca/certs/ca.pem -noout -enddate | diff - own
            """)
    }

    @Test func asksForTheSubject() throws {
        let outcome = try workshop.run(
            "ikev2cert gencert -i dir=k label=gw keytype=ec",
            input: "DE\n\n\nExample, Inc.\n\n gw \n\n")
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("Organization (O):"))
        let subject = try workshop.sh(
            "openssl x509 -in k/certs/gw.pem -noout -subject -nameopt RFC2253")
        #expect(subject == "subject=CN=gw,O=Example\\, Inc.,C=DE\n")
    }

    /// The lines of the README, as they stand there, and what the daemon makes of them.
    @Test func theReadmeLeadsToKeystoresThatTheDaemonAccepts() throws {
        let script = "\(#filePath)".split(separator: "/").dropLast(2).joined(separator: "/")
        try workshop.sh("/\(script)/Lab/lib/host/readme-lines")
        for (end, other) in [("a", "b"), ("b", "a")] {
            try workshop.sh(
                """
                cat >rules <<'END'
                auth_method cert
                ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }
                { label "peer" local_addr 192.0.2.1 remote_addr 198.51.100.1
                  local_id DNS="\(end).example" remote_id DNS="\(other).example" }
                END
                openssl verify -x509_strict -CAfile ca/certs/ca.pem \(end).crt
                """)
            let outcome = try workshop.run(
                """
                in.ikev2d -c -f rules -o config/user=root -o config/preshared_file=$PWD/none \
                    -o config/keystore=$PWD/\(end)
                """)
            #expect(outcome.error == "1 rule, no keys: no errors, no warnings\n")
            #expect(outcome.status == 0)
        }
    }
}
