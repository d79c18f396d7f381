import Crypto
import Wire

/// What one side proves itself by: its first message, the other side's nonce, its identity.
struct SignedOctets {
    /// The side's IKE_SA_INIT message, whole.
    let message: [UInt8]
    /// The nonce of the other side.
    let otherNonce: [UInt8]
    /// The side's identity.
    let identity: Identification

    /// The octets that a signature is made over (RFC 7296 §2.15).
    func octets(
        _ primitives: Primitives, prf: PRF, p: SecretSlice
    ) throws(CryptoError) -> [UInt8] {
        let maced = try primitives.prf(prf, key: .secret(p), .open(identity.octets))
        return message + otherNonce + maced.revealed()
    }
}
