import Console
import Admin
import CLinux

/// Called by the C library's `main`: runs ikeadm and returns its exit code.
@c(ikeadm)
public func ikeadm(
    _ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
    process_ignore_signal(SIGPIPE)
    let options: Options
    do throws(Failure) {
        options = try Options(commandLine(count, arguments))
    } catch {
        complain(error.message)
        complain(Options.usage)
        return 1
    }
    if options.version == .first {
        complain("no IKEv1 daemon answers here; in.ikev2d speaks IKEv2 alone")
        return 1
    }
    let session = Session(options)
    return options.words.isEmpty ? session.converse() : session.run(options.words)
}

func complain(_ message: String) {
    Terminal.complain("ikeadm: \(message)")
}

/// Why something was not done, in words for whoever wanted it.
struct Failure: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}
