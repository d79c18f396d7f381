import COpenSSL
import Net
import Testing

@testable import Crypto

struct X509CertificateTests {
    private func full() throws -> CertificateMaker.Made {
        var maker = CertificateMaker(
            "C=US, O=Example, CN=gw",
            [
                (
                    "subjectAltName",
                    "IP:192.0.2.1,IP:2001:db8::1,DNS:gw.example.org,email:admin@example.org,"
                        + "URI:https://example.org/gw,RID:1.2.3.4"
                ),
                ("keyUsage", "critical,digitalSignature,nonRepudiation,keyCertSign"),
                ("extendedKeyUsage", "serverAuth,1.3.6.1.5.5.7.3.17,1.2.3.4"),
                ("basicConstraints", "critical,CA:true,pathlen:3"),
                ("subjectKeyIdentifier", "0102030405"),
                (
                    "authorityInfoAccess",
                    "OCSP;URI:http://ocsp.example.org/,caIssuers;URI:http://example.org/ca.cer,"
                        + "OCSP;URI:http://ocsp2.example.org/"
                ),
                (
                    "crlDistributionPoints",
                    "URI:http://example.org/one.crl,URI:http://example.org/two.crl"
                ),
            ])
        maker.serial = [0x80, 0x01, 0xFF]
        return try maker.make(.ec("P-256"))
    }

