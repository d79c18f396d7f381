import CLibevent
import Crypto
import Wire

/// What `-V` tells: what this is, what it runs on, what it can do.
enum VersionReport {
    static func lines() throws(CryptoError) -> [String] {
        let capabilities = try Capabilities.probe()
        return [
            "in.ikev2d \(version)",
            "libcrypto \(Capabilities.libcryptoVersion)",
            "libevent \(String(cString: event_get_version()))",
            list(
                "ciphers",
                capabilities.encryption.map {
                    Capabilities.Algorithm.encryption($0.algorithm, keyBits: $0.keyBits).name
                }),
            list("integrity", capabilities.integrity.map { $0.name }),
            list("PRFs", capabilities.pseudorandomFunctions.map { $0.name }),
            list("groups", capabilities.keyExchange.map { "\($0.name) (\($0.rawValue))" }),
        ]
    }

    private static func list(_ title: String, _ names: [String]) -> String {
        "\(title): \(names.joined(separator: ", "))"
    }
}
