import Testing
import Wire

/// The data of SUPPORTED_AUTH_METHODS, octet by octet as RFC 9593 §3.2 draws them.
@Suite struct AuthenticationAnnouncementTests {
    /// The AlgorithmIdentifier of Ed25519 (RFC 8420 appendix A.1).
    private static let ed25519: [UInt8] = [0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70]

    private static let drawn: [(octets: [UInt8], entry: AuthenticationAnnouncement)] = [
        ([2, 2], AuthenticationAnnouncement(method: .sharedKey)),
        ([2, 13], AuthenticationAnnouncement(method: .null)),
        ([3, 9, 0], AuthenticationAnnouncement(method: .ecdsaSHA256)),
        ([3, 1, 4], AuthenticationAnnouncement(method: .rsaSignature, authority: 4)),
        (
            [10, 14, 1] + ed25519,
            AuthenticationAnnouncement(
                method: .digitalSignature, authority: 1, algorithm: ed25519)
        ),
    ]

    @Test func entriesAreReadAsTheyAreDrawn() {
        for (octets, entry) in Self.drawn {
            #expect(AuthenticationAnnouncement.list(octets) == [entry])
        }
        #expect(
            AuthenticationAnnouncement.list(Self.drawn.flatMap { $0.octets })
                == Self.drawn.map { $0.entry })
    }

    @Test func entriesAreWrittenAsTheyAreDrawn() {
        var data: [UInt8] = []
        for (_, entry) in Self.drawn { entry.append(to: &data) }
        #expect(data == Self.drawn.flatMap { $0.octets })
    }

    @Test(arguments: [[], [0], [1], [0, 2, 2, 2], [1, 14], [5, 14, 0, 0], [255]] as [[UInt8]])
    func whatIsNoEntryIsNotOne(rest: [UInt8]) {
        #expect(AuthenticationAnnouncement.list(rest).isEmpty)
        #expect(
            AuthenticationAnnouncement.list([2, 2] + rest)
                == [AuthenticationAnnouncement(method: .sharedKey)])
    }

    @Test func anAlgorithmTooLongForItsLengthIsCutAndReadBack() {
        var data: [UInt8] = []
        let long = [UInt8](repeating: 7, count: 300)
        AuthenticationAnnouncement(method: .digitalSignature, algorithm: long).append(to: &data)
        #expect(data.count == 255 && data.first == 255)
    }
}
