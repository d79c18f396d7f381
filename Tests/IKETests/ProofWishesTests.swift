import Crypto
import Testing
import Wire

@testable import IKE

/// Which of our certificates proves who we are, and how, by what the peer has said.
@Suite struct ProofWishesTests {
    private static let pki = TestPKI.shared

    /// Two certificates for one host, by two authorities.
    private struct Two {
        let roots: [TestPKI.Made]
        let hosts: [TestPKI.Made]
        let credentials: Credentials

        init(_ kinds: [TestPKI.Kind]) throws {
            roots = try ["First", "Second"].map { try pki.authority($0) }
            hosts = try zip(kinds, roots).map { try pki.host("a.example.org", $0, by: $1) }
            credentials = try .of(hosts, believing: roots)
        }

        /// The number of the certificate that is chosen, and the scheme.
        func choice(
            _ announcements: [AuthenticationAnnouncement], authorities: [Int] = []
        ) throws -> (number: Int, scheme: SignatureScheme) {
            let chosen = try #require(
                ProofWishes(
                    hashes: [.sha256],
                    authorities: try authorities.flatMap {
                        try roots[$0].certificate.subjectPublicKeyInfoHash()
                    }, announcements: announcements
                ).choose(among: credentials.identities))
            let number = hosts.firstIndex { $0.key.publicKey == chosen.identity.key.publicKey }
            return (try #require(number), chosen.scheme)
        }
    }

    private static func named(
        _ algorithm: SignatureAlgorithm, authority: UInt8 = 0
    ) -> AuthenticationAnnouncement {
        AuthenticationAnnouncement(
            method: .digitalSignature, authority: authority, algorithm: algorithm.identifier)
    }

    @Test func withoutAWordTheFirstServesByItsBestScheme() throws {
        let choice = try Two([.rsa2048, .p256]).choice([])
        #expect(choice == (0, .digitalSignature(.rsaPSSWithSHA256)))
    }

    @Test func theAuthorityThatIsAskedForDecides() throws {
        let choice = try Two([.rsa2048, .p256]).choice([], authorities: [1])
        #expect(choice == (1, .digitalSignature(.ecdsaWithSHA256)))
    }

    @Test func theMethodThatIsAnnouncedDecidesBeforeTheAuthority() throws {
        let two = try Two([.rsa2048, .p256])
        #expect(
            try two.choice([Self.named(.ecdsaWithSHA256)], authorities: [0])
                == (1, .digitalSignature(.ecdsaWithSHA256)))
        #expect(
            try two.choice([AuthenticationAnnouncement(method: .ecdsaSHA256)]) == (1, .ecdsaSHA256))
    }

    @Test func ofOneKeysSchemesThatIsTakenWhichIsAnnounced() throws {
        let two = try Two([.rsa2048, .p256])
        #expect(
            try two.choice([Self.named(.rsaWithSHA256)])
                == (0, .digitalSignature(.rsaWithSHA256)))
        #expect(
            try two.choice([AuthenticationAnnouncement(method: .rsaSignature)])
                == (0, .rsaSignature))
    }

    @Test func anAnnouncementForOneAuthorityIsForItsCertificates() throws {
        let two = try Two([.p256, .p256])
        for (authority, number) in [(1, 1), (2, 0)] as [(UInt8, Int)] {
            // The second root is the first in CERTREQ.
            let choice = try two.choice(
                [Self.named(.ecdsaWithSHA256, authority: authority)], authorities: [1, 0])
            #expect(choice.number == number)
        }
    }

    @Test func whatNobodyHereCanMakeDoesNotKeepUsFromTrying() throws {
        let two = try Two([.rsa2048, .p256])
        for announcement in [
            Self.named(.ed448), AuthenticationAnnouncement(method: .sharedKey),
            Self.named(.rsaPSSWithSHA256, authority: 9),
            AuthenticationAnnouncement(method: .digitalSignature, algorithm: [1, 2, 3]),
        ] {
            #expect(
                try two.choice([announcement], authorities: [0])
                    == (0, .digitalSignature(.rsaPSSWithSHA256)))
        }
    }
}
