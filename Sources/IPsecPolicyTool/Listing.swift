import IPsec
import IPsecPolicy
import Net

/// What is loaded, as entries that ipsecinit.conf(5) takes.
struct Listing {
    /// Which policies.
    enum Scope: Equatable {
        case all
        /// Those of a tunnel, or of this host.
        case one(String?)

        var words: String {
            switch self {
            case .all: ""
            case .one(let interface): interface.map { "of tunnel '\($0)'" } ?? "of this host"
            }
        }

        func includes(_ interface: String?) -> Bool {
            switch self {
            case .all: true
            case .one(let wanted): wanted == interface
            }
        }
    }

    private let loaded: LoadedPolicy
    /// Ours, in the order in which the kernel looks at them.
    private let kernel: [SecurityPolicy]

    init(_ loaded: LoadedPolicy, _ kernel: [SecurityPolicy]) {
        self.loaded = loaded
        self.kernel = kernel.filter { PolicyNumbers.own($0) }.sorted {
            ($0.priority, $0.index) < ($1.priority, $1.index)
        }
    }

    /// The entries as they were loaded.
    var entries: String {
        let present = Set(kernel.map { PolicyNumbers.place(of: $0) })
        var text = ""
        for item in loaded.items {
            text += Self.head(item)
            if !present.contains(item.place) { text += "# the kernel has lost it\n" }
            text += "\(item.text)\n"
        }
        return text
    }

    private static func head(_ item: LoadedPolicy.Item) -> String {
        "#INDEX \(item.interface.map { "\($0)," } ?? "")\(item.number)\n"
    }

    /// The policies of the kernel, each direction by itself. Those for packets that pass through
    /// are left out: they come with those for packets that come in.
    func policies(of scope: Scope, isNumeric: Bool) -> String {
        var items: [UInt32: LoadedPolicy.Item] = [:]
        for item in loaded.items { items[item.place] = item }
        var text = ""
        for policy in kernel where policy.direction != .forward {
            let item = items[PolicyNumbers.place(of: policy)]
            guard scope.includes(item?.interface) else { continue }
            text += item.map { Self.head($0) } ?? "# nobody remembers its entry\n"
            text += Self.text(policy, item, isNumeric: isNumeric) + "\n"
        }
        return text
    }
}

extension Listing {
    private static func text(
        _ policy: SecurityPolicy, _ item: LoadedPolicy.Item?, isNumeric: Bool
    ) -> String {
        var entry = Entry(policy, of: item.flatMap { Entry.only(in: $0.text) })
        guard !isNumeric, case .number(let number) = entry.pattern.nextLayer else {
            return entry.description
        }
        let name = SystemNames.nextLayer(number)
        if let name { entry.pattern.nextLayer = .name(name) }
        entry.pattern.localPort = named(entry.pattern.localPort, name)
        entry.pattern.remotePort = named(entry.pattern.remotePort, name)
        return entry.description
    }

    private static func named(_ port: Pattern.Port?, _ nextLayer: String?) -> Pattern.Port? {
        guard case .number(let number) = port, let nextLayer,
            let name = SystemNames.service(number, nextLayer)
        else { return port }
        return .service(name)
    }
}
