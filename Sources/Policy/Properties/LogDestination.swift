/// Where log lines go: `config/debug_logfile`.
public enum LogDestination: Hashable, Sendable {
    /// Standard error under systemd and with `-d`, else syslog.
    case `default`
    /// Standard error.
    case standardError
    /// syslog(3).
    case syslog
    /// A file, by its absolute path.
    case file(String)
}
