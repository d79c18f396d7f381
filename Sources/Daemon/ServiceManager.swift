import CLinux
import Reactor

/// The service manager that started the daemon, told of its state as sd_notify(3) describes: one
/// datagram each to the socket that the environment names.
struct ServiceManager {
    private let address: LocalAddress
    /// Nanoseconds after which it takes the daemon for dead that has not said ``alive()``.
    let patience: UInt64?

    /// `nil` when no service manager wants to know.
    init?() {
        guard let path = getenv("NOTIFY_SOCKET") else { return nil }
        self.init(socket: String(cString: path), patience: Self.watchdog)
    }

    init?(socket path: String, patience: UInt64? = nil) {
        guard path.hasPrefix("/") || path.hasPrefix("@"), let address = LocalAddress(path) else {
            return nil
        }
        self.address = address
        self.patience = patience
    }

    /// What sd_watchdog_enabled(3) says: microseconds, of the process that is meant.
    private static var watchdog: UInt64? {
        guard let time = getenv("WATCHDOG_USEC"),
            let microseconds = UInt64(String(cString: time)), microseconds > 0
        else { return nil }
        if let process = getenv("WATCHDOG_PID"), String(cString: process) != "\(getpid())" {
            return nil
        }
        return microseconds.multipliedReportingOverflow(by: 1000).partialValue
    }

    /// Start-up, or a refresh, is complete.
    func ready() { tell("READY=1") }

    /// A refresh begins.
    func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        tell("RELOADING=1\nMONOTONIC_USEC=\(time.tv_sec * 1_000_000 + time.tv_nsec / 1_000)")
    }

    /// The daemon still does its work.
    func alive() { tell("WATCHDOG=1") }

    /// A descriptor that the service manager passes to the daemon that it starts.
    struct KeptDescriptor {
        let name: String
        let descriptor: Descriptor
    }

    /// Has a descriptor kept for the daemon that is started after this one, where the service
    /// manager does such a thing (`FileDescriptorStoreMax` in systemd.service(5)).
    func keep(_ descriptor: Int32, as name: String) {
        tell("FDSTORE=1\nFDNAME=\(name)", with: descriptor)
    }

    /// The first descriptor that is passed (sd_listen_fds(3)), and most of them.
    private static let passed: (first: Int32, most: Int32) = (3, 64)

    /// What was kept, for the process that is meant; each descriptor has one owner from now on.
    static func keptDescriptors() -> [KeptDescriptor] {
        guard let process = getenv("LISTEN_PID"), String(cString: process) == "\(getpid())",
            let number = getenv("LISTEN_FDS").flatMap({ Int32(String(cString: $0)) }),
            (1...passed.most).contains(number)
        else { return [] }
        let names =
            getenv("LISTEN_FDNAMES").map {
                String(cString: $0).split(separator: ":", omittingEmptySubsequences: false)
            } ?? []
        return (0..<number).map { index in
            let descriptor = passed.first + index
            process_close_on_exec(descriptor)
            return KeptDescriptor(
                name: Int(index) < names.count ? String(names[Int(index)]) : "",
                descriptor: Descriptor(owning: descriptor))
        }
    }

    /// The daemon takes its leave.
    func stopping() { tell("STOPPING=1") }

    private func tell(_ state: String, with passed: Int32? = nil) {
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(AF_UNIX, type, 0)
        guard number >= 0 else { return }
        let descriptor = Descriptor(owning: number)
        guard address.connect(descriptor.number) else { return }
        let octets = Array(state.utf8)
        // A manager that does not listen is no reason to stop serving peers.
        if let passed {
            _ = PassedDescriptors.send(octets[...], with: passed, over: descriptor.number)
        } else {
            send(descriptor.number, octets, octets.count, Int32(MSG_NOSIGNAL))
        }
    }
}
