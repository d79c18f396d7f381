import Crypto
import Policy

/// Algorithms that the rules need and this libcrypto does not offer: taken away by a
/// distribution's policy, or never built in. To be told now is better than at the first handshake.
enum MissingAlgorithms {
    /// Tells of each once; `false` when there are any.
    static func report(
        _ configuration: Policy.Configuration, in source: Source, into report: inout Report
    ) -> Bool {
        guard !configuration.rules.isEmpty else { return true }
        let primitives: Primitives
        do throws(CryptoError) {
            primitives = try Primitives()
        } catch {
            report.add(.error, "\(error)", path: "libcrypto")
            return false
        }
        let lacking = primitives.lackingEssentials()
        for (name, reason) in lacking {
            report.add(
                .error, "\(name) cannot be used: \(reason); expected for every IKE SA",
                path: "libcrypto")
        }
        var diagnostics = Diagnostics()
        configuration.check(
            in: source, reasonLacking: { primitives.reasonLacking($0) }, into: &diagnostics)
        report.add(diagnostics)
        return lacking.isEmpty && !diagnostics.hasErrors
    }
}
