import COpenSSL
import Crypto
import IKE
import Keystore
import Policy

/// The files of rules and keys, as they are read at the start and at every refresh.
struct ConfigurationFiles: Sendable {
    /// Rules, keys and certificates that belong together.
    struct Contents: Sendable {
        let configuration: Policy.Configuration
        let keys: PresharedKeys
        let policy: PolicyEntry
        let keystore: Keystore
        let credentials: Credentials
    }

    let configFile: String
    let presharedFile: String
    let policyFile: PolicyFile
    let keystore: KeystoreFiles
    /// Whose they may be besides root's.
    let owner: Account?

    /// Reads all files and tells everything about them; `nil` when there was an error.
    ///
    /// - Parameter previous: the keystore as it was read before.
    func load(previous: Keystore = Keystore(), into report: inout Report) -> Contents? {
        let configuration = loadConfiguration(into: &report)
        let keys = loadKeys(for: configuration?.configuration, into: &report)
        let policy = policyFile.load(into: &report)
        guard let (configuration, source) = configuration, let keys, let policy else { return nil }
        var diagnostics = Diagnostics()
        configuration.check(
            in: source, with: keys, in: Source(name: presharedFile, octets: []),
            into: &diagnostics)
        report.add(diagnostics)
        guard MissingAlgorithms.report(configuration, in: source, into: &report) else {
            return nil
        }
        return contents(configuration, source, keys, policy, previous: previous, into: &report)
    }

    /// Reads the keystore, where a rule has to do with certificates.
    private func contents(
        _ configuration: Policy.Configuration, _ source: Source, _ keys: PresharedKeys,
        _ entry: PolicyEntry, previous: Keystore, into report: inout Report
    ) -> Contents? {
        var policy = CertificatePolicy(entry)
        var store = Keystore()
        if configuration.needsCertificates {
            store = keystore.load(lists: policy.lists, previous: previous, into: &report)
            guard findResponder(for: &policy, in: store, into: &report) else { return nil }
        }
        do throws(CryptoError) {
            let credentials = try Credentials(store, policy: policy)
            var diagnostics = Diagnostics()
            configuration.check(
                in: source, lacking: { credentials.lack(for: $0) }, into: &diagnostics)
            report.add(diagnostics)
            return Contents(
                configuration: configuration, keys: keys, policy: entry, keystore: store,
                credentials: credentials)
        } catch {
            report.add(.error, "\(error)", path: keystore.directory)
            return nil
        }
    }

    /// Looks up the certificate that the policy names; `false` when the keystore has none such.
    private func findResponder(
        for policy: inout CertificatePolicy, in keystore: Keystore, into report: inout Report
    ) -> Bool {
        guard let reference = policy.responses.responderReference else { return true }
        policy.responses.responder = keystore.certificates.first { reference.names($0) }
        guard policy.responses.responder == nil else { return true }
        report.add(
            .error,
            "the keystore has no certificate of the issuer '\(reference.issuer)' with the serial "
                + "number of responder-cert; expected that of the OCSP responder",
            path: policyFile.path)
        return false
    }

    private func loadConfiguration(
        into report: inout Report
    ) -> (configuration: Policy.Configuration, source: Source)? {
        let octets: [UInt8]
        do throws(GuardedFile.Problem) {
            octets = try GuardedFile(
                path: configFile, protection: .readableByAll, owner: owner
            ).read()
        } catch {
            report.add(error, path: configFile, expected: "the rules of ikev2.config(5)")
            return nil
        }
        let source = Source(name: configFile, octets: octets)
        var diagnostics = Diagnostics()
        let configuration = Policy.Configuration.parse(source, into: &diagnostics)
        report.add(diagnostics)
        return configuration.map { ($0, source) }
    }

    /// Without a file there are no keys, which is no error as long as no rule needs one.
    private func loadKeys(
        for configuration: Policy.Configuration?, into report: inout Report
    ) -> PresharedKeys? {
        var octets: [UInt8]
        do throws(GuardedFile.Problem) {
            octets = try GuardedFile(
                path: presharedFile, protection: .secret, owner: owner
            ).read()
        } catch {
            if case .missing = error, let configuration, !configuration.needsKeys {
                return PresharedKeys()
            }
            report.add(error, path: presharedFile, expected: "the keys of ikev2.preshared(5)")
            return nil
        }
        var diagnostics = Diagnostics()
        let keys = PresharedKeys.parse(
            Source(name: presharedFile, octets: octets), into: &diagnostics)
        // The parser has let go of its copy, so that these octets are the only ones.
        octets.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
        report.add(diagnostics)
        return keys
    }
}

extension Report {
    /// Adds why a file is not read.
    package mutating func add(_ problem: GuardedFile.Problem, path: String, expected: String) {
        switch problem {
        case .missing: add(.error, "does not exist; expected \(expected)", path: path)
        case .refused(let reason): add(.error, reason, path: path)
        }
    }
}

extension Policy.Configuration {
    /// Whether a rule has to do with certificates.
    fileprivate var needsCertificates: Bool {
        rules.contains {
            $0.localAuthentication != .preshared || $0.remoteAuthentication != .preshared
        }
    }

    /// Whether a rule signs or verifies with a preshared key.
    fileprivate var needsKeys: Bool {
        rules.contains {
            $0.localAuthentication == .preshared || $0.remoteAuthentication == .preshared
        }
    }
}
