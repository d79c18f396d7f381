import CLinux
import IPsecPolicy
import Policy

/// The file in which ipsecconf(8) says what the kernel's policies do not: the algorithms of each
/// reqid.
struct PolicyStateFile {
    let path: String
    let owner: Account?
    /// What was read last, to see whether there is anything new; `nil` for no file.
    private var known: Edition?

    init(path: String, owner: Account?) {
        self.path = path
        self.owner = owner
    }

    /// A file is replaced and never written to, so that these tell one edition from another.
    private struct Edition: Equatable {
        let inode: UInt64
        let size: Int64
        let seconds: Int64
        let nanoseconds: Int64
    }

    /// The algorithms, where they are not those that were read last; `nil` where nothing is new.
    /// Without a file, and with one that cannot be used, there are none.
    mutating func changes(
        _ complain: (String) -> Void
    ) -> [UInt32: PolicyAlgorithms]? {
        let edition = Self.edition(of: path)
        guard edition != known else { return nil }
        known = edition
        guard edition != nil else { return [:] }
        do throws(GuardedFile.Problem) {
            let octets = try GuardedFile(
                path: path, protection: .readableByAll, owner: owner,
                limit: PolicyNumbers.stateFileLimit
            ).read()
            do throws(LoadedPolicy.Damage) {
                return try LoadedPolicy(octets).algorithms
            } catch {
                complain("line \(error.line) is not understood; expected \(error.expected)")
            }
        } catch {
            switch error {
            case .missing: break
            case .refused(let reason): complain(reason)
            }
        }
        return [:]
    }

    private static func edition(of path: String) -> Edition? {
        var status = stat()
        guard process_path_status(path, &status) == 0 else { return nil }
        return Edition(
            inode: UInt64(status.st_ino), size: Int64(status.st_size),
            seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
    }
}
