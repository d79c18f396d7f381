import CLinux
import Policy

/// The account that the daemon runs as.
package struct Account: Equatable, Sendable {
    /// Its name; of an account without one, its number.
    package let name: String
    package let user: uid_t
    package let group: gid_t

    /// An account whose numbers are known.
    package init(name: String, user: uid_t, group: gid_t) {
        self.name = name
        self.user = user
        self.group = group
    }

    package static var isPrivileged: Bool { geteuid() == 0 }

    /// Whoever started the daemon, under a number for a name.
    package static var caller: Account {
        Account(name: "\(geteuid())", user: geteuid(), group: getegid())
    }

    /// The account for these properties: `config/user` when root starts the daemon, else whoever
    /// starts it, since only root can become another. `nil` when `config/user` does not exist.
    package static func ofDaemon(_ properties: Properties) throws(Failure) -> Account? {
        isPrivileged ? try named(properties.user) : caller
    }

    /// Looks an account up by its name.
    package static func named(_ name: String) throws(Failure) -> Account? {
        // The longest entry anyone has seen takes a fraction of it.
        var room = [CChar](repeating: 0, count: 16 << 10)
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        let code = getpwnam_r(name, &entry, &room, room.count, &found)
        guard code == 0 else {
            throw Failure("look up the account '\(name)': error \(code)")
        }
        guard found != nil else { return nil }
        return Account(name: name, user: entry.pw_uid, group: entry.pw_gid)
    }
}
