import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// Algorithms that are agreed on and turn out to be missing, which a check of the configuration
/// would have told of: the SA comes to nothing, and everything else goes on.
@Suite struct MissingAlgorithmTests {
    private static let good = HandshakeFixture.transform

    /// Of each kind one that nothing here can do.
    private static let missing: [IKETransform] = [
        IKETransform(
            encryption: .aesGCM16, keyLengths: [256], integrity: [], prfs: [.hmacSHA256],
            group: .mlKEM768),
        IKETransform(
            encryption: .aesGCM16, keyLengths: [256], integrity: [], prfs: [.hmacTiger],
            group: .curve25519),
        IKETransform(
            encryption: .camelliaCCM16, keyLengths: [256], integrity: [], prfs: [.hmacSHA256],
            group: .curve25519),
        IKETransform(
            encryption: .aesCBC, keyLengths: [256], integrity: [.kpdkMD5], prfs: [.hmacSHA256],
            group: .curve25519),
    ]

    private func rule(_ local: String, _ remote: String, _ transforms: [IKETransform]) -> Rule {
        Rule(
            label: "peer", localAddresses: [prefix(local)], remoteAddresses: [prefix(remote)],
            ikeTransforms: transforms)
    }

    private func pair(_ a: [IKETransform], _ b: [IKETransform]) throws -> (Simulation, Host, Host) {
        let simulation = Simulation(seed: 1)
        let keys = try presharedKeys("{ label \"peer\" key \"correct horse\" }")
        let hostA = try simulation.addHost(
            "10.9.0.1", Configuration(rules: [rule("10.9.0.1", "10.9.0.2", a)]), keys: keys)
        let hostB = try simulation.addHost(
            "10.9.0.2", Configuration(rules: [rule("10.9.0.2", "10.9.0.1", b)]), keys: keys)
        PolicySet.tunnel.install(hostA, hostB)
        simulation.loadPolicies()
        return (simulation, hostA, hostB)
    }

    private func ping(_ simulation: Simulation, _ host: Host) {
        simulation.send(
            Selector(source: prefix("10.1.0.1"), destination: prefix("10.2.0.1")), from: host)
        simulation.run(for: .seconds(120))
    }

    @Test(arguments: missing) func aConfigurationOfItAloneComesToNothing(transform: IKETransform)
        throws
    {
        let (simulation, a, b) = try pair([transform], [transform])
        ping(simulation, a)
        #expect(a.kernel.entries.isEmpty && b.kernel.entries.isEmpty)
        #expect(a.engine.table.isEmpty && b.engine.table.isEmpty)
        #expect(a.engine.nextDeadline == nil && b.engine.nextDeadline == nil)
        #expect(a.log.contains { $0.severity == .warning }, "\(a.logText)")
    }

    /// The initiator can do it, so that what is missing at the responder shows there.
    @Test(arguments: missing) func aResponderSaysWhatItLacks(transform: IKETransform) throws {
        let (simulation, _, b) = try pair([Self.good], [transform])
        let request = Message(
            header: Header(
                initiatorSPI: IKESPI(7), responderSPI: .zero, exchange: .ikeSAInit,
                flags: .initiator, messageID: 0),
            payloads: [
                .securityAssociation(IKENegotiation.proposals(for: [transform])),
                .keyExchange(
                    KeyExchange(
                        method: transform.group, value: [UInt8](repeating: 9, count: 32))),
                .nonce([UInt8](repeating: 1, count: 32)),
            ]
        ).encoded()
        simulation.inject(
            request, from: SocketAddress(ip("10.9.0.1"), port: 500),
            to: SocketAddress(ip("10.9.0.2"), port: 500))
        simulation.run(for: .seconds(1))
        #expect(b.engine.table.isEmpty)
        #expect(
            b.log.contains {
                $0.message.contains("libcrypto lacks one of ENCR_")
                    || $0.message.contains("is not available")
            }, "\(b.logText)")
    }
}
