import Crypto
import Wire

/// A key exchange method with the CPU time that a responder's handshake may take.
struct Group {
    let method: KeyExchangeMethod
    let name: String
    /// Microseconds, system calls included.
    let goal: Double

    static let all = [
        Group(method: .curve25519, name: "X25519", goal: 200),
        Group(method: .ecp256, name: "P-256", goal: 220),
        Group(method: .modp2048, name: "MODP-2048", goal: 900),
    ]

    /// The groups that a list of names such as `X25519,P-256` names.
    static func named(_ list: String) -> [Group] {
        let names = list.split(separator: ",").map(String.init)
        return all.filter { names.contains($0.name) }
    }

    /// Microseconds of libcrypto for one side of a key exchange: making a key and deriving.
    func primitives(rounds: Int = 200) throws(CryptoError) -> (generate: Double, derive: Double) {
        let peer = try KeyPair.generate(method).publicValue
        var pairs: [KeyPair] = []
        var start = threadTime()
        for _ in 0..<rounds { pairs.append(try KeyPair.generate(method)) }
        let generate = threadTime() - start
        start = threadTime()
        for pair in pairs { _ = try pair.sharedSecret(with: peer) }
        let derive = threadTime() - start
        return (
            Double(generate) / 1000 / Double(rounds), Double(derive) / 1000 / Double(rounds)
        )
    }
}
