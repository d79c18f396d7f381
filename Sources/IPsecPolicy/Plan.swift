import IPsec
import Net
import Policy
import Wire

/// What has to be changed in the kernel so that it holds the entries wanted, and what is to be
/// remembered of them then.
public struct Plan: Sendable {
    /// One change, that can be undone.
    public enum Change: Hashable, Sendable {
        case add(SecurityPolicy)
        case update(from: SecurityPolicy, to: SecurityPolicy)
        case remove(SecurityPolicy)

        /// The change that takes it back.
        public var inverse: Change {
            switch self {
            case .add(let policy): .remove(policy)
            case .update(let old, let new): .update(from: new, to: old)
            case .remove(let policy): .add(policy)
            }
        }

        /// The policy as it is wanted, or as it was.
        public var policy: SecurityPolicy {
            switch self {
            case .add(let policy), .update(_, let policy), .remove(let policy): policy
            }
        }
    }

    /// What cannot be: an entry by its place among those wanted, and why.
    public struct Clash: Error, Equatable {
        let entry: Int
        let reason: String
    }

    /// An entry wanted, with its policies.
    public struct Wanted: Sendable {
        let entry: Entry
        let place: SourceLocation
        let text: String
        let translation: Translation

        /// An entry wanted.
        public init(_ placed: PlacedEntry, _ translation: Translation) {
            entry = placed.entry
            place = placed.start
            text = placed.entry.description
            self.translation = translation
        }
    }

    /// The changes in an order in which no packet goes unprotected meanwhile: what comes, comes
    /// before what goes.
    public private(set) var changes: [Change] = []
    /// What is to be remembered.
    public private(set) var loaded: LoadedPolicy

    private var taken: Set<Identity> = []
    private var usedNumbers: Set<UInt32> = []
    private var nextNumber: UInt32 = 1

    /// What tells policies apart for the kernel.
    private struct Identity: Hashable {
        let direction: SecurityPolicy.Direction
        let selector: Selector
        let interfaceID: UInt32
        let mark: Mark?

        init(_ policy: SecurityPolicy) {
            direction = policy.direction
            selector = policy.selector
            interfaceID = policy.interfaceID
            mark = policy.mark
        }
    }

    /// The entries that are for the same packets as an earlier one: the kernel would take neither.
    public static func duplicates(among wanted: [Wanted]) -> [Clash] {
        var taken: [Identity: Int] = [:]
        var clashes: [Clash] = []
        for (place, entry) in wanted.enumerated() {
            for policy in entry.translation.policies {
                guard let other = taken.updateValue(place, forKey: Identity(policy)) else {
                    continue
                }
                clashes.append(
                    Clash(
                        entry: place,
                        reason: other == place
                            ? "entry stands for the same packets twice"
                            : "the entry on line \(wanted[other].place.line) is for the same packets"
                    ))
                break
            }
        }
        return clashes
    }

    /// Puts the entries wanted in the place of those loaded. An entry that stays keeps its reqid,
    /// and so its SAs.
    public static func replacing(
        _ loaded: LoadedPolicy, with wanted: [Wanted], in kernel: [SecurityPolicy]
    ) throws(Clash) -> Plan {
        var former: [String: LoadedPolicy.Item] = [:]
        for item in loaded.items { former[item.text] = item }
        var empty = LoadedPolicy()
        empty.nextReqid = loaded.nextReqid
        var plan = Plan(empty, kernel)
        let existing = Self.byIdentity(kernel)
        let places = Ordering.places(keeping: wanted.map { former[$0.text]?.place })
        var nextNumber = (loaded.items.map { $0.number }.max() ?? 0) + 1
        // What has nothing in common with what was, begins anew.
        if !wanted.contains(where: { former[$0.text] != nil }) { nextNumber = 1 }
        for (index, entry) in wanted.enumerated() {
            let old = former[entry.text]
            try plan.add(
                entry, at: index, number: old?.number ?? nextNumber, place: places[index],
                reqid: old?.reqid, existing)
            if old == nil { nextNumber += 1 }
        }
        for policy in kernel
        where PolicyNumbers.own(policy) && !plan.taken.contains(Identity(policy)) {
            plan.changes.append(.remove(policy))
        }
        return plan
    }

    /// Adds the entries wanted behind those loaded.
    public static func adding(
        _ wanted: [Wanted], to loaded: LoadedPolicy, in kernel: [SecurityPolicy]
    ) throws(Clash) -> Plan {
        var plan = Plan(loaded, kernel)
        let existing = Self.byIdentity(kernel)
        let former = loaded.items.map { Optional($0.place) }
        let places = Ordering.places(keeping: former + wanted.map { _ in nil })
        guard places.starts(with: former.compactMap { $0 }) else {
            throw Clash(
                entry: 0, reason: "there is no room behind the last entry; expected -r instead")
        }
        let last = loaded.items.map { $0.number }.max() ?? 0
        for (place, entry) in wanted.enumerated() {
            for policy in entry.translation.policies {
                guard let other = existing[Identity(policy)], PolicyNumbers.own(other) else {
                    continue
                }
                throw Clash(
                    entry: place,
                    reason: "\(loaded.name(of: other)) is for the same packets")
            }
            try plan.add(
                entry, at: place, number: last + UInt32(place) + 1,
                place: places[former.count + place], reqid: nil, existing)
        }
        return plan
    }

