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

    /// `nil` when the proposal has a transform type that we do not know, or of which we understand
    /// no transform: it cannot be chosen, since one of every type must be (RFC 7296 §3.3.6).
    init?(_ proposal: Proposal) {
        for transform in proposal.transforms {
            guard transform.isUnderstood else {
                let hasAnother = proposal.transforms.contains {
                    $0.type == transform.type && $0.isUnderstood
                }
                if hasAnother { continue } else { return nil }
            }
            switch transform.type {
            case .encryption:
                ciphers.append(
                    Cipher(
                        id: EncryptionAlgorithm(rawValue: transform.id),
                        keyBits: transform.keyLength))
            case .pseudorandomFunction:
                prfs.append(PseudorandomFunction(rawValue: transform.id))
            case .integrity: integrities.append(IntegrityAlgorithm(rawValue: transform.id))
            case .keyExchange: keyExchanges.append(KeyExchangeMethod(rawValue: transform.id))
            case .extendedSequenceNumbers:
                extendedSequenceNumbers.append(ExtendedSequenceNumbers(rawValue: transform.id))
            default: return nil
            }
        }
    }

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
