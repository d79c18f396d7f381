import Crypto
import Net

/// What the value of a policy's attribute is, and how it is read.
enum PolicyValue: Sendable {
    case truth, duration, timeout, pathLength, name, nameOrSearch, serialNumber, url, proxy
    case fileName, directory, keyUsage, purposeNames, purposeNumbers

    /// The most octets of a value.
    static let longest = 4096
    /// Ten years: more is no adjustment any more.
    static let longestDuration: Int64 = 3650 * 86400
    /// A peer's retransmissions end before that.
    static let longestTimeout: Int64 = 3600
    /// No hierarchy comes near.
    static let longestPath = 100
    /// Of kmfcfg(1), for proxies without a port.
    static let defaultProxyPort: UInt16 = 8080

    /// What is expected, in words.
    var expected: String {
        switch self {
        case .truth: "true or false"
        case .duration:
            "a number of seconds, or number-unit with unit second, minute, hour, day or year, "
                + "at most 10 years"
        case .timeout: "1 to \(Self.longestTimeout) seconds"
        case .pathLength: "0 to \(Self.longestPath)"
        case .name: "a distinguished name"
        case .nameOrSearch: "a distinguished name or 'search'"
        case .serialNumber: "a hexadecimal number of at most 20 octets"
        case .url: "a URL, http://host[:port]/path"
        case .proxy: "host[:port]"
        case .fileName: "the name of a file without a directory, or 'search'"
        case .directory: "an absolute path"
        case .keyUsage: "names of \(Self.list(KeyUsage.named.map { $0.name })), joined by commas"
        case .purposeNames:
            "names of \(Self.list(ExtendedKeyUsage.Purpose.named.map { $0.name })), "
                + "joined by commas"
        case .purposeNumbers: "object identifiers in digits and dots, joined by commas"
        }
    }

    /// The same in a few words, for a list of all attributes.
    var summary: String {
        switch self {
        case .truth: "true|false"
        case .duration: "number[-second|minute|hour|day|year]"
        case .timeout: "seconds"
        case .pathLength: "number"
        case .name: "DN"
        case .nameOrSearch: "DN|search"
        case .serialNumber: "hexadecimal"
        case .url: "URL"
        case .proxy: "host[:port]"
        case .fileName: "file|search"
        case .directory: "directory"
        case .keyUsage, .purposeNames: "name,..."
        case .purposeNumbers: "OID,..."
        }
    }

    private static func list(_ names: [String]) -> String {
        names.joined(separator: ", ")
    }

    /// The text in its one form; `nil` when it is no such value.
    func normalized(_ text: String) -> String? {
        guard !text.isEmpty, text.utf8.count <= Self.longest,
            text.unicodeScalars.allSatisfy({ $0.isSafeToPrint && $0 != "\t" && $0.value != 0xFFFE })
        else { return nil }
        switch self {
        case .truth: return Self.truth(text).map { $0 ? "true" : "false" }
        case .duration: return Self.seconds(text) == nil ? nil : text
        case .timeout: return Self.timeout(text) == nil ? nil : text
        case .pathLength: return Self.pathLength(text) == nil ? nil : text
        case .name: return Self.name(text) == nil ? nil : text
        case .nameOrSearch:
            if Self.isSearch(text) { return "search" }
            return Self.name(text) == nil ? nil : text
        case .serialNumber: return Self.serialNumber(text) == nil ? nil : text
        case .url: return Self.isURL(text) ? text : nil
        case .proxy: return Self.proxy(text) == nil ? nil : text
        case .fileName:
            if Self.isSearch(text) { return "search" }
            return text.utf8.contains(.slash) || text == "." || text == ".." ? nil : text
        case .directory: return text.utf8.first == .slash ? text : nil
        case .keyUsage: return Self.keyUsage(text)?.names.joined(separator: ",")
        case .purposeNames:
            return Self.purposes(named: text)?.map { $0.name }.joined(separator: ",")
        case .purposeNumbers:
            return Self.purposes(numbered: text)?.map { $0.identifier }.joined(separator: ",")
        }
    }
}

