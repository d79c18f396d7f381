import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// A gateway at 10.9.0.2 with rules for an honest peer at 10.9.0.1, which an engine runs, and for
/// a ``HandMadePeer`` at 10.9.0.66.
struct Siege {
    let simulation: Simulation
    let gateway: Host
    let honest: Host

    static let algorithms = """
        ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }
        ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 19 }
        ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 14 }
        ikesa_xform { encr_alg aes-cbc(256) auth_alg sha256 prf_alg sha256 dh_group 31 }
        """
    private static let keys = """
        { label "honest" key "correct horse" } { label "hand" key "\(HandMadePeer.key)" }
        """

    /// What the rule for the ``HandMadePeer`` covers.
    struct Addresses {
        var gateway = "10.9.0.2"
        var hand = HandMadePeer.address
    }

    /// - Parameters:
    ///   - hand: how the rule for the ``HandMadePeer`` wants proof.
    ///   - credentials: the gateway's.
    init(
        globals: String = "", algorithms: String = Self.algorithms,
        addresses: Addresses = Addresses(), hand: String = "auth_method preshared",
        credentials: Credentials? = nil,
        settings: Engine.Settings = Engine.Settings(debug: .op)
    ) throws {
        simulation = Simulation(seed: 7)
        let shared = "auth_method preshared \(algorithms)"
        gateway = try simulation.addHost(
            "10.9.0.2",
            try configuration(
                globals + Self.rule("honest", "10.9.0.2", "10.9.0.1", shared)
                    + Self.rule(
                        "hand", addresses.gateway, addresses.hand, "\(hand) \(algorithms)")),
            keys: try presharedKeys(Self.keys), credentials: credentials, settings: settings)
        honest = try simulation.addHost(
            "10.9.0.1", try configuration(Self.rule("honest", "10.9.0.1", "10.9.0.2", shared)),
            keys: try presharedKeys(Self.keys))
        PolicySet.tunnel.install(honest, gateway)
        PolicySet.protect(
            "10.6.0.0/24", "10.2.0.0/24", Template(protocolID: .esp, mode: .tunnel, reqid: 6)
        ).install(Host(ip(HandMadePeer.address), engine: gateway.engine), gateway)
        simulation.loadPolicies()
    }

    private static func rule(
        _ label: String, _ local: String, _ remote: String, _ rest: String
    ) -> String {
        """
        { label "\(label)" local_addr \(local) remote_addr \(remote) \(rest) }

        """
    }

    /// What an attack may not change.
    struct Footprint: Equatable {
        let ikeSAs: Int
        let halfOpen: Int
        let children: Int
        let entries: Set<SADEntry.ID>
        /// Octets of fragments that are kept for those who have not proved themselves.
        var strangersFragments = 0
    }

    var footprint: Footprint {
        let all = gateway.engine.table.all
        return Footprint(
            ikeSAs: all.count, halfOpen: gateway.engine.table.halfOpenCount,
            children: all.reduce(0) { $0 + $1.children.count },
            entries: Set(gateway.kernel.entries.keys),
            strangersFragments: gateway.engine.strangersFragments.octets)
    }

    /// Has the gateway begin an IKE SA with the hand-made peer; its IKE_SA_INIT request.
    func provoke() -> [UInt8] {
        simulation.send(
            Selector(source: prefix("10.2.0.1"), destination: prefix("10.6.0.1")), from: gateway)
        simulation.run(for: .milliseconds(10))
        return simulation.sent.last { $0.remote.address == ip(HandMadePeer.address) }?.octets ?? []
    }

    /// Lines that are not debugging.
    var lines: [String] {
        gateway.log.filter { $0.severity != .debug }.map { $0.message }
    }

    /// Whether the gateway still serves whoever is honest.
    func servesTheHonestPeer() -> Bool {
        simulation.send(
            Selector(source: prefix("10.1.0.1"), destination: prefix("10.2.0.1")), from: honest)
        simulation.run(for: .seconds(5)) { honest.kernel.entries.count == 2 }
        simulation.run(for: .seconds(1))
        let ours = Set(gateway.kernel.entries.keys)
        return honest.kernel.entries.count == 2 && ours.isSuperset(of: honest.kernel.entries.keys)
    }

    /// Runs until whatever has a time limit of its own is over, and says what is left behind.
    func aftermath() -> Footprint {
        simulation.run(for: .seconds(120))
        return footprint
    }

    static let empty = Footprint(ikeSAs: 0, halfOpen: 0, children: 0, entries: [])
}
