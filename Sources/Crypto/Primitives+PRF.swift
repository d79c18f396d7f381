import COpenSSL

extension Primitives {
    /// `prf(key, data)`, the pieces of the data one after another (RFC 7296 §2.13).
    public func prf(
        _ f: PRF, key: Octets, _ data: Octets...
    ) throws(CryptoError) -> Secret {
        let context = try macContext(f.digest)
        return try Secret(count: f.outputLength) {
            (room: UnsafeMutableRawBufferPointer) throws(CryptoError) in
            try key.withUnsafeBytes { (key: UnsafeRawBufferPointer) throws(CryptoError) in
                try begin(context, key: key)
            }
            for piece in data { try update(context, piece) }
            try finish(context, into: room)
        }
    }

    /// `prf+(key, seed)`: the first `count` octets (RFC 7296 §2.13), at most 255 outputs long.
    public func prfPlus(
        _ f: PRF, key: SecretSlice, seed: [UInt8], count: Int
    ) throws(CryptoError) -> Secret {
        try prfPlus(f, key: key, seed: [.open(seed)], count: count)
    }

    /// `prf+(key, seed)` over a seed some of which is secret, as in RFC 7296 §2.17 with a key
    /// exchange: the first `count` octets, at most 255 outputs long.
    public func prfPlus(
        _ f: PRF, key: SecretSlice, seed: [Octets], count: Int
    ) throws(CryptoError) -> Secret {
        // The round's number is one octet.
        guard count >= 0, count <= f.outputLength * Int(UInt8.max) else {
            throw .invalidLength(of: "key material")
        }
        let context = try macContext(f.digest)
        let rounds = (count + f.outputLength - 1) / f.outputLength
        return try Secret(count: count, capacity: rounds * f.outputLength) {
            (room: UnsafeMutableRawBufferPointer) throws(CryptoError) in
            try key.withUnsafeBytes { (key: UnsafeRawBufferPointer) throws(CryptoError) in
                try begin(context, key: key)
            }
            // T1 = prf(K, S | 0x01), Tn = prf(K, Tn-1 | S | n), each at its place in the result.
            for round in 0..<rounds {
                let start = round * f.outputLength
                if round > 0 {
                    try beginWithSameKey(context)
                    try update(
                        context,
                        UnsafeRawBufferPointer(rebasing: room[start - f.outputLength..<start]))
                }
                for piece in seed { try update(context, piece) }
                var number = UInt8(truncatingIfNeeded: round + 1)
                guard EVP_MAC_update(context, &number, 1) == 1 else { throw .libcrypto("prf+") }
                try finish(
                    context,
                    into: UnsafeMutableRawBufferPointer(
                        rebasing: room[start..<start + f.outputLength]))
            }
        }
    }
}

// HMAC, step by step.
extension Primitives {
    /// Starts an HMAC with a key.
    func begin(_ context: OpaquePointer, key: UnsafeRawBufferPointer) throws(CryptoError) {
        // Without an address libcrypto keeps the former key, and an empty key may have none.
        guard let address = key.bindMemory(to: UInt8.self).baseAddress, !key.isEmpty else {
            var none: UInt8 = 0
            guard EVP_MAC_init(context, &none, 0, nil) == 1 else { throw .libcrypto("HMAC") }
            return
        }
        guard EVP_MAC_init(context, address, key.count, nil) == 1 else {
            throw .libcrypto("HMAC")
        }
    }

    /// Starts another HMAC with the key of the last.
    func beginWithSameKey(_ context: OpaquePointer) throws(CryptoError) {
        guard EVP_MAC_init(context, nil, 0, nil) == 1 else { throw .libcrypto("HMAC") }
    }

    /// Adds octets.
    func update(
        _ context: OpaquePointer, _ octets: UnsafeRawBufferPointer
    ) throws(CryptoError) {
        guard
            EVP_MAC_update(
                context, octets.bindMemory(to: UInt8.self).baseAddress, octets.count) == 1
        else { throw .libcrypto("HMAC") }
    }

    /// Adds a piece of data.
    func update(_ context: OpaquePointer, _ piece: Octets) throws(CryptoError) {
        try piece.withUnsafeBytes { (octets: UnsafeRawBufferPointer) throws(CryptoError) in
            try update(context, octets)
        }
    }

    /// Writes the whole HMAC into the room, which must hold it.
    func finish(
        _ context: OpaquePointer, into room: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) {
        var count = 0
        guard
            EVP_MAC_final(
                context, room.bindMemory(to: UInt8.self).baseAddress, &count, room.count) == 1
        else { throw .libcrypto("HMAC") }
    }
}
