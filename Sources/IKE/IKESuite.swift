import Crypto
import Wire

/// The algorithms of one IKE SA (RFC 7296 §3.3.2). SAs that agreed on the same ones share it.
final class IKESuite: Sendable, CustomStringConvertible {
    /// What two suites are compared by.
    struct ID: Hashable, Sendable {
        let encryption: EncryptionAlgorithm
        let keyBits: UInt16?
        let integrity: IntegrityAlgorithm?
        let prf: PseudorandomFunction
        let keyExchange: KeyExchangeMethod
    }

    let id: ID
    let protection: Protection
    let prf: PRF
    /// The transforms' names, made once: every SA's log line has them.
    let description: String

    /// `nil` when libcrypto lacks one of the algorithms.
    init?(_ id: ID) {
        guard
            let protection = Protection(
                encryption: id.encryption, keyBits: Int(id.keyBits ?? 0),
                integrity: id.integrity ?? .none),
            let prf = PRF(id.prf)
        else { return nil }
        self.id = id
        self.protection = protection
        self.prf = prf
        description = Self.transforms(of: id).map { $0.description }.joined(separator: ", ")
    }

    /// The transforms, as the SA payload of an answer lists them.
    var transforms: [Transform] { Self.transforms(of: id) }

    /// The transforms that an ID stands for.
    static func transforms(of id: ID) -> [Transform] {
        var transforms: [Transform] = [.encryption(id.encryption, keyLength: id.keyBits)]
        if let integrity = id.integrity { transforms.append(.integrity(integrity)) }
        transforms.append(.prf(id.prf))
        transforms.append(.keyExchange(id.keyExchange))
        return transforms
    }
}
