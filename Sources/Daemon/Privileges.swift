import CLinux

/// What the daemon may do.
enum Privileges {
    /// Gives up root for an account, and keeps what an IKE daemon needs: to write the SAD, and
    /// to bind its ports again. To be called while there is one thread.
    static func drop(to account: Account) throws(Failure) {
        let kept = UInt64(1) << CAP_NET_ADMIN | UInt64(1) << CAP_NET_BIND_SERVICE
        guard process_control(PR_SET_KEEPCAPS, 1) == 0,
            initgroups(account.name, account.group) == 0,
            setresgid(account.group, account.group, account.group) == 0,
            setresuid(account.user, account.user, account.user) == 0,
            process_set_capabilities(kept) == 0
        else { throw Failure(system: "become '\(account.name)'") }
    }

    /// Which of those that concern it the daemon has, in words.
    static var capabilities: String {
        let all = process_capabilities()
        let held = [
            ("CAP_NET_ADMIN", CAP_NET_ADMIN), ("CAP_NET_BIND_SERVICE", CAP_NET_BIND_SERVICE),
        ].filter { all & UInt64(1) << $0.1 != 0 }.map { $0.0 }
        return held.isEmpty
            ? "no capability"
            : held.joined(separator: ", ")
                + (all.nonzeroBitCount > held.count ? " and others" : "")
    }

    /// Gives up what nobody needs: more rights through a program started, and a core dump, which
    /// would hold keys.
    static func harden() throws(Failure) {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        guard process_control(PR_SET_NO_NEW_PRIVS, 1) == 0,
            process_control(PR_SET_DUMPABLE, 0) == 0,
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0
        else { throw Failure(system: "give up privileges") }
    }
}
