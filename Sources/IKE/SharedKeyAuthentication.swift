import Crypto
import Wire

/// AUTH payloads by a shared key (RFC 7296 §2.15). Pure functions.
enum SharedKeyAuthentication {
    /// Mixed into the shared key so that it need not be a key of the PRF (RFC 7296 §2.15).
    private static let keyPad = Array("Key Pad for IKEv2".utf8)

    /// The value of an AUTH payload with a shared key:
    /// prf(prf(key, "Key Pad for IKEv2"), message | nonce | prf(SK_p, ID')).
    static func code(
        _ primitives: Primitives, prf: PRF, key: Secret, p: SecretSlice, signed: SignedOctets
    ) throws(CryptoError) -> Secret {
        let maced = try primitives.prf(prf, key: .secret(p), .open(signed.identity.octets))
        let padded = try primitives.prf(prf, key: .secret(key.all), .open(keyPad))
        return try primitives.prf(
            prf, key: .secret(padded.all), .open(signed.message), .open(signed.otherNonce),
            .secret(maced.all))
    }
}
