import Crypto
import Foundation
import Keystore
import Testing

@testable import Daemon

/// Mistakes with owners and modes in a keystore: what others could have written is not read.
@Suite struct KeystoreFilesTests {
    private let scratch: Scratch
    private let other = Account(name: "other", user: 4711, group: 4711)

    init() throws {
        scratch = try Scratch()
        for directory in ["certs", "private", "crls"] {
            try FileManager.default.createDirectory(
                atPath: scratch[directory], withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o755])
        }
        try scratch.write(fixture("gw.pem"), to: "certs/gw.pem")
        try scratch.write(fixture("gw-key.pem"), to: "private/gw.pem", mode: 0o600)
        try scratch.write(fixture("root.crl.pem"), to: "crls/root.pem")
    }

    private func fixture(_ name: String) throws -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(
            contentsOf: tests.appendingPathComponent("KeystoreTests/Fixtures/\(name)"),
            encoding: .utf8)
    }

    private func load(
        lists: RevocationListFiles = RevocationListFiles()
    ) -> (keystore: Keystore, warnings: [String]) {
        var report = Report()
        let files = KeystoreFiles(directory: scratch.path, pin: nil, owner: other)
        let keystore = files.load(lists: lists, previous: Keystore(), into: &report)
        #expect(!report.hasErrors)
        return (keystore, report.entries.map { $0.text })
    }

    private func change(_ name: String, mode: Int? = nil, owner: Int? = nil) throws {
        var attributes: [FileAttributeKey: Any] = [:]
        attributes[.posixPermissions] = mode
        attributes[.ownerAccountID] = owner
        try FileManager.default.setAttributes(attributes, ofItemAtPath: scratch[name])
    }

    @Test func aGoodKeystoreIsReadWithoutAWord() throws {
        try change("private/gw.pem", owner: 4711)
        let (keystore, warnings) = load()
        #expect(warnings.isEmpty)
        #expect(keystore.identities.count == 1)
        #expect(keystore.revocationLists.count == 1)
    }

    @Test(arguments: [
        (0o640, "mode 0640 lets others read it"), (0o604, "mode 0604 lets others read it"),
        (0o620, "mode 0620 lets others write it"),
    ])
    func aKeyThatOthersMayReadIsRefused(_ mode: Int, _ words: String) throws {
        try change("private/gw.pem", mode: mode)
        let (keystore, warnings) = load()
        #expect(keystore.identities.isEmpty)
        #expect(keystore.certificates.count == 1)
        #expect(
            warnings == [
                "\(scratch["private/gw.pem"]): warning: \(words); expected 0600 or tighter"
            ])
    }

    @Test(arguments: ["certs/gw.pem", "crls/root.pem"])
    func aFileThatOthersMayWriteIsRefused(_ name: String) throws {
        try change(name, mode: 0o664)
        let (keystore, warnings) = load()
        #expect(keystore.certificates.isEmpty == name.hasPrefix("certs"))
        #expect(keystore.revocationLists.isEmpty == name.hasPrefix("crls"))
        #expect(
            warnings.first
                == "\(scratch[name]): warning: mode 0664 lets others write it; "
                + "expected 0644 or tighter")
    }

    @Test(arguments: [
        "certs/gw.pem", "private/gw.pem", "crls/root.pem", "certs", "private", "crls",
    ])
    func whatBelongsToAnotherUserIsRefused(_ name: String) throws {
        try change(name, owner: 4712)
        let (keystore, warnings) = load()
        #expect(keystore.certificates.isEmpty == name.hasPrefix("certs"))
        #expect(keystore.revocationLists.isEmpty == name.hasPrefix("crls"))
        #expect(keystore.identities.isEmpty == !name.hasPrefix("crls"))
        #expect(
            warnings.first
                == "\(scratch[name]): warning: belongs to user 4712; "
                + "expected it to belong to root or 'other'")
    }

    @Test(arguments: ["certs", "private", "crls"], [0o775, 0o757, 0o1777])
    func aDirectoryThatOthersMayWriteIsRefused(_ name: String, _ mode: Int) throws {
        try change(name, mode: mode)
        let (keystore, warnings) = load()
        #expect(keystore.certificates.isEmpty == (name == "certs"))
        #expect(keystore.revocationLists.isEmpty == (name == "crls"))
        #expect(keystore.identities.isEmpty == (name != "crls"))
        let digits = String(mode, radix: 8)
        #expect(
            warnings.first
                == "\(scratch[name]): warning: mode \(mode < 0o1000 ? "0" : "")\(digits) lets "
                + "others put files into it; expected 0755 or tighter")
    }

    @Test func nothingIsReadUnderADirectoryThatOthersMayWrite() throws {
        try change("", mode: 0o777)
        let (keystore, warnings) = load()
        #expect(keystore.certificates.isEmpty && keystore.revocationLists.isEmpty)
        #expect(
            warnings == [
                "\(scratch.path): warning: mode 0777 lets others put files into it; "
                    + "expected 0755 or tighter"
            ])
    }

    @Test func aMissingKeystoreIsEmpty() {
        var report = Report()
        let files = KeystoreFiles(directory: scratch["none"], pin: nil, owner: other)
        let keystore = files.load(
            lists: RevocationListFiles(), previous: Keystore(), into: &report)
        #expect(keystore.certificates.isEmpty && report.entries.isEmpty)
    }

    @Test func listsAreReadWhereThePolicySays() throws {
        #expect(load(lists: RevocationListFiles(name: "none.pem")).keystore.revocationLists.isEmpty)
        #expect(
            load(lists: RevocationListFiles(name: "root.pem")).keystore.revocationLists.count == 1)
        try FileManager.default.moveItem(atPath: scratch["crls"], toPath: scratch["elsewhere"])
        #expect(load().keystore.revocationLists.isEmpty)
        let elsewhere = RevocationListFiles(directory: scratch["elsewhere"])
        #expect(load(lists: elsewhere).keystore.revocationLists.count == 1)
    }
}
