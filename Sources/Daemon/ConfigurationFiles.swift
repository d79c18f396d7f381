import COpenSSL
import Crypto
import IKE
import Keystore
import Policy

/// The files of rules and keys, as they are read at the start and at every refresh.
struct ConfigurationFiles: Sendable {
    /// Rules, keys and certificates that belong together.
    struct Contents: Sendable {
        /// What comes from files, each part from its own.
        struct Parts: Sendable {
            var configuration: Policy.Configuration
            var keys: PresharedKeys
            let policy: PolicyEntry
            var keystore: Keystore
        }

        let parts: Parts
        let credentials: Credentials

        var configuration: Policy.Configuration { parts.configuration }
        var keys: PresharedKeys { parts.keys }
        var policy: PolicyEntry { parts.policy }
        var keystore: Keystore { parts.keystore }
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
        let store =
            configuration.needsCertificates
            ? readKeystore(entry, previous: previous, into: &report) : Keystore()
        return contents(
            Contents.Parts(
                configuration: configuration, keys: keys, policy: entry, keystore: store),
            checking: configuration, in: source, into: &report)
    }

    /// Reads the keystore.
    func readKeystore(
        _ entry: PolicyEntry, previous: Keystore, into report: inout Report
    ) -> Keystore {
        keystore.load(
            lists: CertificatePolicy(entry).lists, previous: previous, into: &report)
    }

    /// Puts parts together; `nil` when they do not fit.
    ///
    /// - Parameter configuration: the rules of which to tell that they lack certificates.
    func contents(
        _ parts: Contents.Parts, checking configuration: Policy.Configuration, in source: Source,
        into report: inout Report
    ) -> Contents? {
        var policy = CertificatePolicy(parts.policy)
        if parts.configuration.needsCertificates {
            guard findResponder(for: &policy, in: parts.keystore, into: &report) else {
                return nil
            }
        }
        do throws(CryptoError) {
            let credentials = try Credentials(parts.keystore, policy: policy)
            var diagnostics = Diagnostics()
            configuration.check(
                in: source, lacking: { credentials.lack(for: $0) }, into: &diagnostics)
            report.add(diagnostics)
            return Contents(parts: parts, credentials: credentials)
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

    func loadConfiguration(
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
    func loadKeys(
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
        return Self.keys(presharedFile, &octets, into: &report)
    }

    /// Reads keys out of octets, and erases those.
    static func keys(
        _ name: String, _ octets: inout [UInt8], into report: inout Report
    ) -> PresharedKeys? {
        var diagnostics = Diagnostics()
        let keys = PresharedKeys.parse(Source(name: name, octets: octets), into: &diagnostics)
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
    var needsCertificates: Bool {
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
