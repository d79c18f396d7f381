/// What an excerpt must not show: diagnostics go to terminals and logs, keys do not.
package enum Masking: Sendable {
    /// Everything may be seen.
    case nothing
    /// Of ikev2.preshared(5): everything but keywords and labels.
    case keys
    /// Of the properties: everything behind the name.
    case value

    /// Whether messages must not repeat words either.
    var hidesText: Bool { self != .nothing }

    /// The line with an X for every character that must not be seen. Of a line whose beginning
    /// is missing nothing is known, so nothing of it is shown.
    func apply(to line: [Unicode.Scalar], isFromLineStart: Bool) -> [Unicode.Scalar] {
        switch self {
        case .nothing: line
        case .keys:
            isFromLineStart ? Self.withoutKeys(line) : line.map { Self.masked($0) }
        case .value:
            isFromLineStart ? Self.withoutValue(line) : line.map { Self.masked($0) }
        }
    }

    private static func masked(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar == " " || scalar == "\t" || scalar == "\r" ? scalar : "X"
    }

    private static func withoutValue(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        let start = line.firstIndex { $0 != " " && $0 != "\t" } ?? line.endIndex
        let nameEnd =
            line[start...].firstIndex { $0 == "=" || $0 == " " || $0 == "\t" } ?? line.endIndex
        var shown = line
        var hasEquals = false
        for index in nameEnd..<line.endIndex {
            if line[index] == "=", !hasEquals {
                hasEquals = true
            } else {
                shown[index] = masked(line[index])
            }
        }
        return shown
    }

    private static func withoutKeys(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var shown = line
        var index = line.startIndex
        var followsLabel = false
        while index < line.endIndex {
            switch line[index] {
            case " ", "\t", "\r", "{", "}":
                index += 1
            case "\"":
                let end = endOfString(line, from: index)
                if !followsLabel {
                    for inner in index + 1..<end where inner < line.count {
                        shown[inner] = masked(line[inner])
                    }
                }
                followsLabel = false
                index = end + 1
            default:
                let end = endOfWord(line, from: index)
                var word = String.UnicodeScalarView()
                word.append(contentsOf: line[index..<end])
                if let keyword = KeyKeyword.vocabulary.nearest(to: String(word)) {
                    followsLabel = keyword == "label"
                } else {
                    followsLabel = false
                    for inner in index..<end { shown[inner] = masked(line[inner]) }
                }
                index = end
            }
        }
        return shown
    }

    /// The closing quote, or the end of the line.
    private static func endOfString(_ line: [Unicode.Scalar], from start: Int) -> Int {
        var index = start + 1
        while index < line.endIndex, line[index] != "\"" {
            index += line[index] == "\\" ? 2 : 1
        }
        return min(index, line.endIndex)
    }

    private static func endOfWord(_ line: [Unicode.Scalar], from start: Int) -> Int {
        var index = start
        while index < line.endIndex {
            switch line[index] {
            case " ", "\t", "\r", "{", "}", "\"": return index
            default: index += 1
            }
        }
        return index
    }
}
