import CLinux

/// Called by the C library's `main`: runs kmfcfg and returns its exit code.
@c(kmfcfg)
public func kmfcfg(
    _ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
    var words: [String] = []
    for index in 1..<max(1, Int(count)) {
        if let argument = arguments[index] { words.append(String(cString: argument)) }
    }
    do throws(ToolFailure) {
        let text = try Command(words).run()
        return write(text, to: STDOUT_FILENO) ? 0 : ToolFailure.Code.access.rawValue
    } catch {
        _ = write(error.message + "\n", to: STDERR_FILENO)
        return error.code.rawValue
    }
}

private func write(_ text: String, to descriptor: Int32) -> Bool {
    var octets = Array(text.utf8)[...]
    while !octets.isEmpty {
        let count = octets.withUnsafeBytes {
            CLinux.write(descriptor, $0.baseAddress, $0.count)
        }
        if count < 0 {
            guard process_errno() == EINTR else { return false }
        } else {
            octets = octets.dropFirst(count)
        }
    }
    return true
}
