import IPsec
import Policy
import Testing
import Wire

@testable import IKE

/// The nearest miss of a negotiation that failed, against a search through every pair.
@Suite struct NearestMissTests {
    private typealias Kinds = NearestMiss.Kinds

    private static let esp = Template(protocolID: .esp, mode: .tunnel)

    /// What the search goes by, written down for it alone.
    private struct Wanted {
        var protocolID: SecurityProtocol
        var ciphers: [Transform]
        var cipher: EncryptionAlgorithm?
        var integrity: [IntegrityAlgorithm]
        var prfs: [PseudorandomFunction]?
        var groups: (acceptable: [KeyExchangeMethod], isNoneTaken: Bool)?
        var esn: [ExtendedSequenceNumbers]?
    }

    /// The kinds of which a proposal has nothing that will do, each looked for by itself.
    private func differences(_ proposal: Proposal, _ wanted: Wanted) -> Kinds {
        func ids(_ type: TransformType) -> [UInt16] {
            proposal.transforms.filter { $0.type == type && $0.isUnderstood }.map { $0.id }
        }
        var kinds: Kinds = []
        if proposal.protocol != wanted.protocolID { kinds.insert(.protocol) }
        if wanted.protocolID != .ike {
            let isSPI = proposal.spi.count == 4 && proposal.spi[0..<3] != [0, 0, 0]
            if !isSPI { kinds.insert(.spi) }
        }
        let encryption = proposal.transforms.filter { $0.type == .encryption && $0.isUnderstood }
        if let cipher = wanted.cipher {
            if !encryption.contains(where: { wanted.ciphers.contains($0) }) {
                kinds.insert(
                    encryption.contains { $0.id == cipher.rawValue } ? .keyLength : .cipher)
            }
        } else if !encryption.isEmpty {
            kinds.insert(.cipher)
        }
        let integrity = ids(.integrity)
        let fits =
            wanted.integrity.isEmpty
            ? integrity.isEmpty || integrity.contains(0)
            : wanted.integrity.contains { integrity.contains($0.rawValue) }
        if !fits { kinds.insert(.integrity) }
        if let prfs = wanted.prfs,
            !prfs.contains(where: {
                ids(.pseudorandomFunction).contains($0.rawValue)
            })
        {
            kinds.insert(.prf)
        }
        if let (groups, isNoneTaken) = wanted.groups {
            let offered = ids(.keyExchange)
            let takesNone = isNoneTaken && (offered.isEmpty || offered.contains(0))
            if !takesNone, !groups.contains(where: { offered.contains($0.rawValue) }) {
                kinds.insert(.group)
            }
        }
        if let esn = wanted.esn {
            let offered = ids(.extendedSequenceNumbers)
            let all = offered.isEmpty ? [0] : offered
            if !esn.contains(where: { all.contains($0.rawValue) }) { kinds.insert(.esn) }
        }
        let types = Set(proposal.transforms.map { $0.type })
        if types.contains(where: { !(1...5).contains($0.rawValue) || ids($0).isEmpty }) {
            kinds.insert(.unusable)
        }
        return kinds
    }

    /// The best of all pairs: the fewest kinds, then our order, then theirs.
    private func search(
        _ offered: [Proposal], _ wanted: [Wanted]
    ) -> (proposal: Int, acceptable: Int, kinds: Kinds)? {
        var pairs: [(proposal: Int, acceptable: Int, kinds: Kinds)] = []
        for (place, wanted) in wanted.enumerated() {
            for (number, proposal) in offered.enumerated() {
                pairs.append((number, place, differences(proposal, wanted)))
            }
        }
        return pairs.min {
            [$0.kinds.rawValue.nonzeroBitCount, $0.acceptable, $0.proposal]
                .lexicographicallyPrecedes(
                    [$1.kinds.rawValue.nonzeroBitCount, $1.acceptable, $1.proposal])
        }
    }

    private func check(
        _ miss: NearestMiss?, _ expected: (proposal: Int, acceptable: Int, kinds: Kinds)?,
        agreed: Bool, _ comment: Comment
    ) {
        guard let expected, !expected.kinds.isEmpty else {
            #expect(miss == nil, comment)
            #expect(agreed == (expected != nil), comment)
            return
        }
        #expect(!agreed, comment)
        #expect(miss?.proposal == expected.proposal, comment)
        #expect(miss?.acceptable == expected.acceptable, comment)
        #expect(miss?.kinds == expected.kinds, comment)
    }

