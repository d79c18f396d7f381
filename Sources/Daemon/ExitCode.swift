/// What the process tells whoever started it.
public enum ExitCode: Int32, Sendable {
    /// Done, or asked to end.
    case success = 0
    /// Something failed while starting or running; with `-c`, there were errors.
    case failure = 1
    /// The command line was not understood.
    case usage = 2
    /// The configuration is not valid: starting again will not help (`EX_CONFIG` of sysexits(3)).
    case configuration = 78
}
