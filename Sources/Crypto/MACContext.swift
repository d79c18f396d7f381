import COpenSSL

/// A message authentication code, made ready in libcrypto: for one message after another, each with
/// a new key or with that of the last.
final class MACContext {
    private enum Engine {
        case libcrypto(OpaquePointer)
        /// libcrypto has AES, but not this mode of it.
        case xcbc(XCBC)
    }

    private let mac: MAC
    private let engine: Engine
    /// Room for the key that AES takes in the stead of one that is not 128 bits long.
    private let substitute: UnsafeMutableRawBufferPointer

    /// Throws when libcrypto lacks what the code needs.
    init(_ mac: MAC) throws(CryptoError) {
        engine =
            switch mac {
            case .hmacSHA1: try Self.hmac(mac, digest: "SHA1")
            case .hmacSHA256: try Self.hmac(mac, digest: "SHA2-256")
            case .hmacSHA384: try Self.hmac(mac, digest: "SHA2-384")
            case .hmacSHA512: try Self.hmac(mac, digest: "SHA2-512")
            case .aesXCBC: .xcbc(try XCBC())
            case .aesCMAC: try Self.cmac(mac)
            }
        self.mac = mac
        substitute = .allocate(byteCount: XCBC.blockLength, alignment: 16)
    }

    deinit {
        if case .libcrypto(let context) = engine { EVP_MAC_CTX_free(context) }
        OPENSSL_cleanse(substitute.baseAddress, substitute.count)
        substitute.deallocate()
    }

    private static func hmac(_ mac: MAC, digest: String) throws(CryptoError) -> Engine {
        let context = try context(of: "HMAC", for: mac)
        let isSet = digest.withCString {
            EVP_MAC_CTX_set_params(
                context, [COpenSSL_digest_parameter($0), OSSL_PARAM_construct_end()]) == 1
        }
        guard isSet else {
            EVP_MAC_CTX_free(context)
            throw .libcrypto(mac.name)
        }
        return .libcrypto(context)
    }

    private static func cmac(_ mac: MAC) throws(CryptoError) -> Engine {
        let context = try context(of: "CMAC", for: mac)
        let isSet = XCBC.chain.withCString {
            EVP_MAC_CTX_set_params(
                context, [COpenSSL_cipher_parameter($0), OSSL_PARAM_construct_end()]) == 1
        }
        guard isSet else {
            EVP_MAC_CTX_free(context)
            throw .libcrypto(mac.name)
        }
        return .libcrypto(context)
    }

    private static func context(
        of algorithm: String, for mac: MAC
    ) throws(CryptoError) -> OpaquePointer {
        guard let fetched = EVP_MAC_fetch(nil, algorithm, nil) else { throw .libcrypto(mac.name) }
        // The context keeps a reference of its own.
        defer { EVP_MAC_free(fetched) }
        guard let context = EVP_MAC_CTX_new(fetched) else { throw .libcrypto(mac.name) }
        return context
    }
}

// A message.
extension MACContext {
    /// Starts a message with a key of any length.
    func begin(key: UnsafeRawBufferPointer) throws(CryptoError) {
        switch mac {
        case .hmacSHA1, .hmacSHA256, .hmacSHA384, .hmacSHA512:
            try start(key: key)
        case .aesXCBC where key.count < XCBC.blockLength:
            // RFC 4434 §2: a shorter key gets zeros at its end.
            resetSubstitute()
            substitute.copyMemory(from: key)
            try start(key: UnsafeRawBufferPointer(substitute))
        case .aesXCBC where key.count > XCBC.blockLength,
            .aesCMAC where key.count != XCBC.blockLength:
            // RFC 4434 §2, RFC 4615 §3: in its stead the code of the key, under a key of zeros.
            resetSubstitute()
            try start(key: UnsafeRawBufferPointer(substitute))
            try update(key)
            try finish(into: substitute)
            try start(key: UnsafeRawBufferPointer(substitute))
        case .aesXCBC, .aesCMAC:
            try start(key: key)
        }
    }

    private func resetSubstitute() {
        for index in substitute.indices { substitute[index] = 0 }
    }

    /// Starts with a key that the code takes as it is.
    private func start(key: UnsafeRawBufferPointer) throws(CryptoError) {
        switch engine {
        case .xcbc(let xcbc):
            try xcbc.begin(key: key)
        case .libcrypto(let context):
            // Without an address libcrypto keeps the former key, and an empty key may have none.
            guard let address = key.bindMemory(to: UInt8.self).baseAddress, !key.isEmpty else {
                var none: UInt8 = 0
                guard EVP_MAC_init(context, &none, 0, nil) == 1 else { throw .libcrypto(mac.name) }
                return
            }
            guard EVP_MAC_init(context, address, key.count, nil) == 1 else {
                throw .libcrypto(mac.name)
            }
        }
    }

    /// Starts another message with the key of the last.
    func beginWithSameKey() throws(CryptoError) {
        switch engine {
        case .xcbc(let xcbc):
            try xcbc.beginWithSameKey()
        case .libcrypto(let context):
            guard EVP_MAC_init(context, nil, 0, nil) == 1 else { throw .libcrypto(mac.name) }
        }
    }

    /// Adds octets.
    func update(_ octets: UnsafeRawBufferPointer) throws(CryptoError) {
        switch engine {
        case .xcbc(let xcbc):
            try xcbc.update(octets)
        case .libcrypto(let context):
            guard
                EVP_MAC_update(
                    context, octets.bindMemory(to: UInt8.self).baseAddress, octets.count) == 1
            else { throw .libcrypto(mac.name) }
        }
    }

    /// Adds a piece of data.
    func update(_ piece: Octets) throws(CryptoError) {
        try piece.withUnsafeBytes { (octets: UnsafeRawBufferPointer) throws(CryptoError) in
            try update(octets)
        }
    }

    /// Ends the message and writes the whole code into the room, which must hold it.
    func finish(into room: UnsafeMutableRawBufferPointer) throws(CryptoError) {
        switch engine {
        case .xcbc(let xcbc):
            try xcbc.finish(into: room)
        case .libcrypto(let context):
            var count = 0
            guard
                EVP_MAC_final(
                    context, room.bindMemory(to: UInt8.self).baseAddress, &count, room.count) == 1
            else { throw .libcrypto(mac.name) }
        }
    }
}
