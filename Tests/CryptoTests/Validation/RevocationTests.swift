import COpenSSL
import Testing

@testable import Crypto

struct RevocationTests {
    private func refuses(
        _ made: CertificateMaker.Made, _ reason: ChainRefusal.Reason,
        sourceLocation: SourceLocation = #_sourceLocation, _ validate: () throws -> Void
    ) {
        #expect(
            throws: made.certificate.refused(reason), sourceLocation: sourceLocation,
            performing: validate)
        #expect(ERR_peek_error() == 0, sourceLocation: sourceLocation)
    }

    private static let required: ChainPolicy = {
        var policy = ChainPolicy()
        policy.revocationLists = .required
        return policy
    }()

    /// Lists of all authorities; the last has that of the leaf on it.
    private func lists(
        _ all: TestHierarchy, revoked: [(serial: [UInt8], reason: Int?)] = []
    ) throws -> [RevocationList] {
        [
            try RevocationListMaker().make(by: all.root),
            try RevocationListMaker().make(by: all.upper),
            try RevocationListMaker(revoked: revoked).make(by: all.lower),
        ]
    }

    @Test func refusesRevokedCertificatesWithTheReason() throws {
        let all = try TestHierarchy()
        let serial = all.leaf.certificate.serialNumber
        for (number, reason) in [
            (nil, RevocationReason.unspecified), (1, RevocationReason(rawValue: 1)),
            (6, RevocationReason(rawValue: 6)),
        ] as [(Int?, RevocationReason)] {
            let lists = try lists(all, revoked: [([7], nil), (serial, number)])
            refuses(all.leaf, .revoked(reason)) { try all.validate(lists: lists) }
            refuses(all.leaf, .revoked(reason)) { try all.validate(Self.required, lists: lists) }
        }
        let lists = try lists(all, revoked: [(serial, 1)])
        var policy = ChainPolicy()
        policy.revocationLists = .ignored
        #expect(try all.validate(policy, lists: lists).count == 4)
        // Others' entries do no harm.
        #expect(
            try all.validate(Self.required, lists: self.lists(all, revoked: [([7], 1)])).count == 4)
    }

    @Test func refusesWhatRevokedAuthoritiesSigned() throws {
        let all = try TestHierarchy()
        let list = try RevocationListMaker(
            revoked: [(all.lower.certificate.serialNumber, 2)]
        ).make(by: all.upper)
        refuses(all.lower, .revoked(RevocationReason(rawValue: 2))) {
            try all.validate(lists: [list])
        }
    }

    @Test func wantsListsOnlyIfThePolicyDoes() throws {
        let all = try TestHierarchy()
        #expect(try all.validate().count == 4)
        refuses(all.leaf, .noRevocationList) { try all.validate(Self.required) }
        #expect(try all.validate(Self.required, lists: try lists(all)).count == 4)
        refuses(all.lower, .noRevocationList) {
            let lists = try lists(all)
            try all.validate(Self.required, lists: [lists[0], lists[2]])
        }
        // Those of strangers with the same name are none.
        let other = try TestHierarchy()
        #expect(throws: ChainRefusal.self) {
            try all.validate(Self.required, lists: try lists(other))
        }
    }

    @Test func staleListsCountOnlyIfThePolicySaysSo() throws {
        let all = try TestHierarchy()
        let stale = try RevocationListMaker(nextUpdate: 1_400_000_000).make(by: all.lower)
        refuses(all.leaf, .staleRevocationList) { try all.validate(lists: [stale]) }
        let early = try RevocationListMaker(
            thisUpdate: 1_550_000_000, nextUpdate: 1_600_000_000
        ).make(by: all.lower)
        refuses(all.leaf, .staleRevocationList) { try all.validate(lists: [early]) }
        var policy = ChainPolicy()
        policy.ignoresRevocationListDate = true
        #expect(try all.validate(policy, lists: [stale]).count == 4)
        #expect(try all.validate(policy, lists: [early]).count == 4)
        // What is on them is believed.
        let both = try RevocationListMaker(
            nextUpdate: 1_400_000_000, revoked: [(all.leaf.certificate.serialNumber, 1)]
        ).make(by: all.lower)
        refuses(all.leaf, .revoked(RevocationReason(rawValue: 1))) {
            try all.validate(policy, lists: [both])
        }
        // A fresh one beside it is taken.
        let fresh = try RevocationListMaker().make(by: all.lower)
        #expect(try all.validate(lists: [stale, fresh]).count == 4)
        #expect(try all.validate(lists: [fresh, stale]).count == 4)
    }

    @Test func forgedListsCountOnlyIfThePolicySaysSo() throws {
        let all = try TestHierarchy()
        let forged = try RevocationListMaker().make(by: all.lower, signedBy: all.leaf.key)
        refuses(all.leaf, .wrongRevocationList) { try all.validate(lists: [forged]) }
        var policy = ChainPolicy()
        policy.ignoresRevocationListSignature = true
        #expect(try all.validate(policy, lists: [forged]).count == 4)
    }
}
