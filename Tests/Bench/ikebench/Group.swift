import Crypto
import Wire

/// A key exchange method, and how libcrypto calls it.
struct Group {
    let method: KeyExchangeMethod
    let name: String
    let plain: PlainExchange.Kind

    /// Of every kind, in the order of their numbers.
    static let all = [
        Group(method: .modp1024, name: "MODP-1024", plain: .secondOakleyGroup),
        Group(method: .modp1536, name: "MODP-1536", plain: .modp("modp_1536")),
        Group(method: .modp2048, name: "MODP-2048", plain: .modp("modp_2048")),
        Group(method: .modp3072, name: "MODP-3072", plain: .modp("modp_3072")),
        Group(method: .modp4096, name: "MODP-4096", plain: .modp("modp_4096")),
        Group(method: .modp6144, name: "MODP-6144", plain: .modp("modp_6144")),
        Group(method: .modp8192, name: "MODP-8192", plain: .modp("modp_8192")),
        Group(method: .ecp256, name: "P-256", plain: .ecp("P-256")),
        Group(method: .ecp384, name: "P-384", plain: .ecp("P-384")),
        Group(method: .ecp521, name: "P-521", plain: .ecp("P-521")),
        Group(
            method: .modp1024s160, name: "MODP-1024-160", plain: .modpOfSubgroup("dh_1024_160")),
        Group(
            method: .modp2048s224, name: "MODP-2048-224", plain: .modpOfSubgroup("dh_2048_224")),
        Group(
            method: .modp2048s256, name: "MODP-2048-256", plain: .modpOfSubgroup("dh_2048_256")),
        Group(method: .ecp192, name: "P-192", plain: .ecp("P-192")),
        Group(method: .ecp224, name: "P-224", plain: .ecp("P-224")),
        Group(method: .brainpool224, name: "Brainpool-224", plain: .ecp("brainpoolP224r1")),
        Group(method: .brainpool256, name: "Brainpool-256", plain: .ecp("brainpoolP256r1")),
        Group(method: .brainpool384, name: "Brainpool-384", plain: .ecp("brainpoolP384r1")),
        Group(method: .brainpool512, name: "Brainpool-512", plain: .ecp("brainpoolP512r1")),
        Group(method: .curve25519, name: "X25519", plain: .montgomery("X25519")),
        Group(method: .curve448, name: "X448", plain: .montgomery("X448")),
    ]

    /// The group that is measured where one must do.
    static let usual = Group(method: .curve25519, name: "X25519", plain: .montgomery("X25519"))

    /// The groups that a list of names such as `X25519,P-256` names, in its order.
    static func named(_ list: String) throws -> [Group] {
        try list.split(separator: ",").map { name in
            guard let group = all.first(where: { $0.name == name }) else {
                throw Failure("there is no group \(name)")
            }
            return group
        }
    }

    /// Microseconds of one side of a key exchange: making a key, its public value included, and
    /// deriving.
    struct Primitives {
        let generate, derive: Double
        var sum: Double { generate + derive }
    }

    /// What it takes the plain way through libcrypto, while another processor does the same, as the
    /// peer's does in a handshake.
    func plainPrimitives() throws -> Primitives {
        let exchange = try PlainExchange(plain)
        let peer = try exchange.publicValue(of: try exchange.generate())
        let key = try exchange.generate()
        return try measure(
            { _ = try exchange.publicValue(of: try exchange.generate()) },
            { try exchange.derive(key, with: peer) })
    }

    /// What it takes our way, in the same company.
    func ownPrimitives() throws -> Primitives {
        let peer = try KeyPair.generate(method).publicValue
        let pair = try KeyPair.generate(method)
        return try measure(
            { _ = try KeyPair.generate(method) }, { _ = try pair.sharedSecret(with: peer) })
    }

    private func measure(
        _ generate: () throws -> Void, _ derive: () throws -> Void
    ) throws -> Primitives {
        let pair = try KeyPair.generate(method)
        let companion = try Companion { _ = try? pair.sharedSecret(with: pair.publicValue) }
        defer { withExtendedLifetime(companion) {} }
        return Primitives(generate: try average(generate), derive: try average(derive))
    }

}
