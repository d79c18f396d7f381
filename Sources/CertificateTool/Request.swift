import Daemon

/// A command line of ikev2cert, understood.
struct Request {
    let verb: Verb
    /// `-i`: ask for the parts of the subject.
    let isInteractive: Bool
    /// `-P`: the properties.
    let propertiesFile: String?
    /// The values of the options, in their order.
    private let values: [(option: Option, value: String)]

    /// What there is to do.
    enum Task {
        case help(String)
        case run(Request)
    }

    /// Reads the arguments behind the program's name.
    static func read(_ arguments: [String]) throws(Failure) -> Task {
        var rest = arguments[...]
        var isInteractive = false
        var propertiesFile: String?
        while let word = rest.first, word.hasPrefix("-") {
            rest.removeFirst()
            switch word {
            case "-i": isInteractive = true
            case "-P":
                guard let file = rest.popFirst() else { throw usage("-P needs a file") }
                propertiesFile = file
            case "-?", "-h", "--help": return .help(Help.overview)
            default:
                throw usage("unknown option \(word.printable); expected -i or -P")
            }
        }
        guard let word = rest.popFirst() else {
            throw usage("nothing to do; expected one of \(verbNames)")
        }
        if word == "help" { return .help(try help(rest.first)) }
        let verb = try verb(word)
        if rest.first == "-i" {
            isInteractive = true
            rest.removeFirst()
        }
        guard !isInteractive || verb.asksForSubject else {
            throw usage("-i has no meaning for \(verb.name)")
        }
        var values: [(option: Option, value: String)] = []
        for word in rest {
            let (option, value) = try option(word, of: verb)
            guard option == .altname || !values.contains(where: { $0.option == option }) else {
                throw usage("\(option.name)= stands twice")
            }
            values.append((option, value))
        }
        for option in verb.required where !values.contains(where: { $0.option == option }) {
            throw usage("\(verb.name) needs \(option.name)=: \(option.value)")
        }
        return .run(
            Request(
                verb: verb, isInteractive: isInteractive, propertiesFile: propertiesFile,
                values: values))
    }

    private static func verb(_ word: String) throws(Failure) -> Verb {
        guard let verb = Verb.allCases.first(where: { $0.name == word }) else {
            throw usage("'\(word.printable)' is unknown; expected one of \(verbNames)")
        }
        return verb
    }

    private static func help(_ word: String?) throws(Failure) -> String {
        guard let word else { return Help.overview }
        return Help.text(of: try verb(word))
    }

    private static func option(
        _ word: String, of verb: Verb
    ) throws(Failure) -> (Option, String) {
        guard let sign = word.firstIndex(of: "=") else {
            throw usage("'\(word.printable)' is no option; expected name=value")
        }
        let name = word[..<sign]
        let known = verb.required + verb.optional + Verb.common
        guard let option = known.first(where: { $0.name == name }) else {
            let names = known.map { "\($0.name)=" }.joined(separator: " ")
            throw usage(
                "\(verb.name) has no option \(String(name).printable)=; expected one of \(names)")
        }
        let value = String(word[word.index(after: sign)...])
        guard !value.isEmpty else {
            throw usage("\(option.name)= needs a value: \(option.value)")
        }
        return (option, value)
    }

    private static var verbNames: String {
        Verb.allCases.map { $0.name }.joined(separator: ", ")
    }

    static func usage(_ message: String) -> Failure { Failure(message, exitCode: .usage) }

    /// The value of an option.
    subscript(option: Option) -> String? { values.first { $0.option == option }?.value }

    /// All values of an option that may be repeated.
    func all(_ option: Option) -> [String] {
        values.filter { $0.option == option }.map { $0.value }
    }

    /// The value of an option that has a few words; the first of them when it is not given.
    func word<Value>(_ option: Option, _ words: [(String, Value)]) throws(Failure) -> Value {
        guard let text = self[option] else { return words[0].1 }
        guard let (_, value) = words.first(where: { $0.0 == text.lowercased() }) else {
            throw refusal(of: option, words.map { $0.0 }.joined(separator: ", "))
        }
        return value
    }

    /// What is wrong with a value, and what was expected.
    func refusal(of option: Option, _ expected: String) -> Failure {
        Request.usage(
            "\(option.name)=\((self[option] ?? "").printable): expected \(expected)")
    }
}

/// What `ikev2cert help` says.
enum Help {
    static var overview: String {
        let verbs = Verb.allCases.map { "  \(padded($0.name, 9))\($0.purpose)" }
        return
            (["usage: ikev2cert [-i] [-P properties] verb name=value..."] + verbs
            + ["'ikev2cert help verb' lists what it takes; ikev2cert(8) says more."])
            .joined(separator: "\n")
    }

    static func text(of verb: Verb) -> String {
        var lines = ["ikev2cert \(verb.name): \(verb.purpose)"]
        for option in verb.required {
            lines.append("  \(padded("\(option.name)=", 12))\(option.value); required")
        }
        for option in verb.optional + Verb.common {
            lines.append("  \(padded("\(option.name)=", 12))\(option.value)")
        }
        if verb.asksForSubject { lines.append("  \(padded("-i", 12))ask for the subject") }
        return lines.joined(separator: "\n")
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.utf8.count))
    }
}
