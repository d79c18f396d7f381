import IPsec
import Net
import Policy
import Testing

@testable import IPsecPolicy

@Suite struct PlanTests {
    private static let tunnel = "tlocal 192.0.2.1 tremote 198.51.100.1"
    private static let first = """
        { laddr 10.1.0.0/24 raddr 10.2.0.0/24 \(tunnel) } ipsec { encr_algs aes-gcm }
        { raddr 10.3.0.0/24 } bypass {}
        { raddr peer } ipsec { encr_algs any }

        """

    /// The kernel as changes leave it.
    private func after(_ plan: Plan, _ kernel: [SecurityPolicy] = []) -> [SecurityPolicy] {
        var kernel = kernel
        for change in plan.changes {
            switch change {
            case .add(let policy): kernel.append(policy)
            case .update(let old, let new):
                #expect(kernel.contains(old))
                kernel.removeAll { $0 == old }
                kernel.append(new)
            case .remove(let policy):
                #expect(kernel.contains(policy))
                kernel.removeAll { $0 == policy }
            }
        }
        #expect(Set(kernel.map { "\($0.direction.name) \($0.index)" }).count == kernel.count)
        return kernel
    }

    private func load(_ text: String) throws -> (LoadedPolicy, [SecurityPolicy]) {
        let plan = try Plan.replacing(LoadedPolicy(), with: try wanted(text), in: [])
        return (plan.loaded, after(plan))
    }

    private let foreign = SecurityPolicy(
        index: 8, direction: .inbound,
        selector: Selector(source: IPRange(all: .v4), destination: IPRange(all: .v4)),
        action: .bypass)

