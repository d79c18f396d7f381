import Foundation
import Testing

/// Daemons with a rule `peer`, which ikeadm(8) speaks to.
struct Gateways {
    let scratch: Scratch

    func rule(_ local: String, _ remote: String) -> String {
        """
        auth_method preshared
        ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }
        { label "peer" local_addr \(local) remote_addr \(remote) }

        """
    }

    func daemon(
        in place: Place, _ local: String = "10.9.0.1", _ remote: String = "10.9.0.2",
        log: String = "log", properties: [String] = []
    ) throws -> RunningDaemon {
        let keys = try scratch.write(
            "{ label \"peer\" key \"one that nobody knows\" }\n", to: "keys", mode: 0o600)
        let daemon = try RunningDaemon(
            in: place, config: scratch.write(rule(local, remote), to: "\(log).config"),
            preshared: keys, scratch: scratch, log: log,
            arguments: (["config/user=root"] + properties).flatMap { ["-o", $0] })
        try daemon.says("ready")
        return daemon
    }

    /// Two daemons on one wire, each with a policy that names the other.
    func pair(
        properties: [String] = []
    ) throws -> (a: RunningDaemon, b: RunningDaemon, places: [Place]) {
        let (a, b) = try Place.pair()
        return (
            try daemon(in: a, log: "a", properties: properties),
            try daemon(in: b, "10.9.0.2", "10.9.0.1", log: "b", properties: properties), [a, b]
        )
    }
}

extension RunningDaemon {
    /// What ikeadm says in JSON.
    func json(_ words: String...) throws -> [String: Any] {
        let outcome = try Program.run(Program.ikeadm, ["-j", "-s", socket] + words)
        try #require(outcome.status == 0, "\(outcome.error)")
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(object as? [String: Any])
    }

    /// The one that there is of a kind.
    func only(_ collection: String) throws -> [String: Any] {
        let all = try #require(
            json("dump", collection)[collection] as? [[String: Any]])
        try #require(all.count == 1, "\(all)")
        return all[0]
    }
}
