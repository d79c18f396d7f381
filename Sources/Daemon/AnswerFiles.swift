import Policy
import CLinux
import Crypto
import Keystore
import Policy
import Reactor

/// What others have answered about certificates, in files: a restart need not ask again.
///
/// The files are named for the questions, and hold the answers as they came.
struct AnswerFiles: Sendable {
    let directory: String
    /// Whose they may be besides root's.
    let owner: Account?

    /// Octets of all files: as many as are kept in memory.
    private static let mostOctets = FetchAnswers.mostOctets
    /// A file that was being written when the daemon ended.
    private static let unfinished = ".new"

    private struct Entry {
        let name: Name
        let path: String
        let size: Int
        let changed: Int64
    }

    /// What a file is called.
    struct Name: Equatable {
        let key: FetchKey
        let kind: Kind

        /// What is in a file, by the end of its name.
        enum Kind: String, CaseIterable {
            case list = ".crl"
            case response = ".ocsp"
            case certificates = ".certs"
        }

        init(_ key: FetchKey, _ answer: FetchAnswer) {
            self.key = key
            kind =
                switch answer {
                case .list: .list
                case .response: .response
                case .certificates: .certificates
                }
        }

        init?(_ text: String) {
            guard let kind = Kind.allCases.first(where: { text.hasSuffix($0.rawValue) }) else {
                return nil
            }
            self.kind = kind
            let digits = Array(text.utf8.dropLast(kind.rawValue.utf8.count))
            guard digits.count == 2 * FetchKey.length else { return nil }
            var octets: [UInt8] = []
            for index in stride(from: 0, to: digits.count, by: 2) {
                guard let high = Self.value(of: digits[index]),
                    let low = Self.value(of: digits[index + 1])
                else { return nil }
                octets.append(high << 4 | low)
            }
            guard let key = FetchKey(octets: octets) else { return nil }
            self.key = key
        }

        private static func value(of digit: UInt8) -> UInt8? {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: nil
            }
        }

        var text: String {
            let digits = key.octets.reduce(into: "") { text, octet in
                text += octet < 16 ? "0" : ""
                text += String(octet, radix: 16)
            }
            return digits + kind.rawValue
        }
    }

    // MARK: Reading

    /// Reads what still holds at a moment in seconds since 1970, and removes what does not, or what
    /// is too much. Tells of files that are no good, which stay as they are.
    func load(at moment: Int64, into report: inout Report) -> FetchAnswers {
        var answers = FetchAnswers()
        do throws(GuardedFile.Problem) {
            try GuardedDirectory(path: directory, owner: owner).check()
        } catch {
            if case .refused(let reason) = error { report.add(.warning, reason, path: directory) }
            return answers
        }
        for entry in prune(into: &report) {
            do throws(GuardedFile.Problem) {
                guard let answer = try read(entry, at: moment) else {
                    unlink(entry.path)
                    continue
                }
                answers.keep(answer, to: entry.name.key)
            } catch {
                // One that has just gone was not there.
                if case .refused(let reason) = error {
                    report.add(.warning, "\(reason); it is ignored", path: entry.path)
                }
            }
        }
        return answers
    }

    /// The answer in a file; `nil` when it no longer holds.
    private func read(
        _ entry: Entry, at moment: Int64
    ) throws(GuardedFile.Problem) -> FetchAnswer? {
        let der = try GuardedFile(
            path: entry.path, protection: .readableByAll, owner: owner
        ).read()
        do throws(CryptoError) {
            let answer: FetchAnswer =
                switch entry.name.kind {
                case .list: .list(try RevocationList(der: der))
                case .response: .response(der)
                case .certificates: .certificates(der)
                }
            return try answer.isOver(at: moment) ? nil : answer
        } catch {
            throw .refused(error.description)
        }
    }

    /// Removes the oldest files while there are too many; gives the others, oldest first.
    private func prune(into report: inout Report) -> [Entry] {
        var entries: [Entry] = []
        do throws(FileAccess.Problem) {
            for text in try Directory.names(of: directory) {
                let path = "\(directory)/\(text)"
                if text.hasSuffix(Self.unfinished) {
                    unlink(path)
                } else if let name = Name(text) {
                    var status = stat()
                    guard process_path_status(path, &status) == 0 else { continue }
                    entries.append(
                        Entry(
                            name: name, path: path, size: Int(clamping: status.st_size),
                            changed: Int64(status.st_mtim.tv_sec)))
                } else {
                    report.add(.warning, "is no answer of ours; it is ignored", path: path)
                }
            }
        } catch {
            if case .refused(let reason) = error { report.add(.warning, reason, path: directory) }
        }
        entries.sort { ($0.changed, $0.path) < ($1.changed, $1.path) }
        var size = entries.reduce(0) { $0 + min($1.size, Self.mostOctets) }
        while let oldest = entries.first,
            size > Self.mostOctets || entries.count > FetchAnswers.most
        {
            unlink(oldest.path)
            size -= min(oldest.size, Self.mostOctets)
            entries.removeFirst()
        }
        return entries
    }

    /// Removes all answers; gives how many there were.
    func removeAll() -> Int {
        var unread = Report()
        let entries = prune(into: &unread)
        for entry in entries { unlink(entry.path) }
        return entries.count
    }

    // MARK: Writing

    /// Writes an answer in place of the one before. Nobody ever sees half of it; that it survives a
    /// loss of power is not worth waiting for.
    func keep(_ answer: FetchAnswer, to key: FetchKey) throws(Failure) {
        let der = answer.der
        // It would not be read.
        guard der.count <= GuardedFile.sizeLimit else { return }
        if mkdir(directory, 0o700) != 0, process_errno() != EEXIST {
            throw Failure(system: "make \(directory)")
        }
        let path = "\(directory)/\(Name(key, answer).text)"
        let draft = path + Self.unfinished
        let number = process_open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw Failure(system: "write \(path)") }
        do {
            let descriptor = Descriptor(owning: number)
            guard write(descriptor.number, der, der.count) == der.count else {
                let failure = Failure(system: "write \(path)")
                unlink(draft)
                throw failure
            }
        }
        guard process_rename(draft, path) == 0 else {
            let failure = Failure(system: "write \(path)")
            unlink(draft)
            throw failure
        }
        var unread = Report()
        _ = prune(into: &unread)
    }
}
