import COpenSSL

extension PrivateKey {
    /// Longer ones are refused: a key of RSA's 16384 bits takes 13 kB of PEM.
    public static let longest = 65536

    /// Reads a key in PEM or DER: PKCS #8, plain or encrypted under the PIN, or the older forms of
    /// RSA, DSA and EC keys. In PEM, what stands before and behind the key is skipped.
    ///
    /// Throws ``CryptoError/malformedKey(reason:)``, ``CryptoError/unacceptableKey(reason:)`` and
    /// ``CryptoError/wrongPIN``.
    public convenience init(reading contents: Secret, pin: Secret? = nil) throws(CryptoError) {
        guard contents.count <= Self.longest else {
            throw .malformedKey(reason: "it has \(contents.count) octets")
        }
        let isPEM = contents.withUnsafeBytes { PEM.isPEM($0) }
        let key = try contents.withUnsafeBytes { octets throws(CryptoError) in
            isPEM ? try Self.key(pem: octets, pin) : try Self.key(der: octets, pin)
        }
        try self.init(taking: key)
    }

    private static func key(
        pem octets: UnsafeRawBufferPointer, _ pin: Secret?
    ) throws(CryptoError) -> OpaquePointer {
        guard let input = BIO_new_mem_buf(octets.baseAddress, Int32(octets.count)) else {
            throw .libcrypto("a private key")
        }
        defer { BIO_free(input) }
        let prompt = Prompt(pin)
        let key = withExtendedLifetime(prompt) {
            PEM_read_bio_PrivateKey(input, nil, { Prompt.answer($0, $1, $3) }, prompt.context)
        }
        guard let key else {
            // Whether it is the PIN that is wrong, libcrypto tells in several ways, or by octets that
            // are no key.
            let reason = CryptoError.reason()
            throw prompt.wasAsked ? .wrongPIN : .malformedKey(reason: reason)
        }
        ERR_clear_error()
        return key
    }

    private static func key(
        der octets: UnsafeRawBufferPointer, _ pin: Secret?
    ) throws(CryptoError) -> OpaquePointer {
        // An EncryptedPrivateKeyInfo begins with two sequences, everything else with a sequence and
        // a number: libcrypto tells them apart.
        if let encrypted = encrypted(octets) {
            defer { X509_SIG_free(encrypted) }
            guard let pin, let count = Int32(exactly: pin.count) else { throw .wrongPIN }
            let info = pin.withUnsafeBytes { pin in
                PKCS8_decrypt(
                    encrypted, pin.bindMemory(to: CChar.self).baseAddress, count)
            }
            guard let info else {
                ERR_clear_error()
                throw .wrongPIN
            }
            defer { PKCS8_PRIV_KEY_INFO_free(info) }
            guard let key = EVP_PKCS82PKEY(info) else {
                throw .malformedKey(reason: CryptoError.reason())
            }
            return key
        }
        var position = octets.bindMemory(to: UInt8.self).baseAddress
        guard let key = d2i_AutoPrivateKey(nil, &position, octets.count) else {
            throw .malformedKey(reason: CryptoError.reason())
        }
        ERR_clear_error()
        guard position == octets.bindMemory(to: UInt8.self).baseAddress?.advanced(by: octets.count)
        else {
            EVP_PKEY_free(key)
            throw .malformedKey(reason: "something follows it")
        }
        return key
    }

    private static func encrypted(_ octets: UnsafeRawBufferPointer) -> OpaquePointer? {
        var position = octets.bindMemory(to: UInt8.self).baseAddress
        let encrypted = d2i_X509_SIG(nil, &position, octets.count)
        ERR_clear_error()
        guard
            position == octets.bindMemory(to: UInt8.self).baseAddress?.advanced(by: octets.count)
        else {
            X509_SIG_free(encrypted)
            return nil
        }
        return encrypted
    }

    /// Answers libcrypto's question for a PIN, which would otherwise go to the terminal.
    private final class Prompt {
        private let pin: Secret?
        private(set) var wasAsked = false

        init(_ pin: Secret?) {
            self.pin = pin
        }

        var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

        static func answer(
            _ room: UnsafeMutablePointer<CChar>?, _ size: Int32, _ context: UnsafeMutableRawPointer?
        ) -> Int32 {
            guard let context, let room else { return -1 }
            let prompt = Unmanaged<Prompt>.fromOpaque(context).takeUnretainedValue()
            prompt.wasAsked = true
            guard let pin = prompt.pin, let count = Int32(exactly: pin.count), count <= size else {
                return -1
            }
            pin.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(start: room, count: Int(size)).copyMemory(from: $0)
            }
            return count
        }
    }
}
