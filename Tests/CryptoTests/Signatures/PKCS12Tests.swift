import COpenSSL
import Testing

@testable import Crypto

struct PKCS12Tests {
    private func made(_ pin: String?) throws -> (file: [UInt8], [CertificateMaker.Made]) {
        let root = try CertificateMaker("CN=root", CertificateMaker.authority).make(.ec("P-256"))
        let leaf = try CertificateMaker("CN=leaf").make(.ec("P-256"), by: root)
        let others = OPENSSL_sk_new_null()
        defer { OPENSSL_sk_free(others) }
        _ = OPENSSL_sk_push(others, UnsafeRawPointer(root.certificate.handle))
        let file = PKCS12_create(
            pin, "gw", leaf.key.handle, leaf.certificate.handle, others, 0, 0, 1000, 1000, 0)
        defer { PKCS12_free(file) }
        return (encoded { i2d_PKCS12(file, &$0) }, [leaf, root])
    }

    @Test func givesKeyAndCertificates() throws {
        let (file, made) = try made("correct horse")
        let read = try PKCS12(der: file, pin: Secret(copying: [UInt8]("correct horse".utf8)))
        #expect(read.certificates == made.map { $0.certificate })
        #expect(read.key?.publicKey == (try made.first?.key.publicKey()))
        for wrong in [nil, Secret(copying: []), Secret(copying: [UInt8]("wrong".utf8))] {
            #expect(throws: CryptoError.wrongPIN) { try PKCS12(der: file, pin: wrong) }
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test func opensFilesWithoutAPIN() throws {
        let (file, made) = try made("")
        #expect(try PKCS12(der: file, pin: nil).certificates == made.map { $0.certificate })
    }

    @Test func changedFilesAreRefused() throws {
        let (file, made) = try made("pin")
        let pin = Secret(copying: [UInt8]("pin".utf8))
        // Every octet would take a derivation each.
        for index in stride(from: 0, to: file.count, by: 7) {
            var changed = file
            changed[index] ^= 0x10
            guard let read = try? PKCS12(der: changed, pin: pin) else { continue }
            #expect(read.certificates == made.map { $0.certificate })
        }
        for wrong in [[], [0x30], Array(file.dropLast()), [UInt8](repeating: 0x30, count: 400000)] {
            #expect(throws: CryptoError.self) { try PKCS12(der: wrong, pin: pin) }
        }
        #expect(ERR_peek_error() == 0)
    }
}
