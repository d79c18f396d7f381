import CLinux
import Crypto
import IPsec
import Wire

/// The names under which XFRM knows the algorithms of a Child SA.
struct XFRMAlgorithm {
    /// The name in the kernel's crypto API.
    let name: StaticString
    /// The length of the ICV in bits; 0 for a cipher, which has none.
    let icvBits: UInt32

    /// A combined algorithm; `nil` for one that XFRM does not have.
    static func aead(_ cipher: EncryptionAlgorithm) -> XFRMAlgorithm? {
        switch cipher {
        case .aesGCM8: XFRMAlgorithm(name: "rfc4106(gcm(aes))", icvBits: 64)
        case .aesGCM12: XFRMAlgorithm(name: "rfc4106(gcm(aes))", icvBits: 96)
        case .aesGCM16: XFRMAlgorithm(name: "rfc4106(gcm(aes))", icvBits: 128)
        case .aesCCM8: XFRMAlgorithm(name: "rfc4309(ccm(aes))", icvBits: 64)
        case .aesCCM12: XFRMAlgorithm(name: "rfc4309(ccm(aes))", icvBits: 96)
        case .aesCCM16: XFRMAlgorithm(name: "rfc4309(ccm(aes))", icvBits: 128)
        case .chacha20Poly1305:
            XFRMAlgorithm(name: "rfc7539esp(chacha20,poly1305)", icvBits: 128)
        default: nil
        }
    }

    /// A cipher; `nil` for one that XFRM does not have.
    static func cipher(_ cipher: EncryptionAlgorithm) -> XFRMAlgorithm? {
        switch cipher {
        case .aesCBC: XFRMAlgorithm(name: "cbc(aes)", icvBits: 0)
        case .aesCTR: XFRMAlgorithm(name: "rfc3686(ctr(aes))", icvBits: 0)
        case .tripleDES: XFRMAlgorithm(name: "cbc(des3_ede)", icvBits: 0)
        case .null: XFRMAlgorithm(name: "ecb(cipher_null)", icvBits: 0)
        default: nil
        }
    }

    /// An integrity algorithm; `nil` for one that XFRM does not have.
    static func integrity(_ integrity: IntegrityAlgorithm) -> XFRMAlgorithm? {
        switch integrity {
        case .hmacMD5_96: XFRMAlgorithm(name: "hmac(md5)", icvBits: 96)
        case .hmacSHA1_96: XFRMAlgorithm(name: "hmac(sha1)", icvBits: 96)
        case .hmacSHA256_128: XFRMAlgorithm(name: "hmac(sha256)", icvBits: 128)
        case .hmacSHA384_192: XFRMAlgorithm(name: "hmac(sha384)", icvBits: 192)
        case .hmacSHA512_256: XFRMAlgorithm(name: "hmac(sha512)", icvBits: 256)
        case .aesXCBC_96: XFRMAlgorithm(name: "xcbc(aes)", icvBits: 96)
        case .aesCMAC_96: XFRMAlgorithm(name: "cmac(aes)", icvBits: 96)
        default: nil
        }
    }
}

extension NetlinkRequest {
    /// Width of the field that holds an algorithm's name.
    private static let nameWidth = 64

    /// Appends the algorithms of an SA with their keys; false when XFRM does not have one of them.
    mutating func appendAlgorithms(of entry: SADEntry) -> Bool {
        switch entry.suite.protection {
        case .aead(let cipher, _):
            guard let algorithm = XFRMAlgorithm.aead(cipher) else { return false }
            append(XFRMA_ALG_AEAD, algorithm, key: entry.encryptionKey)
        case .encryption(let cipher, _, let integrity):
            guard let cipher = XFRMAlgorithm.cipher(cipher),
                let integrity = XFRMAlgorithm.integrity(integrity)
            else { return false }
            append(XFRMA_ALG_CRYPT, cipher, key: entry.encryptionKey)
            append(XFRMA_ALG_AUTH_TRUNC, integrity, key: entry.integrityKey)
        case .integrity(let integrity):
            guard let integrity = XFRMAlgorithm.integrity(integrity) else { return false }
            append(XFRMA_ALG_AUTH_TRUNC, integrity, key: entry.integrityKey)
        }
        return true
    }

    /// `struct xfrm_algo`, `xfrm_algo_auth` and `xfrm_algo_aead`: name, length of the key in bits,
    /// except for ciphers length of the ICV in bits, key.
    private mutating func append(
        _ type: xfrm_attr_type_t, _ algorithm: XFRMAlgorithm, key: SecretSlice
    ) {
        append(type) { attribute in
            attribute.append(algorithm.name, paddedTo: Self.nameWidth)
            attribute.append(UInt32(truncatingIfNeeded: key.count * 8))
            if type != XFRMA_ALG_CRYPT { attribute.append(algorithm.icvBits) }
            attribute.append(key)
        }
    }
}
