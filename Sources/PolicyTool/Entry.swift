import Console
import CLinux

/// Called by the C library's `main`: runs kmfcfg and returns its exit code.
@c(kmfcfg)
public func kmfcfg(
    _ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
    do throws(ToolFailure) {
        let text = try Command(commandLine(count, arguments)).run()
        return Terminal.write(text, to: STDOUT_FILENO) ? 0 : ToolFailure.Code.access.rawValue
    } catch {
        Terminal.complain(error.message)
        return error.code.rawValue
    }
}