    @Test func saysWhatIsInIt() throws {
        let made = try full()
        let certificate = made.certificate
        #expect(certificate.subject == (try DistinguishedName(parsing: "C=US, O=Example, CN=gw")))
        #expect(certificate.issuer == certificate.subject)
        #expect(certificate.serialNumber == [0x80, 0x01, 0xFF])
        #expect(certificate.description == "C=US, O=Example, CN=gw (serial 8001FF)")
        #expect(
            certificate.validity == Validity(notBefore: 1_000_000_000, notAfter: 2_000_000_000))
        #expect(
            certificate.alternativeNames == [
                .address(try #require(IPAddress("192.0.2.1"))),
                .address(try #require(IPAddress("2001:db8::1"))), .dns("gw.example.org"),
                .email("admin@example.org"), .uri("https://example.org/gw"), .other,
            ])
        #expect(
            certificate.keyUsage?.names == ["digitalSignature", "nonRepudiation", "keyCertSign"])
        #expect(
            certificate.extendedKeyUsage?.purposes.map { $0.name }
                == ["serverAuth", "ipsecIKE", "1.2.3.4"])
        #expect(certificate.extendedKeyUsage?.isCritical == false)
        #expect(certificate.isAuthority)
        #expect(certificate.pathLength == 3)
        #expect(certificate.subjectKeyIdentifier == [1, 2, 3, 4, 5])
        #expect(certificate.authorityKeyIdentifier == nil)
        #expect(
            certificate.ocspResponders == ["http://ocsp.example.org/", "http://ocsp2.example.org/"])
        #expect(
            certificate.revocationLists
                == ["http://example.org/one.crl", "http://example.org/two.crl"])
        #expect(certificate.isSelfSigned)
        #expect(certificate.publicKey == (try made.key.publicKey()))
        #expect(certificate.isAbout(try made.key.privateKey()))
        #expect(!certificate.isAbout(try TestKey.ec("P-256").privateKey()))
        #expect(certificate == (try X509Certificate(der: certificate.der)))
        #expect(
            certificate.hashValue == (try X509Certificate(der: certificate.der)).hashValue)
    }

    @Test func saysLittleWhenThereIsLittle() throws {
        var maker = CertificateMaker("CN=old")
        maker.version = 0
        let certificate = try maker.make(.rsa(1024)).certificate
        #expect(certificate.alternativeNames.isEmpty)
        #expect(certificate.keyUsage == nil)
        #expect(certificate.extendedKeyUsage == nil)
        #expect(!certificate.isAuthority)
        #expect(certificate.pathLength == nil)
        #expect(certificate.subjectKeyIdentifier == nil)
        #expect(certificate.ocspResponders.isEmpty)
        #expect(certificate.revocationLists.isEmpty)
    }

    @Test func aCertificateOfAnotherIsNotSelfSigned() throws {
        let root = try CertificateMaker("CN=root", CertificateMaker.authority).make(.ec("P-256"))
        let leaf = try CertificateMaker(
            "CN=leaf", [("authorityKeyIdentifier", "issuer:always")]
        ).make(.ec("P-256"), by: root).certificate
        #expect(!leaf.isSelfSigned)
        #expect(leaf.issuer == root.certificate.subject)
        // The same name, but not its own key.
        let impostor = try CertificateMaker("CN=root").make(.ec("P-256"), by: root).certificate
        #expect(!impostor.isSelfSigned)
        #expect(root.certificate != impostor)
    }

    // The fingerprint and the key identifier are those its owner publishes; the hash of its key is the
    // openssl command's.
    @Test func readsACertificateInUse() throws {
        let certificate = try X509Certificate(der: hex(Self.isrgRootX2))
        #expect(
            certificate.subject.description
                == "C=US, O=Internet Security Research Group, CN=ISRG Root X2")
        #expect(certificate.serialText == "41D29DD172EAEEA780C12C6CE92F8752")
        // 4 September 2020 and 17 September 2040.
        #expect(
            certificate.validity == Validity(notBefore: 1_599_177_600, notAfter: 2_231_510_400))
        #expect(certificate.publicKey.kind == .ec(.p384))
        #expect(certificate.keyUsage == [.keyCertSign, .crlSign])
        #expect(certificate.isAuthority)
        #expect(certificate.isSelfSigned)
        #expect(
            certificate.subjectKeyIdentifier == hex("7c4296aede4b483bfa92f89e8ccf6d8ba9723795"))
        #expect(text(try certificate.fingerprint()) == "bdb1b93cd5978d45c6261455f8db95c75ad153af")
        #expect(
            text(try certificate.subjectPublicKeyInfoHash())
                == "4422cc449e620cb339180bfc359f94aff3ef982c")
    }

    static let isrgRootX2 = """
        3082021b308201a1a003020102021041d29dd172eaeea780c12c6ce92f8752300a06082a8648ce3d04030330
        4f310b300906035504061302555331293027060355040a1320496e7465726e65742053656375726974792052
        657365617263682047726f7570311530130603550403130c4953524720526f6f74205832301e170d32303039
        30343030303030305a170d3430303931373136303030305a304f310b30090603550406130255533129302706
        0355040a1320496e7465726e65742053656375726974792052657365617263682047726f7570311530130603
        550403130c4953524720526f6f742058323076301006072a8648ce3d020106052b8104002203620004cd9bd5
        9f80830aec094af3164a3e5ccf77acde67050d1d07b6dc16fb5a8b14dbe27160c4ba459511898eea06dff72a
        161ca4b9c5c532e003e01e8218388bd745d80a6a6ee60077fb02517d22d80a6e9a5b77dff0fa41ec39dc75ca
        68070c1feaa3423040300e0603551d0f0101ff040403020106300f0603551d130101ff040530030101ff301d
        0603551d0e041604147c4296aede4b483bfa92f89e8ccf6d8ba9723795300a06082a8648ce3d040303036800
        306502307b794e465084c24487461b4570ff5899def4fda4d255a6202d74d634bc41a3505f012756b4be2775
        06af122e75988dfc0231008bf5776cd4c865aae00b2cee149d2737a4f953a551e42983d7f890315b429f0af5
        feae0068e78c490fb66f5b5b15f2e7
        """

    @Test func readsPEM() throws {
        let certificate = try X509Certificate(der: hex(Self.isrgRootX2))
        let output = BIO_new(BIO_s_mem())
        defer { BIO_free(output) }
        try #require(PEM_write_bio_X509(output, certificate.handle) == 1)
        var start: UnsafeMutablePointer<CChar>?
        let count = COpenSSL_BIO_get_mem_data(output, &start)
        let pem = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
        #expect(try X509Certificate(pem: [UInt8]("some words\n".utf8) + pem) == certificate)
        var damaged = pem
        damaged[100] = UInt8(ascii: "!")
        let relabelled = String(decoding: pem, as: UTF8.self).split(separator: "CERTIFICATE")
            .joined(separator: "TRUSTED CERTIFICATE")
        for wrong in [
            pem + pem, [], certificate.der, pem.dropLast(20), damaged, Array(relabelled.utf8),
        ] {
            #expect(throws: CryptoError.self) { try X509Certificate(pem: wrong) }
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test func namesWithNULsAndOddLengthsAreNoNames() throws {
        // dNSName gw\0.example.org, empty dNSName, iPAddress of 5 and 0 octets, e-mail with a newline
        // and one in UTF-8, a directoryName that is fine, x400Address.
        let names =
            der(0x82, [UInt8]("gw\0.example.org".utf8)) + der(0x82, [])
            + der(0x87, [192, 0, 2, 1, 0]) + der(0x87, []) + der(0x81, [UInt8]("a@b\n".utf8))
            + der(0x81, [UInt8]("ä@example.org".utf8))
            + der(0xA4, try DistinguishedName(parsing: "CN=gw").der)
            + der(0x82, [UInt8]("good.example.org".utf8))
        var maker = CertificateMaker("CN=gw")
        maker.rawExtensions = [("2.5.29.17", false, der(0x30, names))]
        let certificate = try maker.make(.ec("P-256")).certificate
        #expect(
            certificate.alternativeNames == [
                .other, .other, .other, .other, .other, .other,
                .directoryName(try DistinguishedName(parsing: "CN=gw")), .dns("good.example.org"),
            ])
    }

    @Test func mayHaveNoSubject() throws {
        var maker = CertificateMaker("CN=unused", [("subjectAltName", "critical,DNS:gw")])
        maker.subjectDER = [0x30, 0x00]
        let certificate = try maker.make(.ec("P-256")).certificate
        #expect(certificate.subject.der == [0x30, 0x00])
        #expect(certificate.alternativeNames == [.dns("gw")])
    }

    @Test(
        arguments: [
            ("2.5.29.17", [0x30, 0x02, 0x82]), ("2.5.29.17", [0x04, 0x00]), ("2.5.29.17", []),
            ("2.5.29.17", [0x30, 0x80, 0x00, 0x00]),
            ("2.5.29.37", [0x30, 0x03, 0x06, 0x01]), ("2.5.29.31", [0x30, 0x01, 0x30]),
            ("2.5.29.15", [0x04, 0x00]), ("2.5.29.19", [0x30, 0x03, 0x01, 0x02, 0xFF]),
            ("2.5.29.14", [0x05, 0x00]), ("2.5.29.35", [0x05]),
            ("1.3.6.1.5.5.7.1.1", [0x30, 0x01, 0x00]),
        ] as [(String, [UInt8])])
    func refusesMalformedExtensions(identifier: String, content: [UInt8]) throws {
        var maker = CertificateMaker("CN=gw")
        maker.rawExtensions = [(identifier, false, content)]
        #expect {
            try maker.make(.ec("P-256"))
        } throws: { error in
            guard case CryptoError.malformedCertificate = error else { return false }
            return true
        }
    }

    @Test func refusesAnExtensionThatIsThereTwice() throws {
        let maker = CertificateMaker(
            "CN=gw", [("subjectAltName", "DNS:a"), ("subjectAltName", "DNS:b")])
        #expect(
            throws: CryptoError.malformedCertificate(
                reason: "it has two extensions subjectAltName")
        ) { try maker.make(.ec("P-256")) }
    }

    @Test func refusesMoreNamesThanAnybodyNeeds() throws {
        func maker(_ count: Int) -> CertificateMaker {
            CertificateMaker(
                "CN=gw",
                [("subjectAltName", (0..<count).map { "DNS:h\($0)" }.joined(separator: ","))])
        }
        #expect(try maker(255).make(.ec("P-256")).certificate.alternativeNames.count == 255)
        #expect(throws: CryptoError.self) { try maker(256).make(.ec("P-256")) }
    }

    @Test func refusesKeysThatAreNotUsed() throws {
        #expect(throws: CryptoError.self) { try CertificateMaker("CN=gw").make(.rsa(512)) }
        #expect(throws: CryptoError.self) { try CertificateMaker("CN=gw").make(.ec("secp256k1")) }
    }

    @Test func takesOneWholeEncodingOnly() throws {
        let der = try full().certificate.der
        for count in 0..<der.count {
            #expect(throws: CryptoError.self) { try X509Certificate(der: Array(der[..<count])) }
        }
        #expect(
            throws: CryptoError.malformedCertificate(reason: "it is not one value in DER")
        ) { try X509Certificate(der: der + [0]) }
        #expect(throws: CryptoError.malformedCertificate(reason: "it has 16385 octets")) {
            try X509Certificate(der: der + [UInt8](repeating: 0, count: 16385 - der.count))
        }
        // The outer sequence with an indefinite length, as BER may have it.
        let indefinite = [0x30, 0x80] + der.dropFirst(4) + [0, 0]
        #expect(throws: CryptoError.self) { try X509Certificate(der: indefinite) }
    }

    @Test func changedCertificatesAreRefusedOrAnswer() throws {
        let good = try full().certificate.der
        var generator = Repeatable(state: 5)
        func ask(_ der: [UInt8]) {
            guard let certificate = try? X509Certificate(der: der) else { return }
            #expect(certificate.der == der)
            #expect(certificate.description.utf8.allSatisfy { (0x20...0x7E).contains($0) })
            _ = certificate.extendedKeyUsage
            _ = certificate.ocspResponders + certificate.revocationLists
            _ = certificate.keyUsage?.names
            _ = certificate.isSelfSigned
            _ = certificate.subjectKeyIdentifier
            _ = certificate.authorityKeyIdentifier
            _ = certificate.pathLength
            #expect(certificate == certificate)
        }
        for index in good.indices {
            var changed = good
            changed[index] ^= 1 << (index % 8)
            ask(changed)
        }
        for _ in 0..<500 {
            var changed = good
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<changed.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: changed[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: changed.remove(at: index)
                case 2: changed.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                default: changed.swapAt(index, Int.random(in: 0..<changed.count, using: &generator))
                }
            }
            ask(changed)
        }
        #expect(ERR_peek_error() == 0)
    }
}
