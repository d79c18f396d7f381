import COpenSSL
import Testing
import Wire

@testable import Crypto

struct CapabilitiesTests {
    @Test func findsWhatLibcryptoOffers() throws {
        let capabilities = try Capabilities.probe()
        #expect(capabilities.encryption.count == 6 * 3 + 3 * 2 + 2)
        #expect(capabilities.encryption.first?.algorithm == .aesGCM16)
        #expect(capabilities.encryption.first?.keyBits == 256)
        #expect(
            Set(capabilities.pseudorandomFunctions) == [
                .hmacSHA512, .hmacSHA384, .hmacSHA256, .hmacSHA1, .aes128XCBC, .aes128CMAC,
            ])
        #expect(
            Set(capabilities.integrity) == [
                .hmacSHA512_256, .hmacSHA384_192, .hmacSHA256_128, .hmacSHA1_160, .hmacSHA1_96,
                .aesXCBC_96, .aesCMAC_96,
            ])
        #expect(capabilities.keyExchange.first == .curve25519)
        #expect(Set(capabilities.keyExchange) == Set(KeyPairTests.methods))
        #expect(capabilities.keyExchange.count == KeyPairTests.methods.count)
    }

    @Test func everythingOfferedCanBeUsed() throws {
        let capabilities = try Capabilities.probe()
        for sized in capabilities.encryption {
            let integrity: IntegrityAlgorithm = sized.algorithm.isAEAD ? .none : .hmacSHA256_128
            #expect(
                Protection(
                    encryption: sized.algorithm, keyBits: sized.keyBits, integrity: integrity)
                    != nil)
        }
        for integrity in capabilities.integrity {
            #expect(
                Protection(encryption: .aesCBC, keyBits: 128, integrity: integrity) != nil)
        }
        for function in capabilities.pseudorandomFunctions { #expect(PRF(function) != nil) }
        for method in capabilities.keyExchange { #expect(KeyPair.supports(method)) }
    }

    @Test func listsNothingThatLibcryptoWithholds() throws {
        let unsupported = CryptoError.failed(operation: "test", reason: "unsupported")
        let withheld: Set<Capabilities.Algorithm> = [
            .encryption(.chacha20Poly1305, keyBits: 256), .encryption(.aesCCM8, keyBits: 192),
            .integrity(.hmacSHA1_96), .pseudorandomFunction(.hmacSHA1), .keyExchange(.brainpool384),
        ]
        let all = try Capabilities.probe()
        let capabilities = Capabilities { withheld.contains($0) ? unsupported : nil }
        #expect(capabilities.encryption.count == all.encryption.count - 2)
        #expect(
            !capabilities.encryption.contains {
                withheld.contains(.encryption($0.algorithm, keyBits: $0.keyBits))
            })
        #expect(capabilities.integrity == all.integrity.filter { $0 != .hmacSHA1_96 })
        #expect(
            capabilities.pseudorandomFunctions
                == all.pseudorandomFunctions.filter { $0 != .hmacSHA1 })
        #expect(capabilities.keyExchange == all.keyExchange.filter { $0 != .brainpool384 })
    }

    @Test func nothingIsLackingOfAWholeLibcrypto() throws {
        let primitives = try Primitives()
        #expect(primitives.lackingEssentials().isEmpty)
        // As a rule has them: an algorithm that has no Key Length attribute has no bits.
        for offered: Capabilities.Algorithm in [
            .encryption(.chacha20Poly1305, keyBits: 0), .encryption(.aesCCM8, keyBits: 128),
            .encryption(.tripleDES, keyBits: 0), .encryption(.tripleDES, keyBits: 192),
            .integrity(.hmacSHA1_160), .pseudorandomFunction(.aes128XCBC),
            .keyExchange(.brainpool256),
        ] {
            #expect(primitives.reasonLacking(offered) == nil)
        }
    }

    @Test func saysOfOtherAlgorithmsThatTheyAreNotAvailable() throws {
        let primitives = try Primitives()
        for (algorithm, name): (Capabilities.Algorithm, String) in [
            (.encryption(.camelliaCBC, keyBits: 256), "ENCR_CAMELLIA_CBC-256"),
            (.encryption(.aesCBC, keyBits: 0), "ENCR_AES_CBC-0"),
            (.encryption(.des, keyBits: 0), "ENCR_DES"),
            (.integrity(.hmacMD5_96), "AUTH_HMAC_MD5_96"),
            (.pseudorandomFunction(.hmacMD5), "PRF_HMAC_MD5"),
            (.keyExchange(.mlKEM768), "ML_KEM_768"),
        ] {
            #expect(primitives.reasonLacking(algorithm) == .unsupported(algorithm: name))
        }
    }

    @Test func namesTheVersionOfLibcrypto() {
        #expect(Capabilities.libcryptoVersion.hasPrefix("\(OPENSSL_version_major())."))
    }

    @Test func errorsSayWhatLibcryptoSays() {
        #expect(EVP_MD_fetch(nil, "no such digest", nil) == nil)
        let error = CryptoError.libcrypto("a digest")
        #expect(error.description == "libcrypto: a digest: unsupported")
        #expect(ERR_peek_error() == 0)
        #expect(
            CryptoError.invalidPublicValue(.ecp256).description
                == "the peer's public value is not valid for ECP_256")
    }
}
