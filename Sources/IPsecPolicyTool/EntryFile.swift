import Console
import Daemon
import IPsecPolicy
import Policy

/// A file of entries, and everything that is wrong with it.
struct EntryFile {
    private(set) var report = Report()
    /// The entries that were understood.
    private(set) var wanted: [Plan.Wanted] = []
    private var source: Source

    /// Reads a file and looks up what its names stand for on this host.
    ///
    /// - Parameter owner: whose it may be besides root's.
    init(_ path: String, owner: Account? = nil) throws(ToolFailure) {
        source = Source(name: path, octets: [])
        do throws(GuardedFile.Problem) {
            source = Source(
                name: path,
                octets: try GuardedFile(
                    path: path, protection: .readableByAll, owner: owner
                ).read())
        } catch {
            report.add(error, path: path, expected: "the entries of ipsecinit.conf(5)")
            return
        }
        var diagnostics = Diagnostics()
        let placed = PlacedEntry.parse(source, into: &diagnostics) ?? []
        var translator = Translator(source, in: try .host())
        for entry in placed {
            guard let translation = translator.translate(entry) else { continue }
            wanted.append(Plan.Wanted(entry, translation))
        }
        translator.deliver(into: &diagnostics)
        for clash in Plan.duplicates(among: wanted) {
            diagnostics.add(clash.diagnostic(of: wanted, in: source))
        }
        report.add(diagnostics)
    }

    /// Adds what the kernel has against an entry.
    mutating func add(_ clash: Plan.Clash) {
        report = Report()
        var diagnostics = Diagnostics()
        diagnostics.add(clash.diagnostic(of: wanted, in: source))
        report.add(diagnostics)
    }

    /// Tells all of it on standard error; an error among it is the end.
    func tell(isQuiet: Bool) throws(ToolFailure) {
        if !isQuiet || report.hasErrors { report.print() }
        guard report.hasErrors else { return }
        Terminal.complain("\(report.summary): nothing is changed")
        throw .told
    }
}
