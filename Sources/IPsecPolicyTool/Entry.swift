import CLinux
import Console

/// Called by the C library's `main`: runs ipsecconf and returns its exit code.
@c(ipsecconf)
public func ipsecconf(
    _ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
    do throws(ToolFailure) {
        let text = try Command(commandLine(count, arguments)).run()
        return Terminal.write(text, to: STDOUT_FILENO) ? 0 : ToolFailure.Code.failure.rawValue
    } catch {
        if !error.message.isEmpty { Terminal.complain(error.message) }
        return error.code.rawValue
    }
}
