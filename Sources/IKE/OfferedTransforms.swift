import Wire

/// The transforms of one proposal by type, so that a question to it costs no walk over the others.
struct OfferedTransforms {
    /// A cipher with its key length in bits, where it has a choice of them.
    struct Cipher: Hashable {
        let id: EncryptionAlgorithm
        let keyBits: UInt16?
    }

    private(set) var ciphers: [Cipher] = []
    private(set) var prfs: [PseudorandomFunction] = []
    private(set) var integrities: [IntegrityAlgorithm] = []
    private(set) var keyExchanges: [KeyExchangeMethod] = []
    private(set) var extendedSequenceNumbers: [ExtendedSequenceNumbers] = []

    /// Types of which the proposal has transforms and none that we understand: one of every type
    /// must be chosen, so that the proposal cannot be (RFC 7296 §3.3.6).
    private(set) var unusable: [TransformType] = []

    init(_ proposal: Proposal) {
        var usable: Set<TransformType> = []
        for transform in proposal.transforms where transform.isUnderstood {
            if take(transform) { usable.insert(transform.type) }
        }
        for transform in proposal.transforms where usable.insert(transform.type).inserted {
            unusable.append(transform.type)
        }
    }

    /// Puts a transform in its place; `false` when we know of none for its type.
    private mutating func take(_ transform: Transform) -> Bool {
        switch transform.type {
        case .encryption:
            ciphers.append(
                Cipher(
                    id: EncryptionAlgorithm(rawValue: transform.id), keyBits: transform.keyLength))
        case .pseudorandomFunction: prfs.append(PseudorandomFunction(rawValue: transform.id))
        case .integrity: integrities.append(IntegrityAlgorithm(rawValue: transform.id))
        case .keyExchange: keyExchanges.append(KeyExchangeMethod(rawValue: transform.id))
        case .extendedSequenceNumbers:
            extendedSequenceNumbers.append(ExtendedSequenceNumbers(rawValue: transform.id))
        default: return false
        }
        return true
    }

    /// Whether one of every type can be chosen.
    var isChoosable: Bool { unusable.isEmpty }

    /// The first key length of `wanted` that is offered for the cipher; `.some(nil)` for a cipher
    /// of one key length.
    func keyBits(of id: EncryptionAlgorithm, among wanted: [UInt16]) -> UInt16?? {
        guard !wanted.isEmpty else {
            return ciphers.contains(Cipher(id: id, keyBits: nil)) ? .some(nil) : nil
        }
        for bits in wanted where ciphers.contains(Cipher(id: id, keyBits: bits)) {
            return .some(bits)
        }
        return nil
    }

    /// Whether a width of sequence numbers is offered. A proposal that is silent means short ones.
    func offers(_ esn: ExtendedSequenceNumbers) -> Bool {
        extendedSequenceNumbers.isEmpty
            ? esn == .no : extendedSequenceNumbers.contains(esn)
    }

    /// The integrity algorithm to go with a cipher: the first of `wanted` that is offered, or none
    /// at all with AEAD (RFC 5282 §8). Outer `nil`: no agreement.
    func integrity(among wanted: [IntegrityAlgorithm]) -> IntegrityAlgorithm?? {
        guard !wanted.isEmpty else {
            let fits = integrities.isEmpty || integrities.contains(.none)
            return fits ? .some(nil) : nil
        }
        guard let first = wanted.first(where: { integrities.contains($0) }) else { return nil }
        return .some(first)
    }
}
