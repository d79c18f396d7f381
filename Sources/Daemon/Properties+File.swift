import Crypto
import COpenSSL
import Policy

extension Properties {
    /// Where the properties are when the command line does not say.
    static let defaultFile = "/etc/inet/ike/ikev2d.conf"

    /// Reads the properties of a command line: its file, or the default one if that exists, and
    /// its overrides. Everything wrong goes to the report; `nil` when there was an error.
    static func load(for invocation: Invocation, into report: inout Report) -> Properties? {
        load(invocation.propertiesFile, overrides: invocation.overrides, into: &report)
    }

    /// The same of a file, `nil` for the default one.
    package static func load(
        _ file: String?, overrides: [String] = [], into report: inout Report
    ) -> Properties? {
        let path = file ?? defaultFile
        var octets: [UInt8]?
        do throws(GuardedFile.Problem) {
            octets = try GuardedFile(path: path, protection: .readableByAll, owner: .caller).read()
        } catch {
            if file != nil || error != .missing {
                report.add(error, path: path, expected: "the properties of ikev2d.conf(5)")
                return nil
            }
        }
        var diagnostics = Diagnostics()
        let properties = parse(
            octets.map { Source(name: path, octets: $0) }, overrides: overrides,
            into: &diagnostics)
        report.add(diagnostics)
        if properties?.pkcs11TokenPIN != nil, octets != nil {
            // The PIN can only stand in the file.
            octets?.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
            do throws(GuardedFile.Problem) {
                _ = try GuardedFile(path: path, protection: .secret, owner: .caller).read()
            } catch {
                report.add(error, path: path, expected: "the properties of ikev2d.conf(5)")
                return nil
            }
        }
        return properties
    }
}
