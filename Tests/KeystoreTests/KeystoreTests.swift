import Crypto
import Foundation
import Net
import Testing

@testable import Keystore

struct KeystoreTests {
    private static let pin = "correct horse"

    private func fixture(_ name: String) -> [UInt8] { FixtureFiles.fixture(name) }

    private func certificate(_ name: String) throws -> X509Certificate {
        try X509Certificate(pem: fixture(name))
    }

    private var directory: FixtureFiles {
        FixtureFiles(files: [
            "/ks/certs/ca.pem": fixture("root.pem"), "/ks/certs/gw.pem": fixture("gw.pem"),
            "/ks/certs/other.der": fixture("other.der"), "/ks/private/gw": fixture("gw-key.pem"),
            "/ks/crls/root.pem": fixture("root.crl.pem"),
        ])
    }

    @Test func readsCertificatesKeysAndLists() throws {
        let reading = directory.read()
        #expect(reading.warnings.isEmpty)
        let keystore = reading.keystore
        let gateway = try certificate("gw.pem")
        #expect(
            keystore.certificates
                == [try certificate("root.pem"), gateway, try certificate("other.pem")])
        #expect(keystore.identities.map { $0.certificate } == [gateway])
        #expect(keystore.identities.allSatisfy { gateway.isAbout($0.key) })
        #expect(
            keystore.revocationLists.map { $0.issuer }
                == [try DistinguishedName(parsing: "C=US, O=Example, CN=root")])
    }

    @Test func whatIsReadValidatesPeers() throws {
        let keystore = directory.read().keystore
        let store = try TrustStore(certificates: [try #require(keystore.certificates.first)])
        let gateway = try certificate("gw.pem")
        let moment = gateway.validity.notBefore + 1000
        #expect(
            try store.validate(gateway, revocationLists: keystore.revocationLists, at: moment)
                .certificates.count == 2)
    }

    @Test func opensEncryptedKeysWithThePIN() throws {
        var files = directory
        files.files["/ks/private/gw"] = fixture("gw-key-encrypted.pem")
        #expect(files.read(pin: Self.pin).keystore.identities.count == 1)
        for pin in [nil, "wrong"] {
            let reading = files.read(pin: pin)
            #expect(reading.keystore.identities.isEmpty)
            #expect(
                reading.warnings.map { $0.description } == [
                    "/ks/private/gw: the key is encrypted, and the PIN is missing or wrong"
                ])
        }
    }

    @Test func opensPKCS12() throws {
        let files = FixtureFiles(files: ["/ks/private/gw.p12": fixture("gw.p12")])
        let reading = files.read(pin: Self.pin)
        #expect(reading.warnings.isEmpty)
        #expect(
            reading.keystore.certificates
                == [try certificate("gw.pem"), try certificate("root.pem")])
        #expect(reading.keystore.identities.count == 1)
        #expect(files.read().warnings.count == 1)
    }

    @Test func tellsOfBadFilesAndGoesOn() throws {
        let bad = [UInt8](
            "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n".utf8)
        let empty = [UInt8](
            "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n".utf8)
        var files = directory
        files.files["/ks/certs/a.pem"] =
            [UInt8]("a bundle\n".utf8) + bad + fixture("other.pem") + empty
            + fixture("gw-key.pem") + [UInt8]("-----BEGIN CERTIFICATE-----\nMAA=\n".utf8)
        files.files["/ks/certs/b.der"] = [0x30, 0x00]
        files.files["/ks/certs/old.pem~"] = [0x30, 0x00]
        files.files["/ks/private/none"] = [UInt8]("nothing".utf8)
        files.files["/ks/crls/none"] = [0x30]
        files.problems = [
            "/ks/private/shown": .refused("mode 0644 lets others read it; expected 0600"),
            "/ks/certs/gone": .missing,
        ]
        let reading = files.read()
        #expect(reading.keystore.certificates.count == 3)
        #expect(reading.keystore.identities.count == 1)
        let lines = fixture("other.pem").count { $0 == UInt8(ascii: "\n") }
        let keyLines = fixture("gw-key.pem").count { $0 == UInt8(ascii: "\n") }
        let places = reading.warnings.map { "\($0.path):\($0.line.map(String.init) ?? "")" }
        #expect(
            places == [
                "/ks/certs/a.pem:2", "/ks/certs/a.pem:\(8 + lines)",
                "/ks/certs/a.pem:\(8 + lines + keyLines)", "/ks/certs/a.pem:\(5 + lines)",
                "/ks/certs/b.der:", "/ks/private/none:", "/ks/private/shown:", "/ks/crls/none:",
            ])
        #expect(
            reading.warnings.map { $0.description }.contains(
                "/ks/private/shown: mode 0644 lets others read it; expected 0600"))
    }

    @Test func tellsOfKeysWithoutACertificate() {
        var files = directory
        files.files["/ks/certs/gw.pem"] = nil
        #expect(
            files.read().warnings.map { $0.description }
                == ["/ks/private/gw: there is no certificate or public key for this key"])
    }

    @Test func anEmptyDirectoryIsAnEmptyKeystore() {
        let reading = FixtureFiles().read()
        #expect(reading.keystore.certificates.isEmpty)
        #expect(reading.warnings.isEmpty)
        var closed = FixtureFiles()
        closed.problems = ["/ks/certs": .refused("cannot be opened: Permission denied")]
        #expect(
            closed.read().warnings.map { $0.description }
                == ["/ks/certs: cannot be opened: Permission denied"])
    }

    @Test func sharesWhatHasNotChanged() throws {
        var files = directory
        let first = files.read().keystore
        files.files["/ks/certs/ca.pem"] = nil
        files.files["/ks/certs/zz.pem"] = fixture("root.pem") + fixture("gw.pem")
        files.files["/ks/certs/other.der"] = nil
        let second = files.read(previous: first).keystore
        #expect(second.certificates.count == 2)
        for certificate in second.certificates {
            #expect(first.certificates.contains { $0 === certificate })
        }
        #expect(second.identities.first?.key === first.identities.first?.key)
        #expect(second.revocationLists.first === first.revocationLists.first)
        // The first is as it was.
        #expect(first.certificates.count == 3)
    }

    @Test func listsARealDirectory() throws {
        let place = FileManager.default.temporaryDirectory
            .appendingPathComponent("keystore-\(ProcessInfo.processInfo.globallyUniqueString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        #expect(try Directory.names(of: place.path) == [])
        for name in ["b", "a.pem", ".hidden"] {
            try Data().write(to: place.appendingPathComponent(name))
        }
        #expect(try Directory.names(of: place.path).sorted() == ["a.pem", "b"])
        #expect(throws: FileAccess.Problem.missing) {
            try Directory.names(of: place.path + "/none")
        }
        #expect(throws: FileAccess.Problem.refused("cannot be opened: Not a directory")) {
            try Directory.names(of: place.path + "/b")
        }
    }
}
