import COpenSSL
import Testing

@testable import Crypto

struct RevocationListTests {
    private func made() throws -> RevocationList {
        let root = try CertificateMaker("CN=root", CertificateMaker.authority).make(.ec("P-256"))
        return try RevocationListMaker(revoked: [([1], nil), ([2, 3], 1)]).make(by: root)
    }

    @Test func saysWhatIsInIt() throws {
        let list = try made()
        #expect(list.issuer == (try DistinguishedName(parsing: "CN=root")))
        #expect(list.thisUpdate == 1_000_000_000)
        #expect(list.nextUpdate == 1_600_000_000)
        #expect(!list.isStale(at: 1_600_000_000))
        #expect(list.isStale(at: 1_600_000_001))
        #expect(list == (try RevocationList(der: list.der)))
    }

    @Test func aListWithoutANextOneIsNeverStale() throws {
        let root = try CertificateMaker("CN=root", CertificateMaker.authority).make(.ec("P-256"))
        let list = try RevocationListMaker(nextUpdate: nil).make(by: root)
        #expect(list.nextUpdate == nil)
        #expect(!list.isStale(at: .max))
    }

    @Test func takesOneWholeEncodingOnly() throws {
        let der = try made().der
        for count in 0..<der.count {
            #expect(throws: CryptoError.self) { try RevocationList(der: Array(der[..<count])) }
        }
        #expect(
            throws: CryptoError.malformedRevocationList(reason: "it is not one value in DER")
        ) { try RevocationList(der: der + [0]) }
        for index in der.indices {
            var changed = der
            changed[index] ^= 1 << (index % 8)
            guard let list = try? RevocationList(der: changed) else { continue }
            _ = list.isStale(at: 0)
            #expect(list == list)
        }
        #expect(ERR_peek_error() == 0)
    }
}
