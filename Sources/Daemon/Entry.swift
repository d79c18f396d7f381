import Console
import CLinux
import Crypto

/// Called by the C library's `main`: runs in.ikev2d and returns its exit code.
@c(ikev2d)
public func ikev2d(
    _ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
    MemoryReturn.prepare()
    return run(commandLine(count, arguments)).rawValue
}

private func run(_ arguments: [String]) -> ExitCode {
    let invocation: Invocation
    do throws(Invocation.Refusal) {
        invocation = try Invocation(arguments: arguments)
    } catch {
        Terminal.complain("in.ikev2d: \(error.message)")
        Terminal.complain(Invocation.usage)
        return .usage
    }
    switch invocation.task {
    case .serve: return Service.run(invocation)
    case .check: return Check.run(invocation)
    case .version: return showVersion()
    }
}

private func showVersion() -> ExitCode {
    do throws(CryptoError) {
        for line in try VersionReport.lines() {
            guard Terminal.say(line) else { return .failure }
        }
        return .success
    } catch {
        Terminal.complain("in.ikev2d: \(error)")
        return .failure
    }
}
