import Foundation
import Testing

/// A directory of a test's own, gone with it, in which programs run.
final class Workshop {
    let path: String

    init() throws {
        path = "/tmp/ikev2cert-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The folder in which what is tested was built.
    static let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().path

    struct Outcome {
        let status: Int32
        let output: String
        let error: String
    }

    /// Runs a shell script in the directory, with ikev2cert and in.ikev2d on its path.
    func run(_ script: String, input: String = "") throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-ec", script]
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        process.environment = ["PATH": "\(Self.products):/usr/sbin:/usr/bin:/sbin:/bin"]
        let streams = try ["in", "out", "err"].map { name in
            let file = URL(fileURLWithPath: "\(path)/.\(name)")
            try Data((name == "in" ? input : "").utf8).write(to: file)
            return try name == "in"
                ? FileHandle(forReadingFrom: file) : FileHandle(forWritingTo: file)
        }
        process.standardInput = streams[0]
        process.standardOutput = streams[1]
        process.standardError = streams[2]
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: text(".out"), error: text(".err"))
    }

    /// Runs a script that must succeed; what it printed.
    @discardableResult
    func sh(_ script: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let outcome = try run(script)
        try #require(
            outcome.status == 0, "\(script): \(outcome.error)", sourceLocation: sourceLocation)
        return outcome.output
    }

    /// The files that there are, hidden ones too, but for the streams of programs.
    func files(_ folder: String) throws -> [String] {
        try sh("cd \(folder) && find . -type f | sort").split(separator: "\n").map {
            String($0.dropFirst(2))
        }
    }

    func text(_ name: String) -> String {
        (try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)) ?? ""
    }

    /// An authority `ca` in the keystore `ca`, its certificate in ca.crt.
    func makeAuthority() throws {
        try sh(
            """
            ikev2cert gencert dir=ca label=ca subject='O=Example, CN=CA' keytype=ec \
                keyusage=critical:keyCertSign,cRLSign lifetime=10-year
            ikev2cert export dir=ca label=ca outfile=ca.crt
            """)
    }
}
