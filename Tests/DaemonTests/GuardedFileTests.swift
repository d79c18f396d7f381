import Foundation
import Testing

@testable import Daemon

@Suite struct GuardedFileTests {
    private let scratch: Scratch
    private let other = Account(name: "other", user: 4711, group: 4711)

    init() throws { scratch = try Scratch() }

    private func read(
        _ path: String, _ protection: GuardedFile.Protection = .readableByAll
    ) throws -> [UInt8] {
        try GuardedFile(path: path, protection: protection, owner: other).read()
    }

    @Test func readsWhatBelongsToRootOrToTheDaemon() throws {
        #expect(try read(scratch.write("text", to: "root")) == Array("text".utf8))
        #expect(try read(scratch.write("", to: "own", owner: 4711)).isEmpty)
    }

    @Test func refusesWhatBelongsToAnotherUser() throws {
        let path = try scratch.write("text", to: "file", owner: 4712)
        #expect(
            throws: GuardedFile.Problem.refused(
                "belongs to user 4712; expected it to belong to root or 'other'")
        ) { try read(path) }
    }

    @Test(arguments: [
        (0o664, GuardedFile.Protection.readableByAll, "write it; expected 0644 or tighter"),
        (0o646, .readableByAll, "write it; expected 0644 or tighter"),
        (0o640, .secret, "read it; expected 0600 or tighter"),
        (0o604, .secret, "read it; expected 0600 or tighter"),
        (0o622, .secret, "write it; expected 0600 or tighter"),
        (0o666, .secret, "read and write it; expected 0600 or tighter"),
        (0o700, .secret, "run it; expected 0600 or tighter"),
    ])
    func refusesModes(
        _ mode: Int, _ protection: GuardedFile.Protection, _ words: String
    ) throws {
        let path = try scratch.write("text", to: "file", mode: mode)
        let digits = String(mode, radix: 8)
        #expect(throws: GuardedFile.Problem.refused("mode 0\(digits) lets others \(words)")) {
            try read(path, protection)
        }
    }

    @Test func acceptsTighterModes() throws {
        #expect(throws: Never.self) {
            _ = try read(scratch.write("text", to: "secret", mode: 0o400), .secret)
            _ = try read(scratch.write("text", to: "rules", mode: 0o600))
        }
    }

    @Test func tellsAMissingFileFromOthers() {
        #expect(throws: GuardedFile.Problem.missing) { try read(scratch["none"]) }
    }

    @Test func readsRegularFilesOnlyAndWaitsForNone() throws {
        let fifo = scratch["fifo"]
        try #require(mkfifo(fifo, 0o600) == 0)
        for path in [fifo, scratch.path, "/dev/zero"] {
            #expect(throws: GuardedFile.Problem.refused("is no regular file; expected one")) {
                try read(path)
            }
        }
    }

    @Test func refusesMoreThanFourMebibytes() throws {
        let path = try scratch.write("", to: "large")
        try #require(truncate(path, off_t(GuardedFile.sizeLimit)) == 0)
        #expect(try read(path).count == GuardedFile.sizeLimit)
        try #require(truncate(path, off_t(GuardedFile.sizeLimit) + 1) == 0)
        #expect(
            throws: GuardedFile.Problem.refused(
                "is larger than 4194304 octets; expected a smaller one")
        ) { try read(path) }
    }
}
