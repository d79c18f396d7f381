import Net

/// What an administrator asks of the daemon: one command of ikeadm(8).
public enum Request: Hashable, Sendable {
    /// `get stats`, `get debug`, `get priv`, `get defaults`.
    case get(Setting)
    /// `set debug LEVEL [FILE]`: what is logged, in words of ikev2d.conf(5), and where to.
    case setDebug(String, file: String? = nil)
    /// `set priv LEVEL`.
    case setPrivilege(Privilege)
    /// `get ikesa|childsa|rule|preshared NAME`.
    case show(Name)
    /// `dump ikesa|childsa|rule|preshared|certcache|event|groups|encralgs|authalgs [details]`:
    /// with details, what the kernel has to be asked for as well.
    case dump(Collection, details: Bool = false)
    /// `add rule|preshared FILE`, or `{` for what was typed.
    case add(Addition, Origin)
    /// `read rule|preshared|certcache [FILE]`: puts what a file says in place of what is in force;
    /// without one, the file of the properties.
    case read(Store, file: String? = nil)
    /// `write rule|preshared|certcache`: tells what is in force, as the file would have it.
    case write(Store)
    /// `del ikesa|childsa|rule|preshared NAME`.
    case delete(Name)
    /// `flush ikesa`.
    case flush
    /// `flush certcache`: forgets what others have answered about certificates.
    case flushCertificates
    /// `rekey ikesa|childsa NAME`.
    case rekey(Name)
    /// `initiate LABEL`.
    case initiate(String)
    /// `explain LOCAL REMOTE`: why there is, or is not, an SA between two addresses.
    case explain(IPAddress, IPAddress)
    /// `token login NAME`.
    case login(token: String)
    /// `token logout NAME`.
    case logout(token: String)

    /// What the daemon has one of.
    public enum Setting: String, CaseIterable, Sendable {
        case stats, debug
        case privilege = "priv"
        case defaults
    }

    /// What the daemon keeps in files.
    public enum Store: String, CaseIterable, Sendable {
        case rules = "rule"
        case presharedKeys = "preshared"
        case certificates = "certcache"
    }

    /// What there can be one more of.
    public enum Addition: String, CaseIterable, Sendable {
        case rule, preshared
    }

    /// Where something new comes from.
    public enum Origin: Hashable, Sendable {
        case file(String)
        case typed
    }

    /// What the daemon has many of.
    public enum Collection: String, CaseIterable, Sendable {
        case ikeSAs = "ikesa"
        case childSAs = "childsa"
        case rules = "rule"
        case presharedKeys = "preshared"
        case certificates = "certcache"
        case events = "event"
        case groups
        case encryptionAlgorithms = "encralgs"
        case integrityAlgorithms = "authalgs"
    }

    /// One of many.
    public enum Name: Hashable, Sendable {
        /// An IKE SA between two addresses, ours first.
        case ikeSABetween(IPAddress, IPAddress)
        /// An IKE SA by its SPIs.
        case ikeSA(initiatorSPI: UInt64, responderSPI: UInt64)
        /// A Child SA by the SPI at which either end receives.
        case childSA(spi: UInt32)
        /// A rule by its label.
        case rule(String)
        /// A preshared key by its label.
        case presharedKey(String)
    }
}

extension Request {
    /// Whether it changes something: the group may only look.
    public var changes: Bool {
        switch self {
        case .get, .show, .dump, .explain: false
        // Whoever may look may not have all of it in a file: keys and certificates are in there.
        case .write: true
        case .setDebug, .setPrivilege, .add, .read, .delete, .flush, .flushCertificates, .rekey,
            .initiate, .login, .logout:
            true
        }
    }
}

// MARK: - Words

extension Request {
    /// The words that a command line would have, in their first spelling.
    public var words: [String] {
        switch self {
        case .get(let setting): ["get", setting.rawValue]
        case .setDebug(let level, let file): ["set", "debug", level] + [file].compactMap { $0 }
        case .setPrivilege(let level): ["set", "priv", level.name]
        case .show(let name): ["get"] + name.words
        case .dump(let collection, let details):
            ["dump", collection.rawValue] + (details ? [Self.details] : [])
        case .add(let object, .file(let path)): ["add", object.rawValue, path]
        case .add(let object, .typed): ["add", object.rawValue, Self.typed]
        case .read(let store, let file): ["read", store.rawValue] + [file].compactMap { $0 }
        case .write(let store): ["write", store.rawValue]
        case .delete(let name): ["del"] + name.words
        case .flush: ["flush", "ikesa"]
        case .flushCertificates: ["flush", "certcache"]
        case .rekey(let name): ["rekey"] + name.words
        case .initiate(let label): ["initiate", label]
        case .explain(let local, let remote): ["explain", "\(local)", "\(remote)"]
        case .login(let token): ["token", "login", token]
        case .logout(let token): ["token", "logout", token]
        }
    }

    /// Stands for what was typed in braces.
    public static let typed = "{"
    static let details = "details"
}

extension Request.Name {
    fileprivate var words: [String] {
        switch self {
        case .ikeSABetween(let local, let remote): ["ikesa", "\(local)", "\(remote)"]
        case .ikeSA(let initiator, let responder):
            ["ikesa", "0x" + String(initiator, radix: 16), "0x" + String(responder, radix: 16)]
        case .childSA(let spi): ["childsa", "0x" + String(spi, radix: 16)]
        case .rule(let label): ["rule", label]
        case .presharedKey(let label): ["preshared", label]
        }
    }
}
