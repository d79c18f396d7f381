import COpenSSL

/// A message authentication code under a key that stays, for short messages that come in floods and
/// whose codes nobody else checks: it takes no memory for a message. Not thread-safe.
public final class KeyedMAC {
    /// An algorithm of libcrypto's, with keys and codes of 128 bits.
    struct Algorithm {
        let name: String
        var cipher: String?
        /// Whether it can begin anew with the key of the last message, and gains by it. SipHash
        /// takes a key in no time, and libcrypto had to learn the other way.
        var keepsKey = false

        /// SipHash-2-4, which takes a third of the time that the next best takes for a message of
        /// sixty octets.
        static let sipHash = Algorithm(name: "SIPHASH")
        /// RFC 4493: where libcrypto is confined to what FIPS 140 approves of.
        static let aesCMAC = Algorithm(name: "CMAC", cipher: "AES-128-CBC", keepsKey: true)
    }

    /// Octets of a key.
    public static let keyLength = 16

    /// The code over a message.
    public typealias Code = InlineArray<16, UInt8>

    private let key: Secret
    private let keepsKey: Bool
    private let context: OpaquePointer

    /// Throws when libcrypto has neither of the algorithms.
    public convenience init(key: Secret) throws(CryptoError) {
        try self.init(key: key, firstOf: [.sipHash, .aesCMAC])
    }

    /// With the first of the algorithms that libcrypto has.
    init(key: Secret, firstOf algorithms: [Algorithm]) throws(CryptoError) {
        guard key.count == Self.keyLength else { throw .invalidLength(of: "key of a code") }
        for algorithm in algorithms {
            guard let context = Self.context(algorithm, key) else { continue }
            ERR_clear_error()
            self.key = key
            self.keepsKey = algorithm.keepsKey
            self.context = context
            return
        }
        throw .libcrypto("a message authentication code")
    }

    deinit {
        EVP_MAC_CTX_free(context)
    }

    private static func context(_ algorithm: Algorithm, _ key: Secret) -> OpaquePointer? {
        guard let fetched = EVP_MAC_fetch(nil, algorithm.name, nil) else { return nil }
        // The context keeps a reference of its own.
        defer { EVP_MAC_free(fetched) }
        guard let context = EVP_MAC_CTX_new(fetched) else { return nil }
        let isChosen =
            algorithm.cipher?.withCString {
                EVP_MAC_CTX_set_params(
                    context, [COpenSSL_cipher_parameter($0), OSSL_PARAM_construct_end()]) == 1
            } ?? true
        guard isChosen, begin(context, key), EVP_MAC_CTX_get_mac_size(context) == Code.count else {
            EVP_MAC_CTX_free(context)
            return nil
        }
        return context
    }

    private static func begin(_ context: OpaquePointer, _ key: Secret) -> Bool {
        key.withUnsafeBytes { key in
            EVP_MAC_init(context, key.bindMemory(to: UInt8.self).baseAddress, key.count, nil) == 1
        }
    }

    /// The code over numbers, in this machine's order of octets, and octets behind them.
    public func code(
        over numbers: Span<UInt64>, _ octets: Span<UInt8>
    ) throws(CryptoError) -> Code {
        var code = Code(repeating: 0)
        var room = code.mutableSpan
        let isMade = room.withUnsafeMutableBytes { room in
            var count = 0
            return begin() && update(numbers.bytes) && update(octets.bytes)
                && EVP_MAC_final(
                    context, room.bindMemory(to: UInt8.self).baseAddress, &count, room.count) == 1
                && count == room.count
        }
        guard isMade else { throw .libcrypto("a message authentication code") }
        return code
    }

    private func begin() -> Bool {
        keepsKey ? EVP_MAC_init(context, nil, 0, nil) == 1 : Self.begin(context, key)
    }

    private func update(_ piece: RawSpan) -> Bool {
        piece.withUnsafeBytes { octets in
            EVP_MAC_update(
                context, octets.bindMemory(to: UInt8.self).baseAddress, octets.count) == 1
        }
    }
}
