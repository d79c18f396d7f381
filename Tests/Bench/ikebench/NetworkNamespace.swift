import CNamespaces
import Glibc

/// A network namespace that is not the one this process began in.
struct NetworkNamespace {
    let path: String

    /// Does something in it; only this thread goes there, and it comes back.
    func run<Result>(_ body: () throws -> Result) throws -> Result {
        let home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)
        let there = open(path, O_RDONLY | O_CLOEXEC)
        defer {
            close(home)
            close(there)
        }
        guard home >= 0, there >= 0, setns(there, 0) == 0 else {
            throw Failure(system: "enter \(path)")
        }
        defer {
            // Whatever followed in the wrong place would be no measurement.
            if setns(home, 0) != 0 { fatalError("no way back from \(path)") }
        }
        return try body()
    }
}
