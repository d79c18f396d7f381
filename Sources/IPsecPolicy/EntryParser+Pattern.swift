import IPsec
import Net
import Policy

extension EntryParser {
    private static let directions = Vocabulary<Pattern.Direction>([
        ("out", .out), ("in", .in), ("both", .both),
    ])
    private static let modes = Vocabulary<Mode>([("tunnel", .tunnel), ("transport", .transport)])
    private static let address = "an address, a prefix or the name of a host"

    /// Reads the value of a keyword of the pattern.
    mutating func patternValue(
        of keyword: Keyword, into draft: inout EntryDraft
    ) throws(Malformed) {
        switch keyword {
        case .local: draft.pattern.local = try address()
        case .remote: draft.pattern.remote = try address()
        case .source: draft.source.address = try address()
        case .destination: draft.destination.address = try address()
        case .sourceMask: draft.source.mask = try mask()
        case .destinationMask: draft.destination.mask = try mask()
        case .localPort: draft.pattern.localPort = try port()
        case .remotePort: draft.pattern.remotePort = try port()
        case .sourcePort: draft.source.port = try port()
        case .destinationPort: draft.destination.port = try port()
        case .nextLayer: draft.pattern.nextLayer = try nextLayer()
        case .type: draft.types = try messages(ICMPWords.types, "type", 255)
        case .code: draft.codes = try messages(ICMPWords.codes, "code", 254)
        case .direction: draft.direction = try direction()
        case .tunnel: draft.tunnelInterface = try interface()
        case .negotiate:
            draft.mode = try cursor.meaning(in: Self.modes, Self.modes.list)
        case .tunnelLocal: draft.tunnelLocal = try gateway()
        case .tunnelRemote: draft.tunnelRemote = try gateway()
        case .authentication, .encryption, .encryptionAuthentication, .sharing: break
        }
    }

    /// `out`, `in` or `both`.
    mutating func direction() throws(Malformed) -> Pattern.Direction {
        try cursor.meaning(in: Self.directions, Self.directions.list)
    }

    /// An address or a name, with the length of a prefix or without.
    private mutating func address() throws(Malformed) -> Pattern.Address {
        let token = cursor.token
        guard token.kind == .word else { throw cursor.unexpected(Self.address) }
        let word = cursor.word
        let literal = IPAddress(word)
        if literal == nil, !Self.isName(word) {
            throw Malformed(
                "\(cursor.quoted) is no address; expected \(Self.address)", at: token.location)
        }
        cursor.advance()
        var length: Int?
        if cursor.token.kind == .slash {
            cursor.advance()
            length = try prefixLength(of: literal?.family)
        }
        guard let literal else { return .name(word, prefixLength: length) }
        let width = literal.family.bitWidth
        guard let range = IPRange(base: literal, prefixLength: length ?? width) else {
            throw Malformed("'\(word)' has \(width) bits; expected a prefix", at: token.location)
        }
        return .range(range)
    }

