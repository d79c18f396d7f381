/// One algorithm of a proposal (RFC 7296 §3.3.2).
public struct Transform: Hashable, Sendable {
    /// What kind of algorithm it is.
    public let type: TransformType
    /// Which one, in the registry of its type.
    public let id: UInt16
    /// The Key Length attribute, in bits; `nil` when there was none (§3.3.5).
    public let keyLength: UInt16?
    /// Whether every attribute was understood. A transform that has others, or the same one
    /// twice, must not be chosen, while the rest of its proposal may (§3.3.6).
    public let isUnderstood: Bool

    /// A transform from its parts.
    public init(
        type: TransformType, id: UInt16, keyLength: UInt16? = nil, isUnderstood: Bool = true
    ) {
        self.type = type
        self.id = id
        self.keyLength = keyLength
        self.isUnderstood = isUnderstood
    }

    /// An encryption algorithm; the key length, in bits, only for those that have several.
    public static func encryption(
        _ algorithm: EncryptionAlgorithm, keyLength: UInt16? = nil
    ) -> Transform {
        Transform(type: .encryption, id: algorithm.rawValue, keyLength: keyLength)
    }

    /// A pseudorandom function.
    public static func prf(_ function: PseudorandomFunction) -> Transform {
        Transform(type: .pseudorandomFunction, id: function.rawValue)
    }

    /// An integrity algorithm.
    public static func integrity(_ algorithm: IntegrityAlgorithm) -> Transform {
        Transform(type: .integrity, id: algorithm.rawValue)
    }

    /// A key exchange method.
    public static func keyExchange(_ method: KeyExchangeMethod) -> Transform {
        Transform(type: .keyExchange, id: method.rawValue)
    }

    /// The width of sequence numbers.
    public static func esn(_ choice: ExtendedSequenceNumbers) -> Transform {
        Transform(type: .extendedSequenceNumbers, id: choice.rawValue)
    }
}

extension Transform: CustomStringConvertible {
    /// `ENCR_AES_CBC-256`, `MODP_2048`; the `NONE` of a type as `INTEG_NONE`; `ADDKE1_ML_KEM_768`.
    public var description: String {
        var text = algorithmName
        if let keyLength { text += "-\(keyLength)" }
        return isUnderstood ? text : "\(text) with unknown attributes"
    }

    private var algorithmName: String {
        switch type {
        case .encryption: EncryptionAlgorithm(rawValue: id).name
        case .pseudorandomFunction: PseudorandomFunction(rawValue: id).name
        case .integrity where id != IntegrityAlgorithm.none.rawValue:
            IntegrityAlgorithm(rawValue: id).name
        case .integrity: "\(type.name)_\(IntegrityAlgorithm.none.name)"
        case .keyExchange where id != KeyExchangeMethod.none.rawValue:
            KeyExchangeMethod(rawValue: id).name
        case .extendedSequenceNumbers: ExtendedSequenceNumbers(rawValue: id).name
        case .keyExchange, .additionalKeyExchange1, .additionalKeyExchange2,
            .additionalKeyExchange3, .additionalKeyExchange4, .additionalKeyExchange5,
            .additionalKeyExchange6, .additionalKeyExchange7:
            "\(type.name)_\(KeyExchangeMethod(rawValue: id).name)"
        default: "\(type.name)_\(id)"
        }
    }
}
