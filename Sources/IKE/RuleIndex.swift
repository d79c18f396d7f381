import Net
import Policy

/// The rules of a configuration, found by the peer's address without walking through all of them.
struct RuleIndex {
    /// In the order of the file.
    let rules: [Rule]
    /// Rules that name the peer's address itself, as places in ``rules``.
    private var byAddress: [IPAddress: [Int]] = [:]
    /// Rules that cover more than one address.
    private var byRange: [(addresses: IPRange, place: Int)] = []

    init(_ rules: [Rule]) {
        self.rules = rules
        for (place, rule) in rules.enumerated() {
            for addresses in rule.remoteAddresses {
                if addresses.first == addresses.last {
                    byAddress[addresses.first, default: []].append(place)
                } else {
                    byRange.append((addresses, place))
                }
            }
        }
    }

    /// Whether a rule names a peer's address itself.
    func names(_ remote: IPAddress) -> Bool { byAddress[remote] != nil }

    /// The rules that cover an address pair, in the order of the file.
    func covering(local: IPAddress, remote: IPAddress) -> [Rule] {
        var places = byAddress[remote] ?? []
        for (addresses, place) in byRange where addresses.contains(remote) { places.append(place) }
        if places.count > 1 { places.sort() }
        var covering: [Rule] = []
        for place in places where rules.indices.contains(place) {
            let rule = rules[place]
            // A rule may cover the address in two ways.
            guard covering.last !== rule, rule.covers(local: local, remote: remote) else {
                continue
            }
            covering.append(rule)
        }
        return covering
    }
}
