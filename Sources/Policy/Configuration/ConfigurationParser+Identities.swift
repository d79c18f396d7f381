import Crypto
import Net
import Wire

extension ConfigurationParser {
    /// The longest domain name (RFC 1035 §2.3.4), and more than any address of RFC 5321 §4.5.3.1.
    private static let nameLimit = 255
    private static let expectedOwn =
        "IP, IPV4, IPV6, FQDN, DNS, MBOX, EMAIL, USER_FQDN, DN or KEY_ID, '=' and a quoted string"

    /// The identity after `local_id`.
    mutating func localIdentity() throws(Malformed) -> Identification {
        let location = cursor.token.location
        let kind = try identityKind(Self.expectedOwn) { $0.isSingle }
        guard kind.isSingle else {
            throw Malformed(
                "type is for remote_id; expected \(Self.expectedOwn)", at: location)
        }
        return try identification(kind)
    }

    /// The identity after `remote_id`.
    mutating func remoteIdentity() throws(Malformed) -> RemoteIdentity {
        let expected = "ANY, or an identity type, '=' and a quoted string"
        let kind = try identityKind(expected) { _ in true }
        switch kind {
        case .any: return .any
        case .ipv4Prefix: return .addresses(try addresses(.v4, separator: .slash, "192.0.2.0/24"))
        case .ipv6Prefix: return .addresses(try addresses(.v6, separator: .slash, "2001:db8::/32"))
        case .ipv4Range:
            return .addresses(try addresses(.v4, separator: .dash, "192.0.2.1-192.0.2.9"))
        case .ipv6Range:
            return .addresses(try addresses(.v6, separator: .dash, "2001:db8::1-2001:db8::9"))
        default: return .exact(try identification(kind))
        }
    }

    /// The type of an identity; either case will do.
    private mutating func identityKind(
        _ expected: String, where fits: (IdentityKind) -> Bool
    ) throws(Malformed) -> IdentityKind {
        guard cursor.token.kind == .word else { throw cursor.unexpected(expected) }
        let octets = cursor.source.octets[cursor.token.content]
        let name = String(
            decoding: octets.map { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 ? $0 & 0xDF : $0 },
            as: UTF8.self)
        guard let kind = IdentityKind.vocabulary[name] else {
            let nearest = IdentityKind.vocabulary.nearest(to: name, where: fits)
            throw Malformed(
                "unknown identity type \(cursor.quoted); expected \(expected)"
                    + cursor.suggestion(nearest), at: cursor.token.location)
        }
        cursor.advance()
        return kind
    }

    private mutating func identification(_ kind: IdentityKind) throws(Malformed) -> Identification {
        try cursor.expect(.equals, "'=' and a quoted string")
        let location = cursor.token.location
        if case .dn = kind {
            return Identification(type: .derDN, data: try distinguishedName().der)
        }
        let octets = try cursor.string("a quoted string")
        switch kind {
        case .ipv4: return try addressIdentity(octets, .v4, "an IPv4 address", at: location)
        case .ipv6: return try addressIdentity(octets, .v6, "an IPv6 address", at: location)
        case .fqdn: return try domainName(octets, at: location)
        case .email: return try mailbox(octets, at: location)
        case .keyID: return try keyID(octets, at: location)
        default: return try addressIdentity(octets, nil, "an address", at: location)
        }
    }

    private func addressIdentity(
        _ octets: [UInt8], _ family: IPAddress.Family?, _ expected: String,
        at location: SourceLocation
    ) throws(Malformed) -> Identification {
        guard let address = IPAddress(octets.span), address.family == family ?? address.family
        else {
            throw Malformed("string is not \(expected); expected \(expected)", at: location)
        }
        return Identification(
            type: address.family == .v4 ? .ipv4Address : .ipv6Address, data: address.octets)
    }

    private func domainName(
        _ octets: [UInt8], at location: SourceLocation
    ) throws(Malformed) -> Identification {
        let isName = octets.split(separator: .dot, omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0.allSatisfy { $0.isNameCharacter }
        }
        guard isName, octets.count <= Self.nameLimit else {
            throw Malformed(
                "string is no domain name; expected one such as \"gw.example.org\"", at: location)
        }
        return Identification(type: .fqdn, data: octets)
    }

    private func mailbox(
        _ octets: [UInt8], at location: SourceLocation
    ) throws(Malformed) -> Identification {
        let at = octets.lastIndex(of: UInt8(ascii: "@"))
        guard let at, at > octets.startIndex, at < octets.endIndex - 1,
            octets.count <= Self.nameLimit,
            !octets.contains(where: { $0 == .space || $0.isControl })
        else {
            throw Malformed(
                "string is no mail address; expected one such as \"user@example.org\"",
                at: location)
        }
        return Identification(type: .rfc822Address, data: octets)
    }

    /// Octets as they are, or after `0x` in hexadecimal (RFC 7296 §3.5: an opaque octet stream).
    private func keyID(
        _ octets: [UInt8], at location: SourceLocation
    ) throws(Malformed) -> Identification {
        guard !octets.isEmpty else {
            throw Malformed("string is empty; expected a key id", at: location)
        }
        guard octets.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "x")]) else {
            return Identification(type: .keyID, data: octets)
        }
        let digits = octets.dropFirst(2).compactMap { $0.hexDigitValue }
        guard digits.count == octets.count - 2, !digits.isEmpty, digits.count % 2 == 0 else {
            throw Malformed(
                "string is no hexadecimal key id; expected 0x and an even number of digits",
                at: location)
        }
        return Identification(
            type: .keyID,
            data: stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }

    /// A distinguished name in a string.
    mutating func distinguishedName() throws(Malformed) -> DistinguishedName {
        let location = cursor.token.location
        let octets = try cursor.string("a quoted distinguished name")
        do throws(CryptoError) {
            return try DistinguishedName(parsing: String(decoding: octets, as: UTF8.self))
        } catch {
            throw Malformed(
                "string is no distinguished name; expected one such as \"C=US, O=Example, CN=gw\"",
                at: location)
        }
    }

    /// The prefix or range after an identity type: what the string holds is read like an address
    /// of a rule.
    private mutating func addresses(
        _ family: IPAddress.Family, separator: Lexeme.Kind, _ example: String
    ) throws(Malformed) -> IPRange {
        try cursor.expect(.equals, "'=' and a quoted string")
        let location = cursor.token.location
        let octets = try cursor.string("a quoted string")
        let wrong = Malformed(
            "string is not of this type; expected one such as \"\(example)\"", at: location)
        var parser = ConfigurationParser(Source(name: cursor.source.name, octets: octets))
        parser.cursor.reread(.ranges)
        guard octets.contains(separator == .slash ? .slash : .dash) else { throw wrong }
        let range: IPRange
        do throws(Malformed) {
            range = try parser.address()
        } catch {
            throw Malformed(error.message, at: location)
        }
        guard range.family == family, parser.cursor.token.kind == .end, parser.cursor.errors == 0
        else { throw wrong }
        return range
    }
}

extension UInt8 {
    /// Whether it may stand in a label of a domain name: letter, digit, hyphen, underscore.
    fileprivate var isNameCharacter: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
