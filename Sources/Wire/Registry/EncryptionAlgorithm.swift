/// Transform type 1 (RFC 7296 §3.3.2; IANA "Encryption Algorithm Transform IDs").
public struct EncryptionAlgorithm: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt16

    /// Any number, assigned or not.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// RFC 1827.
    public static let desIV64 = EncryptionAlgorithm(rawValue: 1)
    /// RFC 2405.
    public static let des = EncryptionAlgorithm(rawValue: 2)
    /// RFC 2451.
    public static let tripleDES = EncryptionAlgorithm(rawValue: 3)
    /// RFC 2451.
    public static let rc5 = EncryptionAlgorithm(rawValue: 4)
    /// RFC 2451.
    public static let idea = EncryptionAlgorithm(rawValue: 5)
    /// RFC 2451.
    public static let cast = EncryptionAlgorithm(rawValue: 6)
    /// RFC 2451.
    public static let blowfish = EncryptionAlgorithm(rawValue: 7)
    /// RFC 2451.
    public static let tripleIDEA = EncryptionAlgorithm(rawValue: 8)
    /// RFC 7296.
    public static let desIV32 = EncryptionAlgorithm(rawValue: 9)
    /// RFC 2410; not for IKE.
    public static let null = EncryptionAlgorithm(rawValue: 11)
    /// RFC 3602.
    public static let aesCBC = EncryptionAlgorithm(rawValue: 12)
    /// RFC 3686, RFC 5930.
    public static let aesCTR = EncryptionAlgorithm(rawValue: 13)
    /// RFC 4309, RFC 5282.
    public static let aesCCM8 = EncryptionAlgorithm(rawValue: 14)
    /// RFC 4309, RFC 5282.
    public static let aesCCM12 = EncryptionAlgorithm(rawValue: 15)
    /// RFC 4309, RFC 5282.
    public static let aesCCM16 = EncryptionAlgorithm(rawValue: 16)
    /// RFC 4106, RFC 5282.
    public static let aesGCM8 = EncryptionAlgorithm(rawValue: 18)
    /// RFC 4106, RFC 5282.
    public static let aesGCM12 = EncryptionAlgorithm(rawValue: 19)
    /// RFC 4106, RFC 5282.
    public static let aesGCM16 = EncryptionAlgorithm(rawValue: 20)
    /// RFC 4543; not for IKE.
    public static let nullAESGMAC = EncryptionAlgorithm(rawValue: 21)
    /// RFC 5529.
    public static let camelliaCBC = EncryptionAlgorithm(rawValue: 23)
    /// RFC 5529.
    public static let camelliaCTR = EncryptionAlgorithm(rawValue: 24)
    /// RFC 5529.
    public static let camelliaCCM8 = EncryptionAlgorithm(rawValue: 25)
    /// RFC 5529.
    public static let camelliaCCM12 = EncryptionAlgorithm(rawValue: 26)
    /// RFC 5529.
    public static let camelliaCCM16 = EncryptionAlgorithm(rawValue: 27)
    /// RFC 7634.
    public static let chacha20Poly1305 = EncryptionAlgorithm(rawValue: 28)
    /// RFC 8750; not for IKE.
    public static let aesCCM8IIV = EncryptionAlgorithm(rawValue: 29)
    /// RFC 8750; not for IKE.
    public static let aesGCM16IIV = EncryptionAlgorithm(rawValue: 30)
    /// RFC 8750; not for IKE.
    public static let chacha20Poly1305IIV = EncryptionAlgorithm(rawValue: 31)
    /// RFC 9227.
    public static let kuznyechikMGMKTree = EncryptionAlgorithm(rawValue: 32)
    /// RFC 9227.
    public static let magmaMGMKTree = EncryptionAlgorithm(rawValue: 33)
    /// RFC 9227; not for IKE.
    public static let kuznyechikMGMMACKTree = EncryptionAlgorithm(rawValue: 34)
    /// RFC 9227; not for IKE.
    public static let magmaMGMMACKTree = EncryptionAlgorithm(rawValue: 35)

    /// The IANA name.
    public var name: String {
        switch self {
        case .desIV64: "ENCR_DES_IV64"
        case .des: "ENCR_DES"
        case .tripleDES: "ENCR_3DES"
        case .rc5: "ENCR_RC5"
        case .idea: "ENCR_IDEA"
        case .cast: "ENCR_CAST"
        case .blowfish: "ENCR_BLOWFISH"
        case .tripleIDEA: "ENCR_3IDEA"
        case .desIV32: "ENCR_DES_IV32"
        case .null: "ENCR_NULL"
        case .aesCBC: "ENCR_AES_CBC"
        case .aesCTR: "ENCR_AES_CTR"
        case .aesCCM8: "ENCR_AES_CCM_8"
        case .aesCCM12: "ENCR_AES_CCM_12"
        case .aesCCM16: "ENCR_AES_CCM_16"
        case .aesGCM8: "ENCR_AES_GCM_8"
        case .aesGCM12: "ENCR_AES_GCM_12"
        case .aesGCM16: "ENCR_AES_GCM_16"
        case .nullAESGMAC: "ENCR_NULL_AUTH_AES_GMAC"
        case .camelliaCBC: "ENCR_CAMELLIA_CBC"
        case .camelliaCTR: "ENCR_CAMELLIA_CTR"
        case .camelliaCCM8: "ENCR_CAMELLIA_CCM_8"
        case .camelliaCCM12: "ENCR_CAMELLIA_CCM_12"
        case .camelliaCCM16: "ENCR_CAMELLIA_CCM_16"
        case .chacha20Poly1305: "ENCR_CHACHA20_POLY1305"
        case .aesCCM8IIV: "ENCR_AES_CCM_8_IIV"
        case .aesGCM16IIV: "ENCR_AES_GCM_16_IIV"
        case .chacha20Poly1305IIV: "ENCR_CHACHA20_POLY1305_IIV"
        case .kuznyechikMGMKTree: "ENCR_KUZNYECHIK_MGM_KTREE"
        case .magmaMGMKTree: "ENCR_MAGMA_MGM_KTREE"
        case .kuznyechikMGMMACKTree: "ENCR_KUZNYECHIK_MGM_MAC_KTREE"
        case .magmaMGMMACKTree: "ENCR_MAGMA_MGM_MAC_KTREE"
        default: "ENCR_\(rawValue)"
        }
    }

    /// Whether the algorithm protects integrity as well, so that none is negotiated beside it
    /// (RFC 5282 §8).
    public var isAEAD: Bool {
        switch self {
        case .aesCCM8, .aesCCM12, .aesCCM16, .aesGCM8, .aesGCM12, .aesGCM16, .nullAESGMAC,
            .camelliaCCM8, .camelliaCCM12, .camelliaCCM16, .chacha20Poly1305, .aesCCM8IIV,
            .aesGCM16IIV, .chacha20Poly1305IIV, .kuznyechikMGMKTree, .magmaMGMKTree,
            .kuznyechikMGMMACKTree, .magmaMGMMACKTree:
            true
        default: false
        }
    }

    /// Whether a Key Length attribute says how long the key is; it must not be sent with the
    /// others (RFC 7296 §3.3.5).
    public var hasVariableKeyLength: Bool {
        switch self {
        case .rc5, .cast, .blowfish, .aesCBC, .aesCTR, .aesCCM8, .aesCCM12, .aesCCM16, .aesGCM8,
            .aesGCM12, .aesGCM16, .nullAESGMAC, .camelliaCBC, .camelliaCTR, .camelliaCCM8,
            .camelliaCCM12, .camelliaCCM16, .aesCCM8IIV, .aesGCM16IIV:
            true
        default: false
        }
    }
}