    @Test func ofAnIKESAItIsWhatASearchFinds() {
        var draw = AlgorithmDraw(seed: 51)
        var found: Set<Kinds> = []
        for _ in 0..<4000 {
            let rules = ["a", "b"].map { label in
                Rule.with(
                    ike: (0..<Int.random(in: 1...2, using: &draw.random)).map { _ in
                        draw.ikeTransform()
                    }, label: label)
            }
            let offered = (1...UInt8.random(in: 1...4, using: &draw.random)).map {
                draw.ikeProposal($0)
            }
            let transforms = rules.flatMap { $0.ikeTransforms }
            let wanted = transforms.map { transform in
                Wanted(
                    protocolID: .ike,
                    ciphers: transform.keyLengths.map {
                        .encryption(transform.encryption, keyLength: $0)
                    }, cipher: transform.encryption, integrity: transform.integrity,
                    prfs: transform.prfs, groups: ([transform.group], false))
            }
            let miss = NearestMiss(
                offered: offered, acceptable: rules.flatMap { Acceptable.list($0) })
            let choice = IKENegotiation.choose(offered: offered, acceptable: transforms)
            check(
                miss, search(offered, wanted), agreed: choice != nil,
                "\(offered) against \(transforms)")
            if let kinds = miss?.kinds { found.insert(kinds) }
        }
        // Each kind came alone, and many together.
        for kind: Kinds in [
            .protocol, .cipher, .keyLength, .integrity, .prf, .group, .unusable,
        ] {
            #expect(found.contains(kind), "\(kind)")
        }
        #expect(found.count > 30)
    }

    @Test func ofAChildSAItIsWhatASearchFinds() {
        let secrecies: [ChildNegotiation.Secrecy] = [
            .inherited, .optional([]), .optional([.curve25519]), .required([.ecp256]),
            .required([.curve25519, .ecp256]),
        ]
        var draw = AlgorithmDraw(seed: 52)
        var found: Set<Kinds> = []
        for round in 0..<6000 {
            let secrecy = secrecies[round % secrecies.count]
            let protocolID: SecurityProtocol = round % 7 == 0 ? .ah : .esp
            // Now and then the policy allows no more than SHA-512 beside the ciphers, or no cipher
            // but AES-GCM (linux/pfkeyv2.h).
            let masks = [
                AlgorithmMasks.any, .any, AlgorithmMasks(encryption: .max, integrity: 1 << 7),
                AlgorithmMasks(encryption: 1 << 20, integrity: .max),
            ][round % 4]
            let template = Template(protocolID: protocolID, mode: .tunnel, algorithms: masks)
            let rule = Rule.with(
                child: (0..<Int.random(in: 1...3, using: &draw.random)).map { _ in
                    draw.childTransform()
                })
            let offered = (1...UInt8.random(in: 1...3, using: &draw.random)).map {
                draw.childProposal($0)
            }
            let wanted = rule.childTransforms.compactMap {
                self.wanted($0, protocolID, masks, secrecy)
            }
            let acceptable = Acceptable.list(
                ChildChoices(rule), template: template, secrecy: secrecy)
            let miss = NearestMiss(offered: offered, acceptable: acceptable)
            let choice = ChildNegotiation.choose(
                offered: offered, acceptable: rule.childTransforms, template: template,
                secrecy: secrecy)
            #expect(acceptable.count == wanted.count)
            check(
                miss, search(offered, wanted), agreed: choice != nil,
                "\(offered) against \(rule.childTransforms)")
            if let kinds = miss?.kinds { found.insert(kinds) }
        }
        for kind: Kinds in [
            .protocol, .spi, .cipher, .keyLength, .integrity, .group, .esn, .unusable,
        ] {
            #expect(found.contains(kind), "\(kind)")
        }
        #expect(found.count > 60)
    }

