import Foundation
import Testing

/// The executables that tests run: in.ikev2d as it was built, and the system's.
enum Program {
    /// in.ikev2d, beside the bundle of these tests.
    static let daemon = built("in.ikev2d")
    static let ikeadm = built("ikeadm")

    private static func built(_ name: String) -> String {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent(name).path
    }

    struct Outcome {
        let status: Int32
        let output: String
        let error: String
    }

    /// Runs a program to its end.
    static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:],
        input: String = ""
    ) throws -> Outcome {
        let scratch = try Scratch()
        let process = try start(
            path, arguments, output: scratch["output"], error: scratch["error"],
            environment: environment,
            input: input.isEmpty ? "/dev/null" : try scratch.write(input, to: "input"))
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: scratch.text(of: "output"),
            error: scratch.text(of: "error"))
    }

    /// Starts a program that writes to files.
    static func start(
        _ path: String, _ arguments: [String], output: String, error: String,
        environment: [String: String] = [:], input: String = "/dev/null"
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"].merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: input))
        for file in [output, error] {
            guard file != "/dev/null" else { continue }
            try Data().write(to: URL(fileURLWithPath: file))
        }
        process.standardOutput = try FileHandle(
            forWritingTo: URL(fileURLWithPath: output))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: error))
        try process.run()
        return process
    }

    /// Runs a shell script that must succeed; returns what it prints.
    @discardableResult
    static func shell(
        _ script: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let outcome = try run("/bin/sh", ["-e", "-c", script])
        try #require(outcome.status == 0, "\(outcome.error)", sourceLocation: sourceLocation)
        return outcome.output
    }
}

/// Looks again until a condition holds; fails at the deadline.
func wait(
    for what: Comment, seconds: Double = 20, sourceLocation: SourceLocation = #_sourceLocation,
    until condition: () -> Bool
) throws {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while !condition() {
        try #require(Date() < deadline, what, sourceLocation: sourceLocation)
        usleep(5_000)
    }
}
