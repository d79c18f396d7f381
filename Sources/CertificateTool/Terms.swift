import Crypto
import Daemon

/// What the options of a request say about certificates.
extension Request {
    /// The subject, the names and the uses that are given.
    ///
    /// - Parameter names: those of a request, which altname= replaces.
    /// - Parameter subject: that of a request, which subject= replaces.
    func terms(
        subject: DistinguishedName? = nil, names: [AlternativeName] = []
    ) throws(Failure) -> SubjectTerms {
        let (usage, hasCriticalUsage) = try keyUsage()
        let (given, hasCriticalNames) = try alternativeNames()
        let names = given.isEmpty ? names : given
        guard let subject = try givenSubject() ?? subject else {
            throw Request.usage("\(verb.name) needs subject= or -i: \(Option.subject.value)")
        }
        guard !subject.isEmpty || !names.isEmpty else {
            throw Failure("neither a subject nor other names; expected subject= or altname=")
        }
        return SubjectTerms(
            subject: subject, alternativeNames: names, hasCriticalNames: hasCriticalNames,
            keyUsage: usage, hasCriticalUsage: hasCriticalUsage,
            extendedKeyUsage: try extendedKeyUsage())
    }

    private func givenSubject() throws(Failure) -> DistinguishedName? {
        if isInteractive {
            guard self[.subject] == nil else {
                throw Request.usage("-i and subject= exclude each other")
            }
            return try SubjectPrompt.ask()
        }
        return try distinguishedName(.subject)
    }

    /// A DN that an option gives.
    func distinguishedName(_ option: Option) throws(Failure) -> DistinguishedName? {
        guard let text = self[option] else { return nil }
        return try Failure.ofCrypto("\(option.name)=") { () throws(CryptoError) in
            try DistinguishedName(parsing: text)
        }
    }

    private func alternativeNames() throws(Failure) -> (names: [AlternativeName], Bool) {
        var names: [AlternativeName] = []
        var isCritical = false
        for value in all(.altname) {
            let (text, critical) = Self.critical(value)
            isCritical = isCritical || critical
            names += try Failure.ofCrypto("altname=") { () throws(CryptoError) in
                try AlternativeName.list(parsing: text)
            }
        }
        return (names, isCritical)
    }

    private func keyUsage() throws(Failure) -> (usage: KeyUsage?, isCritical: Bool) {
        guard let value = self[.keyusage] else { return (nil, false) }
        let (text, isCritical) = Self.critical(value)
        var usage: KeyUsage = []
        for word in Self.words(text) {
            guard
                let named = KeyUsage.named.first(where: {
                    $0.name.lowercased() == word.lowercased()
                })
            else {
                throw refusal(of: .keyusage, KeyUsage.named.map { $0.name }.joined(separator: ", "))
            }
            usage.insert(named.usage)
        }
        return (usage, isCritical)
    }

    private func extendedKeyUsage() throws(Failure) -> ExtendedKeyUsage? {
        guard let value = self[.eku] else { return nil }
        let (text, isCritical) = Self.critical(value)
        var purposes: [ExtendedKeyUsage.Purpose] = []
        for word in Self.words(text) {
            let named = ExtendedKeyUsage.Purpose.named.first {
                $0.name.lowercased() == word.lowercased()
            }
            let isNumber = word.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
            guard named != nil || isNumber && word.contains(".") else {
                let names = ExtendedKeyUsage.Purpose.named.map { $0.name }
                throw refusal(
                    of: .eku, names.joined(separator: ", ") + " or an object identifier")
            }
            purposes.append(named?.purpose ?? ExtendedKeyUsage.Purpose(identifier: word))
        }
        return ExtendedKeyUsage(purposes: purposes, isCritical: isCritical)
    }

    /// What stands behind `critical:`, and whether that is there.
    private static func critical(_ text: String) -> (String, Bool) {
        let word = "critical:"
        guard text.lowercased().hasPrefix(word) else { return (text, false) }
        return (String(text.dropFirst(word.count)), true)
    }

