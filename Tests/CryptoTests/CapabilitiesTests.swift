import COpenSSL
import Testing
import Wire

@testable import Crypto

struct CapabilitiesTests {
    @Test func findsWhatLibcryptoOffers() throws {
        let capabilities = try Capabilities.probe()
        #expect(capabilities.encryption.count == 6)
        #expect(capabilities.encryption.first?.algorithm == .aesGCM16)
        #expect(capabilities.encryption.first?.keyBits == 256)
        #expect(
            capabilities.pseudorandomFunctions == [
                .hmacSHA512, .hmacSHA384, .hmacSHA256, .hmacSHA1,
            ])
        #expect(
            capabilities.integrity == [
                .hmacSHA512_256, .hmacSHA384_192, .hmacSHA256_128, .hmacSHA1_96,
            ])
        #expect(
            capabilities.keyExchange == [
                .curve25519, .ecp521, .ecp384, .ecp256, .modp4096, .modp3072, .modp2048,
            ])
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
