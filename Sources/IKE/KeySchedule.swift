import Crypto
import IPsec
import Wire

/// The keys that protect an IKE SA for as long as it lives (RFC 7296 §2.14), in one block.
struct IKEKeys: Sendable {
    let suite: IKESuite
    private let block: Secret

    fileprivate init(suite: IKESuite, block: Secret) {
        self.suite = suite
        self.block = block
    }

    /// What further keys are derived from.
    var d: SecretSlice { block.slice(0..<suite.prf.preferredKeyLength) }

    /// The integrity key of messages sent by `role`; empty with AEAD.
    func integrity(of role: Role) -> SecretSlice {
        slice(
            after: suite.prf.preferredKeyLength, length: suite.protection.integrityKeyLength, role)
    }

    /// The encryption key of messages sent by `role`.
    func encryption(of role: Role) -> SecretSlice {
        let start = suite.prf.preferredKeyLength + 2 * suite.protection.integrityKeyLength
        return slice(after: start, length: suite.protection.encryptionKeyLength, role)
    }

    private func slice(after start: Int, length: Int, _ role: Role) -> SecretSlice {
        let from = role == .initiator ? start : start + length
        return block.slice(from..<from + length)
    }
}

/// The keys that only IKE_AUTH needs (RFC 7296 §2.15).
struct AuthenticationKeys: Sendable {
    private let block: Secret
    private let length: Int

    fileprivate init(block: Secret, length: Int) {
        self.block = block
        self.length = length
    }

    /// SK_pi or SK_pr.
    func p(of role: Role) -> SecretSlice {
        role == .initiator ? block.slice(0..<length) : block.slice(length..<2 * length)
    }
}

/// The keys of one Child SA (RFC 7296 §2.17), in one block: encryption then integrity, first for
/// what the initiator of the exchange sends.
struct ChildKeys: Sendable {
    private let block: Secret
    private let encryptionLength: Int
    private let integrityLength: Int

    fileprivate init(block: Secret, encryptionLength: Int, integrityLength: Int) {
        self.block = block
        self.encryptionLength = encryptionLength
        self.integrityLength = integrityLength
    }

    /// The encryption key of packets sent by `role` in the exchange that made the SA.
    func encryption(of role: Role) -> SecretSlice {
        let from = start(of: role)
        return block.slice(from..<from + encryptionLength)
    }

    /// The integrity key of packets sent by `role` in the exchange that made the SA.
    func integrity(of role: Role) -> SecretSlice {
        let from = start(of: role) + encryptionLength
        return block.slice(from..<from + integrityLength)
    }

    private func start(of role: Role) -> Int {
        role == .initiator ? 0 : encryptionLength + integrityLength
    }
}

/// From a shared secret to keys (RFC 7296 §2.13–2.17). Pure functions.
enum KeySchedule {
    /// The keys that IKE_SA_INIT gives:
    /// SKEYSEED = prf(Ni | Nr, g^ir), of the nonces as much as the PRF takes; {SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr} =
    /// prf+(SKEYSEED, Ni | Nr | SPIi | SPIr).
    static func initial(
        _ primitives: Primitives, suite: IKESuite, sharedSecret: Secret, nonces: Nonces,
        initiatorSPI: IKESPI, responderSPI: IKESPI
    ) throws(CryptoError) -> (IKEKeys, AuthenticationKeys) {
        let seedKey = suite.prf.seedKey(
            initiatorNonce: nonces.initiator, responderNonce: nonces.responder)
        let skeyseed = try primitives.prf(
            suite.prf, key: .open(seedKey), .secret(sharedSecret.all))
        let lasting = suite.lastingKeyLength
        let passing = 2 * suite.prf.preferredKeyLength
        let stream = try primitives.prfPlus(
            suite.prf, key: skeyseed.all,
            seed: nonces.joined + initiatorSPI.octets + responderSPI.octets,
            count: lasting + passing)
        return (
            IKEKeys(suite: suite, block: try stream.slice(0..<lasting).copied()),
            AuthenticationKeys(
                block: try stream.slice(lasting..<lasting + passing).copied(),
                length: suite.prf.preferredKeyLength)
        )
    }

    /// The keys of an IKE SA that takes the place of another (RFC 7296 §2.18):
    /// SKEYSEED = prf(SK_d, g^ir | Ni | Nr) with the PRF and SK_d of the old one. The new one needs
    /// no keys for IKE_AUTH.
    static func rekeyed(
        _ primitives: Primitives, old: IKEKeys, suite: IKESuite, sharedSecret: Secret,
        nonces: Nonces, initiatorSPI: IKESPI, responderSPI: IKESPI
    ) throws(CryptoError) -> IKEKeys {
        let skeyseed = try primitives.prf(
            old.suite.prf, key: .secret(old.d), .secret(sharedSecret.all), .open(nonces.joined))
        return IKEKeys(
            suite: suite,
            block: try primitives.prfPlus(
                suite.prf, key: skeyseed.all,
                seed: nonces.joined + initiatorSPI.octets + responderSPI.octets,
                count: suite.lastingKeyLength))
    }

    /// KEYMAT = prf+(SK_d, [g^ir |] Ni | Nr) for a Child SA, with the secret of a key exchange of
    /// its own if it had one.
    static func child(
        _ primitives: Primitives, keys: IKEKeys, suite: ChildSuite, sharedSecret: Secret?,
        nonces: Nonces
    ) throws(CryptoError) -> ChildKeys {
        let count = 2 * (suite.encryptionKeyLength + suite.integrityKeyLength)
        var seed: [Octets] = []
        if let sharedSecret { seed.append(.secret(sharedSecret.all)) }
        seed.append(.open(nonces.joined))
        return ChildKeys(
            block: try primitives.prfPlus(
                keys.suite.prf, key: keys.d, seed: seed, count: count),
            encryptionLength: suite.encryptionKeyLength,
            integrityLength: suite.integrityKeyLength)
    }
}

extension IKESuite {
    /// Octets of SK_d, SK_ai, SK_ar, SK_ei and SK_er together.
    fileprivate var lastingKeyLength: Int {
        prf.preferredKeyLength
            + 2 * (protection.integrityKeyLength + protection.encryptionKeyLength)
    }
}

/// Who asks and who answers in an exchange; of an IKE SA, who began it.
public enum Role: Hashable, Sendable {
    case initiator, responder

    /// The other one.
    public var other: Role { self == .initiator ? .responder : .initiator }

    /// `initiator` or `responder`.
    public var name: String { self == .initiator ? "initiator" : "responder" }
}

/// The nonces of an exchange (RFC 7296 §2.10).
struct Nonces: Hashable, Sendable {
    let initiator: [UInt8]
    let responder: [UInt8]

    /// Ni | Nr.
    var joined: [UInt8] { initiator + responder }

    /// Octets of the nonces we make: at least half the key of any PRF here, and 128 bits.
    static let ownLength = 32
    /// The lengths that a peer may choose (RFC 7296 §3.9).
    static let allowedLengths = 16...256
}
