import Crypto
import Foundation
import Testing

@testable import Keystore

struct FileChangesTests {
    private let place: String

    init() throws {
        place = "/tmp/changes-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: false)
    }

    private func secret(_ text: String) -> Secret { Secret(copying: [UInt8](text.utf8)) }

    private var names: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: place))?.sorted() ?? []
    }

    private func text(_ name: String) -> String? {
        try? String(contentsOfFile: "\(place)/\(name)", encoding: .utf8)
    }

    @Test func nothingHasItsNameBeforeEverythingIsWritten() throws {
        defer { try? FileManager.default.removeItem(atPath: place) }
        let changes = FileChanges()
        for name in ["a", "b"] {
            try changes.stage(
                secret(name), at: "\(place)/\(name)", mode: 0o600, replacing: false)
        }
        #expect(names.allSatisfy { $0.hasPrefix(".") })
        try changes.commit()
        #expect(text("a") == "a")
        #expect(text("b") == "b")
    }

    @Test func whatIsGivenUpLeavesNothing() throws {
        defer { try? FileManager.default.removeItem(atPath: place) }
        do {
            let changes = FileChanges()
            try changes.stage(secret("a"), at: "\(place)/a", mode: 0o600, replacing: false)
            #expect(names.count == 1)
        }
        #expect(names.isEmpty)
    }

    @Test func aNameTakenInTheMeantimeStaysAndTheOthersGo() throws {
        defer { try? FileManager.default.removeItem(atPath: place) }
        do {
            let changes = FileChanges()
            for name in ["a", "b"] {
                try changes.stage(
                    secret("new"), at: "\(place)/\(name)", mode: 0o600, replacing: false)
            }
            try "old".write(toFile: "\(place)/b", atomically: false, encoding: .utf8)
            let problem = #expect(throws: FileChanges.Problem.self) { try changes.commit() }
            #expect(problem?.path == "\(place)/b")
            #expect(problem?.reason.hasPrefix("exists already") ?? false)
        }
        #expect(names == ["b"])
        #expect(text("b") == "old")
    }

    @Test func aLinkIsReplacedAndNotFollowed() throws {
        defer { try? FileManager.default.removeItem(atPath: place) }
        try "other".write(toFile: "\(place)/other", atomically: false, encoding: .utf8)
        try FileManager.default.createSymbolicLink(
            atPath: "\(place)/a", withDestinationPath: "\(place)/other")
        do {
            let changes = FileChanges()
            try changes.stage(secret("new"), at: "\(place)/a", mode: 0o600, replacing: true)
            try changes.commit()
        }
        #expect(text("a") == "new")
        #expect(text("other") == "other")
    }
}

struct LabelTests {
    @Test(arguments: ["gw", "The gateway", "a.b", "gw-2026"])
    func namesAFile(text: String) throws {
        let label = try #require(Label(text))
        #expect(Label.text(of: KeystoreFolder.keys.path(of: label, in: "/k")) == text)
    }

    @Test(arguments: [
        "", ".gw", "a/b", "..", "gw~", "gw.pem", "a\nb", String(repeating: "x", count: 201),
    ])
    func refusesWhatWouldNotBeReadBack(text: String) {
        #expect(Label(text) == nil)
    }
}
