import Testing

@testable import Crypto

@Suite struct HashAndURLTests {
    /// SHA-1 of "abc" (FIPS 180-4, example of one block).
    private static let hashOfABC = hex("a9993e364706816aba3e25717850c26c9cd0d89d")
    private static let abc = Array("abc".utf8)

    @Test func hasAHashThenAURL() throws {
        let located = try #require(
            HashAndURL(.certificate, octets: Self.hashOfABC + Array("http://a.example/b".utf8)))
        #expect(located.hash == Self.hashOfABC)
        #expect(located.url == "http://a.example/b")
        #expect(
            located.description
                == "http://a.example/b (SHA-1 a9993e364706816aba3e25717850c26c9cd0d89d)")
    }

    @Test func takesWhatHasItsHashAndNothingElse() throws {
        let located = try #require(
            HashAndURL(.certificate, octets: Self.hashOfABC + Array("http://a/".utf8)))
        #expect(try located.certificates(in: Self.abc) == [Self.abc])
        #expect(throws: CryptoError.self) { try located.certificates(in: []) }
        #expect(throws: CryptoError.self) { try located.certificates(in: Self.abc + [0]) }
    }

    @Test func whatNamesAQuestionIsHashAndPlaceButTheAnswerTheHashAlone() throws {
        func key(_ hash: [UInt8], _ url: String) throws -> (question: FetchKey, answer: FetchKey) {
            let located = try #require(HashAndURL(.certificate, octets: hash + Array(url.utf8)))
            return (
                try FetchQuestion(locating: located, policy: FetchPolicy()).key,
                try FetchKey(contentOf: located)
            )
        }
        let (one, another) = (Self.hashOfABC, [UInt8](repeating: 0, count: 20))
        let first = try key(one, "http://a/")
        #expect(try key(one, "http://b/").question != first.question)
        #expect(try key(another, "http://a/").question != first.question)
        #expect(try key(one, "http://b/").answer == first.answer)
        #expect(try key(another, "http://a/").answer != first.answer)
    }

    // MARK: Bundles

    private static func certificate(_ content: [UInt8]) -> [UInt8] { der(0xA0, content) }
    private static let value = der(0x30, [0x05, 0x00])

    @Test func aBundleHasItsCertificatesInOrder() throws {
        let (first, second) = (der(0x30, [0x02, 0x01, 1]), der(0x30, [0x02, 0x01, 2]))
        let octets = der(
            0x30, Self.certificate(first) + der(0xA1, Self.value) + Self.certificate(second))
        #expect(try CertificateBundle(der: octets).certificates == [first, second])
        #expect(try CertificateBundle(der: der(0x30, [])).certificates == [])
    }

    @Test(arguments: [
        [], [0x30], [0x30, 0x80, 0, 0], [0x30, 0x81, 0x00], [0x31, 0x00], [0x30, 0x00, 0x00],
        [0x30, 0x03, 0xA0, 0x05, 0x00], [0x30, 0x02, 0x05, 0x00], [0x30, 0x02, 0xA2, 0x00],
        [0x30, 0x02, 0x80, 0x00], [0x04, 0x02, 0xA0, 0x00],
        der(0x30, [UInt8](repeating: 0, count: 400)),
    ]) func rubbishIsNone(octets: [UInt8]) {
        #expect(throws: CryptoError.self) { try CertificateBundle(der: octets) }
    }

    @Test func aBundleHasItsLimits() throws {
        let most = der(0x30, Array(repeatElement(Self.certificate(Self.value), count: 32).joined()))
        #expect(try CertificateBundle(der: most).certificates.count == 32)
        let more = der(0x30, Array(repeatElement(Self.certificate(Self.value), count: 33).joined()))
        #expect(throws: CryptoError.self) { try CertificateBundle(der: more) }
        let long = [UInt8](repeating: 0x30, count: CertificateBundle.longest + 1)
        #expect(throws: CryptoError.self) { try CertificateBundle(der: long) }
    }
}
