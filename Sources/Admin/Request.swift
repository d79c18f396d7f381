import Net

/// What an administrator asks of the daemon: one command of ikeadm(8).
public enum Request: Hashable, Sendable {
    /// `get stats`, `get debug`, `get defaults`.
    case get(Setting)
    /// `set debug LEVEL`: what is logged, in words of ikev2d.conf(5).
    case setDebug(String)
    /// `get ikesa|childsa|rule NAME`.
    case show(Name)
    /// `dump ikesa|childsa|rule|preshared|certcache|event|groups|encralgs|authalgs`.
    case dump(Collection)
    /// `del ikesa|childsa NAME`.
    case delete(Name)
    /// `flush ikesa`.
    case flush
    /// `rekey ikesa|childsa NAME`.
    case rekey(Name)
    /// `initiate LABEL`.
    case initiate(String)
    /// `explain LOCAL REMOTE`: why there is, or is not, an SA between two addresses.
    case explain(IPAddress, IPAddress)
    /// `read rule`: the configuration, keys and certificates anew from their files.
    case refresh

    /// What the daemon has one of.
    public enum Setting: String, CaseIterable, Sendable {
        case stats, debug, defaults
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
    }
}

extension Request {
    /// Whether it changes something: the group may only look.
    public var changes: Bool {
        switch self {
        case .get, .show, .dump, .explain: false
        case .setDebug, .delete, .flush, .rekey, .initiate, .refresh: true
        }
    }
}

// MARK: - Between the two ends

extension Request {
    /// The message, to go into a frame: the version, then the words.
    public var octets: [UInt8] {
        var octets = [Frame.version]
        for word in words { octets.append(text: word) }
        return octets
    }

    /// Reads the message of a frame.
    public init(octets: [UInt8]) throws(AdminError) {
        var reader = Reader(octets[...])
        try reader.expectVersion()
        var words: [String] = []
        while !reader.isAtEnd { words.append(try reader.text()) }
        do throws(CommandRefusal) {
            self = try Request(words: words)
        } catch {
            throw .malformed
        }
    }

    /// The words that a command line would have, in their first spelling.
    public var words: [String] {
        switch self {
        case .get(let setting): ["get", setting.rawValue]
        case .setDebug(let level): ["set", "debug", level]
        case .show(let name): ["get"] + name.words
        case .dump(let collection): ["dump", collection.rawValue]
        case .delete(let name): ["del"] + name.words
        case .flush: ["flush", "ikesa"]
        case .rekey(let name): ["rekey"] + name.words
        case .initiate(let label): ["initiate", label]
        case .explain(let local, let remote): ["explain", "\(local)", "\(remote)"]
        case .refresh: ["read", "rule"]
        }
    }
}

extension Request.Name {
    fileprivate var words: [String] {
        switch self {
        case .ikeSABetween(let local, let remote): ["ikesa", "\(local)", "\(remote)"]
        case .ikeSA(let initiator, let responder):
            ["ikesa", "0x" + String(initiator, radix: 16), "0x" + String(responder, radix: 16)]
        case .childSA(let spi): ["childsa", "0x" + String(spi, radix: 16)]
        case .rule(let label): ["rule", label]
        }
    }
}
