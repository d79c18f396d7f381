import CLinux
import Reactor

/// The service manager that started the daemon, told of its state as sd_notify(3) describes: one
/// datagram each to the socket that the environment names.
struct ServiceManager {
    private let address: LocalAddress

    /// `nil` when no service manager wants to know.
    init?() {
        guard let path = getenv("NOTIFY_SOCKET") else { return nil }
        self.init(socket: String(cString: path))
    }

    init?(socket path: String) {
        guard path.hasPrefix("/") || path.hasPrefix("@"), let address = LocalAddress(path) else {
            return nil
        }
        self.address = address
    }

    /// Start-up, or a refresh, is complete.
    func ready() { tell("READY=1") }

    /// A refresh begins.
    func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        tell("RELOADING=1\nMONOTONIC_USEC=\(time.tv_sec * 1_000_000 + time.tv_nsec / 1_000)")
    }

    /// The daemon takes its leave.
    func stopping() { tell("STOPPING=1") }

    private func tell(_ state: String) {
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(AF_UNIX, type, 0)
        guard number >= 0 else { return }
        let descriptor = Descriptor(owning: number)
        guard address.connect(descriptor.number) else { return }
        let octets = Array(state.utf8)
        // A manager that does not listen is no reason to stop serving peers.
        send(descriptor.number, octets, octets.count, Int32(MSG_NOSIGNAL))
    }
}
