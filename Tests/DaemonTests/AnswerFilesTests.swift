import Crypto
import Foundation
import Testing

@testable import Daemon

/// Answers about certificates that outlive the daemon.
@Suite struct AnswerFilesTests {
    private let scratch: Scratch
    private let files: AnswerFiles

    init() throws {
        scratch = try Scratch()
        files = AnswerFiles(
            directory: scratch["cache"],
            owner: Account(name: "self", user: getuid(), group: getgid()))
    }

    /// The list that the keystore's tests have, which does not end before the moment.
    private func list() throws -> RevocationList {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = [UInt8](
            try Data(
                contentsOf: tests.appendingPathComponent("KeystoreTests/Fixtures/root.crl.pem")))
        let block = try #require(PEM(text.span).blocks.first)
        let der = PEM.der(of: block, in: text.span)
        return try RevocationList(der: try #require(der))
    }

    private func key(_ octet: UInt8) throws -> FetchKey {
        try #require(FetchKey(octets: [UInt8](repeating: octet, count: FetchKey.length)))
    }

    private func load(at moment: Int64) -> (answers: FetchAnswers, warnings: [String]) {
        var report = Report()
        let answers = files.load(at: moment, into: &report)
        return (answers, report.entries.map { $0.text })
    }

    private var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: scratch["cache"])) ?? []).sorted()
    }

    @Test func whatWasKeptIsThereAgain() throws {
        let list = try list()
        let key = try key(0xA0)
        #expect(load(at: list.thisUpdate).warnings.isEmpty)
        try files.keep(.list(list), to: key)
        #expect(names == [String(repeating: "a0", count: 32) + ".crl"])
        let mode = try FileManager.default.attributesOfItem(
            atPath: "\(scratch["cache"])/\(names[0])")[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let (answers, warnings) = load(at: list.thisUpdate)
        #expect(warnings.isEmpty)
        guard case .list(let again)? = answers[key] else {
            Issue.record("there is no list")
            return
        }
        #expect(again == list)
    }

    @Test func whatNoLongerHoldsIsRemoved() throws {
        let list = try list()
        try files.keep(.list(list), to: try key(1))
        let end = try #require(list.nextUpdate)
        #expect(load(at: end).answers.count == 1)
        let (answers, warnings) = load(at: end + 1)
        #expect(answers.count == 0)
        #expect(warnings.isEmpty)
        #expect(names.isEmpty)
    }

    @Test func whatIsNoAnswerIsIgnoredAndToldOf() throws {
        let list = try list()
        try files.keep(.list(list), to: try key(1))
        let bad = String(repeating: "02", count: 32)
        try scratch.write("garbage", to: "cache/\(bad).crl", mode: 0o600, owner: Int(getuid()))
        try scratch.write("garbage", to: "cache/\(bad).ocsp", mode: 0o600, owner: Int(getuid()))
        try scratch.write("garbage", to: "cache/notes", mode: 0o600, owner: Int(getuid()))
        try scratch.write(
            "half", to: "cache/\(bad).crl.new", mode: 0o600, owner: Int(getuid()))
        let (answers, warnings) = load(at: list.thisUpdate)
        #expect(answers.count == 1)
        #expect(warnings.count == 3, "\(warnings)")
        #expect(warnings.contains { $0.contains("\(bad).crl: ") && $0.contains("not a cert") })
        #expect(warnings.contains { $0.contains("\(bad).ocsp: ") && $0.contains("not an OCSP") })
        #expect(warnings.contains { $0.contains("is no answer of ours") })
        #expect(!names.contains("\(bad).crl.new"))
    }

    @Test func whatOthersCouldHaveWrittenIsIgnored() throws {
        let list = try list()
        let key = try key(1)
        try files.keep(.list(list), to: key)
        let path = "\(scratch["cache"])/\(names[0])"
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        #expect(load(at: list.thisUpdate).answers.count == 0)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(load(at: list.thisUpdate).answers.count == 1)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o777], ofItemAtPath: scratch["cache"])
        let (answers, warnings) = load(at: list.thisUpdate)
        #expect(answers.count == 0)
        #expect(warnings.count == 1, "\(warnings)")
    }

    @Test func aNewAnswerTakesThePlaceOfTheOld() throws {
        let list = try list()
        try files.keep(.list(list), to: try key(1))
        try files.keep(.list(list), to: try key(1))
        #expect(names.count == 1)
    }

    @Test func noMoreAreKeptThanThereIsRoomFor() throws {
        let list = try list()
        try files.keep(.list(list), to: try key(0))
        let oldest = String(repeating: "00", count: 32) + ".crl"
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)],
            ofItemAtPath: "\(scratch["cache"])/\(oldest)")
        for number in 1..<FetchAnswers.most {
            let name = String(repeating: "ff", count: 30) + String(format: "%04x", number) + ".crl"
            try scratch.write("any", to: "cache/\(name)", mode: 0o600, owner: Int(getuid()))
        }
        #expect(names.contains(oldest))
        try files.keep(.list(list), to: try key(1))
        #expect(names.count == FetchAnswers.most)
        #expect(!names.contains(oldest))
    }

    @Test func aDirectoryThatCannotBeMadeIsToldOf() throws {
        try scratch.write("a file in its place", to: "cache", owner: Int(getuid()))
        #expect(throws: Failure.self) { try files.keep(.list(list()), to: key(1)) }
    }
}
