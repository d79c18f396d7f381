import Foundation
import Testing

@testable import Daemon

@Suite struct LogTests {
    private static var moment: LogLine.Moment {
        var calendar = tm()
        (calendar.tm_year, calendar.tm_mon, calendar.tm_mday) = (126, 0, 7)
        (calendar.tm_hour, calendar.tm_min, calendar.tm_sec) = (9, 5, 3)
        return LogLine.Moment(calendar: calendar, milliseconds: 42)
    }

    private static func line(
        _ style: LogLine.Style, _ text: String, isError: Bool = false
    ) -> String {
        let line = LogLine(style, isError ? .error : .notice, text, at: moment, process: 7)
        return String(decoding: line.octets, as: UTF8.self)
    }

    @Test func aTerminalGetsTheTimeOfDayAndColourWhereItShowsIt() {
        #expect(Self.line(.terminal(hasColour: false), "hello") == "09:05:03.042 hello\n")
        #expect(
            Self.line(.terminal(hasColour: false), "no", isError: true)
                == "09:05:03.042 error: no\n")
        #expect(
            Self.line(.terminal(hasColour: true), "no", isError: true)
                == "09:05:03.042 \u{1B}[31merror: no\u{1B}[0m\n")
    }

    @Test func aServiceManagerGetsPriorities() {
        #expect(Self.line(.service, "hello") == "<5>hello\n")
        #expect(Self.line(.service, "no", isError: true) == "<3>error: no\n")
    }

    @Test func aFileGetsTheDate() {
        #expect(Self.line(.file, "hello") == "2026-01-07 09:05:03.042 hello\n")
    }

    @Test func syslogGetsItsHeader() {
        #expect(Self.line(.syslog, "hello") == "<29>Jan  7 09:05:03 in.ikev2d[7]: hello")
    }

    @Test func controlCharactersNeverGetThrough() {
        #expect(
            Self.line(.service, "a\nb\u{1B}[2J\u{7F}\u{9B}\t\u{202E}ü")
                == "<5>a\\x0ab\\x1b[2J\\x7f\\x9b \\u{202e}ü\n")
    }

    @Test func linesAreOfBoundedLength() {
        let line = Self.line(.service, String(repeating: "x", count: 100_000))
        #expect(line.utf8.count < LogLine.lengthLimit + 16)
        #expect(line.hasSuffix("x …\n"))
    }

    @Test func aFileIsAppendedToAndOpenedAnew() throws {
        let scratch = try Scratch()
        try scratch.write("earlier\n", to: "log")
        let sink = try LogSink(.file(scratch["log"]), standardError: .standardError())
        sink.write(.notice, lines: "one\ntwo\n")
        try FileManager.default.moveItem(atPath: scratch["log"], toPath: scratch["log.1"])
        sink.write(.notice, "three")
        sink.reopen()
        sink.write(.notice, "four")
        let old = scratch.text(of: "log.1").split(separator: "\n")
        #expect(old.count == 4)
        #expect(old.first == "earlier")
        #expect(old.last?.hasSuffix(" three") == true)
        #expect(scratch.text(of: "log").hasSuffix(" four\n"))
    }

    @Test func theDirectoryOfAFileMustBeTheDaemons() throws {
        let scratch = try Scratch()
        try #require(chown(scratch.path, 4711, 0) == 0)
        #expect(
            throws: Failure(
                "\(scratch["log"]): its directory belongs to user 4711; "
                    + "expected it to belong to the daemon's user 0")
        ) { try LogSink(.file(scratch["log"]), standardError: .standardError()) }
    }

    @Test func aLogThatTakesNothingCostsLinesAndNoTime() throws {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0, &ends) == 0)
        defer { close(ends[1]) }
        let sink = try LogSink(
            .standardError(.service), standardError: LogOutput(.init(owning: ends[0])))
        for number in 0..<2_000 { sink.write(.notice, "line \(number)") }
        var received: [String] = []
        var room = [UInt8](repeating: 0, count: 256)
        func drain() {
            while case let count = recv(ends[1], &room, room.count, Int32(MSG_DONTWAIT)),
                count > 0
            {
                received.append(String(decoding: room[..<count], as: UTF8.self))
            }
        }
        drain()
        let taken = received.count
        #expect(taken < 2_000)
        sink.write(.notice, "after")
        drain()
        #expect(
            received.dropFirst(taken) == [
                "<4>warning: \(2_000 - taken) lines lost: the log did not take them\n",
                "<5>after\n",
            ])
    }
}