    /// What looks like an address and is none shall not be looked up.
    private static func isName(_ word: String) -> Bool {
        word.utf8.allSatisfy {
            switch $0 {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                true
            default: false
            }
        } && word.utf8.contains { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    }

    /// The length of a prefix; of a name it is not known yet of which family.
    private mutating func prefixLength(of family: IPAddress.Family?) throws(Malformed) -> Int {
        let most = family?.bitWidth ?? IPAddress.Family.v6.bitWidth
        let expected = "a prefix length of 0 to \(most)"
        if family == .v4, cursor.token.kind == .word, let mask = netmask(cursor.word) {
            cursor.advance()
            return mask
        }
        return Int(truncatingIfNeeded: try cursor.number(0...UInt64(most), expected))
    }

    /// `0xffff0000` or `255.255.0.0`, as the length of a prefix.
    private mutating func mask() throws(Malformed) -> Int {
        let expected = "a netmask such as 255.255.0.0 or 0xffff0000"
        guard cursor.token.kind == .word else { throw cursor.unexpected(expected) }
        var length = netmask(cursor.word)
        if length == nil, cursor.word.hasPrefix("0x") || cursor.word.hasPrefix("0X"),
            case .value(let number) = Number.parse(
                cursor.source.octets, in: cursor.token.content),
            let bits = UInt32(exactly: number)
        {
            length = Self.prefixLength(bits)
        }
        guard let length else {
            throw Malformed(
                "\(cursor.quoted) is no netmask; expected \(expected)", at: cursor.token.location)
        }
        cursor.advance()
        return length
    }

    private func netmask(_ word: String) -> Int? {
        guard case .v4(let bits) = IPAddress(word) else { return nil }
        return Self.prefixLength(bits)
    }

    private static func prefixLength(_ bits: UInt32) -> Int? {
        let length = (~bits).leadingZeroBitCount
        return bits.trailingZeroBitCount + length == 32 ? length : nil
    }

    private mutating func port() throws(Malformed) -> Pattern.Port {
        let expected = "a port of 0 to 65535, or the name of a service"
        guard cursor.token.kind == .word else { throw cursor.unexpected(expected) }
        guard cursor.startsWithDigit else {
            defer { cursor.advance() }
            return .service(cursor.word)
        }
        return .number(
            UInt16(truncatingIfNeeded: try cursor.number(0...UInt64(UInt16.max), expected)))
    }

    private mutating func nextLayer() throws(Malformed) -> Pattern.NextLayer {
        let expected = "a protocol of 1 to 255, or its name"
        guard cursor.token.kind == .word else { throw cursor.unexpected(expected) }
        guard cursor.startsWithDigit else {
            defer { cursor.advance() }
            return .name(cursor.word)
        }
        return .number(UInt8(truncatingIfNeeded: try cursor.number(1...255, expected)))
    }

    /// A number or word, or two of them with a dash between; the token was read in range mode.
    private mutating func messages(
        _ words: Vocabulary<UInt8>, _ what: String, _ most: UInt64
    ) throws(Malformed) -> ClosedRange<UInt8> {
        let expected = "a \(what) of ICMP messages, 0 to \(most) or a name"
        // Names have dashes.
        cursor.reread(cursor.startsWithDigit ? .ranges : .words)
        guard cursor.token.kind == .word else { throw cursor.unexpected(expected) }
        guard cursor.startsWithDigit else {
            let number = try cursor.meaning(in: words, expected)
            return number...number
        }
        let first = UInt8(
            truncatingIfNeeded: try cursor.number(0...most, expected, then: .ranges))
        guard cursor.token.kind == .dash else {
            cursor.reread(.words)
            return first...first
        }
        cursor.advance()
        let place = cursor.token.location
        let last = UInt8(truncatingIfNeeded: try cursor.number(0...most, expected))
        guard first <= last else {
            throw Malformed(
                "range runs backwards; expected a \(what) not below \(first)", at: place)
        }
        return first...last
    }

    /// The name of an interface, as long as Linux's can be.
    private mutating func interface() throws(Malformed) -> String {
        let expected = "the name of a tunnel interface"
        guard cursor.token.kind == .word else { throw cursor.unexpected(expected) }
        let word = cursor.word
        guard word.utf8.count <= 15 else {
            throw Malformed(
                "\(cursor.quoted) has \(word.utf8.count) octets; expected \(expected), at most 15",
                at: cursor.token.location)
        }
        cursor.advance()
        return word
    }

    private mutating func gateway() throws(Malformed) -> IPAddress {
        let expected = "the outer address of a tunnel"
        guard cursor.token.kind == .word else { throw cursor.unexpected(expected) }
        guard let address = IPAddress(cursor.word), !address.isUnspecified else {
            throw Malformed(
                "\(cursor.quoted) is no such address; expected \(expected)",
                at: cursor.token.location)
        }
        cursor.advance()
        return address
    }
}
