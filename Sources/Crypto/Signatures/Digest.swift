import COpenSSL
import Wire

/// A hash that signatures are made over.
public enum Digest: CaseIterable, Sendable {
    case sha1, sha256, sha384, sha512

    /// Octets of the longest.
    static let longest = 64

    var number: SignatureHashAlgorithm {
        switch self {
        case .sha1: .sha1
        case .sha256: .sha256
        case .sha384: .sha384
        case .sha512: .sha512
        }
    }

    /// Octets of a value.
    var length: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// What libcrypto calls it.
    var libcryptoName: String {
        switch self {
        case .sha1: "SHA1"
        case .sha256: "SHA2-256"
        case .sha384: "SHA2-384"
        case .sha512: "SHA2-512"
        }
    }

    /// The content of its object identifier.
    var identifier: [UInt8] {
        switch self {
        // 1.3.14.3.2.26
        case .sha1: [0x2B, 0x0E, 0x03, 0x02, 0x1A]
        // 2.16.840.1.101.3.4.2.1, .2 and .3
        case .sha256: [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]
        case .sha384: [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02]
        case .sha512: [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03]
        }
    }

    /// The value of the octets.
    func callAsFunction(_ octets: [UInt8]) throws(CryptoError) -> [UInt8] {
        var count = 0
        var isDone = false
        let value = [UInt8](unsafeUninitializedCapacity: length) { room, initialized in
            isDone =
                EVP_Q_digest(
                    nil, libcryptoName, nil, octets, octets.count, room.baseAddress, &count) == 1
            initialized = isDone ? count : 0
        }
        guard isDone, count == length else { throw .libcrypto(libcryptoName) }
        return value
    }
}
