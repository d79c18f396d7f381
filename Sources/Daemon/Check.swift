import Console
import CLinux
import Keystore
import Policy

/// `-c`: everything that a start would find wrong with the files, in one run.
enum Check {
    static func run(_ invocation: Invocation) -> ExitCode {
        var report = Report()
        let found: String?
        do throws(Failure) {
            found = try look(invocation, &report)
        } catch {
            report.print()
            Terminal.complain("in.ikev2d: \(error.message)")
            return error.exitCode
        }
        report.print()
        Terminal.complain((found.map { "\($0): " } ?? "") + report.summary)
        return report.hasErrors ? .failure : .success
    }

    /// Looks at all files; returns what they hold, in words.
    private static func look(
        _ invocation: Invocation, _ report: inout Report
    ) throws(Failure) -> String? {
        guard let loaded = Properties.load(for: invocation, into: &report) else { return nil }
        let properties = loaded.with(invocation)
        let account = try Account.ofDaemon(properties)
        if account == nil {
            report.add(
                .warning, "no account '\(properties.user)'; expected one to run as",
                path: "config/user")
        }
        let files = try ConfigurationFiles(properties, owner: account)
        guard let contents = files.load(into: &report) else { return nil }
        var expiries = ExpiryWatch()
        for line in expiries.announcements(of: contents.keystore, at: Int64(time(nil))) {
            report.add(.warning, line, path: properties.keystore)
        }
        let rules = Report.count(contents.configuration.rules.count, "rule")
        let keys = Report.count(contents.keys.labels.count, "key")
        return "\(rules), \(keys)"
    }
}