    /// Takes away the entries that fulfil a condition, and what is in the kernel of ours that
    /// belongs to no entry.
    public static func removing(
        from loaded: LoadedPolicy, in kernel: [SecurityPolicy],
        where fits: (LoadedPolicy.Item) -> Bool
    ) -> Plan {
        var rest = loaded
        rest.items.removeAll(where: fits)
        let kept = Set(rest.items.map { $0.place })
        let reqids = Set(rest.items.map { $0.reqid })
        rest.algorithms = rest.algorithms.filter { reqids.contains($0.key) }
        var plan = Plan(rest, kernel)
        plan.changes = kernel.filter {
            PolicyNumbers.own($0) && !kept.contains(PolicyNumbers.place(of: $0))
        }.map { .remove($0) }
        return plan
    }

    private static func byIdentity(_ policies: [SecurityPolicy]) -> [Identity: SecurityPolicy] {
        var found: [Identity: SecurityPolicy] = [:]
        found.reserveCapacity(policies.count)
        for policy in policies { found[Identity(policy)] = policy }
        return found
    }

    private init(_ loaded: LoadedPolicy, _ kernel: [SecurityPolicy]) {
        self.loaded = loaded
        for policy in kernel where PolicyNumbers.own(policy) {
            usedNumbers.insert(PolicyNumbers.number(ofIndex: policy.index))
        }
        // What was given out before the file was lost.
        for policy in kernel {
            guard let reqid = policy.template?.reqid, PolicyNumbers.reqids.contains(reqid),
                reqid >= self.loaded.nextReqid
            else { continue }
            self.loaded.nextReqid = reqid + 1
        }
    }

    private mutating func add(
        _ wanted: Wanted, at index: Int, number: UInt32, place: UInt32, reqid former: UInt32?,
        _ existing: [Identity: SecurityPolicy]
    ) throws(Clash) {
        var reqid: UInt32 = 0
        if case .protect(_, let sharing, _) = wanted.entry.action {
            reqid = former ?? 0
            if reqid == 0 { reqid = try newReqid(index) }
            loaded.algorithms[reqid] = PolicyAlgorithms(
                transforms: wanted.translation.transforms, isUnique: sharing == .unique)
        }
        for policy in wanted.translation.policies {
            var policy = policy
            policy.priority = PolicyNumbers.priority(wanted.entry.action, place: place)
            if case .protect(var template) = policy.action {
                template.reqid = reqid
                policy.action = .protect(template)
            }
            let identity = Identity(policy)
            taken.insert(identity)
            guard let old = existing[identity] else {
                policy.index = PolicyNumbers.index(try newNumber(index), policy.direction)
                changes.append(.add(policy))
                continue
            }
            guard PolicyNumbers.own(old) else {
                throw Clash(
                    entry: index,
                    reason: "somebody else has given the kernel a policy for these packets: "
                        + "\(old.direction.name) \(old.selector), index \(old.index)")
            }
            policy.index = old.index
            if policy != old { changes.append(.update(from: old, to: policy)) }
        }
        loaded.items.append(
            LoadedPolicy.Item(
                number: number, place: place, reqid: reqid,
                interface: wanted.entry.pattern.tunnel?.name,
                text: wanted.text))
    }

    private mutating func newReqid(_ place: Int) throws(Clash) -> UInt32 {
        let reqid = loaded.nextReqid
        guard PolicyNumbers.reqids.contains(reqid) else {
            throw Clash(
                entry: place,
                reason: "all reqids are used up; expected -F and a restart of "
                    + "in.ikev2d")
        }
        loaded.nextReqid += 1
        return reqid
    }

    private mutating func newNumber(_ place: Int) throws(Clash) -> UInt32 {
        while usedNumbers.contains(nextNumber) { nextNumber += 1 }
        guard nextNumber < PolicyNumbers.numberLimit else {
            throw Clash(entry: place, reason: "all indexes are used up")
        }
        defer { nextNumber += 1 }
        return nextNumber
    }
}

extension LoadedPolicy {
    /// The entry of a policy, in words.
    fileprivate func name(of policy: SecurityPolicy) -> String {
        let place = PolicyNumbers.place(of: policy)
        let item = items.first { $0.place == place }
        return item.map { "entry \($0.number)" } ?? "an entry that nobody remembers"
    }
}

extension Plan.Clash {
    /// The clash where its entry stands.
    public func diagnostic(of wanted: [Plan.Wanted], in source: Source) -> Diagnostic {
        let place = wanted.indices.contains(entry) ? wanted[entry].place : .start
        return Diagnostic(.error, reason, in: source, at: place)
    }
}

extension TunnelChoice {
    /// What -i knows it by: the interface, or what stands for one.
    var name: String { interface ?? "\(remote?.description ?? "")" }
}
