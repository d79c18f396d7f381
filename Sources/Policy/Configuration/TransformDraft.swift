import Wire

/// What was read of an `ikesa_xform` or `childsa_xform`.
struct TransformDraft {
    /// Whether the closing brace was found; else what is missing may stand elsewhere.
    var isClosed = false
    var cipher: (choice: CipherChoice, keyLengths: [UInt16])?
    var hash: HashChoice?
    var prf: PseudorandomFunction?
    var group: KeyExchangeMethod?
    var lifetime: UInt32?
    var esn: Bool?

    /// Where the values stand.
    var places = Places()
}
