import CLinux
import Foundation
import Testing

@testable import IKE

/// A gateway with 99 branch offices that rekeys for a long time.
@Suite struct MonthTests {
    /// How many days; README tells how to run all thirty.
    private static let days = ProcessInfo.processInfo.environment["IKE_DAYS"].flatMap { UInt32($0) }
    private static let branches = 99

    @Test func aMonthOfRekeyingLosesNothingAndLeavesNothingBehind() throws {
        let month = try Month(branches: Self.branches)
        month.begin()
        #expect(month.disagreements().isEmpty)
        #expect(month.gateway.establishedSAs.count == Self.branches)
        guard let days = Self.days else {
            month.run(for: .seconds(1800))
            check(month)
            return
        }
        var octets: [UInt64] = []
        for day in 1...max(1, days) {
            month.run(for: .seconds(86_400))
            check(month)
            if day == 1 || day % 10 == 0 || day == days {
                octets.append(UInt64(mallinfo2().uordblks))
                print(
                    "day \(day): \(month.holdings), \(month.simulation.sentCount) datagrams, "
                        + "\(month.packets) packets, \(octets.last ?? 0) octets in use")
            }
        }
        // What comes and goes differs from moment to moment; what leaks adds up.
        let first = try #require(octets.first)
        let last = try #require(octets.last)
        #expect(last < first + first / 20, "\(octets)")
    }

    private func check(_ month: Month) {
        let holdings = month.holdings
        let tunnels = Self.branches
        #expect(month.packetsLost == 0)
        #expect(month.losses.isEmpty, "\(month.losses.prefix(5))")
        // An old one and a new one now and then: far fewer than another for each tunnel.
        let settled = 2 * tunnels...3 * tunnels
        #expect(settled.contains(holdings.ikeSAs), "\(holdings)")
        #expect(settled.contains(holdings.children), "\(holdings)")
        #expect((4 * tunnels...6 * tunnels).contains(holdings.entries), "\(holdings)")
        #expect(holdings.deadlines <= holdings.ikeSAs)
        #expect(holdings.tasks <= tunnels && holdings.jobs <= tunnels, "\(holdings)")
    }
}
