import Policy

extension Command {
    /// Does it; returns what goes to standard output.
    func run() throws(ToolFailure) -> String {
        switch verb {
        case .help: return Usage.text
        case .list: return try list()
        case .create: try create()
        case .modify: try modify()
        case .delete: try delete()
        case .import:
            try copy(
                from: DatabaseFile(path: otherPath ?? ""), to: DatabaseFile(path: databasePath))
        case .export:
            try copy(
                from: DatabaseFile(path: databasePath), to: DatabaseFile(path: otherPath ?? ""))
        }
        return ""
    }

    private var file: DatabaseFile { DatabaseFile(path: databasePath) }
    private var name: String { policy ?? PolicyEntry.defaultName }

    private func list() throws(ToolFailure) -> String {
        let database = try file.read()
        let entries = database.entries.filter { policy == nil || $0.name == policy }
        guard !entries.isEmpty else {
            throw policy.map { .missing($0, in: databasePath) }
                ?? ToolFailure(.missing, "\(databasePath) has no policy")
        }
        return entries.map { $0.listing }.joined()
    }

    private func create() throws(ToolFailure) {
        var database = try file.readOrEmpty()
        guard database[name] == nil else { throw .exists(name, in: databasePath) }
        var entry: PolicyEntry
        do throws(PolicyEntry.Refusal) {
            entry = try PolicyEntry(name: name)
        } catch {
            throw .usage(error.message)
        }
        try apply(to: &entry)
        database.put(entry)
        try file.write(database)
    }

    private func modify() throws(ToolFailure) {
        guard !settings.isEmpty || !removed.isEmpty else {
            throw .usage("nothing to modify; expected attribute=value")
        }
        var database = try file.read()
        guard var entry = database[name] else { throw .missing(name, in: databasePath) }
        for attribute in removed { entry.remove(attribute) }
        try apply(to: &entry)
        database.put(entry)
        try file.write(database)
    }

    private func apply(to entry: inout PolicyEntry) throws(ToolFailure) {
        for (attribute, value) in settings {
            do throws(PolicyEntry.Refusal) {
                try entry.set(attribute, to: value)
            } catch {
                throw ToolFailure(.usage, error.message)
            }
        }
        if let (_, message) = entry.inconsistency { throw ToolFailure(.inconsistent, message) }
    }

    private func delete() throws(ToolFailure) {
        var database = try file.read()
        guard database.remove(name) else { throw .missing(name, in: databasePath) }
        try file.write(database)
    }

    private func copy(
        from source: DatabaseFile, to destination: DatabaseFile
    ) throws(ToolFailure) {
        guard let entry = try source.read()[name] else { throw .missing(name, in: source.path) }
        var database = try destination.readOrEmpty()
        guard database[name] == nil else { throw .exists(name, in: destination.path) }
        database.put(entry)
        try destination.write(database)
    }
}

extension ToolFailure {
    fileprivate static func missing(_ name: String, in path: String) -> ToolFailure {
        ToolFailure(.missing, "\(path) has no policy '\(name)'")
    }

    fileprivate static func exists(_ name: String, in path: String) -> ToolFailure {
        ToolFailure(.exists, "\(path) has a policy '\(name)' already")
    }
}
