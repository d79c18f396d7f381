@testable import IKE

/// The cases in which rekeying and deleting meet something else, by name.
extension Story {
    static let all = childRekeyings + childCollisions + childAgainstIKE + ikeRekeyings + deletions

    /// A key exchange of its own for each Child SA, and with it a worker's delay in the middle.
    private static let secret = Pair.Setup(globalsA: "childsa_pfs 31", globalsB: "childsa_pfs 31")
    private static let secretHere = Pair.Setup(
        globalsA: "childsa_pfs 31", globalsB: "childsa_pfs 0")
    /// Each end wants what the other does not try first.
    private static let otherGroups = Pair.Setup(
        globalsA: "childsa_pfs 31, 19", globalsB: "childsa_pfs 19, 31")
    private static let curveFirst =
        "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 } ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 19 }"
    private static let primeFirst =
        "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 19 } ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }"
    private static let otherIKEGroups = Pair.Setup(ikeA: curveFirst, ikeB: primeFirst)

    private typealias Happenings = [(time: UInt64, end: End, what: Happening)]
    private static let childAgesAtBoth: Happenings = [
        (0, .first, .childAges), (0, .second, .childAges),
    ]
    private static let ikeAgesAtBoth: Happenings = [(0, .first, .ikeAges), (0, .second, .ikeAges)]

    /// One end rekeys a Child SA.
    private static let childRekeyings = [
        Story(name: "Child SA rekeyed by its initiator", happenings: [(0, .first, .childAges)]),
        Story(name: "Child SA rekeyed by its responder", happenings: [(0, .second, .childAges)]),
        Story(
            name: "Child SA rekeyed with a key exchange", setup: secret,
            happenings: [(0, .first, .childAges)]),
        Story(
            name: "Child SA rekeyed, group not wanted", setup: otherGroups,
            happenings: [(0, .first, .childAges)]),
        Story(
            name: "Child SA rekeyed, responder ignores its soft lifetime",
            happenings: [(0, .first, .childAges), (3, .second, .childAges)]),
        Story(
            name: "Child SA rekeyed, responder comes to its hard lifetime",
            happenings: [(0, .first, .childAges), (2, .second, .childExpires)], children: 0...1,
            losesSAs: true),
        Story(
            name: "Child SA rekeyed, responder deletes the old one",
            happenings: [(0, .first, .childAges), (2, .second, .childDeleted)], children: 0...1,
            losesSAs: true),
        Story(
            name: "Child SA rekeyed, responder deletes the new one",
            happenings: [(0, .first, .childAges), (2, .second, .newChildDeleted)],
            children: 0...1, losesSAs: true),
        Story(
            name: "Child SA rekeyed, responder has lost it",
            happenings: [(0, .second, .childLost), (0, .first, .childAges)], losesSAs: true),
        Story(
            name: "Child SA rekeyed, the DELETE comes late",
            happenings: [(0, .first, .childAges)], astray: [.lost(3), .lost(4), .lost(5)]),
        Story(
            name: "Child SA expires as the peer rekeys it",
            // To the one that rekeys it the peer may seem to have lost it: then it makes another.
            happenings: [(0, .first, .childAges), (0, .second, .childExpires)], children: 0...1,
            losesSAs: true),
        Story(
            name: "Child SA expires at its rekeyer",
            happenings: [(0, .first, .childAges), (1, .first, .childExpires)], losesSAs: true),
        Story(
            name: "Child SA rekeyed and deleted at once",
            happenings: [(0, .first, .childAges), (0, .second, .childDeleted)], children: 0...1,
            losesSAs: true),
        Story(
            name: "Child SA rekeyed and deleted at once, the DELETE dropped",
            happenings: [(0, .first, .childAges), (0, .second, .childDeleted)],
            astray: [.lost(2)], children: 0...1, losesSAs: true),
        Story(
            name: "Child SA rekeyed and deleted at once, the request dropped",
            happenings: [(0, .first, .childAges), (0, .second, .childDeleted)],
            astray: [.lost(1)], children: 0...1, losesSAs: true),
        Story(
            name: "Child SA rekeyed and deleted at once, the response delayed",
            happenings: [(0, .first, .childAges), (0, .second, .childDeleted)],
            astray: [.late(3, by: 20)], children: 0...1, losesSAs: true),
    ]

    /// Both ends rekey a Child SA.
    private static let childCollisions = [
        Story(name: "Child SA rekeyed at once", happenings: childAgesAtBoth),
        Story(
            name: "Child SA rekeyed at once with key exchanges", setup: secret,
            happenings: childAgesAtBoth),
        Story(
            name: "Child SA rekeyed at once, a key exchange on one side", setup: secretHere,
            happenings: childAgesAtBoth),
        Story(
            name: "Child SA rekeyed at once, groups not wanted", setup: otherGroups,
            happenings: childAgesAtBoth),
        Story(
            name: "Child SA rekeyed at once, groups not wanted, a retry delayed",
            setup: otherGroups, happenings: childAgesAtBoth, astray: [.late(5, by: 20)]),
        Story(
            name: "Child SA rekeyed at once, a response delayed", happenings: childAgesAtBoth,
            astray: [.late(3, by: 2)]),
        Story(
            name: "Child SA rekeyed at once, a response delayed beyond the DELETE",
            happenings: childAgesAtBoth, astray: [.late(3, by: 20)]),
        Story(
            name: "Child SA rekeyed at once, a request delayed", happenings: childAgesAtBoth,
            astray: [.late(2, by: 2)]),
        Story(
            name: "Child SA rekeyed at once, a request delayed more",
            happenings: childAgesAtBoth, astray: [.late(2, by: 3)]),
        Story(
            name: "Child SA rekeyed at once, a request delayed beyond the DELETE",
            happenings: childAgesAtBoth, astray: [.late(2, by: 20)]),
        Story(
            name: "Child SA rekeyed at once, one end deletes its new one",
            happenings: childAgesAtBoth + [(3, .second, .newChildDeleted)], children: 0...1,
            losesSAs: true),
        Story(
            name: "Child SA rekeyed while it is being rekeyed",
            happenings: [(0, .first, .childAges), (1, .second, .childAges)]),
        Story(
            name: "Child SA rekeyed while it is being rekeyed with a key exchange", setup: secret,
            happenings: [(0, .first, .childAges), (2, .second, .childAges)]),
    ]

