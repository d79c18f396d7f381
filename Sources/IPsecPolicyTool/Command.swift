import IPsecPolicy

/// A command line of ipsecconf(8).
struct Command: Equatable {
    /// What to do.
    enum Verb: Equatable {
        /// Shows the entries as they were loaded.
        case listEntries
        /// Shows the kernel's policies; all of ours, or those of this host or one tunnel.
        case listPolicies(all: Bool)
        case check(String)
        case add(String)
        case replace(String)
        case delete(UInt32)
        /// Takes away all entries, or those of this host or one tunnel.
        case flush(all: Bool)
    }

    let verb: Verb
    /// The tunnel; `nil` for packets of this host.
    private(set) var interface: String?
    private(set) var isNumeric = false
    private(set) var isQuiet = false
    private(set) var stateFile = PolicyNumbers.stateFile

    static let usage = """
        usage: ipsecconf [-s file]
               ipsecconf -a file [-q] [-s file]
               ipsecconf -c file [-q]
               ipsecconf -d [-i tunnel] index | -d tunnel,index [-s file]
               ipsecconf -f [-i tunnel] [-s file]
               ipsecconf -F [-s file]
               ipsecconf -Fa file [-q] [-s file]
               ipsecconf -r file [-q] [-s file]
               ipsecconf -l [-i tunnel] [-n] [-s file]
               ipsecconf -L [-n] [-s file]
        """

    /// Reads the arguments behind the program's name.
    init(_ arguments: [String]) throws(ToolFailure) {
        var options = try Self.options(arguments)
        interface = options.take("i")
        stateFile = options.take("s") ?? stateFile
        isNumeric = options.take("n") != nil
        isQuiet = options.take("q") != nil
        let flushes = options.take("F") != nil
        let words = options.words
        switch (options.only, options.value) {
        case (nil, _): verb = flushes ? .flush(all: true) : .listEntries
        case ("a", let path): verb = flushes ? .replace(path) : .add(path)
        case (_, _) where flushes: throw .usage("-F goes with -a alone")
        case ("r", let path): verb = .replace(path)
        case ("c", let path): verb = .check(path)
        case ("d", let place):
            let parts = place.split(separator: ",", maxSplits: 1)
            if parts.count == 2 {
                guard interface == nil else { throw .usage("interface name already selected") }
                interface = String(parts[0])
            }
            guard let index = parts.last.flatMap({ UInt32($0) }) else {
                throw .usage("'\(place)' is no index")
            }
            verb = .delete(index)
        case ("f", _): verb = .flush(all: false)
        case ("l", _): verb = .listPolicies(all: false)
        case ("L", _): verb = .listPolicies(all: true)
        default: throw .usage("one of -a, -c, -d, -f, -F, -l, -L and -r, or none")
        }
        guard words.isEmpty else { throw .usage("'\(words[0])' is too much") }
        if interface != nil {
            switch verb {
            case .delete, .flush(all: false), .listPolicies: break
            default: throw .usage("-i goes with -d, -f and -l")
            }
        }
        if isNumeric {
            guard case .listPolicies = verb else { throw .usage("-n goes with -l and -L") }
        }
    }

    /// The options by their letters.
    private struct Options {
        var values: [Character: String] = [:]
        var words: [String] = []

        mutating func take(_ letter: Character) -> String? { values.removeValue(forKey: letter) }

        /// The letter that is left; `nil` for none, `?` for several.
        var only: Character? { values.count > 1 ? "?" : values.keys.first }
        var value: String { values.values.first ?? "" }
    }

    private static func options(_ arguments: [String]) throws(ToolFailure) -> Options {
        var options = Options()
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("-"), argument != "-" else {
                options.words.append(argument)
                continue
            }
            var letters = argument.dropFirst()
            while let letter = letters.popFirst() {
                guard "acdfFilLnqrs".contains(letter) else { throw .usage("unknown -\(letter)") }
                var value = ""
                if "acdirs".contains(letter) {
                    if letters.isEmpty {
                        // `-d -i tunnel index`, as Solaris writes it.
                        if letter == "d", rest.first == "-i", rest.count >= 3 {
                            options.values["i"] = rest[rest.startIndex + 1]
                            rest = rest.dropFirst(2)
                        }
                        guard let next = rest.popFirst() else {
                            throw .usage("-\(letter) without its value")
                        }
                        value = next
                    } else {
                        value = String(letters)
                        letters = ""
                    }
                }
                guard options.values.updateValue(value, forKey: letter) == nil else {
                    throw .usage("-\(letter) stands twice")
                }
            }
        }
        return options
    }
}
