import Foundation
import IKE
import Testing

@testable import Daemon

@Suite struct PartsTests {
    @Test func markedMessagesStandBehindFourZeroOctets() {
        let datagrams: [([UInt8], Range<Int>?)] = [
            ([0, 0, 0, 0, 1, 2], 4..<6), ([0xFF], nil), ([], nil), ([0, 0, 0, 0], nil),
            ([0, 0, 0, 1, 1, 2], nil), ([1, 0, 0, 0, 1, 2], nil),
        ]
        for (octets, expected) in datagrams {
            #expect(NonESPMarker.message(in: octets.span) == expected)
        }
    }

    @Test func anAllowanceLetsOneLineAMinutePass() {
        var allowance = Allowance()
        func at(_ seconds: UInt64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }
        #expect(allowance.ask(at: at(100)) == 0)
        #expect(allowance.ask(at: at(101)) == nil)
        #expect(allowance.ask(at: at(159)) == nil)
        #expect(allowance.ask(at: at(160)) == 2)
        #expect(allowance.ask(at: at(219)) == nil)
        #expect(allowance.ask(at: at(300)) == 1)
    }

    @Test func changesAreLookedAtWhenTheyRestOrHaveGoneOnForLong() {
        var settling = Settling(rest: 250, patience: 2000)
        #expect(settling.change(at: 1000) == 1250)
        #expect(settling.change(at: 1200) == 1450)
        settling.settle()
        // What never rests.
        var deadlines: [UInt64] = []
        for now in stride(from: UInt64(5000), through: 7000, by: 200) {
            deadlines.append(settling.change(at: now))
        }
        #expect(deadlines.prefix(8) == [5250, 5450, 5650, 5850, 6050, 6250, 6450, 6650])
        #expect(deadlines.suffix(3) == [6850, 7000, 7000])
        // Looked at late, it is due at once.
        #expect(settling.change(at: 7500) == 7500)
        settling.settle()
        #expect(settling.change(at: 7600) == 7850)
    }

    @Test func aPIDFileIsHeldByOneDaemon() throws {
        let scratch = try Scratch()
        var file: PIDFile? = try PIDFile(scratch["pid"])
        #expect(Int32(scratch.text(of: "pid").dropLast()) == getpid())
        #expect(throws: Failure("\(scratch["pid"]): another in.ikev2d is running")) {
            try PIDFile(scratch["pid"])
        }
        #expect(file != nil)
        file = nil
        #expect(scratch.text(of: "pid").isEmpty)
    }
}
