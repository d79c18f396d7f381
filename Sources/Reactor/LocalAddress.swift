import CLinux

/// The address of a Unix socket; `@` before a name stands for the abstract namespace (unix(7)).
public struct LocalAddress {
    private var name = sockaddr_un()
    private let length: socklen_t

    /// `nil` when the path is empty or too long.
    public init?(_ path: String) {
        let octets = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: name.sun_path)
        guard octets.count > 1, octets.count < capacity else { return nil }
        name.sun_family = sa_family_t(AF_UNIX)
        let isAbstract = octets.first == UInt8(ascii: "@")
        withUnsafeMutableBytes(of: &name.sun_path) { room in
            room.copyBytes(from: octets)
            if isAbstract { room[0] = 0 }
        }
        // A name in the file system ends with a zero octet; an abstract one ends where it ends.
        let start = MemoryLayout<sockaddr_un>.size - capacity
        length = socklen_t(start + octets.count + (isAbstract ? 0 : 1))
    }

    /// Connects a socket to it; `false` when that fails, for a reason in `errno`.
    public func connect(_ descriptor: Int32) -> Bool {
        withName { CLinux.connect(descriptor, $0, length) == 0 }
    }

    /// Gives it to a socket; `false` when that fails, for a reason in `errno`.
    func bind(_ descriptor: Int32) -> Bool {
        withName { CLinux.bind(descriptor, $0, length) == 0 }
    }

    private func withName<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
        withUnsafePointer(to: name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
        }
    }
}
