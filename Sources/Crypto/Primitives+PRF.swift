extension Primitives {
    /// `prf(key, data)`, the pieces of the data one after another (RFC 7296 §2.13).
    public func prf(
        _ f: PRF, key: Octets, _ data: Octets...
    ) throws(CryptoError) -> Secret {
        let context = try macContext(f.mac)
        return try Secret(count: f.outputLength) {
            (room: UnsafeMutableRawBufferPointer) throws(CryptoError) in
            try key.withUnsafeBytes { (key: UnsafeRawBufferPointer) throws(CryptoError) in
                try context.begin(key: key)
            }
            for piece in data { try context.update(piece) }
            try context.finish(into: room)
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
        let context = try macContext(f.mac)
        let rounds = (count + f.outputLength - 1) / f.outputLength
        return try Secret(count: count, capacity: rounds * f.outputLength) {
            (room: UnsafeMutableRawBufferPointer) throws(CryptoError) in
            try key.withUnsafeBytes { (key: UnsafeRawBufferPointer) throws(CryptoError) in
                try context.begin(key: key)
            }
            // T1 = prf(K, S | 0x01), Tn = prf(K, Tn-1 | S | n), each at its place in the result.
            for round in 0..<rounds {
                let start = round * f.outputLength
                if round > 0 {
                    try context.beginWithSameKey()
                    try context.update(
                        UnsafeRawBufferPointer(rebasing: room[start - f.outputLength..<start]))
                }
                for piece in seed { try context.update(piece) }
                try withUnsafeBytes(of: UInt8(truncatingIfNeeded: round + 1)) {
                    (number: UnsafeRawBufferPointer) throws(CryptoError) in
                    try context.update(number)
                }
                try context.finish(
                    into: UnsafeMutableRawBufferPointer(
                        rebasing: room[start..<start + f.outputLength]))
            }
        }
    }
}
