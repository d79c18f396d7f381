import Crypto
import Foundation
import Net
import Testing
import Wire

@testable import Keystore

/// Public keys without certificates, and whose they are.
@Suite struct PublicKeyTests {
    private static func pem(_ key: PrivateKey) throws -> [UInt8] {
        try PEM.text("PUBLIC KEY", key.publicKey.subjectPublicKeyInfo)
    }

    private static func secret(_ key: PrivateKey) throws -> [UInt8] {
        try key.pem(pin: nil).revealed()
    }

    @Test func foldersAndFilesSayWhoseAKeyIs() throws {
        let key = try PrivateKey.generate(.ec(.p256))
        let names = [
            "ipv4/192.0.2.1", "ipv6/2001:db8::1", "fqdn/gw.example.org",
            "ufqdn/op@example.org",
        ]
        let files = FixtureFiles(
            files: try Dictionary(
                uniqueKeysWithValues: names.map { ("/ks/pubkeys/\($0)", try Self.pem(key)) }))
        let reading = files.read()
        #expect(reading.warnings.isEmpty)
        #expect(reading.keystore.publicKeys.map { $0.owner.text } == names)
        #expect(
            reading.keystore.publicKeys.map { $0.owner.identity } == [
                Identification(try #require(IPAddress("192.0.2.1"))),
                Identification(try #require(IPAddress("2001:db8::1"))),
                Identification(type: .fqdn, data: Array("gw.example.org".utf8)),
                Identification(type: .rfc822Address, data: Array("op@example.org".utf8)),
            ])
        #expect(reading.keystore.publicKeys.allSatisfy { $0.key == key.publicKey })
        #expect(reading.keystore.bareIdentities.isEmpty)
        #expect(reading.keystore.certificates.isEmpty)
    }

    @Test func ownKeysAreThoseWithAPrivateKey() throws {
        let (own, other) = (try PrivateKey.generate(.ed25519), try PrivateKey.generate(.ed25519))
        var files = FixtureFiles(files: [
            "/ks/pubkeys/fqdn/a.example.org": try Self.pem(own),
            "/ks/pubkeys/fqdn/b.example.org": try Self.pem(other),
            "/ks/private/a.pem": try Self.secret(own),
        ])
        let reading = files.read()
        #expect(reading.warnings.isEmpty)
        #expect(
            reading.keystore.bareIdentities.map { $0.owner.text } == ["fqdn/a.example.org"])
        // What stays is the same object.
        let again = files.read(previous: reading.keystore).keystore
        #expect(again.bareIdentities.first?.key === reading.keystore.bareIdentities.first?.key)
        files.files["/ks/pubkeys/fqdn/a.example.org"] = nil
        #expect(
            files.read().warnings.map { $0.description }
                == ["/ks/private/a.pem: there is no certificate or public key for this key"])
    }

    @Test func anOwnerMayHaveSeveralKeys() throws {
        let keys = [try PrivateKey.generate(.ed25519), try PrivateKey.generate(.ec(.p384))]
        let files = FixtureFiles(files: [
            "/ks/pubkeys/fqdn/a.example.org": try keys.flatMap { try Self.pem($0) }
        ])
        #expect(files.read().keystore.publicKeys.map { $0.key } == keys.map { $0.publicKey })
    }

    @Test func whatIsNoKeyOrNobodysIsToldOf() throws {
        let key = try PrivateKey.generate(.ed25519)
        let files = FixtureFiles(files: [
            "/ks/pubkeys/ipv4/gw.example.org": try Self.pem(key),
            "/ks/pubkeys/ipv4/2001:db8::1": try Self.pem(key),
            "/ks/pubkeys/ufqdn/gw.example.org": try Self.pem(key),
            "/ks/pubkeys/fqdn/op@example.org": try Self.pem(key),
            "/ks/pubkeys/fqdn/a": try Self.secret(key),
            "/ks/pubkeys/fqdn/b": [0x30, 0x00],
            "/ks/pubkeys/fqdn/old~": try Self.pem(key),
            "/ks/pubkeys/keyid/x": try Self.pem(key),
        ])
        let reading = files.read()
        #expect(reading.keystore.publicKeys.isEmpty)
        let warnings = reading.warnings
        #expect(
            warnings.filter { $0.reason.contains("its name is no identity") }.map { $0.path } == [
                "/ks/pubkeys/ipv4/2001:db8::1", "/ks/pubkeys/ipv4/gw.example.org",
                "/ks/pubkeys/fqdn/op@example.org", "/ks/pubkeys/ufqdn/gw.example.org",
            ])
        #expect(warnings.count == 6)
        #expect(
            warnings.contains {
                $0.path == "/ks/pubkeys/fqdn/a" && $0.reason == "PRIVATE KEY is not looked for here"
            })
    }

    @Test(arguments: [
        "fqdn", "fqdn/", "/gw", "dn/x", "fqdn/../../etc/x", "fqdn/.hidden", "fqdn/a~",
        "ipv4/1.2.3", "ipv4/1.2.3.4.5", "ipv6/192.0.2.1", "ufqdn/a", "fqdn/a/b", "fqdn/a\u{1}",
    ]) func whatIsNoOwnerIsRefused(text: String) {
        #expect(KeyOwner(text) == nil)
    }
}
