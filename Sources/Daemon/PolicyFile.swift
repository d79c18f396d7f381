import Policy

/// kmf-policy.xml, read as carefully as the other files on which security rests.
struct PolicyFile: Sendable {
    let path: String
    /// Whose it may be besides root's.
    let owner: Account?

    /// Reads the policy that is followed; `nil`, with the report saying why, when there was an error.
    /// Without a file there is the policy without any attribute.
    func load(into report: inout Report) -> PolicyEntry? {
        let octets: [UInt8]
        do throws(GuardedFile.Problem) {
            octets = try GuardedFile(path: path, protection: .readableByAll, owner: owner).read()
        } catch {
            guard error != .missing else { return .default }
            report.add(error, path: path, expected: "the policies of kmf-policy.xml(5)")
            return nil
        }
        var diagnostics = Diagnostics()
        let database = PolicyDatabase.parse(
            Source(name: path, octets: octets), into: &diagnostics)
        report.add(diagnostics)
        guard let database else { return nil }
        guard let entry = database[PolicyEntry.defaultName] else {
            report.add(
                .error, "has no policy '\(PolicyEntry.defaultName)'; expected that one",
                path: path)
            return nil
        }
        return entry
    }
}
