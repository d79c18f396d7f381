import IPsec
import Policy
import Wire

/// What one `ikesa_xform` or `childsa_xform` accepts, for a ``NearestMiss`` to go by.
struct Acceptable {
    /// The transform as the log names it: `ikesa_xform 1 of rule 'x'`.
    let name: String
    let protocolID: SecurityProtocol
    /// `nil` for AH.
    let cipher: EncryptionAlgorithm?
    /// Empty for a cipher of one length, with which no length is sent (RFC 7296 §3.3.5).
    let keyLengths: [UInt16]
    /// Empty for a cipher that takes none beside it (RFC 5282 §8).
    let integrity: [IntegrityAlgorithm]
    /// Empty for a Child SA, which has none.
    let prfs: [PseudorandomFunction]
    let secrecy: ChildNegotiation.Secrecy
    /// Empty for an IKE SA, which has none.
    let esn: [ExtendedSequenceNumbers]

    /// Each `ikesa_xform` of a rule.
    static func list(_ rule: Rule) -> [Acceptable] {
        rule.ikeTransforms.enumerated().map { place, transform in
            Acceptable(
                name: "ikesa_xform \(place + 1) of rule '\(rule.label)'", protocolID: .ike,
                cipher: transform.encryption, keyLengths: transform.keyLengths,
                integrity: transform.integrity, prfs: transform.prfs,
                secrecy: .required([transform.group]), esn: [])
        }
    }

    /// Each of the choices that a policy's template allows something of.
    static func list(
        _ choices: ChildChoices, template: Template, secrecy: ChildNegotiation.Secrecy
    ) -> [Acceptable] {
        choices.transforms.enumerated().compactMap { place, transform in
            let proposal = ChildNegotiation.proposals(
                for: [transform], groups: [], template: template, spi: ChildSPI(0)
            ).first
            guard let proposal else { return nil }
            // What is left of the transform is what we would propose ourselves.
            let allowed = OfferedTransforms(proposal)
            return Acceptable(
                name: choices.name(place),
                protocolID: template.protocolID, cipher: transform.encryption,
                keyLengths: allowed.ciphers.compactMap { $0.keyBits },
                integrity: allowed.integrities, prfs: [], secrecy: secrecy,
                esn: allowed.extendedSequenceNumbers)
        }
    }

    /// Wherein a proposal differs; empty when it can be chosen.
    func differences(from offer: NearestMiss.Offer) -> NearestMiss.Kinds {
        let offered = offer.transforms
        var kinds: NearestMiss.Kinds = []
        if offer.protocolID != protocolID { kinds.insert(.protocol) }
        if protocolID != .ike, ChildSPI(octets: offer.spi)?.isReserved ?? true {
            kinds.insert(.spi)
        }
        if let cipher {
            if !offered.ciphers.contains(where: { $0.id == cipher }) {
                kinds.insert(.cipher)
            } else if offered.keyBits(of: cipher, among: keyLengths) == nil {
                kinds.insert(.keyLength)
            }
        } else if !offered.ciphers.isEmpty {
            kinds.insert(.cipher)
        }
        if offered.integrity(among: integrity) == nil { kinds.insert(.integrity) }
        if !prfs.isEmpty, !prfs.contains(where: { offered.prfs.contains($0) }) {
            kinds.insert(.prf)
        }
        if secrecy.group(of: offered.keyExchanges) == nil { kinds.insert(.group) }
        if !esn.isEmpty, !esn.contains(where: { offered.offers($0) }) { kinds.insert(.esn) }
        if !offered.isChoosable { kinds.insert(.unusable) }
        return kinds
    }
}

// In words.
extension Acceptable {
    /// A kind by its name, and what either side has of it.
    typealias Difference = (kind: String, explanation: String)

    /// The differences of the kinds.
    func words(
        for kinds: NearestMiss.Kinds, _ offer: NearestMiss.Offer, in voice: NearestMiss.Voice
    ) -> [Difference] {
        let offered = offer.transforms
        let subject = voice.ours
        var list: [Difference] = []
        func add(_ kind: String, _ theirs: String, _ ours: String) {
            list.append((kind, "\(voice.theirs) \(theirs), \(ours)"))
        }
        if kinds.contains(.protocol) {
            add("protocol", offer.protocolID.name, "\(subject) \(protocolID.name)")
        }
        if kinds.contains(.spi) { add("SPI", Self.name(spi: offer.spi), "it is reserved") }
        if kinds.contains(.cipher) {
            add(
                "cipher", Self.names(offered.ciphers.map { $0.id }),
                cipher.map { "\(subject) \($0.name)" } ?? "AH takes none")
        }
        if kinds.contains(.keyLength), let cipher {
            let lengths = offered.ciphers.filter { $0.id == cipher }.map { $0.keyBits }
            add(
                "key length", "\(cipher.name) \(Self.text(lengths))",
                "\(subject) "
                    + (keyLengths.isEmpty ? "none to be stated" : Self.names(keyLengths)))
        }
        if kinds.contains(.integrity) {
            add(
                "integrity algorithm", Self.names(offered.integrities),
                integrity.isEmpty
                    ? "AEAD ciphers take no integrity algorithm"
                    : "\(subject) \(Self.names(integrity))")
        }
        if kinds.contains(.prf) {
            add("PRF", Self.names(offered.prfs), "\(subject) \(Self.names(prfs))")
        }
        if kinds.contains(.group) {
            add(
                "group",
                offered.keyExchanges.isEmpty
                    ? "no key exchange" : Self.names(offered.keyExchanges), wantedGroups(subject))
        }
        if kinds.contains(.esn) {
            add(
                "sequence numbers", Self.names(offered.extendedSequenceNumbers),
                "\(subject) \(Self.names(esn))")
        }
        if kinds.contains(.unusable) {
            add("transform types", Self.names(offered.unusable), "of which we understand nothing")
        }
        return list
    }

    private func wantedGroups(_ subject: String) -> String {
        switch secrecy {
        case .inherited: "\(subject) none"
        case .optional(let groups): "\(subject) none" + groups.map { " or \($0.name)" }.joined()
        case .required(let groups):
            "\(protocolID == .ike ? subject : "childsa_pfs wants") \(Self.names(groups))"
        }
    }

    private static func name(spi: [UInt8]) -> String {
        ChildSPI(octets: spi).map { "\($0)" } ?? "one of \(spi.count) octets"
    }

    /// `with 128 or 192 bits`.
    private static func text(_ lengths: [UInt16?]) -> String {
        let stated = lengths.compactMap { $0 }
        let isSilent = stated.count < lengths.count
        var parts: [String] = stated.isEmpty ? [] : ["with \(names(stated)) bits"]
        if isSilent { parts.append("without a key length") }
        return parts.joined(separator: " or ")
    }

    /// Items as a reader wants them: each once, and not all that a stranger can think of.
    private static func names<Item: Hashable & CustomStringConvertible>(_ items: [Item]) -> String {
        var seen: Set<Item> = []
        let unique = items.filter { seen.insert($0).inserted }
        return unique.isEmpty ? "none" : listed(unique, separator: " or ")
    }
}