    /// What a `childsa_xform` comes to under a policy; `nil` when that is nothing.
    private func wanted(
        _ transform: ChildTransform, _ protocolID: SecurityProtocol, _ masks: AlgorithmMasks,
        _ secrecy: ChildNegotiation.Secrecy
    ) -> Wanted? {
        guard transform.protocol == protocolID else { return nil }
        if transform.encryption != nil, masks.encryption != .max,
            transform.encryption != .aesGCM16
        {
            return nil
        }
        let isNarrow = masks.integrity != .max
        if isNarrow, transform.encryption?.isAEAD == true { return nil }
        let integrity = transform.integrity.filter { !isNarrow || $0 == .hmacSHA512_256 }
        guard integrity.isEmpty == transform.integrity.isEmpty else { return nil }
        let ciphers: [Transform] =
            switch transform.encryption {
            case nil: []
            case .chacha20Poly1305?: [.encryption(.chacha20Poly1305)]
            case let cipher?: transform.keyLengths.map { .encryption(cipher, keyLength: $0) }
            }
        let groups: ([KeyExchangeMethod], Bool)? =
            switch secrecy {
            case .inherited: nil
            case .optional(let groups): (groups, true)
            case .required(let groups): (groups, false)
            }
        return Wanted(
            protocolID: protocolID, ciphers: ciphers, cipher: transform.encryption,
            integrity: integrity, groups: groups, esn: transform.esn.map { $0 ? .yes : .no })
    }

    // MARK: Bounds

    private static let strange = (0..<255).map {
        Transform(type: .encryption, id: 1000 + UInt16($0), keyLength: UInt16($0))
    }

    /// What a stranger offers at the most, and more of ours than anybody has.
    @Test(.timeLimit(.minutes(1))) func theSearchIsBounded() {
        let offered = (1...255).map {
            Proposal(number: UInt8($0), protocol: .ike, spi: [], transforms: Self.strange)
        }
        let transforms = [IKETransform](repeating: HandshakeFixture.transform, count: 5000)
        let acceptable = Acceptable.list(.with(ike: transforms))
        let miss = NearestMiss(offered: offered, acceptable: acceptable)
        #expect(miss?.kinds == [.cipher, .prf, .group])
    }

    /// What stands beyond the bound is not looked at, and does no harm.
    @Test func onlySoManyPairsAreCompared() {
        let far = Proposal(number: 1, protocol: .ike, spi: [], transforms: Self.strange)
        let near = Proposal(
            number: 2, protocol: .ike, spi: [],
            transforms: [
                .encryption(.aesGCM16, keyLength: 256), .prf(.hmacSHA256),
                .keyExchange(.modp2048),
            ])
        func nearest(at place: Int) -> NearestMiss? {
            var transforms = [IKETransform](
                repeating: IKETransform(
                    encryption: .tripleDES, keyLengths: [], integrity: [.hmacSHA1_96],
                    prfs: [.hmacSHA1], group: .modp1024), count: NearestMiss.mostPairs)
            transforms[place] = HandshakeFixture.transform
            return NearestMiss(
                offered: [far, near], acceptable: Acceptable.list(.with(ike: transforms)))
        }
        let last = NearestMiss.mostPairs / 2 - 1
        #expect(nearest(at: last)?.kinds == .group)
        #expect(nearest(at: last)?.acceptable == last)
        #expect(nearest(at: last + 1)?.acceptable == 0)
    }

    /// Nothing that a peer makes up makes the line long.
    @Test func theWordsAreBounded() {
        let odd = Proposal(
            number: 255, protocol: SecurityProtocol(rawValue: 255),
            spi: [UInt8](repeating: 1, count: 255),
            transforms: (0..<200).flatMap { index in
                (0..<40).map {
                    Transform(
                        type: TransformType(rawValue: $0), id: 60000 + index, keyLength: index)
                }
            })
        for acceptable in [
            Acceptable.list(.with()),
            Acceptable.list(
                ChildChoices(.with()), template: Self.esp,
                secrecy: .required([.curve25519, .ecp256])),
        ] {
            let words =
                NearestMiss.words(offered: [odd, odd], acceptable: acceptable) ?? ""
            #expect(words.contains(" more"))
            #expect(words.utf8.count < 1500, "\(words)")
        }
    }
}