    /// A Child SA is rekeyed, and something happens to the IKE SA.
    private static let childAgainstIKE = [
        Story(
            name: "Child SA rekeyed against IKE SA rekeyed",
            happenings: [(0, .first, .childAges), (0, .second, .ikeAges)]),
        Story(
            name: "IKE SA rekeyed against Child SA rekeyed",
            happenings: [(0, .first, .ikeAges), (0, .second, .childAges)]),
        Story(
            name: "Child SA rekeyed, then IKE SA", setup: secret,
            happenings: [(0, .first, .childAges), (1, .first, .ikeAges)]),
        Story(
            name: "IKE SA rekeyed, then Child SA",
            happenings: [(0, .first, .ikeAges), (1, .first, .childAges)]),
        Story(
            name: "Child SA rekeyed against IKE SA deleted",
            happenings: [(0, .first, .childAges), (0, .second, .ikeExpires)], children: 0...0,
            ikeSAs: 0, losesSAs: true),
        Story(
            name: "Child SA rekeyed with a key exchange against IKE SA deleted", setup: secret,
            happenings: [(0, .first, .childAges), (2, .second, .ikeExpires)], children: 0...0,
            ikeSAs: 0, losesSAs: true),
    ]

    /// One end or both rekey the IKE SA.
    private static let ikeRekeyings = [
        Story(name: "IKE SA rekeyed by its initiator", happenings: [(0, .first, .ikeAges)]),
        Story(name: "IKE SA rekeyed by its responder", happenings: [(0, .second, .ikeAges)]),
        Story(
            name: "IKE SA rekeyed, group not wanted", setup: otherIKEGroups,
            happenings: [(0, .first, .ikeAges)]),
        Story(name: "IKE SA rekeyed at once", happenings: ikeAgesAtBoth),
        Story(
            name: "IKE SA rekeyed at once, groups not wanted", setup: otherIKEGroups,
            happenings: ikeAgesAtBoth),
        Story(
            name: "IKE SA rekeyed at once, groups not wanted, a retry delayed",
            setup: otherIKEGroups, happenings: ikeAgesAtBoth, astray: [.late(5, by: 20)]),
        Story(
            name: "IKE SA rekeyed at once, a response delayed", happenings: ikeAgesAtBoth,
            astray: [.late(3, by: 20)]),
        Story(
            name: "IKE SA rekeyed at once, a request dropped", happenings: ikeAgesAtBoth,
            astray: [.lost(2)]),
        Story(
            name: "IKE SA rekeyed at once, a request delayed", happenings: ikeAgesAtBoth,
            astray: [.late(2, by: 4)]),
        Story(
            name: "IKE SA rekeyed at once, a request delayed beyond the DELETE",
            happenings: ikeAgesAtBoth, astray: [.late(2, by: 40)]),
        Story(
            name: "IKE SA rekeyed while it is being rekeyed",
            happenings: [(0, .first, .ikeAges), (2, .second, .ikeAges)]),
        Story(
            name: "IKE SA rekeyed and deleted at once",
            happenings: [(0, .first, .ikeAges), (0, .second, .ikeExpires)], children: 0...0,
            ikeSAs: 0, losesSAs: true),
        Story(
            name: "IKE SA rekeyed and deleted at once, the DELETE dropped",
            happenings: [(0, .first, .ikeAges), (0, .second, .ikeExpires)], astray: [.lost(1)],
            children: 0...0, ikeSAs: 0, losesSAs: true),
    ]

    /// An end takes leave.
    private static let deletions = [
        Story(
            name: "Child SA deleted at once",
            happenings: [(0, .first, .childDeleted), (0, .second, .childDeleted)],
            children: 0...0, losesSAs: true),
        Story(
            name: "Child SA deleted at once, one DELETE dropped",
            happenings: [(0, .first, .childDeleted), (0, .second, .childDeleted)],
            astray: [.lost(1)], children: 0...0, losesSAs: true),
        Story(
            name: "Child SA expires at both ends",
            happenings: [(0, .first, .childExpires), (0, .second, .childExpires)],
            children: 0...0, losesSAs: true),
        Story(
            name: "Child SA deleted against IKE SA rekeyed",
            happenings: [(0, .first, .childDeleted), (0, .second, .ikeAges)], children: 0...0,
            losesSAs: true),
        Story(
            name: "Child SA deleted against IKE SA deleted",
            happenings: [(0, .first, .childDeleted), (0, .second, .ikeExpires)], children: 0...0,
            ikeSAs: 0, losesSAs: true),
        Story(
            name: "IKE SA deleted at once",
            happenings: [(0, .first, .ikeExpires), (0, .second, .ikeExpires)], children: 0...0,
            ikeSAs: 0, losesSAs: true),
    ]
}
