import Crypto

/// The keys of an IKE SA under the names of RFC 7296 §2.14, for an administrator who may see them.
public struct IKESAKeys: Sendable {
    /// What further keys are derived from.
    public let d: SecretSlice
    /// The integrity keys of what the initiator and the responder send; empty with AEAD.
    public let ai: SecretSlice, ar: SecretSlice
    /// The encryption keys of what the initiator and the responder send, with salts.
    public let ei: SecretSlice, er: SecretSlice

    init(_ keys: IKEKeys) {
        d = keys.d
        ai = keys.integrity(of: .initiator)
        ar = keys.integrity(of: .responder)
        ei = keys.encryption(of: .initiator)
        er = keys.encryption(of: .responder)
    }
}
