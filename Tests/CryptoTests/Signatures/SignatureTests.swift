import COpenSSL
import Testing
import Wire

@testable import Crypto

struct SignatureTests {
    static let hashes: [SignatureHashAlgorithm] = [.sha1, .sha256, .sha384, .sha512, .identity]
    static let octets = [UInt8]("RealMessage1 | NonceRData | MACedIDForI".utf8)

    /// The AUTH payload that a vector would come in.
    private func authentication(_ vector: SignatureVector) throws -> Authentication {
        let signature = hex(vector.signature)
        let methods: [AuthenticationMethod] = [
            .dssSignature, .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512,
        ]
        if let method = methods.first(where: { $0.name == vector.algorithm }) {
            return Authentication(method: method, data: signature)
        }
        let algorithm = try #require(
            SignatureAlgorithm.allCases.first { $0.name == vector.algorithm })
        let identifier = algorithm.identifier
        return Authentication(
            method: .digitalSignature, data: [UInt8(identifier.count)] + identifier + signature)
    }

    private func isAccepted(_ vector: SignatureVector) throws -> Bool {
        let key = try PublicKey(subjectPublicKeyInfo: hex(vector.key))
        let authentication = try authentication(vector)
        do throws(CryptoError) {
            try key.verify(authentication, of: hex(vector.message), offered: Self.hashes)
            return true
        } catch {
            guard case .signatureRefused = error else { throw error }
            return false
        }
    }

    @Test func agreesWithWycheproof() throws {
        #expect(SignatureVector.wycheproof.count > 900)
        #expect(SignatureVector.wycheproof.count { $0.isValid } > 300)
        for vector in SignatureVector.wycheproof {
            #expect(try isAccepted(vector) == vector.isValid, "\(vector)")
        }
        // Nothing that libcrypto said of refused signatures is left for others to find.
        #expect(ERR_peek_error() == 0)
    }

    @Test(arguments: SignatureVector.printed)
    func acceptsTheSignaturesOfRFCs(vector: SignatureVector) throws {
        #expect(try isAccepted(vector))
        var changed = hex(vector.message)
        changed[0] ^= 1
        let other = SignatureVector(
            algorithm: vector.algorithm, key: vector.key, message: text(changed),
            signature: vector.signature, isValid: false, description: "")
        #expect(try !isAccepted(other))
    }

    @Test(arguments: ["RSA", "P-256", "P-384", "P-521", "brainpoolP256r1", "ED25519", "ED448"])
    func whatIsSignedVerifies(kind: String) throws {
        let key =
            switch kind {
            case "RSA": try TestKey.rsa(2048).privateKey()
            case "ED25519", "ED448": try TestKey.named(kind).privateKey()
            default: try TestKey.ec(kind).privateKey()
            }
        let schemes = key.kind.schemes(announced: Self.hashes)
        #expect(!schemes.isEmpty)
        for scheme in schemes {
            let authentication = try key.sign(Self.octets, by: scheme)
            #expect(authentication.method == scheme.method)
            #expect(
                try key.publicKey.verify(authentication, of: Self.octets, offered: Self.hashes)
                    == scheme)
            refuses(key.publicKey, authentication, of: Self.octets + [0])
            for index in [0, 1, authentication.data.count / 2, authentication.data.count - 1] {
                var data = authentication.data
                data[index] ^= 1
                refuses(
                    key.publicKey, Authentication(method: scheme.method, data: data),
                    of: Self.octets)
            }
            refuses(
                key.publicKey,
                Authentication(method: scheme.method, data: authentication.data.dropLast()),
                of: Self.octets)
            refuses(
                key.publicKey,
                Authentication(method: scheme.method, data: authentication.data + [0]),
                of: Self.octets)
            refuses(
                key.publicKey, Authentication(method: scheme.method, data: []), of: Self.octets)
        }
    }

    @Test func dssSignsAndVerifies() throws {
        let parameters = try PublicKey(subjectPublicKeyInfo: hex(SignatureVector.dsa1024))
        #expect(parameters.kind == .dsa(bits: 1024, orderBits: 160))
        let key = try TestKey.like(parameters).privateKey()
        for scheme in key.kind.schemes(announced: [.sha256]) {
            let authentication = try key.sign(Self.octets, by: scheme)
            if scheme == .dssSignature { #expect(authentication.data.count == 40) }
            #expect(
                try key.publicKey.verify(authentication, of: Self.octets, offered: Self.hashes)
                    == scheme)
            refuses(key.publicKey, authentication, of: [])
            refuses(parameters, authentication, of: Self.octets)
        }
    }

    @Test func rawSignaturesHaveOneLengthAndNumbersInRange() throws {
        let vector = try #require(SignatureVector.printed.first)
        let key = try PublicKey(subjectPublicKeyInfo: hex(vector.key))
        let signature = hex(vector.signature)
        let (r, s) = (Array(signature.prefix(32)), Array(signature.suffix(32)))
        let zero = [UInt8](repeating: 0, count: 32)
        // FIPS 186-4 §D.1.2.3.
        let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        let ones = [UInt8](repeating: 0xFF, count: 32)
        for data in [
            zero + s, r + zero, zero + zero, order + s, r + order, ones + ones,
            [0] + r + [0] + s, Array(signature.dropLast()), signature + [0], [],
        ] {
            refuses(key, Authentication(method: .ecdsaSHA256, data: data), of: [0x61, 0x62, 0x63])
        }
    }

    @Test func methodsGoWithTheirKeysOnly() throws {
        let p256 = try TestKey.ec("P-256").privateKey()
        let p384 = try TestKey.ec("P-384").privateKey()
        let authentication = try p256.sign(Self.octets, by: .ecdsaSHA256)
        refuses(
            p384.publicKey, authentication, of: Self.octets,
            because: .keyDoesNotFit(algorithm: "ECDSA_SHA2_256_P256", key: "ECDSA P-384"))
        refuses(
            p256.publicKey, Authentication(method: .rsaSignature, data: authentication.data),
            of: Self.octets,
            because: .keyDoesNotFit(algorithm: "sha256WithRSAEncryption", key: "ECDSA P-256"))
        refuses(
            p256.publicKey, Authentication(method: .sharedKey, data: authentication.data),
            of: Self.octets, because: .methodUnknown(.sharedKey))
        refuses(
            p256.publicKey, Authentication(method: .null, data: []), of: Self.octets,
            because: .methodUnknown(.null))
        #expect(throws: CryptoError.self) {
            try p256.sign(Self.octets, by: .digitalSignature(.ed25519))
        }
    }

    @Test func refusesHashesThatWereNotOffered() throws {
        let key = try TestKey.ec("P-256").privateKey()
        let authentication = try key.sign(Self.octets, by: .digitalSignature(.ecdsaWithSHA1))
        #expect(throws: CryptoError.signatureRefused(.hashNotOffered(.sha1))) {
            try key.publicKey.verify(
                authentication, of: Self.octets, offered: [.sha256, .sha384, .sha512])
        }
        let edwards = try TestKey.named("ED25519").privateKey()
        let signature = try edwards.sign(Self.octets, by: .digitalSignature(.ed25519))
        #expect(throws: CryptoError.signatureRefused(.hashNotOffered(.identity))) {
            try edwards.publicKey.verify(signature, of: Self.octets, offered: [.sha256])
        }
    }

    @Test func refusesOtherAlgorithmIdentifiers() throws {
        let key = try TestKey.ec("P-256").privateKey()
        let good = try key.sign(Self.octets, by: .digitalSignature(.ecdsaWithSHA256)).data
        func refuses(_ data: [UInt8], because refusal: SignatureRefusal) {
            self.refuses(
                key.publicKey, Authentication(method: .digitalSignature, data: data),
                of: Self.octets, because: refusal)
        }
        let signature = Array(good.dropFirst(13))
        let identifier = Array(good[1..<13])
        refuses([], because: .truncated)
        refuses([0], because: .truncated)
        refuses([0] + signature, because: .algorithmUnknown(identifier: []))
        refuses([12] + identifier, because: .truncated)
        refuses([255] + identifier + signature, because: .truncated)
        refuses(
            [11] + identifier.dropLast() + signature,
            because: .algorithmUnknown(identifier: identifier.dropLast()))
        // ECDSA has no parameters, not even NULL (RFC 5758 §3.2).
        let withNull = [0x30, 0x0C] + identifier.dropFirst(2) + [0x05, 0x00]
        refuses([14] + withNull + signature, because: .algorithmUnknown(identifier: withNull))
    }

    private func refuses(
        _ key: PublicKey, _ authentication: Authentication, of octets: [UInt8],
        because refusal: SignatureRefusal? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(sourceLocation: sourceLocation) {
            try key.verify(authentication, of: octets, offered: Self.hashes)
        } throws: { error in
            guard case CryptoError.signatureRefused(let reason) = error else { return false }
            return refusal == nil || refusal == reason
        }
        #expect(ERR_peek_error() == 0, sourceLocation: sourceLocation)
    }
}
