import Crypto
import Net
import Testing
import Wire

@testable import IKE

/// Which identities a certificate proves, and which are the same (RFC 5280 §7).
@Suite struct PeerIdentityTests {
    private static func fqdn(_ name: String) -> Identification {
        Identification(type: .fqdn, data: Array(name.utf8))
    }

    private static func mailbox(_ name: String) -> Identification {
        Identification(type: .rfc822Address, data: Array(name.utf8))
    }

    private static func name(_ text: String) throws -> Identification {
        Identification(type: .derDN, data: try DistinguishedName(parsing: text).der)
    }

    private func certificate() throws -> X509Certificate {
        try TestPKI.shared.host(
            "gw.example.org",
            names: ["DNS:gw.example.org", "email:Admin@example.org", "IP:192.0.2.1"]
        ).certificate
    }

    @Test func aCertificateProvesItsNames() throws {
        let certificate = try certificate()
        let names = [
            Self.fqdn("gw.example.org"), Self.fqdn("GW.EXAMPLE.ORG"),
            Self.mailbox("Admin@example.org"), Self.mailbox("Admin@EXAMPLE.org"),
            Identification(ip("192.0.2.1")), try Self.name("O=Example, CN=gw.example.org"),
            try Self.name("O=EXAMPLE, CN=GW.example.org"),
            Identification(
                type: .keyID, data: try #require(certificate.subjectKeyIdentifier)),
        ]
        for name in names { #expect(name.isNamed(by: certificate), "\(name.words)") }
    }

    @Test func aCertificateProvesNothingElse() throws {
        let certificate = try certificate()
        let names = [
            Self.fqdn("example.org"), Self.fqdn("Admin@example.org"), Self.fqdn(""),
            Self.fqdn("gw.example.org\0"), Self.mailbox("admin@example.org"),
            Self.mailbox("gw.example.org"), Identification(ip("192.0.2.2")),
            try Self.name("CN=gw.example.org, O=Example"), try Self.name("CN=gw.example.org"),
            Identification(type: .derDN, data: [0x30, 0x00]),
            Identification(type: .keyID, data: []),
        ]
        for name in names { #expect(!name.isNamed(by: certificate), "\(name.words)") }
    }

    @Test func identitiesAreTheSameWhateverTheCaseOfAHost() throws {
        #expect(Self.fqdn("Gw.example.org").isSame(as: Self.fqdn("gw.example.ORG")))
        #expect(!Self.fqdn("gw.example.org").isSame(as: Self.fqdn("gw.example.com")))
        #expect(Self.mailbox("a@EXAMPLE.org").isSame(as: Self.mailbox("a@example.org")))
        #expect(!Self.mailbox("A@example.org").isSame(as: Self.mailbox("a@example.org")))
        #expect(!Self.fqdn("a@example.org").isSame(as: Self.mailbox("a@example.org")))
        #expect(try Self.name("CN=GW").isSame(as: Self.name("CN=gw")))
        let key = Identification(type: .keyID, data: [0x41])
        #expect(!key.isSame(as: Identification(type: .keyID, data: [0x61])))
    }

    @Test func aCertificateWithoutASubjectIsAboutItsFirstName() throws {
        let made = try TestPKI.shared.host(
            "", names: ["DNS:gw.example.org", "IP:192.0.2.1"])
        #expect(made.certificate.identity == Self.fqdn("gw.example.org"))
        #expect(
            try certificate().identity == Self.name("O=Example, CN=gw.example.org"))
    }
}
