import CLinux
import IKE
import Policy
import Reactor

/// Where the daemon tells what it does. A line that finds no room is dropped and counted: the log
/// must not slow the daemon down.
final class LogSink {
    /// Where the lines go.
    enum Destination: Equatable, Sendable {
        case standardError(LogLine.Style)
        case file(String)
        case syslog
    }

    let destination: Destination
    private let style: LogLine.Style
    private var output: LogOutput?
    /// Takes the lines for a while in place of the output.
    private var diversion: LogOutput?
    private var lost = 0
    private let process = getpid()

    /// Opens the destination.
    ///
    /// - Parameter standardError: what standard error was when the daemon started.
    init(_ destination: Destination, standardError: LogOutput) throws(Failure) {
        self.destination = destination
        tzset()
        switch destination {
        case .standardError(let style):
            self.style = style
            output = standardError
        case .file(let path):
            style = .file
            output = try LogOutput.file(path)
        case .syslog:
            style = .syslog
            connectToSyslog()
        }
    }

    /// Writes a line.
    func write(_ severity: LogRecord.Severity, _ message: String) {
        let moment = LogLine.Moment.now
        let style = diversion == nil ? style : .file
        if lost > 0 {
            let notice = "\(Report.count(lost, "line")) lost: the log did not take them"
            guard put(LogLine(style, .warning, notice, at: moment, process: process)) else {
                lost += 1
                return
            }
            lost = 0
        }
        if !put(LogLine(style, severity, message, at: moment, process: process)) { lost += 1 }
    }

    /// Writes each line of a text.
    func write(_ severity: LogRecord.Severity, lines text: String) {
        for line in text.split(separator: "\n") { write(severity, String(line)) }
    }

    /// Has a file take the lines from now on, until this or ``reopen()`` is asked for; without one
    /// they go where they belong.
    func divert(to descriptor: Descriptor?) throws(Failure) {
        let output = descriptor.map { LogOutput($0) }
        // Others may make us wait.
        if let output, !output.isFile { throw Failure("the log can only be a file") }
        diversion = output
    }

    /// Opens the file anew, as after its rotation. When that fails the old one is kept.
    func reopen() {
        diversion = nil
        guard case .file(let path) = destination else { return }
        do throws(Failure) {
            output = try LogOutput.file(path)
        } catch {
            write(.error, "the log stays where it is: \(error.message)")
        }
    }

    private func put(_ line: LogLine) -> Bool {
        if let diversion { return diversion.write(line.octets) }
        if let output, output.write(line.octets) { return true }
        guard case .syslog = destination else { return false }
        // syslogd may have been started anew; one that is only slow takes no second connection.
        connectToSyslog()
        return output?.write(line.octets) ?? false
    }

    private func connectToSyslog() {
        do throws(Failure) { output = try LogOutput.syslog() } catch { output = nil }
    }
}
