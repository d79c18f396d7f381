import IPsec
import Policy
import Wire

/// Draws what might be configured and what might be offered, from few algorithms, so that the two
/// often agree and often just do not.
struct AlgorithmDraw {
    var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func some<Value>(_ values: [Value], _ range: ClosedRange<Int>) -> [Value] {
        let count = Int.random(in: range, using: &random)
        return [Value](values.shuffled(using: &random).prefix(count))
    }

    mutating func one<Value>(_ values: [Value], _ otherwise: Value) -> Value {
        values.randomElement(using: &random) ?? otherwise
    }

    /// `true` once in so many draws.
    mutating func isOnce(in draws: Int) -> Bool { Int.random(in: 0..<draws, using: &random) == 0 }

    // MARK: IKE SAs

    mutating func ikeTransform() -> IKETransform {
        let isAEAD = Bool.random(using: &random)
        return IKETransform(
            encryption: isAEAD ? .aesGCM16 : one([.aesCBC, .tripleDES], .aesCBC),
            keyLengths: some([256, 192, 128], 1...3),
            integrity: isAEAD ? [] : some([.hmacSHA256_128, .hmacSHA512_256], 1...2),
            prfs: some([.hmacSHA256, .hmacSHA512], 1...2),
            group: one([.curve25519, .ecp256, .modp2048], .ecp256))
    }

    mutating func ikeProposal(_ number: UInt8) -> Proposal {
        var transforms: [Transform] = []
        for cipher in some([EncryptionAlgorithm.aesGCM16, .aesCBC, .tripleDES], 0...2) {
            for bits in some([256, 128, nil] as [UInt16?], 1...2) {
                transforms.append(.encryption(cipher, keyLength: bits))
            }
        }
        transforms += some([IntegrityAlgorithm.none, .hmacSHA256_128, .hmacSHA512_256], 0...2)
            .map { Transform.integrity($0) }
        transforms += some([PseudorandomFunction.hmacSHA256, .hmacSHA512], 0...2)
            .map { Transform.prf($0) }
        transforms += some([KeyExchangeMethod.curve25519, .ecp256, .modp2048], 0...2)
            .map { Transform.keyExchange($0) }
        addOddities(to: &transforms)
        return Proposal(
            number: number, protocol: one([.ike, .ike, .ike, .esp], .ike), spi: [],
            transforms: transforms.shuffled(using: &random))
    }

    // MARK: Child SAs

    mutating func childTransform() -> ChildTransform {
        let esn = some([true, false], 1...2)
        let lengths = some([256, 192, 128] as [UInt16], 1...3)
        let integrity = some([IntegrityAlgorithm.hmacSHA256_128, .hmacSHA512_256], 1...2)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return ChildTransform(encryption: .aesGCM16, keyLengths: lengths, esn: esn)
        case 1: return ChildTransform(encryption: .chacha20Poly1305, esn: esn)
        case 2:
            return ChildTransform(
                encryption: .aesCBC, keyLengths: lengths, integrity: integrity, esn: esn)
        default:
            return ChildTransform(protocol: .ah, encryption: nil, integrity: integrity, esn: esn)
        }
    }

    mutating func childProposal(_ number: UInt8) -> Proposal {
        var transforms: [Transform] = []
        for cipher in some([EncryptionAlgorithm.aesGCM16, .aesCBC, .chacha20Poly1305], 0...2) {
            for bits in some([256, 128, nil] as [UInt16?], 1...2) {
                transforms.append(.encryption(cipher, keyLength: bits))
            }
        }
        transforms += some([IntegrityAlgorithm.none, .hmacSHA256_128, .hmacSHA512_256], 0...2)
            .map { Transform.integrity($0) }
        transforms += some([ExtendedSequenceNumbers.yes, .no], 0...2).map { Transform.esn($0) }
        transforms += some([KeyExchangeMethod.none, .ecp256, .curve25519], 0...2)
            .map { Transform.keyExchange($0) }
        addOddities(to: &transforms)
        return Proposal(
            number: number, protocol: isOnce(in: 5) ? .ah : .esp,
            spi: ChildSPI(one([0, 255, 256, 0xC0FF_EE01, 0xC0FF_EE02, 0xC0FF_EE03], 0)).octets,
            transforms: transforms)
    }

    // MARK: Answers

    /// One transform of each type of one of the proposals, as it should be; or one fewer, or one
    /// more, from another proposal.
    mutating func answer(to proposals: [Proposal], orOf other: Proposal) -> Proposal {
        guard let proposal = proposals.randomElement(using: &random) else { return other }
        var transforms: [Transform] = []
        for transform in proposal.transforms.shuffled(using: &random)
        where !transforms.contains(where: { $0.type == transform.type }) {
            transforms.append(transform)
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: _ = transforms.popLast()
        case 1: if let more = other.transforms.first { transforms.append(more) }
        case 2: return other
        default: break
        }
        return Proposal(
            number: proposal.number, protocol: proposal.protocol, spi: proposal.spi,
            transforms: transforms)
    }

    /// Now and then a type that nobody knows, or a transform with an attribute that nobody does.
    private mutating func addOddities(to transforms: inout [Transform]) {
        if isOnce(in: 12) {
            transforms.append(Transform(type: TransformType(rawValue: 77), id: 1))
        }
        if isOnce(in: 8), let index = transforms.indices.randomElement(using: &random) {
            let old = transforms[index]
            transforms[index] = Transform(
                type: old.type, id: old.id, keyLength: old.keyLength, isUnderstood: false)
        }
    }
}

extension Rule {
    /// A rule that differs from others in its algorithms and its label.
    static func with(
        ike: [IKETransform] = [HandshakeFixture.transform],
        child: [ChildTransform] = ChildTransform.defaults, label: String = "peer"
    ) -> Rule {
        Rule(
            label: label, localAddresses: [prefix("10.9.0.2")],
            remoteAddresses: [prefix("10.9.0.1")], ikeTransforms: ike, childTransforms: child)
    }
}
