import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// A gateway and its branch offices, each with a tunnel whose SAs live for minutes, over lines that
/// lose, repeat and reorder, with traffic both ways all the time.
final class Month {
    /// What is held at a moment, at all ends together.
    struct Holdings: Equatable {
        var ikeSAs = 0
        var children = 0
        /// Requests that wait for a window, or for their time.
        var tasks = 0
        /// IKE SAs in heaps of deadlines.
        var deadlines = 0
        var jobs = 0
        var entries = 0
    }

    static let lifetimes = """
        ikesa_lifetime_secs 600 childsa_lifetime_secs 300 dpd_interval_secs 60
        """
    /// What the log says when an SA is lost, or is about to be.
    private static let losses = [
        "lifetime", "no answer", "failed", "does not know", "started anew",
    ]
    private static let tick = Interval.seconds(30)

    let simulation: Simulation
    let gateway: Host
    private(set) var branches: [Host] = []
    /// How often a packet found nothing to go with, or nothing to receive it.
    private(set) var packetsLost = 0
    private(set) var packets = 0

    init(branches count: Int) throws {
        simulation = Simulation(
            seed: 30, link: Simulation.Link(loss: 0.01, duplication: 0.01, delay: 5...40))
        simulation.isForgetful = true
        simulation.wantsRecord = { record in
            Self.losses.contains { record.message.contains($0) }
        }
        simulation.hasLifetimes = true
        simulation.standIn = try SharedPair()
        let settings = Engine.Settings(debug: [])
        var rules = Self.lifetimes
        var keys = ""
        for index in 1...count {
            rules += Self.rule("branch \(index)", Self.gatewayAddress, Self.address(index))
            keys += "{ label \"branch \(index)\" key \"horse \(index)\" }"
        }
        gateway = try simulation.addHost(
            Self.gatewayAddress, try configuration(rules), keys: try presharedKeys(keys),
            settings: settings)
        for index in 1...count {
            let branch = try simulation.addHost(
                Self.address(index),
                try configuration(
                    Self.lifetimes
                        + Self.rule("gateway", Self.address(index), Self.gatewayAddress)),
                keys: try presharedKeys("{ label \"gateway\" key \"horse \(index)\" }"),
                settings: settings)
            branches.append(branch)
            PolicySet.protect(
                "10.1.\(index).0/24", "10.2.0.0/16",
                Template(protocolID: .esp, mode: .tunnel, reqid: UInt32(index))
            ).install(branch, gateway)
        }
        simulation.loadPolicies()
    }

    private static let gatewayAddress = "10.9.0.1"

    private static func address(_ index: Int) -> String { "10.9.1.\(index)" }

    private static func rule(_ label: String, _ here: String, _ there: String) -> String {
        """

        { label "\(label)" local_addr \(here) remote_addr \(there) auth_method preshared
          ikesa_xform { encr_alg aes-gcm(128) prf_alg sha256 dh_group 31 } }
        """
    }

    /// Brings every tunnel up by its first packet.
    func begin() {
        for (index, branch) in branches.enumerated() {
            simulation.send(
                Selector(
                    source: prefix("10.1.\(index + 1).1"), destination: prefix("10.2.0.1")),
                from: branch)
        }
        simulation.run(for: .seconds(30))
    }

    /// Lets so much time pass, with a packet each way through each tunnel every half minute.
    func run(for interval: Interval) {
        let end = simulation.now + interval
        while simulation.now < end {
            simulation.run(for: min(Self.tick, end.since(simulation.now)))
            for (index, branch) in branches.enumerated() {
                carry(UInt32(index + 1), from: branch, to: gateway)
                carry(UInt32(index + 1), from: gateway, to: branch)
            }
        }
    }

    private func carry(_ reqid: UInt32, from host: Host, to peer: Host) {
        packets += 1
        guard let entry = host.kernel.sending(reqid: reqid), peer.kernel.entries[entry.id] != nil
        else {
            packetsLost += 1
            return
        }
        host.kernel.carry(reqid: reqid, to: peer.kernel)
    }

    /// What all ends hold now.
    var holdings: Holdings {
        var holdings = Holdings(jobs: simulation.jobsUnderWay)
        for host in simulation.hosts {
            let all = host.engine.table.all
            holdings.ikeSAs += all.count
            for sa in all {
                holdings.children += sa.children.count
                holdings.tasks += sa.queue.count + sa.postponed.count
            }
            holdings.deadlines += host.engine.deadlines.everything.count
            holdings.entries += host.kernel.entries.count
        }
        return holdings
    }

    /// What both ends of a tunnel hold of it, where they do not agree.
    func disagreements() -> [String] {
        branches.enumerated().compactMap { index, branch in
            let ours = Set(branch.kernel.entries.keys)
            let theirs = Set(
                gateway.kernel.entries.values.filter { $0.reqid == UInt32(index + 1) }.map { $0.id }
            )
            return ours == theirs
                ? nil : "branch \(index + 1): \(ours.symmetricDifference(theirs))"
        }
    }

    /// What the ends said of SAs that were lost.
    var losses: [String] { simulation.hosts.flatMap { $0.log.map { $0.message } } }
}

extension DeadlineHeap {
    /// All that is in it.
    fileprivate var everything: [IKESA] {
        Mirror(reflecting: self).children.compactMap { $0.value as? [IKESA] }.flatMap { $0 }
    }
}
