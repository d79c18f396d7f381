import COpenSSL

/// The two numbers of a signature of DSA or ECDSA, one behind the other and each as long as the
/// order (RFC 4754 §7), where libcrypto has them in DER.
enum RawSignature {
    /// DER made of the two numbers; `nil` unless there are twice `orderLength` octets.
    static func encoded(_ raw: [UInt8], orderLength: Int) -> [UInt8]? {
        guard raw.count == 2 * orderLength, let signature = ECDSA_SIG_new() else { return nil }
        defer { ECDSA_SIG_free(signature) }
        let count = Int32(truncatingIfNeeded: orderLength)
        let (r, s) = raw.withUnsafeBufferPointer { raw in
            (
                BN_bin2bn(raw.baseAddress, count, nil),
                BN_bin2bn(raw.baseAddress?.advanced(by: orderLength), count, nil)
            )
        }
        guard ECDSA_SIG_set0(signature, r, s) == 1 else {
            BN_free(r)
            BN_free(s)
            ERR_clear_error()
            return nil
        }
        return Crypto.encoded { i2d_ECDSA_SIG(signature, &$0) }
    }

    /// The two numbers of what libcrypto made. DSA's structure is the same as ECDSA's.
    static func raw(_ encoded: [UInt8], orderLength: Int) -> [UInt8]? {
        let signature = encoded.withUnsafeBufferPointer { encoded in
            var position = encoded.baseAddress
            return d2i_ECDSA_SIG(nil, &position, encoded.count)
        }
        defer { ECDSA_SIG_free(signature) }
        guard let signature else {
            ERR_clear_error()
            return nil
        }
        let count = Int32(truncatingIfNeeded: orderLength)
        var isDone = false
        let raw = [UInt8](unsafeUninitializedCapacity: 2 * orderLength) { room, initialized in
            isDone =
                BN_bn2binpad(ECDSA_SIG_get0_r(signature), room.baseAddress, count) == count
                && BN_bn2binpad(
                    ECDSA_SIG_get0_s(signature), room.baseAddress?.advanced(by: orderLength),
                    count) == count
            initialized = isDone ? room.count : 0
        }
        return isDone ? raw : nil
    }
}
