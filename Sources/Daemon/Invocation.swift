/// What the command line asks for.
struct Invocation: Equatable, Sendable {
    /// What to do.
    enum Task: Equatable, Sendable {
        /// Serve until told to end.
        case serve
        /// `-c`: look at the files, say what is wrong with them.
        case check
        /// `-V`: say what this build is and can do.
        case version
    }

    /// Why a command line is refused.
    struct Refusal: Error, Equatable, Sendable {
        let message: String
    }

    var task = Task.serve
    /// `-d`: stay attached to the terminal and tell everything.
    var isDebugging = false
    /// `-f`: the rules, wherever the properties say that they are.
    var configFile: String?
    /// `-P`: the properties.
    var propertiesFile: String?
    /// `-o`: properties that win over the file, in order.
    var overrides: [String] = []

    static let usage = """
        usage: in.ikev2d [-d] [-f file] [-P properties] [-o property=value]...
               in.ikev2d -c [-f file] [-P properties] [-o property=value]...
               in.ikev2d -V
        """

    init() {}

    /// Reads the arguments behind the program's name, in the manner of getopt(3): letters may
    /// stand together, a value may follow its letter at once, `--` ends the options.
    init(arguments: [String]) throws(Refusal) {
        var checks = false
        var showsVersion = false
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard word.utf8.first == UInt8(ascii: "-"), word.utf8.count > 1 else {
                throw Refusal(message: "unexpected argument '\(word.printable)'")
            }
            if word == "--" { break }
            var letters = word.unicodeScalars.dropFirst()
            while let letter = letters.popFirst() {
                switch letter {
                case "d": isDebugging = true
                case "c": checks = true
                case "V": showsVersion = true
                case "f", "P", "o":
                    let value: String
                    if letters.isEmpty {
                        guard let next = rest.popFirst() else {
                            throw Refusal(message: "option -\(letter) needs a value")
                        }
                        value = next
                    } else {
                        value = String(Substring.UnicodeScalarView(letters))
                        letters = letters.dropFirst(letters.count)
                    }
                    try take(value, of: letter)
                default:
                    throw Refusal(message: "unknown option -\(String(letter).printable)")
                }
            }
        }
        if let extra = rest.first {
            throw Refusal(message: "unexpected argument '\(extra.printable)'")
        }
        if checks, isDebugging { throw Refusal(message: "-c and -d exclude each other") }
        if showsVersion, arguments.count > 1 { throw Refusal(message: "-V stands alone") }
        task = showsVersion ? .version : checks ? .check : .serve
    }

    private mutating func take(_ value: String, of letter: Unicode.Scalar) throws(Refusal) {
        guard !value.isEmpty else { throw Refusal(message: "option -\(letter) needs a value") }
        switch letter {
        case "f":
            guard configFile == nil else { throw Refusal(message: "-f stands twice") }
            configFile = value
        case "P":
            guard propertiesFile == nil else { throw Refusal(message: "-P stands twice") }
            propertiesFile = value
        default: overrides.append(value)
        }
    }
}
