import Testing

/// What is refused, and what the tool says then.
struct RefusalTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test(arguments: [
        ("", "nothing to do; expected one of "),
        ("genkey", "'genkey' is unknown; expected one of "),
        ("-x list", "unknown option -x; expected -i or -P"), ("-P", "-P needs a file"),
        ("-i list", "-i has no meaning for list"),
        ("gencert label=x subjct=CN=x", "gencert has no option subjct=; expected one of label= "),
        ("gencert subject=CN=x", "gencert needs label=: "),
        ("gencert label=x", "gencert needs subject= or -i: "),
        ("gencert label", "'label' is no option; expected name=value"),
        ("gencert label= subject=CN=x", "label= needs a value: "),
        ("gencert label=a label=b", "label= stands twice"),
        ("gencert label=../x subject=CN=x", "label=../x: expected 1 to 200 characters"),
        ("gencert label=x subject=CN=x keytype=dh", "keytype=dh: expected rsa, dsa, ec, ed25519"),
        ("gencert label=x subject=CN=x keylen=1024", "keylen=1024: expected 2048 to 16384 bits"),
        ("gencert label=x subject=CN=x keytype=ec curve=p256", "curve=p256: expected secp256r1"),
        ("gencert label=x subject=CN=x curve=secp256r1", "curve= has no meaning for keytype=rsa"),
        ("gencert label=x subject=CN=x keytype=ec keylen=256", "keylen= has no meaning"),
        ("gencert label=x subject=CN=x hash=md5", "hash=md5: expected sha256, sha384, sha512"),
        ("gencert label=x subject=CN=x lifetime=1-month", "lifetime=1-month: expected N-day"),
        ("gencert label=x subject=CN=x lifetime=101-year", "lifetime=101-year: expected N-day"),
        ("gencert label=x subject=CN=x serial=xyz", "serial=xyz: expected 1 to 40 hex"),
        ("gencert label=x subject=CN=x serial=00", "serial=00: expected 1 to 40 hex"),
        ("gencert label=x subject=CN=x keyusage=sign", "keyusage=sign: expected digitalSignature"),
        ("gencert label=x subject=CN=x eku=vpn", "eku=vpn: expected serverAuth"),
        ("signcsr csr=/dev/null outcert=x", "not a certificate request: "),
        ("export label=x", "export needs outfile=: "),
        ("delete dir=k", "delete needs label="), ("list objtype=all", "objtype=all: expected both"),
    ])
    func commandLines(arguments: String, words: String) throws {
        let outcome = try workshop.run(
            """
            printf 'config/user = root\nconfig/keystore = %s/k\n' $PWD >properties
            ikev2cert -P properties \(arguments)
            """)
        #expect(outcome.error.hasPrefix("ikev2cert: "), "\(outcome.error)")
        #expect(outcome.error.contains(words), "\(outcome.error)")
        #expect(outcome.status == (words.hasPrefix("not a") ? 1 : 2))
        #expect(outcome.output.isEmpty)
    }

    @Test(arguments: [
        ("gencert dir=k label=x subject=nothing keytype=ec", "subject=: not a distinguished name"),
        ("gencert dir=k label=x subject=CN=x altname=IP:300.1.1.1 keytype=ec", "altname=: "),
        ("gencert dir=k label=x subject=CN=x altname=host keytype=ec", "altname=: "),
        ("gencert label=x subject=CN=x -P none", "'-P' is no option"),
        ("import dir=k infile=none", "none: No such file or directory"),
        ("import dir=k label=x infile=/dev/null", "/dev/null: "),
        ("export dir=k label=none outfile=x", "no certificate 'none' in "),
        ("delete dir=k label=none", "nothing of that kind in "),
        ("-P none list", "the properties cannot be used"),
    ])
    func values(arguments: String, words: String) throws {
        let outcome = try workshop.run("ikev2cert \(arguments)")
        #expect(outcome.error.contains("ikev2cert: \(words)"), "\(outcome.error)")
        #expect(outcome.status != 0)
        #expect(!(try workshop.run("test -e k/certs || test -e k/private")).status.isZero)
    }

    @Test func thereMustBeAnAccount() throws {
        let outcome = try workshop.run(
            "echo 'config/user = nobody-has-this-name' >p; ikev2cert -P p list")
        #expect(outcome.error.contains("no account 'nobody-has-this-name' to own the keystore"))
        #expect(outcome.status == 1)
    }

    @Test func onlyTheOwnerOfAKeyHasItCertified() throws {
        try workshop.makeAuthority()
        // The last octet of a request is of its signature.
        try workshop.sh(
            """
            openssl req -new -newkey rsa:2048 -nodes -keyout key -subj /CN=gw -outform der -out csr
            size=$(stat -c %s csr); last=$(tail -c 1 csr | od -An -tu1)
            { head -c $((size - 1)) csr; printf "\\\\$(printf %o $((last ^ 1)))"; } >forged
            """)
        let forged = try workshop.run("ikev2cert signcsr dir=ca signkey=ca csr=forged outcert=x")
        #expect(forged.status == 1)
        #expect(forged.error.contains("the request is not signed by the key that it is about"))
        #expect(try workshop.run("test -e x").status != 0)
        try workshop.sh("ikev2cert signcsr dir=ca signkey=ca csr=csr outcert=x")
    }

    @Test func onlyAnAuthoritySigns() throws {
        try workshop.sh(
            """
            ikev2cert gencert dir=k label=gw subject=CN=gw keytype=ec
            ikev2cert gencsr dir=q label=q subject=CN=q keytype=ec outcsr=q.csr
            """)
        let plain = try workshop.run("ikev2cert signcsr dir=k signkey=gw csr=q.csr outcert=x")
        #expect(plain.error.contains("'gw' is no authority; expected a certificate made with"))
        try workshop.sh("rm k/private/gw.pem")
        let keyless = try workshop.run("ikev2cert signcsr dir=k signkey=gw csr=q.csr outcert=x")
        #expect(keyless.error.contains("'gw' has no private key here"))
        let none = try workshop.run("ikev2cert signcsr dir=k signkey=ca csr=q.csr outcert=x")
        #expect(none.error.contains("no certificate 'ca' in "))
        let unnamed = try workshop.run("ikev2cert signcsr dir=k csr=q.csr outcert=x")
        #expect(unnamed.error.contains("signcsr needs signkey= or issuer="))
        #expect(unnamed.status == 2)
    }

    @Test func everyVerbHasHelp() throws {
        let overview = try workshop.sh("ikev2cert help")
        let verbs = overview.split(separator: "\n").dropFirst().dropLast()
            .compactMap { $0.split(separator: " ").first }
        #expect(verbs.count >= 8)
        for verb in verbs {
            let help = try workshop.sh("ikev2cert help \(verb)")
            #expect(help.hasPrefix("ikev2cert \(verb): "))
            #expect(help.contains("  dir= "))
        }
    }
}

extension Int32 {
    fileprivate var isZero: Bool { self == 0 }
}
