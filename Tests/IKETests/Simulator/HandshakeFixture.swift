import IPsec
import Net
import Policy
import Wire

/// Values for tests that need some of each kind and look at none of them.
enum HandshakeFixture {
    static let rule = Rule(
        label: "fixture", localAddresses: [prefix("10.9.0.2")],
        remoteAddresses: [prefix("10.9.0.1")],
        ikeTransforms: [transform])

    static let transform = IKETransform(
        encryption: .aesGCM16, keyLengths: [256], integrity: [], prfs: [.hmacSHA256],
        group: .curve25519)

    static let acquire = Acquire(
        sequence: 1, source: ip("10.9.0.2"), destination: ip("10.9.0.1"),
        flow: Selector(source: prefix("10.2.0.1"), destination: prefix("10.1.0.1")),
        policy: Selector(source: prefix("10.2.0.0/24"), destination: prefix("10.1.0.0/24")),
        template: Template(protocolID: .esp, mode: .tunnel))
}
