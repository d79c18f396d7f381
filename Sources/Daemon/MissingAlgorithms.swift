import Crypto
import Policy
import Wire

/// Algorithms that rules name and this libcrypto does not have: taken away by a distribution's
/// policy, or never built in.
enum MissingAlgorithms {
    /// Tells each once, with the rule that names it first and what libcrypto says.
    static func report(
        _ configuration: Policy.Configuration, path: String, into report: inout Report
    ) throws(Failure) {
        let capabilities: Capabilities
        do throws(CryptoError) {
            capabilities = try Capabilities.probe()
        } catch {
            throw Failure("libcrypto: \(error)")
        }
        var seen: Set<Capabilities.Algorithm> = []
        for rule in configuration.rules {
            for algorithm in algorithms(of: rule) where seen.insert(algorithm).inserted {
                guard let reason = capabilities.reasonLacking(algorithm) else { continue }
                report.add(
                    .error,
                    "rule '\(rule.label)' names \(algorithm.name), which libcrypto does not offer: "
                        + reason.description,
                    path: path)
            }
        }
    }

    private static func algorithms(of rule: Rule) -> [Capabilities.Algorithm] {
        var algorithms = rule.pfsGroups.map { Capabilities.Algorithm.keyExchange($0) }
        for transform in rule.ikeTransforms {
            algorithms.append(.keyExchange(transform.group))
            algorithms += transform.prfs.map { .pseudorandomFunction($0) }
            algorithms += transform.integrity.map { .integrity($0) }
            let lengths = transform.keyLengths.isEmpty ? [0] : transform.keyLengths
            algorithms += lengths.map { .encryption(transform.encryption, keyBits: Int($0)) }
        }
        return algorithms
    }
}