    private static func words(_ text: String) -> [String] {
        text.split(separator: ",").map { word in
            var word = word.drop { $0 == " " }
            while word.last == " " { word.removeLast() }
            return String(word)
        }
    }

    /// The kind of key to be made.
    func keyRecipe() throws(Failure) -> KeyRecipe {
        let type = try word(
            .keytype, [("rsa", "rsa"), ("dsa", "dsa"), ("ec", "ec"), ("ed25519", "ed25519")])
        guard type == "ec" || self[.curve] == nil else {
            throw Request.usage("curve= has no meaning for keytype=\(type)")
        }
        guard type == "rsa" || type == "dsa" || self[.keylen] == nil else {
            throw Request.usage("keylen= has no meaning for keytype=\(type)")
        }
        switch type {
        case "ec":
            return .ec(
                try word(
                    .curve,
                    [
                        ("secp256r1", EllipticCurve.p256), ("secp384r1", .p384),
                        ("secp521r1", .p521), ("prime256v1", .p256),
                    ]))
        case "ed25519": return .ed25519
        case "dsa": return .dsa(bits: try word(.keylen, [("2048", 2048), ("3072", 3072)]))
        default: return .rsa(bits: try keyLength(2048...16384))
        }
    }

    private func keyLength(_ range: ClosedRange<Int>) throws(Failure) -> Int {
        guard let text = self[.keylen] else { return range.lowerBound }
        guard let bits = Int(text), range.contains(bits), bits % 8 == 0 else {
            throw refusal(
                of: .keylen,
                "\(range.lowerBound) to \(range.upperBound) bits, a multiple of 8")
        }
        return bits
    }

    func digest() throws(Failure) -> Digest {
        try word(.hash, [("sha256", .sha256), ("sha384", .sha384), ("sha512", .sha512)])
    }

    /// From the moment for as long as lifetime= says.
    func validity(from moment: Int64) throws(Failure) -> Validity {
        let expected = "N-day, N-hour or N-year, a hundred years at most"
        let parts = (self[.lifetime] ?? "1-year").split(separator: "-")
        guard parts.count == 2, let number = Int64(parts[0]), (1...876_000).contains(number) else {
            throw refusal(of: .lifetime, expected)
        }
        let unit: Int64
        switch parts[1].lowercased() {
        case "hour", "hours": unit = 3600
        case "day", "days": unit = 86_400
        case "year", "years": unit = 365 * 86_400
        default: throw refusal(of: .lifetime, expected)
        }
        guard number * unit <= 100 * 365 * 86_400 else { throw refusal(of: .lifetime, expected) }
        return Validity(notBefore: moment, notAfter: moment + number * unit)
    }

    /// The serial number that is given; a random one is unlike any other (RFC 5280 §4.1.2.2).
    func serialNumber() throws(Failure) -> [UInt8] {
        guard let text = self[.serial] else {
            var octets = randomOctets(16)
            octets[0] = octets[0] & 0x7F | 0x40
            return octets
        }
        guard let octets = Self.octets(ofSerial: text), octets.contains(where: { $0 != 0 }),
            octets.count < 20 || octets.count == 20 && octets[0] < 0x80
        else {
            throw refusal(of: .serial, "1 to 40 hexadecimal digits of a positive number")
        }
        return octets
    }

    /// The number in hexadecimal digits, with or without 0x in front.
    static func octets(ofSerial text: String) -> [UInt8]? {
        var digits = Substring(text.lowercased())
        if digits.hasPrefix("0x") { digits = digits.dropFirst(2) }
        let values = digits.compactMap { $0.hexDigitValue }
        guard !values.isEmpty, values.count == digits.count, digits.utf8.count == values.count
        else { return nil }
        let padded = (values.count % 2 == 0 ? [] : [0]) + values
        return stride(from: 0, to: padded.count, by: 2).map {
            UInt8(truncatingIfNeeded: padded[$0] << 4 | padded[$0 + 1])
        }
    }
}
