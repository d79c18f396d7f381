import COpenSSL

/// AES-XCBC-MAC (RFC 3566 §4), of which libcrypto has only the cipher.
///
/// The message is enciphered in a chain of which the last block is the code; before that, the
/// message's last block is mixed with one key when it is whole, with another when it was padded.
final class XCBC {
    /// Octets of a block, of a key and of a code.
    static let blockLength = 16
    /// The cipher of the chain.
    static let chain = "AES-128-CBC"

    /// Octets of the message that go to libcrypto in one call, at most.
    private static let pieceLength = 16 * blockLength
    private static let zeros = [UInt8](repeating: 0, count: blockLength)

    /// The cipher alone, which makes three keys of the one given.
    private let expansion: OpaquePointer
    /// The chain, under the first of them.
    private let chain: OpaquePointer
    private let room: UnsafeMutableRawBufferPointer
    /// The second key, for a message that ends with a whole block.
    private let wholeKey: UnsafeMutableRawBufferPointer
    /// The third key, for one that does not.
    private let paddedKey: UnsafeMutableRawBufferPointer
    /// The block that may be the last.
    private let pending: UnsafeMutableRawBufferPointer
    private var pendingCount = 0
    /// What comes out of the chain.
    private let output: UnsafeMutableRawBufferPointer

    /// Throws when libcrypto lacks AES.
    init() throws(CryptoError) {
        expansion = try Self.context("AES-128-ECB")
        do throws(CryptoError) {
            chain = try Self.context(Self.chain)
        } catch {
            EVP_CIPHER_CTX_free(expansion)
            throw error
        }
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: 3 * Self.blockLength + Self.pieceLength, alignment: 16)
        self.room = room
        func part(_ start: Int, _ count: Int) -> UnsafeMutableRawBufferPointer {
            UnsafeMutableRawBufferPointer(rebasing: room[start..<start + count])
        }
        wholeKey = part(0, Self.blockLength)
        paddedKey = part(Self.blockLength, Self.blockLength)
        pending = part(2 * Self.blockLength, Self.blockLength)
        output = part(3 * Self.blockLength, Self.pieceLength)
    }

    deinit {
        EVP_CIPHER_CTX_free(expansion)
        EVP_CIPHER_CTX_free(chain)
        OPENSSL_cleanse(room.baseAddress, room.count)
        room.deallocate()
    }

    private static func context(_ name: String) throws(CryptoError) -> OpaquePointer {
        guard let cipher = EVP_CIPHER_fetch(nil, name, nil) else { throw .libcrypto(name) }
        // The context keeps a reference of its own.
        defer { EVP_CIPHER_free(cipher) }
        guard let context = EVP_CIPHER_CTX_new() else { throw .libcrypto(name) }
        guard EVP_CipherInit_ex2(context, cipher, nil, nil, 1, nil) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1
        else {
            EVP_CIPHER_CTX_free(context)
            throw .libcrypto(name)
        }
        return context
    }
}

// A message.
extension XCBC {
    /// Starts a message with a key of one block.
    func begin(key: UnsafeRawBufferPointer) throws(CryptoError) {
        guard key.count == Self.blockLength else { throw .invalidLength(of: "AES-XCBC key") }
        // K1, K2 and K3 are blocks of 01, of 02 and of 03, enciphered.
        let count = 3 * Self.blockLength
        for index in 0..<count { output[index] = UInt8(1 + index / Self.blockLength) }
        let keys = output.bindMemory(to: UInt8.self).baseAddress
        var filled: Int32 = 0
        guard
            EVP_CipherInit_ex2(
                expansion, nil, key.bindMemory(to: UInt8.self).baseAddress, nil, 1, nil) == 1,
            EVP_CipherUpdate(expansion, keys, &filled, keys, Int32(count)) == 1, filled == count,
            EVP_CipherInit_ex2(chain, nil, keys, Self.zeros, 1, nil) == 1
        else { throw .libcrypto(MAC.aesXCBC.name) }
        wholeKey.copyMemory(
            from: UnsafeRawBufferPointer(
                rebasing: output[Self.blockLength..<2 * Self.blockLength]))
        paddedKey.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: output[2 * Self.blockLength..<count]))
        pendingCount = 0
    }

    /// Starts another message with the key of the last.
    func beginWithSameKey() throws(CryptoError) {
        guard EVP_CipherInit_ex2(chain, nil, nil, Self.zeros, 1, nil) == 1 else {
            throw .libcrypto(MAC.aesXCBC.name)
        }
        pendingCount = 0
    }

    /// Adds octets.
    func update(_ octets: UnsafeRawBufferPointer) throws(CryptoError) {
        var rest = octets[...]
        while !rest.isEmpty {
            // More has come, so this block is not the last.
            if pendingCount == Self.blockLength {
                try encipher(UnsafeRawBufferPointer(pending))
                pendingCount = 0
            }
            // Whole blocks go straight into the chain, but for the one that may be the last.
            let whole = (rest.count - 1) / Self.blockLength * Self.blockLength
            let count: Int
            if pendingCount == 0, whole > 0 {
                count = min(whole, Self.pieceLength)
                try encipher(UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
            } else {
                count = min(Self.blockLength - pendingCount, rest.count)
                UnsafeMutableRawBufferPointer(rebasing: pending[pendingCount...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
                pendingCount += count
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Ends the message and writes the code into the room, which must hold it.
    func finish(into code: UnsafeMutableRawBufferPointer) throws(CryptoError) {
        let isWhole = pendingCount == Self.blockLength
        if !isWhole {
            pending[pendingCount] = 0x80
            for index in pendingCount + 1..<Self.blockLength { pending[index] = 0 }
        }
        let key = isWhole ? wholeKey : paddedKey
        for index in pending.indices { pending[index] ^= key[index] }
        try encipher(UnsafeRawBufferPointer(pending))
        code.copyMemory(from: UnsafeRawBufferPointer(rebasing: output[..<Self.blockLength]))
    }

    /// Lengthens the chain by whole blocks, no more than the output holds.
    private func encipher(_ blocks: UnsafeRawBufferPointer) throws(CryptoError) {
        var count: Int32 = 0
        guard
            EVP_CipherUpdate(
                chain, output.bindMemory(to: UInt8.self).baseAddress, &count,
                blocks.bindMemory(to: UInt8.self).baseAddress,
                Int32(truncatingIfNeeded: blocks.count)) == 1,
            count == blocks.count
        else { throw .libcrypto(MAC.aesXCBC.name) }
    }
}
