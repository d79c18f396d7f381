import Policy

/// A command line of kmfcfg(1).
struct Command: Equatable {
    /// What to do.
    enum Verb: String, CaseIterable {
        case create, modify, delete, list, `import`, export, help
    }

    let verb: Verb
    private(set) var databasePath = PolicyDatabase.defaultFile
    private(set) var policy: String?
    /// `infile` or `outfile`.
    private(set) var otherPath: String?
    /// The attributes in their order.
    private(set) var settings: [(attribute: PolicyAttribute, value: String)] = []
    /// The attributes that lose their values.
    private(set) var removed: [PolicyAttribute] = []

    /// What takes attributes away.
    static let removals: [(name: String, attributes: [PolicyAttribute])] = [
        ("http-proxy-none", [.httpProxy]), ("ocsp-none", PolicyAttribute.ofOCSP),
        ("crl-none", PolicyAttribute.ofLists), ("keyusage-none", [.keyUsage]),
        ("eku-none", [.ekuNames, .ekuOIDs]),
    ]

    static func == (a: Command, b: Command) -> Bool {
        a.verb == b.verb && a.databasePath == b.databasePath && a.policy == b.policy
            && a.otherPath == b.otherPath && a.removed == b.removed
            && a.settings.map { $0.attribute } == b.settings.map { $0.attribute }
            && a.settings.map { $0.value } == b.settings.map { $0.value }
    }

    /// Reads the arguments behind the program's name.
    init(_ arguments: [String]) throws(ToolFailure) {
        guard let first = arguments.first else { throw .usage("no subcommand") }
        if first == "-?" || first == "-h" || first == "--help" {
            verb = .help
            return
        }
        guard let verb = Verb.allCases.first(where: { $0.rawValue == first }) else {
            throw .usage("unknown subcommand '\(first)'; expected one of these: \(Self.verbs)")
        }
        self.verb = verb
        guard verb != .help else { return }
        var seen: [String] = []
        for argument in arguments.dropFirst() {
            guard let equals = argument.firstIndex(of: "=") else {
                throw .usage("'\(argument)' is no option; expected name=value")
            }
            let name = String(argument[..<equals])
            let value = String(argument[argument.index(after: equals)...])
            guard !seen.contains(name) else { throw .usage("'\(name)' stands twice") }
            seen.append(name)
            try take(name, value)
        }
        if verb != .list, policy == nil { throw .usage("no policy=name for \(verb.rawValue)") }
        if verb == .import, otherPath == nil { throw .usage("no infile=file for import") }
        if verb == .export, otherPath == nil { throw .usage("no outfile=file for export") }
        // What is both taken away and set could mean either.
        if let both = settings.first(where: { removed.contains($0.attribute) }) {
            throw .usage("'\(both.attribute.name)' is both set and taken away")
        }
    }

    private static var verbs: String {
        Verb.allCases.map { $0.rawValue }.joined(separator: ", ")
    }

    private mutating func take(_ name: String, _ value: String) throws(ToolFailure) {
        let setsAttributes = verb == .create || verb == .modify
        switch name {
        case "dbfile": databasePath = try Self.path(value, name)
        case "policy":
            guard !value.isEmpty else { throw .usage("'policy' has no value; expected a name") }
            policy = value
        case "infile" where verb == .import, "outfile" where verb == .export:
            otherPath = try Self.path(value, name)
        default:
            if setsAttributes, let attribute = PolicyAttribute(name: name) {
                if value.isEmpty, verb == .modify {
                    removed.append(attribute)
                } else {
                    settings.append((attribute, value))
                }
            } else if verb == .modify,
                let removal = Self.removals.first(where: { $0.name == name })
            {
                guard value == "true" || value == "false" else {
                    throw .usage("'\(value)' is no value for \(name); expected true or false")
                }
                if value == "true" { removed += removal.attributes }
            } else {
                let hint =
                    setsAttributes
                    ? PolicyAttribute.nearest(to: name).map { " (did you mean '\($0)'?)" } : nil
                throw .usage("\(verb.rawValue) takes no '\(name)'\(hint ?? "")")
            }
        }
    }

    private static func path(_ value: String, _ name: String) throws(ToolFailure) -> String {
        guard !value.isEmpty else { throw .usage("'\(name)' has no value; expected a path") }
        return value
    }
}
