import Policy
import CLinux
import IKE
import IPsec
import Kernel
import Net

// What passes between the engine and the kernel.

extension Shell {
    /// Policies that may change in one batch before it is cheaper to read them all.
    private static let changeLimit = 16

    /// What SAs are written to, as the log names it.
    private var kernelName: String {
        properties.kernel == .dryRun ? "dry run" : "kernel"
    }

    // MARK: SAs

    /// Writes all of it, or nothing.
    func install(_ installation: ChildSA.Installation) -> Event {
        let entries = installation.entries.all
        for (index, entry) in entries.enumerated() {
            do throws(KernelError) {
                try kernel.add(entry)
            } catch {
                for written in entries.prefix(index) { remove(written.id, mark: written.mark) }
                return .refused(installation.reference, reason: error.description)
            }
        }
        report("added", entries.map { $0.id })
        return .installed(installation.reference)
    }

    /// Removes what is there of it.
    func remove(_ removal: ChildSA.Removal) {
        for id in removal.ids.all { remove(id, mark: removal.mark) }
        report("removed", removal.ids.all)
    }

    /// Carries all of it over to other addresses, or removes it; then what is to be told of that.
    func move(_ move: ChildSA.Move) -> Event? {
        let halves = move.halves.all
        for (index, half) in halves.enumerated() {
            do throws(KernelError) {
                try kernel.move(
                    half.id, mark: move.mark,
                    to: SARelocation(
                        source: half.source, destination: half.destination,
                        encapsulation: half.encapsulation))
            } catch {
                // Where this one was to go there may be one of another peer's.
                for moved in halves.prefix(index) { remove(moved.newID, mark: move.mark) }
                for left in halves.dropFirst(index) { remove(left.id, mark: move.mark) }
                return .notMoved(move.reference, reason: error.description)
            }
        }
        report("moved", halves.map { $0.newID })
        return nil
    }

    /// Gives the policies of SAs that have moved their gateways.
    func movePolicies(_ move: PolicyMove) {
        do throws(KernelError) {
            let changed = try kernel.changeGateways { move.template(of: $0) }
            for policy in changed {
                // The engine goes by them before the kernel's notification comes.
                change { $0.update(policy) }
                guard logs(.pfkey) else { continue }
                sink.write(
                    .debug,
                    "\(kernelName): policy \(policy.index) goes to \(move.new.remote)")
            }
        } catch {
            sink.write(.error, "policies for \(move.target.policy): \(error)")
        }
    }

    /// What went through the Child SAs that are there.
    func measure(_ question: TrafficQuestion) -> [Traffic] {
        guard properties.kernel != .dryRun else { return [] }
        return question.children.compactMap { child in
            do throws(KernelError) {
                return Traffic(
                    inboundSPI: child.inbound.spi,
                    received: try kernel.usage(of: child.inbound, mark: child.mark).packets,
                    sent: try kernel.usage(of: child.outbound, mark: child.mark).packets)
            } catch {
                if logs(.pfkey) { sink.write(.debug, "\(kernelName): \(error)") }
                return nil
            }
        }
    }

    private func report(_ what: String, _ ids: [SADEntry.ID]) {
        guard logs(.pfkey) else { return }
        let list = ids.map { $0.description }.joined(separator: " and ")
        sink.write(.debug, "\(kernelName): \(what) \(list)")
    }

    /// Removes an SA. One that is gone already, by its lifetime or an administrator's hand, is as
    /// it should be.
    private func remove(_ id: SADEntry.ID, mark: Mark?) {
        do throws(KernelError) {
            try kernel.remove(id, mark: mark)
        } catch {
            guard error.code != ESRCH, error.code != ENOENT else { return }
            sink.write(.error, "\(id) stays in the kernel: \(error)")
        }
    }

    // MARK: Notifications

    /// Reads the kernel's policies and tells the engine.
    func readPolicies() throws(Failure) {
        do throws(KernelError) {
            policies = SecurityPolicyDatabase(try kernel.policies())
        } catch {
            throw Failure(error.description)
        }
        tellPolicies()
    }

    private func tellPolicies() {
        readPolicyState()
        if logs(.pfkey) {
            sink.write(
                .debug,
                "kernel: policies: \(policies.outbound.count) out, \(policies.inbound.count) in")
        }
        handle(.policies(policies))
    }

    /// Reads what ipsecconf(8) says of the policies, where it says anything new.
    func readPolicyState() {
        let path = policyState.path
        let algorithms = policyState.changes { reason in
            sink.write(
                .error, "\(path): \(reason); the algorithms are those of childsa_xform")
        }
        guard let algorithms else { return }
        if logs(.pfkey) {
            sink.write(.debug, "\(path): \(Report.count(algorithms.count, "reqid"))")
        }
        handle(.policyAlgorithms(algorithms))
    }

    func receiveNotifications() {
        do throws(KernelError) {
            try kernel.receive { notification in
                switch notification {
                case .policyChanged(let policy): change { $0.update(policy) }
                case .policyRemoved(let index, let direction):
                    change { $0.remove(index: index, direction: direction) }
                case .policiesFlushed: change { $0 = SecurityPolicyDatabase() }
                case .overrun:
                    sink.write(.warning, "kernel: notifications were lost; reading its policies")
                    policyChanges = Self.changeLimit + 1
                case .acquire(let acquire):
                    // Its policy may be as new as the packet.
                    settlePolicies()
                    handle(.acquire(acquire))
                case .unsupportedAcquire(let index, let reason):
                    passOver(policy: index, because: reason)
                case .expire(let expire): handle(.expire(expire))
                case .mapping(let mapping): handle(.mapping(mapping))
                }
            }
        } catch {
            fail(Failure(error.description))
        }
        settlePolicies()
    }

    /// Changes our copy of the policies, as long as that is cheaper than to read them all.
    private func change(_ apply: (inout SecurityPolicyDatabase) -> Void) {
        policyChanges += 1
        if policyChanges <= Self.changeLimit { apply(&policies) }
    }

    /// Tells the engine of all changes at once.
    private func settlePolicies() {
        guard policyChanges > 0 else { return }
        let areMany = policyChanges > Self.changeLimit
        policyChanges = 0
        guard areMany else { return tellPolicies() }
        do throws(Failure) {
            try readPolicies()
        } catch {
            sink.write(.error, "the policies known are old: \(error.message)")
        }
    }

    private func passOver(policy index: UInt32, because reason: String) {
        guard let withheld = unservedPolicies.ask(at: now) else { return }
        sink.write(
            .warning,
            "policy \(index): not negotiated: \(reason)\(Self.more(withheld))")
    }
}
