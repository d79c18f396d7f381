import Foundation
import Policy
import Testing

/// The files in conf, as they are installed.
@Suite struct SampleTests {
    private func sample(_ name: String) throws -> Source {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "conf/\(name)"))
        return Source(name: name, octets: Array(data))
    }

    @Test func rulesAndKeysBelongTogether() throws {
        let rules = try sample("ikev2.config")
        let keys = try sample("ikev2.preshared")
        var diagnostics = Diagnostics()
        let configuration = try #require(
            Policy.Configuration.parse(rules, into: &diagnostics))
        let known = try #require(PresharedKeys.parse(keys, into: &diagnostics))
        configuration.check(in: rules, with: known, in: keys, into: &diagnostics)
        #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.render() })")
        #expect(configuration.rules.map { $0.label } == known.labels)
    }

    @Test func theCertificatePolicy() throws {
        let source = try sample("kmf-policy.xml")
        var diagnostics = Diagnostics()
        let database = try #require(PolicyDatabase.parse(source, into: &diagnostics))
        #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.render() })")
        #expect(database.entries.map { $0.name } == [PolicyEntry.defaultName])
    }

    @Test func theProperties() throws {
        let source = try sample("ikev2d.conf")
        var diagnostics = Diagnostics()
        #expect(try #require(Properties.parse(source, into: &diagnostics)) == Properties())
        #expect(diagnostics.isEmpty)

        // With the comments taken from the settings, they are what they say they are: defaults.
        let text = String(decoding: source.octets, as: UTF8.self)
        let settings = text.replacing(#/(?m)^#(?=\w+/)/#, with: "")
        var properties = try #require(
            Properties.parse(
                Source(name: "settings", octets: Array(settings.utf8)), into: &diagnostics),
            "\(diagnostics.map { $0.render() })")
        #expect(settings != text)
        #expect(properties.maxThreads == 4)
        #expect(properties.debugLogfile == .syslog)
        properties.maxThreads = nil
        properties.debugLogfile = .default
        #expect(properties == Properties())
        #expect(diagnostics.isEmpty)
    }
}
