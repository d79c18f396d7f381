import Crypto
import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// Two hosts with a rule for each other: `a` at 10.9.0.1, `b` at 10.9.0.2, tunnel mode between
/// 10.1.0.0/24 and 10.2.0.0/24 unless a test says otherwise.
struct Pair {
    let simulation: Simulation
    let a: Host
    let b: Host

    /// What a test may set otherwise; text is ikev2.config(5)'s.
    struct Setup {
        var ikeA = "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }"
        var ikeB: String?
        var globalsA = ""
        var globalsB = ""
        var ruleA = ""
        var ruleB = ""
        var keyA = "\"correct horse\""
        var keyB: String?
        var policies = PolicySet.tunnel
        var addressA = "10.9.0.1"
        var addressB = "10.9.0.2"
        var settings = Engine.Settings(debug: .op)
        var settingsB: Engine.Settings?
        var credentialsA: Credentials?
        var credentialsB: Credentials?
        /// What others have told b of certificates before.
        var answersB = FetchAnswers()
        /// How far the hosts' clocks are ahead of the real one, in seconds.
        var clockOffset: Int64 = 0
    }

    init(seed: UInt64 = 1, link: Simulation.Link = Simulation.Link(), _ setup: Setup = Setup())
        throws
    {
        simulation = Simulation(seed: seed, link: link)
        simulation.clockOffset = setup.clockOffset
        let keyB = setup.keyB ?? setup.keyA
        a = try simulation.addHost(
            setup.addressA,
            try configuration(
                Self.rule(
                    setup.addressA, setup.addressB, setup.ikeA, setup.globalsA, setup.ruleA)),
            keys: try presharedKeys("{ label \"peer\" key \(setup.keyA) }"),
            credentials: setup.credentialsA, settings: setup.settings)
        b = try simulation.addHost(
            setup.addressB,
            try configuration(
                Self.rule(
                    setup.addressB, setup.addressA, setup.ikeB ?? setup.ikeA, setup.globalsB,
                    setup.ruleB)),
            keys: try presharedKeys("{ label \"peer\" key \(keyB) }"),
            credentials: setup.credentialsB, answers: setup.answersB,
            settings: setup.settingsB ?? setup.settings)
        setup.policies.install(a, b)
        simulation.loadPolicies()
    }

    static func rule(
        _ local: String, _ remote: String, _ ike: String, _ globals: String, _ extra: String
    ) -> String {
        """
        \(globals)
        { label "peer" local_addr \(local) remote_addr \(remote)
          \(extra.contains("auth_method") ? "" : "auth_method preshared")
          ikesa_xform \(ike) \(extra) }
        """
    }

    /// A packet from a's LAN to b's, or the other way.
    func ping(from host: Host, sequence: Int = 1) {
        let there =
            host === a
            ? flow("10.1.0.\(sequence)", "10.2.0.\(sequence)")
            : flow(
                "10.2.0.\(sequence)", "10.1.0.\(sequence)")
        simulation.send(there, from: host)
    }

    func flow(_ source: String, _ destination: String) -> Selector {
        Selector(
            source: IPRange(ip(source)), destination: IPRange(ip(destination)),
            sourcePorts: PortRange(8), destinationPorts: PortRange(0), protocolID: 1)
    }

    /// Runs until nothing is under way.
    func settle(within interval: Interval = .seconds(90)) -> Bool {
        simulation.run(for: interval) { simulation.isQuiet }
    }
}

/// The policies of a ``Pair``.
struct PolicySet: Sendable {
    /// Makes the outbound and inbound policy of either host.
    let install: @Sendable (Host, Host) -> Void

    static func protect(_ here: String, _ there: String, _ template: Template) -> PolicySet {
        PolicySet { a, b in
            add(a, b, here, there, template)
            add(b, a, there, here, template)
        }
    }

    private static func add(
        _ host: Host, _ peer: Host, _ local: String, _ remote: String, _ template: Template
    ) {
        var outbound = template
        var inbound = template
        if template.mode == .tunnel {
            outbound.source = host.address
            outbound.destination = peer.address
            inbound.source = peer.address
            inbound.destination = host.address
        }
        let selector = Selector(source: prefix(local), destination: prefix(remote))
        let index = UInt32(host.kernel.policies.count) * 8
        host.kernel.add(
            SecurityPolicy(
                index: index + 1, direction: .outbound, selector: selector,
                action: .protect(outbound)))
        host.kernel.add(
            SecurityPolicy(
                index: index + 2, direction: .inbound, selector: selector.reversed,
                action: .protect(inbound)))
    }

    static let tunnel = protect(
        "10.1.0.0/24", "10.2.0.0/24", Template(protocolID: .esp, mode: .tunnel, reqid: 1))
    static let transport = protect(
        "10.9.0.1", "10.9.0.2", Template(protocolID: .esp, mode: .transport, reqid: 1))
    static let two = PolicySet { a, b in
        tunnel.install(a, b)
        protect(
            "10.3.0.0/24", "10.4.0.0/24", Template(protocolID: .esp, mode: .tunnel, reqid: 2)
        ).install(a, b)
    }
}

/// Reads a configuration that must be right.
func configuration(_ text: String) throws -> Policy.Configuration {
    var diagnostics = Diagnostics()
    let source = Source(name: "ikev2.config", octets: Array(text.utf8))
    let configuration = Configuration.parse(source, into: &diagnostics)
    return try #require(configuration, "\(diagnostics.map { $0.render() })")
}

/// Reads preshared keys that must be right.
func presharedKeys(_ text: String) throws -> PresharedKeys {
    var diagnostics = Diagnostics()
    let source = Source(name: "ikev2.preshared", octets: Array(text.utf8))
    let keys = PresharedKeys.parse(source, into: &diagnostics)
    return try #require(keys, "\(diagnostics.map { $0.render() })")
}
