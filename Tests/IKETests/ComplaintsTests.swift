import Testing

@testable import IKE

/// How often a stranger is spoken of.
@Suite struct ComplaintsTests {
    @Test func whoeverAsksFirstIsToldWhatAdmissionWillSay() {
        var complaints = Complaints()
        var random = SeededRandom(seed: 61)
        var now = Instant(nanoseconds: 0)
        var printed = 0
        for _ in 0..<1000 {
            now = now + .milliseconds(.random(in: 0...5000, using: &random))
            let subject = Complaints.Subject.allCases.randomElement(using: &random) ?? .full
            let isPausing = complaints.isPausing(subject, at: now)
            // To ask changes nothing.
            #expect(complaints.isPausing(subject, at: now) == isPausing)
            let isPrinted = complaints.admit(subject, at: now) != nil
            #expect(isPrinted != isPausing)
            if isPrinted { printed += 1 }
        }
        #expect(printed > 100 && printed < 900)
    }

    @Test func whatWasNotPrintedIsCounted() {
        var complaints = Complaints()
        let start = Instant(nanoseconds: 0)
        #expect(complaints.admit(.door, at: start) == "")
        for _ in 0..<3 { #expect(complaints.admit(.door, at: start + .seconds(9)) == nil) }
        #expect(complaints.admit(.door, at: start + .seconds(10)) == " (and 3 more like it)")
        #expect(complaints.admit(.door, at: start + .seconds(20)) == "")
    }
}
