/// A line `name = value` cut into its parts.
struct PropertyLine {
    let source: Source
    let nameRange: Range<Int>
    let valueRange: Range<Int>
    let hasEquals: Bool
    /// The first control character, if there is one.
    let control: Int?
    private let start: Int
    private let line: Int

    /// The most characters of a name or value that a message repeats.
    private static let quoteLimit = 64

    /// Cuts a line; `#` starts a comment at its beginning and after white space.
    init(_ source: Source, _ range: Range<Int>, line: Int, hasComments: Bool) {
        let octets = source.octets
        func isBlank(_ index: Int) -> Bool { octets[index] == .space || octets[index] == .tab }

        var end = range.upperBound
        if hasComments {
            for index in range where octets[index] == .hash {
                if index == range.lowerBound || isBlank(index - 1) {
                    end = index
                    break
                }
            }
        }
        while end > range.lowerBound, isBlank(end - 1) { end -= 1 }
        var index = range.lowerBound
        while index < end, isBlank(index) { index += 1 }
        let nameStart = index
        while index < end, !isBlank(index), octets[index] != UInt8(ascii: "=") { index += 1 }
        nameRange = nameStart..<index
        while index < end, isBlank(index) { index += 1 }
        hasEquals = index < end && octets[index] == UInt8(ascii: "=")
        if hasEquals {
            index += 1
            while index < end, isBlank(index) { index += 1 }
        }
        valueRange = index..<end
        control = range.first { octets[$0].isControl && octets[$0] != .tab }
        self.source = source
        self.line = line
        start = range.lowerBound
    }

    /// Whether there is nothing but white space and a comment.
    var isEmpty: Bool { nameRange.isEmpty && valueRange.isEmpty && !hasEquals }

    var name: String { String(decoding: source.octets[nameRange], as: UTF8.self) }
    var value: String { String(decoding: source.octets[valueRange], as: UTF8.self) }
    var quotedName: String { Self.quoted(name) }

    /// Where octets of the line stand.
    func location(of range: Range<Int>) -> SourceLocation {
        func characters(_ range: Range<Int>) -> Int {
            source.octets[range].reduce(0) { $0 + ($1.isUTF8Continuation ? 0 : 1) }
        }
        return SourceLocation(
            line: line, column: characters(start..<range.lowerBound) + 1,
            length: characters(range), offset: range.lowerBound)
    }

    private static func quoted(_ text: String) -> String {
        text.unicodeScalars.count > quoteLimit
            ? "'\(String(text.unicodeScalars.prefix(quoteLimit)))…'" : "'\(text)'"
    }

    // MARK: Values

    func malformed(_ message: String) -> Malformed {
        Malformed(message, at: location(of: valueRange))
    }

    func path() throws(Malformed) -> String {
        guard source.octets[valueRange].first == .slash else {
            throw malformed("\(Self.quoted(value)) is no absolute path; expected one, /…")
        }
        return value
    }

    func number(
        _ range: ClosedRange<UInt64>, _ expected: String
    ) throws(Malformed) -> UInt64 {
        switch Number.parse(source.octets, in: valueRange) {
        case .value(let number) where range.contains(number): return number
        case .notANumber:
            throw malformed("\(Self.quoted(value)) is no number; expected \(expected)")
        default: throw malformed("\(Self.quoted(value)) is out of range; expected \(expected)")
        }
    }

    func meaning<Meaning>(
        in vocabulary: Vocabulary<Meaning>, _ expected: String
    ) throws(Malformed) -> Meaning {
        guard let meaning = vocabulary[value] else {
            let nearest = vocabulary.nearest(to: value).map { " (did you mean '\($0)'?)" } ?? ""
            throw malformed("unknown \(Self.quoted(value)); expected \(expected)\(nearest)")
        }
        return meaning
    }

    func categories() throws(Malformed) -> DebugCategories {
        do throws(DebugCategories.Problem) {
            return try DebugCategories(reading: Array(source.octets[valueRange]))
        } catch {
            let start = valueRange.lowerBound
            throw Malformed(
                error.message,
                at: location(of: start + error.range.lowerBound..<start + error.range.upperBound))
        }
    }

    func destination() throws(Malformed) -> LogDestination {
        switch value {
        case "-": return .standardError
        case "syslog": return .syslog
        default:
            guard source.octets[valueRange].first == .slash else {
                throw malformed(
                    "unknown \(Self.quoted(value)); expected an absolute path, - or syslog")
            }
            return .file(value)
        }
    }

    /// The name of an account, as useradd(8) allows it.
    func account() throws(Malformed) -> String {
        let octets = source.octets[valueRange]
        let isName = octets.allSatisfy {
            switch $0 {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, .dash, .dot, UInt8(ascii: "_"),
                UInt8(ascii: "$"):
                true
            default: false
            }
        }
        guard isName, octets.first != .dash else {
            throw malformed("\(Self.quoted(value)) is no account name; expected one")
        }
        return value
    }
}
