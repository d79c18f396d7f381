import COpenSSL
import Testing
import Wire

@testable import Crypto

/// Keys whose SubjectPublicKeyInfo says id-RSASSA-PSS (RFC 4055).
struct PSSKeyTests {
    private static let all: [SignatureHashAlgorithm] = [
        .sha1, .sha256, .sha384, .sha512, .identity,
    ]
    private static let octets = [UInt8]("what AUTH is over".utf8)

    @Test func aKeyWithoutParametersTakesAnyHash() throws {
        let key = try TestKey.rsaPSS(2048).privateKey()
        #expect(key.kind == .rsaPSS(bits: 2048, hash: nil))
        #expect(key.kind.family == .rsa)
        #expect(
            key.kind.schemes(announced: Self.all) == [
                .digitalSignature(.rsaPSSWithSHA256), .digitalSignature(.rsaPSSWithSHA384),
                .digitalSignature(.rsaPSSWithSHA512),
            ])
        for scheme in key.kind.schemes(announced: Self.all) {
            let proof = try key.sign(Self.octets, by: scheme)
            #expect(
                try key.publicKey.verify(proof, of: Self.octets, offered: Self.all) == scheme)
        }
    }

    @Test func aKeyIsBoundToTheHashOfItsParameters() throws {
        let key = try TestKey.rsaPSS(2048, hash: "SHA384", saltLength: 48).privateKey()
        #expect(key.kind == .rsaPSS(bits: 2048, hash: .sha384))
        let scheme = SignatureScheme.digitalSignature(.rsaPSSWithSHA384)
        #expect(key.kind.schemes(announced: Self.all) == [scheme])
        #expect(key.kind.schemes(announced: [.sha256, .sha512]).isEmpty)
        let proof = try key.sign(Self.octets, by: scheme)
        #expect(try key.publicKey.verify(proof, of: Self.octets, offered: Self.all) == scheme)
        #expect(throws: CryptoError.self) {
            try key.sign(Self.octets, by: .digitalSignature(.rsaPSSWithSHA256))
        }
    }

    /// The public key read from what a certificate has, and a signature that another key with the same
    /// numbers, but free, has made with another hash.
    @Test func aSignatureWithAnotherHashIsRefused() throws {
        let bound = try TestKey.rsaPSS(2048, hash: "SHA256", saltLength: 32).publicKey()
        let free = try TestKey.rsaPSS(2048).privateKey()
        let proof = try free.sign(Self.octets, by: .digitalSignature(.rsaPSSWithSHA512))
        #expect(
            throws: CryptoError.signatureRefused(
                .keyDoesNotFit(algorithm: "RSASSA-PSS with SHA-512", key: bound.kind.name))
        ) { try bound.verify(proof, of: Self.octets, offered: Self.all) }
    }

    @Test func noKeyForPSSMakesOrTakesPKCS1() throws {
        let key = try TestKey.rsaPSS(2048).privateKey()
        for scheme in [SignatureScheme.rsaSignature, .digitalSignature(.rsaWithSHA256)] {
            #expect(throws: CryptoError.self) { try key.sign(Self.octets, by: scheme) }
        }
        let other = try TestKey.rsa(2048).privateKey()
        for scheme in [SignatureScheme.rsaSignature, .digitalSignature(.rsaWithSHA256)] {
            let proof = try other.sign(Self.octets, by: scheme)
            #expect {
                try key.publicKey.verify(proof, of: Self.octets, offered: Self.all)
            } throws: { error in
                guard case CryptoError.signatureRefused(.keyDoesNotFit) = error else {
                    return false
                }
                return true
            }
        }
        #expect(key.kind.schemes(announced: []).isEmpty)
    }

    @Test(arguments: [
        ("SHA256", "SHA1", 32, "its RSASSA-PSS has two hashes, SHA2-256 and SHA1"),
        ("SHA256", "SHA256", 33, "its RSASSA-PSS wants a salt of 33 octets with SHA2-256"),
        ("SHA224", "SHA224", 28, "its RSASSA-PSS is bound to the hash SHA2-224"),
    ])
    func parametersThatIKEHasNoUseForAreRefused(
        _ hash: String, _ maskHash: String, _ saltLength: Int32, _ reason: String
    ) throws {
        let key = try TestKey.rsaPSS(
            2048, hash: hash, maskHash: maskHash, saltLength: saltLength)
        #expect(throws: CryptoError.unacceptableKey(reason: reason)) { try key.privateKey() }
    }

    @Test func aShorterSaltAtLeastIsAllowed() throws {
        // What a key names is the shortest salt, and RFC 7427's is as long as the hash.
        let key = try TestKey.rsaPSS(2048, hash: "SHA256", saltLength: 20).privateKey()
        let scheme = SignatureScheme.digitalSignature(.rsaPSSWithSHA256)
        let proof = try key.sign(Self.octets, by: scheme)
        #expect(try key.publicKey.verify(proof, of: Self.octets, offered: Self.all) == scheme)
    }

    @Test func theLimitsOfRSAHold() throws {
        let key = try TestKey.rsaPSS(512)
        #expect(
            throws: CryptoError.unacceptableKey(
                reason: "RSA keys have 1024 to 16384 bits, this one 512")
        ) { try key.privateKey() }
    }
}
