import Crypto
import IKE
import Keystore

/// The keystores of a daemon and of its peers who prove themselves by certificates, as
/// contrib/bench makes them: `daemon` and `peers` in a directory named for their keys.
struct Keystores {
    let directory: String

    /// The kind of their keys.
    var name: String { directory.split(separator: "/").last.map { String($0) } ?? directory }

    /// What the daemon is told.
    var daemon: String { "\(directory)/daemon" }

    private var peers: String { "\(directory)/peers" }

    /// What all peers have in common.
    func credentials() throws -> Credentials {
        let keystore = try keystore()
        return try Credentials(
            identities: keystore.identities.map { ($0.certificate, $0.key) },
            certificates: keystore.certificates, revocationLists: [], policy: CertificatePolicy())
    }

    /// Microseconds of one side's signatures: one to be made, and two to be checked, the peer's and
    /// that in its certificate.
    func plainSignatures() throws -> Double {
        let keystore = try keystore()
        guard let key = keystore.identities.first?.key,
            let scheme = key.kind.schemes(announced: [.sha256]).first
        else { throw Failure("there is no key in \(peers)") }
        let octets = [UInt8](repeating: 1, count: 512)
        let signature = try key.sign(octets, by: scheme)
        return try average { _ = try key.sign(octets, by: scheme) }
            + 2 * average { try key.publicKey.verify(signature, of: octets, offered: [.sha256]) }
    }

    private func keystore() throws -> Keystore {
        let reading = KeystoreReading(
            peers,
            FileAccess(
                contents: { (path) throws(FileAccess.Problem) in
                    try Self.octets(of: path)
                },
                secret: { (path) throws(FileAccess.Problem) in
                    Secret(copying: try Self.octets(of: path))
                }))
        if let warning = reading.warnings.first { throw Failure(warning.description) }
        return reading.keystore
    }

    private static func octets(of path: String) throws(FileAccess.Problem) -> [UInt8] {
        do {
            return Array(try contents(of: path).utf8)
        } catch {
            throw .refused("cannot be read")
        }
    }
}
