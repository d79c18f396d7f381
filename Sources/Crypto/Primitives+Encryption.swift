import COpenSSL
import Wire

/// Which way a cipher runs, as libcrypto has it.
enum Direction: Int32 {
    case decrypt, encrypt
}

// A cipher with a checksum beside it.
extension Primitives {
    /// The checksum, in the scratch room until its next use.
    func checksum(
        _ parts: SealedParts, _ protection: Protection, _ key: SecretSlice
    ) throws(CryptoError) -> UnsafeRawBufferPointer {
        guard let mac = protection.mac else {
            throw .unsupported(algorithm: protection.integrity.name)
        }
        let context = try macContext(mac)
        try key.withUnsafeBytes { (key: UnsafeRawBufferPointer) throws(CryptoError) in
            try context.begin(key: key)
        }
        try context.update(UnsafeRawBufferPointer(parts.covered))
        try context.finish(into: scratch)
        return UnsafeRawBufferPointer(rebasing: scratch[..<protection.icvLength])
    }

    /// Encrypts or decrypts the text in place.
    func run(
        _ direction: Direction, _ parts: SealedParts, _ cipher: Cipher, _ key: SecretSlice
    ) throws(CryptoError) {
        let context = try cipherContext(cipher)
        let text = parts.text.bindMemory(to: UInt8.self).baseAddress
        try key.withUnsafeBytes { (key: UnsafeRawBufferPointer) throws(CryptoError) in
            let iv =
                switch cipher.mode {
                case .cbc: parts.iv
                case .ctr, .aead: firstCounterBlock(parts, cipher, key)
                }
            var count: Int32 = 0
            // Whole blocks without padding all come out of the update, and so does all of a
            // stream: nothing is left to finish.
            guard
                EVP_CipherInit_ex2(
                    context, nil, key.bindMemory(to: UInt8.self).baseAddress,
                    iv.bindMemory(to: UInt8.self).baseAddress, direction.rawValue, nil) == 1,
                EVP_CipherUpdate(context, text, &count, text, parts.textLength) == 1,
                count == parts.textLength
            else { throw .libcrypto(cipher.name) }
        }
    }

    /// The nonce, then the number of the block, which counts from one (RFC 3686 §4); in the scratch
    /// room until its next use.
    private func firstCounterBlock(
        _ parts: SealedParts, _ cipher: Cipher, _ key: UnsafeRawBufferPointer
    ) -> UnsafeMutableRawBufferPointer {
        let start = nonce(parts, cipher, key).count
        let number = UnsafeMutableRawBufferPointer(rebasing: scratch[start..<start + 4])
        number.storeBytes(of: UInt32(1).bigEndian, as: UInt32.self)
        return UnsafeMutableRawBufferPointer(rebasing: scratch[..<(start + 4)])
    }

    /// The salt that follows the key, and the IV; in the scratch room until its next use.
    func nonce(
        _ parts: SealedParts, _ cipher: Cipher, _ key: UnsafeRawBufferPointer
    ) -> UnsafeMutableRawBufferPointer {
        scratch.copyMemory(from: UnsafeRawBufferPointer(rebasing: key[cipher.keyLength...]))
        UnsafeMutableRawBufferPointer(rebasing: scratch[cipher.saltLength...])
            .copyMemory(from: UnsafeRawBufferPointer(parts.iv))
        return UnsafeMutableRawBufferPointer(
            rebasing: scratch[..<(cipher.saltLength + cipher.ivLength)])
    }
}
