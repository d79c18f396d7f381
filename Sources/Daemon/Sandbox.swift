import CLinux
import Crypto
import Policy

/// What the daemon keeps once it has started: the system calls of the table in CLinux, and these
/// files.
struct Sandbox {
    /// What has become of one half of it.
    enum Part: Equatable, CustomStringConvertible {
        /// In force: what is left, in words.
        case kept(String)
        /// Not wanted.
        case open(reason: String)
        /// The kernel does not do it.
        case refused(reason: String)

        var description: String {
            switch self {
            case .kept(let rest): rest
            case .open(let reason), .refused(let reason): "all (\(reason))"
            }
        }
    }

    private let isWanted: Bool
    private let hasToken: Bool
    /// Beneath these, files can be read.
    private let readable: [String]
    /// Beneath these, files can be written, made and removed too.
    private let writable: [String]

    /// What libraries read: the name service, time zones, certificates of authorities, the number
    /// of processors.
    private static let common = [
        "/etc", "/usr", "/lib", "/lib32", "/lib64", "/opt", "/proc/sys", "/sys/devices/system/cpu",
        "/dev/urandom", "/dev/random",
    ]

    /// What a daemon with these files needs. Files are found again when others take their place, so
    /// that their directories count.
    init(
        _ properties: Properties, _ policy: PolicyEntry?, resolver: String = "/etc/resolv.conf"
    ) {
        isWanted = properties.sandbox
        hasToken = properties.pkcs11TokenURI != nil
        readable =
            Self.common
            + [
                properties.configFile, properties.presharedFile, properties.kmfPolicy,
                properties.keystore, properties.policyState,
            ].map { Self.directory(of: $0) }
            + [
                policy.flatMap { CertificatePolicy($0).lists.directory },
                Self.target(of: resolver).map { Self.directory(of: $0) },
            ].compactMap { $0 }
        var writable = [
            "/dev/null", properties.keystore, PIDFile.directory,
            Self.directory(of: properties.adminSocket),
        ]
        if case .file(let path) = properties.debugLogfile {
            writable.append(Self.directory(of: path))
        }
        self.writable = writable
    }

    /// Where a file is that a link may stand for: most hosts have resolv.conf(5) made by others.
    private static func target(of path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static let reading = UInt64(SANDBOX_FILE_READ | SANDBOX_FILE_LIST)
    private static let writing =
        reading
        | UInt64(
            SANDBOX_FILE_WRITE | SANDBOX_FILE_TRUNCATE | SANDBOX_FILE_REMOVE_FILE
                | SANDBOX_FILE_MAKE_REGULAR | SANDBOX_FILE_MAKE_SOCKET
                | SANDBOX_FILE_MAKE_DIRECTORY)

    /// Gives up all other files. To be called while there is one thread.
    func restrictFiles() -> Part {
        guard isWanted else { return Self.notWanted }
        // Where its module finds a token, and what else that needs, only the module knows.
        guard !hasToken else { return .open(reason: "those that a token's module may need") }
        var handled: UInt64 = 0
        let rules = sandbox_rules(&handled)
        guard rules >= 0 else { return Self.refused() }
        for (paths, access) in [(readable, Self.reading), (writable, Self.writing)] {
            for path in paths {
                guard sandbox_allow(rules, handled, path, access) == 0 else {
                    let part = Self.refused(path)
                    close(rules)
                    return part
                }
            }
        }
        guard sandbox_enforce(rules) == 0 else { return Self.refused() }
        return .kept("those of the system and of the daemon")
    }

    /// Gives up all other system calls, in every thread.
    func filterCalls() -> Part {
        guard isWanted else { return Self.notWanted }
        guard sandbox_filter_calls() == 0 else { return Self.refused() }
        return .kept("\(SANDBOX_CALL_COUNT) of them")
    }

    private static let notWanted = Part.open(reason: "config/sandbox is false")

    /// What the kernel says.
    private static func refused(_ path: String = "the kernel") -> Part {
        .refused(reason: Failure(system: path).message)
    }
}
