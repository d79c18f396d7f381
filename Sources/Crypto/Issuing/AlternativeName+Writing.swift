import COpenSSL
import Net

extension AlternativeName {
    /// The kinds of names that can be written.
    enum Kind: CaseIterable {
        case address, dns, email, uri, directoryName

        var word: String {
            switch self {
            case .address: "IP"
            case .dns: "DNS"
            case .email: "EMAIL"
            case .uri: "URI"
            case .directoryName: "DN"
            }
        }

        /// The kind that a text names, and where its value begins: behind a colon, or the equals
        /// sign of pktool(1).
        static func leading(_ text: Substring) -> (kind: Kind, value: Substring)? {
            guard let end = text.firstIndex(where: { $0 == ":" || $0 == "=" }) else { return nil }
            let word = text[..<end].uppercased()
            guard let kind = allCases.first(where: { $0.word == word }) else { return nil }
            return (kind, text[text.index(after: end)...])
        }
    }

    /// Reads names such as `DNS:gw.example, IP:192.0.2.1`. A comma parts them where the name of
    /// a kind follows it: those within a DN do not. Throws ``CryptoError/malformedName(reason:)``.
    public static func list(parsing text: String) throws(CryptoError) -> [AlternativeName] {
        var parts: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let trimmed = part.drop { $0 == " " }
            if parts.isEmpty || Kind.leading(trimmed) != nil {
                parts.append(String(trimmed))
            } else {
                parts[parts.count - 1] += ",\(part)"
            }
        }
        var names: [AlternativeName] = []
        for part in parts { names.append(try AlternativeName(parsing: part)) }
        return names
    }

    /// Reads one name. Throws ``CryptoError/malformedName(reason:)``.
    public init(parsing text: String) throws(CryptoError) {
        guard let (kind, rest) = Kind.leading(Substring(text)) else {
            throw .malformedName(
                reason: "IP:, DNS:, EMAIL:, URI: or DN: and a value are expected")
        }
        var value = rest.drop { $0 == " " }
        while value.last == " " { value.removeLast() }
        if kind == .directoryName {
            self = .directoryName(try DistinguishedName(parsing: String(value)))
            return
        }
        guard !value.isEmpty, value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformedName(reason: "\(kind.word): is followed by printable ASCII")
        }
        switch kind {
        case .address:
            guard let address = IPAddress(String(value)) else {
                throw .malformedName(reason: "IP: is followed by an IPv4 or IPv6 address")
            }
            self = .address(address)
        case .email:
            guard value.contains("@") else {
                throw .malformedName(reason: "EMAIL: is followed by a mailbox, with an @")
            }
            self = .email(String(value))
        case .uri: self = .uri(String(value))
        case .dns, .directoryName:
            guard value.utf8.allSatisfy({ Self.belongsToAHost($0) }) else {
                throw .malformedName(reason: "DNS: is followed by a host's name")
            }
            self = .dns(String(value))
        }
    }

    /// Letters, digits, hyphens and dots, and what is in use beside them: underscores and the star.
    private static func belongsToAHost(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "*"):
            true
        default: false
        }
    }

    /// libcrypto's form of it, for the caller to free; `nil` for ``other``.
    func generalName() -> UnsafeMutablePointer<GENERAL_NAME>? {
        guard let name = GENERAL_NAME_new() else { return nil }
        switch self {
        case .address(let address): Self.set(name, GEN_IPADD, V_ASN1_OCTET_STRING, address.octets)
        case .dns(let text): Self.set(name, GEN_DNS, V_ASN1_IA5STRING, [UInt8](text.utf8))
        case .email(let text): Self.set(name, GEN_EMAIL, V_ASN1_IA5STRING, [UInt8](text.utf8))
        case .uri(let text): Self.set(name, GEN_URI, V_ASN1_IA5STRING, [UInt8](text.utf8))
        case .directoryName(let directoryName):
            let value = directoryName.der.withUnsafeBufferPointer { der in
                var position = der.baseAddress
                return d2i_X509_NAME(nil, &position, der.count)
            }
            GENERAL_NAME_set0_value(name, GEN_DIRNAME, value.map { UnsafeMutableRawPointer($0) })
        case .other:
            GENERAL_NAME_free(name)
            return nil
        }
        return name
    }

    private static func set(
        _ name: UnsafeMutablePointer<GENERAL_NAME>, _ type: Int32, _ stringType: Int32,
        _ octets: [UInt8]
    ) {
        let string = ASN1_STRING_type_new(stringType)
        ASN1_STRING_set(string, octets, Int32(clamping: octets.count))
        GENERAL_NAME_set0_value(name, type, string)
    }
}

extension AlternativeName: CustomStringConvertible {
    /// The name as ``init(parsing:)`` reads it.
    public var description: String {
        switch self {
        case .address(let address): "IP:\(address)"
        case .dns(let text): "DNS:\(text)"
        case .email(let text): "EMAIL:\(text)"
        case .uri(let text): "URI:\(text)"
        case .directoryName(let name): "DN:\(name)"
        case .other: "a name of another kind"
        }
    }
}
