import Testing
import Wire

@testable import Crypto

/// A message with the ranges of its parts, as Wire lays it out.
struct SealedMessage {
    var octets: [UInt8]
    let associatedData: Range<Int>
    let iv: Range<Int>
    let text: Range<Int>
    let icv: Range<Int>

    init(associatedData: [UInt8], iv: [UInt8], text: [UInt8], icvLength: Int) {
        octets = associatedData + iv + text + [UInt8](repeating: 0, count: icvLength)
        self.associatedData = 0..<associatedData.count
        self.iv = self.associatedData.upperBound..<self.associatedData.upperBound + iv.count
        self.text = self.iv.upperBound..<self.iv.upperBound + text.count
        icv = self.text.upperBound..<octets.count
    }

    mutating func seal(_ primitives: Primitives, _ sealing: Sealing) throws(CryptoError) {
        try primitives.seal(
            &octets, associatedData: associatedData, iv: iv, text: text, icv: icv,
            using: sealing.protection, encryptionKey: sealing.encryptionKey.all,
            integrityKey: sealing.integrityKey.all)
    }

    mutating func open(_ primitives: Primitives, _ sealing: Sealing) throws(CryptoError) {
        try primitives.open(
            &octets, associatedData: associatedData, iv: iv, text: text, icv: icv,
            using: sealing.protection, encryptionKey: sealing.encryptionKey.all,
            integrityKey: sealing.integrityKey.all)
    }
}

/// A protection and its keys.
struct Sealing: Sendable {
    let protection: Protection
    let encryptionKey: Secret
    let integrityKey: Secret

    init(
        _ encryption: EncryptionAlgorithm, _ keyBits: Int, _ integrity: IntegrityAlgorithm,
        encryptionKey: [UInt8]? = nil
    ) throws {
        protection = try #require(
            Protection(encryption: encryption, keyBits: keyBits, integrity: integrity))
        self.encryptionKey = Secret(
            copying: encryptionKey
                ?? (rising(from: 0x20, protection.keyBits / 8)
                    + rising(from: 0xc0, protection.encryptionKeyLength - protection.keyBits / 8)))
        integrityKey = Secret(copying: rising(from: 0x60, protection.integrityKeyLength))
    }
}
