import IPsec
import IPsecPolicy
import Kernel

/// What is loaded now, and the way to change it: all or nothing.
final class Loading {
    /// The kernel's policies, whosever they are.
    let kernel: [SecurityPolicy]
    /// What is remembered of ours.
    let loaded: LoadedPolicy
    private let file: StateFile
    private let table: PolicyTable

    /// Waits until nobody else loads, and looks.
    ///
    /// - Parameter forgetting: whether a file that cannot be understood is as good as none.
    init(_ stateFile: String, forgetting: Bool = false) throws(ToolFailure) {
        file = try StateFile(path: stateFile)
        do throws(ToolFailure) {
            loaded = try file.read()
        } catch {
            guard forgetting else { throw error }
            loaded = LoadedPolicy()
        }
        do throws(KernelError) {
            table = try PolicyTable()
            kernel = try table.policies()
        } catch {
            throw ToolFailure(error.description)
        }
    }

    /// Makes all changes of a plan; after a refusal all is as it was.
    ///
    /// in.ikev2d reads the file when the kernel tells it of the first change, so what is new stands
    /// in it before, and what is old as long as any policy may have it.
    func carryOut(_ plan: Plan) throws(ToolFailure) {
        try file.write(loaded.union(plan.loaded))
        var failure: ToolFailure?
        do throws(KernelError) {
            let (tried, refusals) = try table.apply(plan.changes.map { $0.request })
            if let first = refusals.first {
                failure = ToolFailure(
                    "\(first.error): \(undo(plan, tried, except: Set(refusals.map { $0.place })))")
            }
        } catch {
            // How much of it was done nobody has said; the kernel is asked.
            failure = ToolFailure("\(error): \(restore())")
        }
        guard let failure else { return try file.write(plan.loaded) }
        try file.write(loaded)
        throw failure
    }

    /// Takes back what was done of a plan; says how that went.
    private func undo(_ plan: Plan, _ tried: Int, except refused: Set<Int>) -> String {
        let done = plan.changes.prefix(tried).enumerated().filter { !refused.contains($0.offset) }
        return apply(done.reversed().map { $0.element.inverse })
    }

    /// Makes the kernel's policies of ours those that they were.
    private func restore() -> String {
        do throws(KernelError) {
            let now = try table.policies().filter { PolicyNumbers.own($0) }
            let before = kernel.filter { PolicyNumbers.own($0) }
            var known: [UInt32: SecurityPolicy] = [:]
            for policy in before { known[policy.index] = policy }
            var present: Set<UInt32> = []
            var changes: [Plan.Change] = []
            for policy in now {
                present.insert(policy.index)
                guard let old = known[policy.index] else {
                    changes.append(.remove(policy))
                    continue
                }
                if old != policy { changes.append(.update(from: policy, to: old)) }
            }
            for policy in before where !present.contains(policy.index) {
                changes.append(.add(policy))
            }
            return apply(changes)
        } catch {
            return "and what was done stands: \(error)"
        }
    }

    private func apply(_ changes: [Plan.Change]) -> String {
        do throws(KernelError) {
            var rest = changes[...]
            var failures = 0
            while !rest.isEmpty {
                let (tried, refusals) = try table.apply(rest.map { $0.request })
                failures += refusals.count
                rest = rest.dropFirst(tried)
            }
            return failures == 0
                ? "nothing is changed" : "and \(failures) of the changes could not be taken back"
        } catch {
            return "and the changes could not be taken back: \(error)"
        }
    }
}

extension Plan.Change {
    /// What the kernel is asked.
    fileprivate var request: PolicyTable.Change {
        switch self {
        case .add(let policy): .add(policy)
        case .update(_, let policy): .update(policy)
        case .remove(let policy): .remove(policy)
        }
    }
}
