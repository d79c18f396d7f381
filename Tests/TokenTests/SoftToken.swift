import CLinux
import Foundation
import Testing

/// A token of SoftHSM's, in a directory that all of them in this process share: a module is told
/// its place once.
final class SoftToken {
    static let module = "/usr/lib/softhsm/libsofthsm2.so"
    static let pin = "1234"

    /// Every token is gone with the process, but for the directory.
    private static let place: String = {
        let place = "/tmp/tokens-\(getpid())"
        try? FileManager.default.createDirectory(
            atPath: "\(place)/tokens", withIntermediateDirectories: true)
        let configuration = "directories.tokendir = \(place)/tokens\nlog.level = ERROR\n"
        try? configuration.write(toFile: "\(place)/conf", atomically: true, encoding: .utf8)
        setenv("SOFTHSM2_CONF", "\(place)/conf", 1)
        atexit { _ = try? FileManager.default.removeItem(atPath: "/tmp/tokens-\(getpid())") }
        return place
    }()

    let label: String
    private let folder: String
    private var hidden: String { "\(Self.place)/\(label)" }

    /// Makes a token with keys `rsa` and `ec`, and a certificate of each.
    init(_ label: String, ids: [(label: String, id: String)] = [("rsa", "01"), ("ec", "02")]) throws
    {
        self.label = label
        let place = Self.place
        folder = try Self.sh(
            """
            cd \(place)
            exec 9>lock; flock 9
            ls tokens | sort >before
            softhsm2-util --init-token --free --label \(label) --pin \(Self.pin) --so-pin 5678 >&2
            ls tokens | sort | comm -13 before -
            """
        ).trimmingCharacters(in: .whitespacesAndNewlines)
        for (name, id) in ids {
            try Self.sh(
                """
                cd \(place)
                key=\(label)-\(name)
                if [ \(name) = rsa ]; then
                    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out $key 2>/dev/null
                else
                    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $key
                fi
                openssl req -x509 -new -key $key -subj /CN=\(name) -days 9 -outform der -out $key.crt
                softhsm2-util --import $key --token \(label) --label \(name) --id \(id) \
                    --pin \(Self.pin) >&2
                pkcs11-tool --module \(Self.module) --token-label \(label) --login \
                    --pin \(Self.pin) --write-object $key.crt --type cert --label \(name) \
                    --id \(id) >&2
                """)
        }
    }

    /// The URI of the token.
    func uri(_ more: String = "") -> String {
        "pkcs11:token=\(label)\(more)?module-path=\(Self.module)"
    }

    /// Takes the token away.
    func pull() throws {
        try FileManager.default.moveItem(atPath: "\(Self.place)/tokens/\(folder)", toPath: hidden)
    }

    /// Brings it back.
    func plug() throws {
        try FileManager.default.moveItem(atPath: hidden, toPath: "\(Self.place)/tokens/\(folder)")
    }

    @discardableResult
    private static func sh(_ script: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-ec", script]
        process.environment = [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SOFTHSM2_CONF": "\(place)/conf",
        ]
        let (output, error) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = error
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = error.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(
            process.terminationStatus == 0, "\(String(decoding: complaint, as: UTF8.self))")
        return String(decoding: text, as: UTF8.self)
    }
}
