import Testing
import Wire

@testable import Crypto

/// What is not opened, and what is not even tried.
struct SealingRefusalTests {
    @Test(arguments: SealingTests.all)
    func refusesAMessageWithAnyBitChanged(
        encryption: EncryptionAlgorithm, keyBits: Int, integrity: IntegrityAlgorithm
    ) throws {
        let primitives = try Primitives()
        let sealing = try Sealing(encryption, keyBits, integrity)
        var message = SealedMessage(
            associatedData: randomOctets(32), iv: randomOctets(sealing.protection.ivLength),
            text: randomOctets(32), icvLength: sealing.protection.icvLength)
        try message.seal(primitives, sealing)
        for index in message.octets.indices {
            var changed = message
            changed.octets[index] ^= 1 << (index % 8)
            #expect(throws: CryptoError.integrityCheckFailed) {
                try changed.open(primitives, sealing)
            }
        }
        // The contexts are none the worse for it.
        #expect(throws: Never.self) { try message.open(primitives, sealing) }
    }

    @Test(arguments: SealingTests.all)
    func refusesAnotherKey(
        encryption: EncryptionAlgorithm, keyBits: Int, integrity: IntegrityAlgorithm
    ) throws {
        let primitives = try Primitives()
        let sealing = try Sealing(encryption, keyBits, integrity)
        var message = SealedMessage(
            associatedData: randomOctets(32), iv: randomOctets(sealing.protection.ivLength),
            text: randomOctets(32), icvLength: sealing.protection.icvLength)
        try message.seal(primitives, sealing)
        let protection = sealing.protection
        let other =
            protection.isAEAD
            ? (
                Secret(copying: randomOctets(protection.encryptionKeyLength)), sealing.integrityKey
            )
            : (
                sealing.encryptionKey, Secret(copying: randomOctets(protection.integrityKeyLength))
            )
        #expect(throws: CryptoError.integrityCheckFailed) {
            try primitives.open(
                &message.octets, associatedData: message.associatedData, iv: message.iv,
                text: message.text, icv: message.icv, using: protection,
                encryptionKey: other.0.all, integrityKey: other.1.all)
        }
    }

    @Test(arguments: SealingTests.all)
    func throwsForLengthsThatDoNotFit(
        encryption: EncryptionAlgorithm, keyBits: Int, integrity: IntegrityAlgorithm
    ) throws {
        let primitives = try Primitives()
        let sealing = try Sealing(encryption, keyBits, integrity)
        let protection = sealing.protection
        let message = SealedMessage(
            associatedData: randomOctets(32), iv: randomOctets(protection.ivLength),
            text: randomOctets(32), icvLength: protection.icvLength)

        /// Whether both ways refuse these ranges and keys.
        func isRefused(
            associatedData: Range<Int>? = nil, iv: Range<Int>? = nil, text: Range<Int>? = nil,
            icv: Range<Int>? = nil, encryptionKey: SecretSlice? = nil,
            integrityKey: SecretSlice? = nil, length: Int? = nil
        ) -> Bool {
            [true, false].allSatisfy { isSealing in
                var octets = Array(message.octets.prefix(length ?? .max))
                do throws(CryptoError) {
                    try (isSealing ? primitives.seal : primitives.open)(
                        &octets, associatedData ?? message.associatedData, iv ?? message.iv,
                        text ?? message.text, icv ?? message.icv, protection,
                        encryptionKey ?? sealing.encryptionKey.all,
                        integrityKey ?? sealing.integrityKey.all)
                    return false
                } catch {
                    if case .invalidLength = error { return true }
                    return false
                }
            }
        }

        for length in 0..<message.octets.count { #expect(isRefused(length: length)) }
        #expect(isRefused(associatedData: -1..<32))
        #expect(isRefused(associatedData: 0..<33))
        #expect(isRefused(associatedData: Int.min..<0))
        #expect(isRefused(iv: message.iv.lowerBound..<message.iv.upperBound - 1))
        #expect(isRefused(iv: message.iv.lowerBound..<message.iv.lowerBound))
        #expect(isRefused(text: message.text.lowerBound..<message.text.lowerBound))
        #expect(isRefused(text: message.text.lowerBound..<message.text.upperBound + 1))
        #expect(isRefused(icv: message.icv.lowerBound..<message.icv.upperBound - 1))
        #expect(isRefused(icv: message.icv.lowerBound + 1..<message.icv.upperBound + 1))
        #expect(isRefused(icv: message.icv.lowerBound..<Int.max))
        #expect(isRefused(encryptionKey: sealing.encryptionKey.slice(1..<99)))
        #expect(isRefused(encryptionKey: sealing.encryptionKey.slice(0..<0)))
        #expect(isRefused(integrityKey: Secret(copying: randomOctets(65)).all))
        if protection.blockLength > 1 {
            #expect(isRefused(text: message.text.lowerBound..<message.text.upperBound - 1))
        }
        if !protection.isAEAD {
            #expect(isRefused(integrityKey: sealing.integrityKey.slice(0..<0)))
        }
    }
}
