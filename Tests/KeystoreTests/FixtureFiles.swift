import Crypto
import Foundation
import Keystore

/// A keystore's directory that exists in a test only.
struct FixtureFiles {
    /// The octets of the files by their paths.
    var files: [String: [UInt8]] = [:]
    /// Why others cannot be read.
    var problems: [String: FileAccess.Problem] = [:]

    /// What Fixtures/make has made.
    static func fixture(_ name: String) -> [UInt8] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures").appendingPathComponent(name)
        guard let data = try? Data(contentsOf: file) else { return [] }
        return [UInt8](data)
    }

    var access: FileAccess {
        FileAccess(
            names: { directory throws(FileAccess.Problem) in
                if let problem = problems[directory] { throw problem }
                let paths = Array(files.keys) + Array(problems.keys)
                let names = paths.filter { $0.hasPrefix(directory + "/") }
                    .map { String($0.dropFirst(directory.count + 1)) }
                guard !names.isEmpty else { throw .missing }
                return names
            },
            contents: { path throws(FileAccess.Problem) in try read(path) },
            secret: { path throws(FileAccess.Problem) in Secret(copying: try read(path)) })
    }

    private func read(_ path: String) throws(FileAccess.Problem) -> [UInt8] {
        if let problem = problems[path] { throw problem }
        guard let octets = files[path] else { throw .missing }
        return octets
    }

    func read(pin: String? = nil, previous: Keystore = Keystore()) -> KeystoreReading {
        KeystoreReading(
            "/ks", access, pin: pin.map { Secret(copying: [UInt8]($0.utf8)) }, previous: previous)
    }
}