extension PolicyValue {
    /// Solaris writes TRUE into the file and takes true from the command line.
    static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }

    static func isSearch(_ text: String) -> Bool { text.lowercased() == "search" }

    private static func number(_ text: some StringProtocol) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0.isDigit }) else { return nil }
        return Int64(String(text))
    }

    /// `90`, `90-second`, `1-day`.
    static func seconds(_ text: String) -> Int64? {
        let parts = text.split(
            separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let count = number(first) else { return nil }
        let unit: Int64
        switch parts.count == 1 ? "second" : String(parts[1]).lowercased() {
        case "second", "seconds": unit = 1
        case "minute", "minutes": unit = 60
        case "hour", "hours": unit = 3600
        case "day", "days": unit = 86400
        case "year", "years": unit = 365 * 86400
        default: return nil
        }
        let (seconds, overflows) = count.multipliedReportingOverflow(by: unit)
        return overflows || seconds > longestDuration ? nil : seconds
    }

    static func timeout(_ text: String) -> Int64? {
        number(text).flatMap { 1...longestTimeout ~= $0 ? $0 : nil }
    }

    static func pathLength(_ text: String) -> Int? {
        number(text).flatMap { $0 <= Int64(longestPath) ? Int(truncatingIfNeeded: $0) : nil }
    }

    static func name(_ text: String) -> DistinguishedName? {
        guard let name = try? DistinguishedName(parsing: text), !name.isEmpty else { return nil }
        return name
    }

    /// As certificates have it: without leading zeros (RFC 5280 §4.1.2.2: at most 20 octets).
    static func serialNumber(_ text: String) -> [UInt8]? {
        var digits = Array(text.utf8)[...]
        if digits.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "x")])
            || digits.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "X")])
        {
            digits = digits.dropFirst(2)
        }
        guard !digits.isEmpty, digits.count <= 40 else { return nil }
        var octets: [UInt8] = []
        var isHigh = digits.count.isMultiple(of: 2)
        for digit in digits {
            guard let value = digit.hexDigitValue else { return nil }
            if isHigh || octets.isEmpty {
                octets.append(isHigh ? value << 4 : value)
            } else {
                octets[octets.count - 1] |= value
            }
            isHigh.toggle()
        }
        let significant = octets.drop { $0 == 0 }
        return significant.isEmpty ? [0] : Array(significant)
    }

    static func isURL(_ text: String) -> Bool {
        let scheme = "http://"
        return text.lowercased().hasPrefix(scheme) && text.utf8.count > scheme.utf8.count
            && text.utf8.dropFirst(scheme.utf8.count).first != .slash
            && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    }

    /// `proxy.example:3128`, with or without `http://` before it; an IPv6 address in brackets.
    static func proxy(_ text: String) -> FetchPolicy.Proxy? {
        let scheme = "http://"
        var rest = Substring(text)
        if text.lowercased().hasPrefix(scheme) { rest = rest.dropFirst(scheme.utf8.count) }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        var host = rest
        var port = defaultProxyPort
        let colon =
            rest.utf8.first == UInt8(ascii: "[")
            ? rest.range(after: "]") : rest.firstIndex(of: ":")
        if let colon, colon < rest.endIndex {
            guard rest[colon] == ":", let number = number(rest[rest.index(after: colon)...]),
                1...65535 ~= number
            else { return nil }
            port = UInt16(truncatingIfNeeded: number)
            host = rest[..<colon]
        }
        if host.utf8.first == UInt8(ascii: "[") {
            guard host.hasSuffix("]") else { return nil }
            host = host.dropFirst().dropLast()
            guard host.utf8.contains(UInt8(ascii: ":")), IPAddress(String(host)) != nil else {
                return nil
            }
        }
        let isHost = host.utf8.allSatisfy {
            0x30...0x3A ~= $0 || 0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 || $0 == .dot || $0 == .dash
                || $0 == UInt8(ascii: "_")
        }
        guard !host.isEmpty, host.utf8.count <= 255, isHost else { return nil }
        return FetchPolicy.Proxy(host: String(host), port: port)
    }

    static func keyUsage(_ text: String) -> KeyUsage? {
        var usage: KeyUsage = []
        for word in words(of: text) {
            guard let known = KeyUsage.named.first(where: { $0.name == word }) else { return nil }
            usage.insert(known.usage)
        }
        return usage
    }

    static func purposes(named text: String) -> [ExtendedKeyUsage.Purpose]? {
        var purposes: [ExtendedKeyUsage.Purpose] = []
        for word in words(of: text) {
            guard let known = ExtendedKeyUsage.Purpose.named.first(where: { $0.name == word })
            else { return nil }
            purposes.append(known.purpose)
        }
        return purposes
    }

    static func purposes(numbered text: String) -> [ExtendedKeyUsage.Purpose]? {
        var purposes: [ExtendedKeyUsage.Purpose] = []
        for word in words(of: text) {
            guard isObjectIdentifier(word) else { return nil }
            purposes.append(ExtendedKeyUsage.Purpose(identifier: word))
        }
        return purposes
    }

    /// The parts between commas, with the blanks around them left out.
    static func words(of text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            var part = part
            while part.first == " " { part = part.dropFirst() }
            while part.last == " " { part = part.dropLast() }
            return String(part)
        }
    }

    private static func isObjectIdentifier(_ text: String) -> Bool {
        let arcs = text.utf8.split(separator: .dot, omittingEmptySubsequences: false)
        guard 2...64 ~= arcs.count else { return false }
        let areNumbers = arcs.allSatisfy { arc in
            1...20 ~= arc.count && arc.allSatisfy { $0.isDigit }
                && (arc.count == 1 || arc.first != UInt8(ascii: "0"))
        }
        guard areNumbers, let first = number(Substring(arcs[0])),
            let second = number(Substring(arcs[1]))
        else { return false }
        return first == 2 || first < 2 && second < 40
    }
}

extension Substring {
    /// The place behind the first such character.
    fileprivate func range(after character: Character) -> Index? {
        firstIndex(of: character).map { index(after: $0) }
    }
}
