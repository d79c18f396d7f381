import Admin

/// A command as it was typed: its words, and of `add` what stands in braces behind them.
struct Command {
    let words: [String]
    /// What stands in braces, these included; erased with this.
    let typed: SensitiveOctets?

    /// The arguments of a process, which everybody can see: there are no keys in them.
    init(arguments: [String]) throws(Failure) {
        guard arguments.first == "add", arguments.count > 2, arguments[2].hasPrefix("{") else {
            words = arguments
            typed = nil
            return
        }
        guard arguments[1].hasPrefix("rule") else {
            throw Failure(
                "add: everybody can see command lines; expected a file, or braces in a "
                    + "conversation")
        }
        words = [arguments[0], arguments[1], Request.typed]
        typed = SensitiveOctets(Array(arguments[2...].joined(separator: " ").utf8))
    }

    /// A line of a conversation.
    ///
    /// - Parameter more: reads on where a brace is open; `nil` at the end.
    init(line: [UInt8], more: () -> [UInt8]?) throws(Failure) {
        let text = line.firstIndex(of: UInt8(ascii: "{"))
        let head = Self.words(of: String(decoding: line[..<(text ?? line.endIndex)], as: UTF8.self))
        guard let text, head.first == "add" else {
            words = Self.words(of: String(decoding: line, as: UTF8.self))
            typed = nil
            return
        }
        var octets: [UInt8] = []
        octets.reserveCapacity(Frame.longestRequest)
        octets += line[text...]
        var braces = Braces()
        braces.count(octets[...])
        while braces.areOpen {
            guard octets.count < Frame.longestEnclosure, var next = more() else { break }
            octets.append(UInt8(ascii: "\n"))
            octets += next
            braces.count(next[...])
            next.erase()
        }
        words = head + [Request.typed]
        typed = SensitiveOctets(octets)
    }

    /// The words of a line; those in quotes may have spaces in them.
    private static func words(of line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open {
                    quote = nil
                } else {
                    word = (word ?? "") + String(character)
                }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character == " " || character == "\t" {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }
}

/// Counts braces that are neither in strings nor in comments, line by line.
private struct Braces {
    private var depth = 0

    var areOpen: Bool { depth > 0 }

    mutating func count(_ line: ArraySlice<UInt8>) {
        var isInString = false
        var previous: UInt8 = 0
        for octet in line {
            switch octet {
            case UInt8(ascii: "\"") where previous != UInt8(ascii: "\\"): isInString.toggle()
            case _ where isInString: break
            case UInt8(ascii: "#"): return
            case UInt8(ascii: "/") where previous == octet: return
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth -= 1
            default: break
            }
            // Two backslashes are one character.
            previous = octet == UInt8(ascii: "\\") && previous == octet ? 0 : octet
        }
    }
}
