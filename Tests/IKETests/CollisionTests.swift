import Foundation
import Testing
import Wire

@testable import IKE

/// What happens at both ends at once: each story with every order of nonces, begun by either end,
/// and with each single datagram lost, late or repeated. After every event of every course,
/// neither end sends with what the other does not hold, and at the end both hold the same.
@Suite struct CollisionTests {
    /// A key exchange of its own for each Child SA, and with it a worker's delay in the middle.
    private static let secret = Pair.Setup(globalsA: "childsa_pfs 31", globalsB: "childsa_pfs 31")
    private static let secretHere = Pair.Setup(
        globalsA: "childsa_pfs 31", globalsB: "childsa_pfs 0")
    private static let otherGroups = Pair.Setup(
        globalsA: "childsa_pfs 31, 19", globalsB: "childsa_pfs 19, 31")
    private static let otherIKEGroups = Pair.Setup(
        ikeA:
            "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 } ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 19 }",
        ikeB:
            "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 19 } ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }"
    )

    static let stories: [Story] = [
        // Rekeying of Child SAs.
        Story(name: "Child SA rekeyed by its initiator", happenings: [(0, .first, .childAges)]),
        Story(name: "Child SA rekeyed by its responder", happenings: [(0, .second, .childAges)]),
        Story(
            name: "Child SA rekeyed with a key exchange", setup: secret,
            happenings: [(0, .first, .childAges)]),
        Story(
            name: "Child SA rekeyed, group not wanted", setup: otherGroups,
            happenings: [(0, .first, .childAges)]),
        Story(
            name: "Child SA rekeyed at once",
            happenings: [(0, .first, .childAges), (0, .second, .childAges)]),
        Story(
            name: "Child SA rekeyed at once with key exchanges", setup: secret,
            happenings: [(0, .first, .childAges), (0, .second, .childAges)]),
        Story(
            name: "Child SA rekeyed at once, a key exchange on one side", setup: secretHere,
            happenings: [(0, .first, .childAges), (0, .second, .childAges)]),
        Story(
            name: "Child SA rekeyed at once, groups not wanted", setup: otherGroups,
            happenings: [(0, .first, .childAges), (0, .second, .childAges)]),
        Story(
            name: "Child SA rekeyed while it is being rekeyed",
            happenings: [(0, .first, .childAges), (1, .second, .childAges)]),
        Story(
            name: "Child SA rekeyed while it is being rekeyed with a key exchange", setup: secret,
            happenings: [(0, .first, .childAges), (2, .second, .childAges)]),
        // Rekeying against expiry.
        Story(
            name: "Child SA expires as the peer rekeys it",
            // To the one that rekeys it the peer may seem to have lost it: then it makes another.
            happenings: [(0, .first, .childAges), (0, .second, .childExpires)], children: 0...1,
            losesSAs: true),
        Story(
            name: "Child SA expires at its rekeyer",
            happenings: [(0, .first, .childAges), (1, .first, .childExpires)],
            losesSAs: true),
        Story(
            name: "Child SA expires at both ends",
            happenings: [(0, .first, .childExpires), (0, .second, .childExpires)], children: 0...0,
            losesSAs: true),
        // Rekeying of IKE SAs.
        Story(name: "IKE SA rekeyed by its initiator", happenings: [(0, .first, .ikeAges)]),
        Story(name: "IKE SA rekeyed by its responder", happenings: [(0, .second, .ikeAges)]),
        Story(
            name: "IKE SA rekeyed, group not wanted", setup: otherIKEGroups,
            happenings: [(0, .first, .ikeAges)]),
        Story(
            name: "IKE SA rekeyed at once",
            happenings: [(0, .first, .ikeAges), (0, .second, .ikeAges)]),
        Story(
            name: "IKE SA rekeyed at once, groups not wanted", setup: otherIKEGroups,
            happenings: [(0, .first, .ikeAges), (0, .second, .ikeAges)]),
        Story(
            name: "IKE SA rekeyed while it is being rekeyed",
            happenings: [(0, .first, .ikeAges), (2, .second, .ikeAges)]),
        // One against the other.
        Story(
            name: "Child SA against IKE SA",
            happenings: [(0, .first, .childAges), (0, .second, .ikeAges)]),
        Story(
            name: "IKE SA against Child SA",
            happenings: [(0, .first, .ikeAges), (0, .second, .childAges)]),
        Story(
            name: "Child SA, then IKE SA", setup: secret,
            happenings: [(0, .first, .childAges), (1, .first, .ikeAges)]),
        Story(
            name: "IKE SA, then Child SA",
            happenings: [(0, .first, .ikeAges), (1, .first, .childAges)]),
        // Against the end.
        Story(
            name: "Child SA against the end of the IKE SA",
            happenings: [(0, .first, .childAges), (0, .second, .ikeExpires)], children: 0...0,
            ikeSAs: 0, losesSAs: true),
        Story(
            name: "IKE SA rekeyed against its end",
            happenings: [(0, .first, .ikeAges), (0, .second, .ikeExpires)], children: 0...0,
            ikeSAs: 0,
            losesSAs: true),
        Story(
            name: "the end of the IKE SA at both ends",
            happenings: [(0, .first, .ikeExpires), (0, .second, .ikeExpires)], children: 0...0,
            ikeSAs: 0, losesSAs: true),
    ]

    /// Times that fall between the steps of an exchange, before and after a retransmission.
    private static let delays: [UInt64] = [3, 8, 700, 3000]

    @Test(arguments: stories)
    func everyCourseOfAStoryEndsInAgreement(story: Story) throws {
        for initiator in 0...1 {
            for host in 0...1 {
                for nonce in 0...1 {
                    let lowest = Course.Lowest(host: host, nonce: nonce)
                    let plain = Course(initiator: initiator, lowest: lowest, mishap: .none)
                    let count = try plain.play(story)
                    for number in 1...max(count, 1) {
                        var mishaps: [Course.Mishap] = [.lost(number)]
                        mishaps += Self.delays.map { .late(number, by: $0) }
                        mishaps += Self.delays.map { .repeated(number, after: $0) }
                        for mishap in mishaps {
                            try Course(initiator: initiator, lowest: lowest, mishap: mishap)
                                .play(story)
                        }
                    }
                }
            }
        }
    }
}
