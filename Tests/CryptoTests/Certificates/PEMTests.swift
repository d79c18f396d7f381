import Testing

@testable import Crypto

struct PEMTests {
    private func pem(_ text: String) -> PEM { PEM([UInt8](text.utf8).span) }

    @Test func findsObjectsAndTheirLines() {
        let text = """
            subject=CN = gw
            -----BEGIN CERTIFICATE-----
            AAAA
            -----END CERTIFICATE-----

            -----BEGIN ENCRYPTED PRIVATE KEY-----\r
            BBBB\r
            -----END ENCRYPTED PRIVATE KEY----- \r
            """
        let found = pem(text)
        #expect(found.blocks.map { $0.label } == ["CERTIFICATE", "ENCRYPTED PRIVATE KEY"])
        #expect(found.blocks.map { $0.line } == [2, 6])
        #expect(found.unfinished == nil)
        let octets = [UInt8](text.utf8)
        let first = found.blocks.first.map { String(decoding: octets[$0.range], as: UTF8.self) }
        #expect(
            first == "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
    }

    @Test func tellsOfWhatHasNoEnd() {
        #expect(pem("-----BEGIN X-----\nAAAA\n").unfinished == 1)
        #expect(pem("\n-----BEGIN X-----\n-----END Y-----").unfinished == 2)
        // The second beginning counts.
        let found = pem("-----BEGIN X-----\n-----BEGIN Y-----\n-----END Y-----")
        #expect(found.blocks.map { $0.line } == [2])
        #expect(found.unfinished == nil)
    }

    @Test(arguments: [
        "", "\n", "-----", "-----BEGIN -----", "-----BEGIN X----", " -----BEGIN X-----",
        "----BEGIN X-----", "-----END X-----", "-----BEGIN \u{1B}[2J-----\n-----END \u{1B}[2J-----",
    ])
    func findsNothingElse(text: String) {
        #expect(pem(text).blocks.isEmpty)
        #expect(pem(text).unfinished == nil)
    }

    @Test(
        arguments: [
            ("-----BEGIN X", true), ("junk\n-----BEGIN X", true), ("-------BEGIN X", true),
            ("----- BEGIN", false), ("-----BEGI-----BEGIN X", true), ("", false), ("BEGIN", false),
            ("----BEGIN ", false),
        ])
    func tellsPEMFromDER(text: String, isPEM: Bool) {
        [UInt8](text.utf8).withUnsafeBytes { #expect(PEM.isPEM($0) == isPEM) }
    }
}