    @Test func everyPolicyIsKnownByItsNumbers() throws {
        let (loaded, kernel) = try load(Self.first)
        #expect(kernel.count == 3 + 3 + 2)
        #expect(kernel.allSatisfy { PolicyNumbers.own($0) })
        #expect(
            kernel.allSatisfy { policy in
                loaded.items.contains { $0.place == PolicyNumbers.place(of: policy) }
            })
        #expect(loaded.items.map { $0.number } == [1, 2, 3])
        #expect(loaded.items.map { $0.interface } == ["198.51.100.1", nil, nil])
        // Each entry that protects has a reqid of its own, all its policies the same.
        #expect(Set(loaded.items.map { $0.reqid }) == Set(loaded.algorithms.keys).union([0]))
        #expect(Set(kernel.compactMap { $0.template?.reqid }).count == 2)
        // As the kernel has it, the direction lies in the lowest bits.
        for policy in kernel {
            #expect(policy.index & 7 == [.inbound: 0, .outbound: 1, .forward: 2][policy.direction])
        }
    }

    @Test func ranksComeBeforeTheOrderOfTheFile() throws {
        let (loaded, kernel) = try load(
            """
            { raddr 10.0.0.1 } ipsec { auth_algs any }
            { raddr 10.0.0.2 } ipsec { encr_algs any }
            { raddr 10.0.0.3 } drop {}
            { raddr 10.0.0.4 } ipsec { encr_algs any }
            { raddr 10.0.0.5 } pass {}
            """)
        let order = kernel.filter { $0.direction == .outbound }.sorted { $0.priority < $1.priority }
            .compactMap { policy in
                loaded.items.first { $0.place == PolicyNumbers.place(of: policy) }?.number
            }
        #expect(order == [5, 2, 3, 4, 1])
    }

    @Test func theSameAgainChangesNothing() throws {
        let (loaded, kernel) = try load(Self.first)
        let plan = try Plan.replacing(loaded, with: try wanted(Self.first), in: kernel)
        #expect(plan.changes.isEmpty)
        #expect(plan.loaded == loaded)
    }

    @Test func whatStaysKeepsReqidAndPriority() throws {
        let (loaded, kernel) = try load(Self.first)
        let plan = try Plan.replacing(
            loaded, with: try wanted("{ raddr 10.9.0.1 } ipsec { encr_algs any }\n" + Self.first),
            in: kernel + [foreign])
        #expect(plan.changes.count == 2)
        let reqid = try #require(plan.loaded.items.first?.reqid)
        #expect(loaded.algorithms[reqid] == nil)
        #expect(plan.loaded.items.dropFirst().map { $0.reqid } == loaded.items.map { $0.reqid })
    }

    @Test func anEntryThatChangesHasAnotherReqid() throws {
        let (loaded, kernel) = try load(Self.first)
        let plan = try Plan.replacing(
            loaded, with: try wanted(Self.first.replacing("aes-gcm", with: "aes-ccm")), in: kernel)
        #expect(
            plan.changes.allSatisfy { if case .update = $0 { true } else { false } })
        #expect(plan.changes.count == 3)
        #expect(plan.loaded.items.first?.reqid == loaded.nextReqid)
        #expect(loaded.union(plan.loaded).algorithms.count == 3)
        #expect(plan.loaded.algorithms.count == 2)
    }

    @Test func whatComesIsThereBeforeWhatGoes() throws {
        let (loaded, kernel) = try load(Self.first)
        let plan = try Plan.replacing(
            loaded, with: try wanted("{ raddr 10.9.0.1 } drop {}"), in: kernel + [foreign])
        let kinds = plan.changes.map { if case .remove = $0 { true } else { false } }
        #expect(kinds == Array(repeating: false, count: 3) + Array(repeating: true, count: 8))
        #expect(after(plan, kernel + [foreign]).filter { !PolicyNumbers.own($0) } == [foreign])
    }

    @Test func addedEntriesComeLast() throws {
        let (loaded, kernel) = try load(Self.first)
        let plan = try Plan.adding(
            try wanted("{ raddr 10.9.0.1 } drop {}"), to: loaded, in: kernel)
        #expect(plan.loaded.items.prefix(3) == loaded.items[...])
        #expect(plan.loaded.items.last?.number == 4)
        _ = after(plan, kernel)
        #expect {
            try Plan.adding(
                try wanted("{ raddr 10.9.0.1 } drop {}\n{ raddr 10.3.0.0/24 } drop {}"), to: loaded,
                in: kernel)
        } throws: {
            ($0 as? Plan.Clash) == Plan.Clash(entry: 1, reason: "entry 2 is for the same packets")
        }
    }

    @Test func othersPoliciesAreNotTouched() throws {
        var theirs = foreign
        theirs.selector = Selector(
            source: try prefix("10.3.0.0", 24), destination: IPRange(all: .v4))
        for plan in [
            { try Plan.replacing(LoadedPolicy(), with: try wanted(Self.first), in: [theirs]) },
            { try Plan.adding(try wanted(Self.first), to: LoadedPolicy(), in: [theirs]) },
        ] {
            #expect { _ = try plan() } throws: {
                ($0 as? Plan.Clash)?.entry == 1
                    && ($0 as? Plan.Clash)?.reason.contains("somebody else") == true
            }
        }
        let (loaded, kernel) = try load(Self.first)
        let plan = Plan.removing(from: loaded, in: kernel + [theirs]) { _ in true }
        #expect(after(plan, kernel + [theirs]) == [theirs])
        #expect(plan.loaded.items.isEmpty && plan.loaded.algorithms.isEmpty)
        #expect(plan.loaded.nextReqid == loaded.nextReqid)
    }

    @Test func oneEntryIsRemovedWithItsPolicies() throws {
        let (loaded, kernel) = try load(Self.first)
        let plan = Plan.removing(from: loaded, in: kernel) { $0.number == 1 }
        #expect(after(plan, kernel).count == 5)
        #expect(plan.loaded.items.map { $0.number } == [2, 3])
        #expect(plan.loaded.algorithms.count == 1)
    }

    @Test func duplicatesAreFound() throws {
        let clashes = Plan.duplicates(
            among: try wanted(
                """
                { raddr 198.51.100.1 } drop {}
                { raddr 10.0.0.1 } drop {}
                { raddr peer dir in } pass {}
                """))
        #expect(
            clashes == [
                Plan.Clash(entry: 2, reason: "the entry on line 1 is for the same packets")
            ])
    }

    /// A lost file, but not the policies: their reqids are not given out again.
    @Test func reqidsOfTheKernelAreNotGivenOutAgain() throws {
        let (_, kernel) = try load(Self.first)
        let plan = try Plan.adding(
            try wanted("{ raddr 10.9.0.1 } ipsec { encr_algs any }"), to: LoadedPolicy(), in: kernel
        )
        let reqids = Set(kernel.compactMap { $0.template?.reqid })
        let reqid = try #require(plan.loaded.items.first?.reqid)
        #expect(!reqids.contains(reqid))
    }

    @Test func changesCanBeTakenBack() throws {
        let (loaded, kernel) = try load(Self.first)
        let plan = try Plan.replacing(
            loaded, with: try wanted(Self.first.replacing("any", with: "aes")), in: kernel)
        for change in plan.changes { #expect(change.inverse.inverse == change) }
        var undone = after(plan, kernel)
        for change in plan.changes.reversed() {
            switch change.inverse {
            case .add(let policy): undone.append(policy)
            case .update(_, let policy):
                undone.removeAll { $0.index == policy.index }
                undone.append(policy)
            case .remove(let policy): undone.removeAll { $0 == policy }
            }
        }
        #expect(Set(undone) == Set(kernel))
    }
}
