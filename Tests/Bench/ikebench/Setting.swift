import Crypto
import IKE
import IPsec
import Net
import Policy
import Wire

/// Configurations, keys and policies of the engines and daemons that are measured.
enum Setting {
    /// The daemon's address, as contrib/bench sets the namespaces up.
    static let daemon = IPAddress.v4(10 << 24 | 1)

    /// An engine with so many rules, of which the last is for everybody.
    static func engine(
        _ group: Group, rules: Int = 1, silence: UInt32 = 0
    ) throws(CryptoError) -> Engine {
        let engine = Engine(
            settings: Engine.Settings(), primitives: try Primitives(),
            configuration: configuration(group, others: rules - 1, silence: silence),
            presharedKeys: presharedKeys(), credentials: try .none(),
            random: { randomOctets($0) }, wallClock: { 0 })
        _ = engine.handle(
            .policies(policies(others: rules - 1)), at: Instant(nanoseconds: 0))
        return engine
    }

    /// One rule for everybody in 10.0.0.0/8, after so many for others.
    static func configuration(
        _ group: Group, _ keystores: Keystores? = nil, others: Int = 0, silence: UInt32 = 0
    ) -> Policy.Configuration {
        parse(rules(group, keystores, others: others, silence: silence))
    }

    /// The same as the text of ikev2.config(5); after so many seconds of silence a peer is asked
    /// whether it lives, or never. The peers have one port each, so nobody moves to another.
    static func rules(
        _ group: Group, _ keystores: Keystores? = nil, others: Int = 0, silence: UInt32 = 0
    ) -> String {
        let proof = keystores == nil ? "preshared" : "cert remote_id ANY"
        let transform = "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group \(group.method.rawValue) }"
        func rule(_ label: String, _ remote: String) -> String {
            """
            { label "\(label)" local_addr 10.0.0.0/8 remote_addr \(remote) auth_method \(proof)
              mobike no dpd_interval_secs \(silence) ikesa_xform \(transform) }

            """
        }
        let text = (0..<others).map { rule("other-\($0)", "\(other($0))") }.joined()
        return text + rule("bench", "10.0.0.0/8")
    }

    /// Somebody else's address.
    private static func other(_ number: Int) -> IPAddress {
        .v4(11 << 24 | UInt32(truncatingIfNeeded: number))
    }

    /// The keys of those rules, as the text of ikev2.preshared(5).
    static func keys(others: Int = 0) -> String {
        let text = (0..<others).map { "{ label \"other-\($0)\" key \"the key of \($0)\" }\n" }
        return text.joined() + "{ label \"bench\" key \"a shared key\" }\n"
    }

    /// The shared key of the rule for everybody.
    static func presharedKeys() -> PresharedKeys {
        var diagnostics = Diagnostics()
        let source = Source(name: "ikev2.preshared", octets: Array(keys().utf8))
        guard let keys = PresharedKeys.parse(source, into: &diagnostics) else {
            fatalError("the preshared keys of the benchmark are wrong")
        }
        return keys
    }

    private static func parse(_ text: String) -> Policy.Configuration {
        var diagnostics = Diagnostics()
        let source = Source(name: "ikev2.config", octets: Array(text.utf8))
        guard let configuration = Configuration.parse(source, into: &diagnostics) else {
            fatalError("the configuration of the benchmark is wrong")
        }
        return configuration
    }

    /// SAs between any two gateways, for any traffic between 10.0.0.0/8 and itself; after as many
    /// policies for others.
    static func policies(mode: Mode = .tunnel, others: Int = 0) -> SecurityPolicyDatabase {
        var policies = [protect(network, mode, index: UInt32(others))]
        policies += (0..<others).map { protect(IPRange(other($0)), mode, index: UInt32($0)) }
        return SecurityPolicyDatabase(
            policies
                + policies.map { policy in
                    var twin = policy
                    twin.direction = .inbound
                    twin.selector = policy.selector.reversed
                    return twin
                })
    }

    private static func protect(
        _ remote: IPRange, _ mode: Mode, index: UInt32
    ) -> SecurityPolicy {
        SecurityPolicy(
            index: index, direction: .outbound,
            selector: Selector(source: network, destination: remote),
            action: .protect(Template(protocolID: .esp, mode: mode, reqid: 1)))
    }

    private static let network =
        IPRange(.v4(10 << 24), .v4(10 << 24 | 0xFF_FFFF)) ?? IPRange(all: .v4)

    /// What a kernel says when a packet from one address to another meets the policy.
    static func acquire(_ source: IPAddress, _ destination: IPAddress, sequence: UInt32) -> Acquire
    {
        Acquire(
            sequence: sequence, source: source, destination: destination,
            flow: Selector(
                source: IPRange(source), destination: IPRange(destination),
                sourcePorts: PortRange(8), destinationPorts: PortRange(0), protocolID: 1),
            policy: Selector(source: network, destination: network),
            template: Template(protocolID: .esp, mode: .tunnel, reqid: 1))
    }
}
