import Crypto
import Net
import Wire

/// Finds the earlier rule that leaves nothing to a later one.
///
/// A range lies within the smallest prefix around it, and all that contains it has a prefix no
/// longer than that. So rules are filed under the prefixes of their first pair of ranges, and
/// only the few lengths in use are looked up: comparing all rules with all takes hours of a file
/// of 100 000.
struct ShadowIndex {
    private struct Prefix: Hashable {
        let range: IPRange?
        let family: IPAddress.Family
        let length: Int

        init(_ range: IPRange, length: Int) {
            self.range = IPRange(base: range.first, prefixLength: length)
            family = range.family
            self.length = length
        }

        init(around range: IPRange) {
            self.init(range, length: range.commonPrefixLength)
        }
    }

    private struct Pair: Hashable {
        let local: Prefix
        let remote: Prefix
    }

    private struct Lengths: Hashable {
        let family: IPAddress.Family
        let local: Int
        let remote: Int
    }

    /// The most rules between the same prefixes, told apart by identities, with which a later one
    /// is compared; no warning is worth more.
    private static let depth = 64

    private var rules: [Pair: [Rule]] = [:]
    private var lengths: Set<Lengths> = []

    /// Files a rule under every pair of its ranges.
    mutating func add(_ rule: Rule) {
        for local in rule.localAddresses {
            for remote in rule.remoteAddresses where remote.family == local.family {
                let pair = Pair(local: Prefix(around: local), remote: Prefix(around: remote))
                guard rules[pair]?.count ?? 0 < Self.depth else { continue }
                rules[pair, default: []].append(rule)
                lengths.insert(
                    Lengths(
                        family: local.family, local: pair.local.length,
                        remote: pair.remote.length))
            }
        }
    }

    /// The first filed rule that serves whatever the other could.
    func shadow(of rule: Rule) -> Rule? {
        for local in rule.localAddresses {
            for remote in rule.remoteAddresses where remote.family == local.family {
                return shadow(of: rule, local, remote)
            }
        }
        return nil
    }

    private func shadow(of rule: Rule, _ local: IPRange, _ remote: IPRange) -> Rule? {
        var first: Rule?
        for length in lengths
        where length.family == local.family && length.local <= local.commonPrefixLength
            && length.remote <= remote.commonPrefixLength
        {
            let pair = Pair(
                local: Prefix(local, length: length.local),
                remote: Prefix(remote, length: length.remote))
            if let earlier = rules[pair]?.first(where: { $0.shadows(rule) }),
                earlier.location.offset < first?.location.offset ?? .max
            {
                first = earlier
            }
        }
        return first
    }
}

extension Rule {
    /// Whether everything that the other rule, standing after this one, could serve is served by
    /// this one: as initiator the first rule wins, as responder the first that fits identities,
    /// methods and algorithms.
    fileprivate func shadows(_ other: Rule) -> Bool {
        (reqid == nil || reqid == other.reqid)
            && (interfaceID == nil || interfaceID == other.interfaceID)
            && localAuthentication == other.localAuthentication
            && remoteAuthentication == other.remoteAuthentication && localID == other.localID
            && accepts(other.remoteIDs)
            && (requiredIssuers.isEmpty || requiredIssuers == other.requiredIssuers)
            && other.ikeTransforms.allSatisfy { ikeTransforms.contains($0) }
            && other.localAddresses.allSatisfy { range in
                localAddresses.contains { $0.contains(range) }
            }
            && other.remoteAddresses.allSatisfy { range in
                remoteAddresses.contains { $0.contains(range) }
            }
    }

    private func accepts(_ others: [RemoteIdentity]) -> Bool {
        if remoteIDs.contains(.any) || remoteIDs == others { return true }
        return !others.isEmpty && others.allSatisfy { remoteIDs.contains($0) }
    }
}
