import Foundation
import IPsecPolicy
import Policy
import Testing

@testable import Daemon

@Suite struct PolicyStateFileTests {
    private let scratch: Scratch
    private static let reqid = PolicyNumbers.reqids.lowerBound + 1
    private static let text = "ipsecconf 1\nnext \(reqid + 1)\nreqid \(reqid) shared esp 20/256\n"

    init() throws { scratch = try Scratch() }

    private func file() -> PolicyStateFile {
        PolicyStateFile(path: scratch["policy"], owner: .caller)
    }

    /// Puts another in its place, as ipsecconf does.
    private func replace(_ text: String, mode: Int = 0o644) throws {
        try scratch.write(text, to: "policy.new", mode: mode)
        _ = rename(scratch["policy.new"], scratch["policy"])
    }

    @Test func whatIsNewIsReadOnce() throws {
        var file = file()
        var complaints: [String] = []
        #expect(file.changes { complaints.append($0) } == nil)
        try replace(Self.text)
        let algorithms = PolicyAlgorithms(
            transforms: [ChildTransform(encryption: .aesGCM16, keyLengths: [256])])
        #expect(file.changes { complaints.append($0) } == [Self.reqid: algorithms])
        #expect(file.changes { complaints.append($0) } == nil)
        try replace(Self.text)
        #expect(file.changes { complaints.append($0) } == [Self.reqid: algorithms])
        unlink(file.path)
        #expect(file.changes { complaints.append($0) } == [:])
        #expect(file.changes { complaints.append($0) } == nil)
        #expect(complaints.isEmpty)
    }

    @Test(arguments: [
        ("nonsense", 0o644, "line 1 is not understood; expected 'ipsecconf 1'"),
        (
            text + "x\n", 0o644,
            "line 4 is not understood; expected a line as ipsecconf(8) describes it"
        ),
        (text, 0o666, "mode 0666 lets others write it; expected 0644 or tighter"),
    ])
    func whatCannotBeUsedIsToldOnce(text: String, mode: Int, complaint: String) throws {
        var file = file()
        try replace(Self.text)
        _ = file.changes { _ in }
        try replace(text, mode: mode)
        var complaints: [String] = []
        #expect(file.changes { complaints.append($0) } == [:])
        #expect(file.changes { complaints.append($0) } == nil)
        #expect(complaints == [complaint])
    }
}
