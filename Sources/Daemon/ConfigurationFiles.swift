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
        let keystore: Keystore
        let credentials: Credentials
    }

    let configFile: String
    let presharedFile: String
    let keystore: KeystoreFiles
    /// Whose they may be besides root's.
    let owner: Account?

    /// Reads all files and tells everything about them; `nil` when there was an error.
    ///
    /// - Parameter previous: the keystore as it was read before.
    func load(previous: Keystore = Keystore(), into report: inout Report) -> Contents? {
        let configuration = loadConfiguration(into: &report)
        let keys = loadKeys(for: configuration?.configuration, into: &report)
        guard let (configuration, source) = configuration, let keys else { return nil }
        var diagnostics = Diagnostics()
        configuration.check(
            in: source, with: keys, in: Source(name: presharedFile, octets: []),
            into: &diagnostics)
        report.add(diagnostics)
        guard MissingAlgorithms.report(configuration, in: source, into: &report) else {
            return nil
        }
        return contents(configuration, source, keys, previous: previous, into: &report)
    }

    /// Reads the keystore, where a rule has to do with certificates.
    private func contents(
        _ configuration: Policy.Configuration, _ source: Source, _ keys: PresharedKeys,
        previous: Keystore, into report: inout Report
    ) -> Contents? {
        let store =
            configuration.needsCertificates
            ? keystore.load(previous: previous, into: &report) : Keystore()
        do throws(CryptoError) {
            let credentials = try Credentials(store)
            var diagnostics = Diagnostics()
            configuration.check(
                in: source, lacking: { credentials.lack(for: $0) }, into: &diagnostics)
            report.add(diagnostics)
            return Contents(
                configuration: configuration, keys: keys, keystore: store, credentials: credentials)
        } catch {
            report.add(.error, "\(error)", path: keystore.directory)
            return nil
        }
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
    mutating func add(_ problem: GuardedFile.Problem, path: String, expected: String) {
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
