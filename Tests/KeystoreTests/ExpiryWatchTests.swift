import Crypto
import Testing

@testable import Keystore

/// Certificates that end are told of; the time is an argument.
@Suite struct ExpiryWatchTests {
    private static let day: Int64 = 86400
    private let keystore: Keystore
    private let certificate: X509Certificate
    private let end: Int64

    init() throws {
        certificate = try X509Certificate(pem: FixtureFiles.fixture("gw.pem"))
        keystore = Keystore(certificates: [certificate], keys: [], revocationLists: [])
        end = certificate.validity.notAfter
    }

    @Test func eachMarkIsToldOnce() {
        var watch = ExpiryWatch()
        func told(_ secondsLeft: Int64) -> [String] {
            watch.announcements(of: keystore, at: end - secondsLeft)
        }
        #expect(told(30 * Self.day + 1).isEmpty)
        #expect(told(30 * Self.day) == ["certificate \(certificate) expires in 30 days"])
        #expect(told(29 * Self.day).isEmpty)
        #expect(told(7 * Self.day + 1).isEmpty)
        #expect(told(7 * Self.day) == ["certificate \(certificate) expires in 7 days"])
        #expect(told(Self.day + 1).isEmpty)
        #expect(told(Self.day) == ["certificate \(certificate) expires in 24 hours"])
        #expect(told(0).isEmpty)
        #expect(told(-1) == ["certificate \(certificate) has expired 0 minutes ago"])
        #expect(told(-400 * Self.day).isEmpty)
    }

    @Test func whoComesLateIsToldWhatHoldsThen() {
        for (left, words) in [
            (12 * Self.day, "expires in 12 days"), (2 * Self.day, "expires in 2 days"),
            (3600, "expires in 60 minutes"), (60, "expires in 1 minute"),
            (-3 * Self.day, "has expired 3 days ago"),
        ] {
            var watch = ExpiryWatch()
            #expect(
                watch.announcements(of: keystore, at: end - left) == [
                    "certificate \(certificate) \(words)"
                ])
        }
    }

    @Test func ourOwnAreToldFromOthers() throws {
        let own = Keystore(
            certificates: [certificate],
            keys: [
                try PrivateKey(
                    reading: Secret(copying: FixtureFiles.fixture("gw-key.pem")), pin: nil)
            ], revocationLists: [])
        var watch = ExpiryWatch()
        #expect(
            watch.announcements(of: own, at: end).first?.hasPrefix("our certificate ") == true)
    }

    @Test func whatIsTakenOutAndPutBackIsToldAgain() {
        var watch = ExpiryWatch()
        #expect(watch.announcements(of: keystore, at: end).count == 1)
        #expect(watch.announcements(of: Keystore(), at: end).isEmpty)
        #expect(watch.announcements(of: keystore, at: end).count == 1)
    }

    /// Following the delays alone, nothing is missed and nothing is looked at in vain.
    @Test func theDelaysLeadFromMarkToMark() throws {
        var watch = ExpiryWatch()
        var moment = end - 100 * Self.day
        var lines: [String] = []
        #expect(watch.announcements(of: keystore, at: moment).isEmpty)
        while let delay = ExpiryWatch.delay(for: keystore, at: moment) {
            #expect(delay > 0)
            moment += delay
            let new = watch.announcements(of: keystore, at: moment)
            #expect(new.count == 1)
            lines += new
            try #require(lines.count <= 4)
        }
        #expect(lines.count == 4)
        #expect(moment == end + 1)
        #expect(ExpiryWatch.delay(for: Keystore(), at: 0) == nil)
    }

    @Test func momentsFarAwayAreSurvived() {
        for moment in [Int64.min, .max, 0] {
            var watch = ExpiryWatch()
            let lines = watch.announcements(of: keystore, at: moment)
            #expect(lines.count == (moment == .max ? 1 : 0))
            #expect((ExpiryWatch.delay(for: keystore, at: moment) == nil) == (moment == .max))
        }
    }
}
