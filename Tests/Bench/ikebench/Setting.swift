import Crypto
import IKE
import IPsec
import Net
import Policy
import Wire

/// Configurations, keys and policies of the engines that are measured.
enum Setting {
    /// One rule for everybody in 10.0.0.0/8.
    static func configuration(_ group: Group, dpdInterval: Int = 0) -> Policy.Configuration {
        parse(
            """
            { label "bench" local_addr 10.0.0.0/8 remote_addr 10.0.0.0/8 auth_method preshared
              dpd_interval_secs \(dpdInterval)
              ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group \(group.method.rawValue) } }
            """)
    }

    /// The shared key of that rule.
    static func presharedKeys() -> PresharedKeys {
        var diagnostics = Diagnostics()
        let source = Source(
            name: "ikev2.preshared", octets: Array("{ label \"bench\" key \"a shared key\" }".utf8))
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

    /// Tunnels between any two gateways, for any traffic between 10.0.0.0/8 and itself.
    static let policy = SecurityPolicy(
        index: 1, direction: .outbound,
        selector: Selector(source: network, destination: network), action: .protect(template))

    static let policies = SecurityPolicyDatabase([
        policy,
        SecurityPolicy(
            index: 2, direction: .inbound,
            selector: Selector(source: network, destination: network), action: .protect(template)),
    ])

    private static let template = Template(protocolID: .esp, mode: .tunnel, reqid: 1)
    private static let network = IPRange(base: .v4(10 << 24), prefixLength: 8)!

    /// What a kernel says when a packet from one address to another meets the policy.
    static func acquire(_ source: IPAddress, _ destination: IPAddress, sequence: UInt32) -> Acquire {
        Acquire(
            sequence: sequence, source: source, destination: destination,
            flow: Selector(
                source: IPRange(source), destination: IPRange(destination),
                sourcePorts: PortRange(8), destinationPorts: PortRange(0), protocolID: 1),
            policy: policy.selector, policyIndex: policy.index, template: template)
    }
}
