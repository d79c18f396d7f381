import Admin
import CLinux
import Console
import Reactor

// What goes along with a request is read here, as whoever runs ikeadm.

extension Request.Enclosure {
    /// What goes along.
    ///
    /// - Parameters:
    ///   - typed: what was typed in braces.
    ///   - isAlone: whether this is the only command, so that a PIN may come from standard input.
    func contents(
        typed: SensitiveOctets?, isAlone: Bool
    ) throws(Failure) -> (octets: SensitiveOctets, log: Descriptor?) {
        let nothing = SensitiveOctets([])
        switch self {
        case .nothing: return (nothing, nil)
        case .typed: return (typed ?? nothing, nil)
        case .file(let path): return (try Self.contents(of: path), nil)
        case .pin: return (try Self.pin(isAlone: isAlone), nil)
        case .log(let path):
            let number = process_open(path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
            guard number >= 0 else { throw Failure(system: path) }
            return (nothing, Descriptor(owning: number))
        }
    }

    private static func contents(of path: String) throws(Failure) -> SensitiveOctets {
        let number = process_open(path, O_RDONLY, 0)
        guard number >= 0 else { throw Failure(system: path) }
        let descriptor = Descriptor(owning: number)
        var octets = [UInt8](repeating: 0, count: Frame.longestEnclosure + 1)
        var count = 0
        while count < octets.count {
            let got = octets.withUnsafeMutableBytes {
                read(descriptor.number, $0.baseAddress.map { $0 + count }, $0.count - count)
            }
            if got < 0, process_errno() == EINTR { continue }
            guard got >= 0 else { throw Failure(system: path) }
            guard got > 0 else { break }
            count += got
        }
        defer { octets.erase() }
        guard count <= Frame.longestEnclosure else {
            throw Failure(
                "\(path): is larger than \(Frame.longestEnclosure) octets; expected a smaller one")
        }
        return SensitiveOctets([UInt8](octets[..<count]))
    }

    /// Longer PINs are no PINs.
    private static let longestPIN = 1023

    private static func pin(isAlone: Bool) throws(Failure) -> SensitiveOctets {
        let reading: SecretLine.Reading
        if isAlone, isatty(STDIN_FILENO) == 0 {
            reading = SecretLine.read(from: STDIN_FILENO, longest: longestPIN)
        } else if let terminal = SilentTerminal(asking: "PIN: ") {
            reading = SecretLine.read(from: terminal.descriptor, longest: longestPIN)
        } else {
            throw Failure("a PIN is needed, and there is no terminal to ask on")
        }
        switch reading {
        case .line(let octets): return SensitiveOctets(octets)
        case .tooLong:
            throw Failure("the PIN is too long; expected \(longestPIN) characters at most")
        case .interrupted: throw Failure("interrupted")
        }
    }
}

/// Where the pieces of a text go: a file that was not there before, or standard output.
final class PieceSink {
    private let path: String?
    private let descriptor: Descriptor?
    private let output: Output
    private var isDone = false

    /// Makes the file; without one the pieces go to standard output.
    init(_ path: String?, _ output: Output) throws(Failure) {
        self.path = path
        self.output = output
        guard let path else {
            descriptor = nil
            return
        }
        let number = process_open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard number >= 0 else { throw Failure(system: path) }
        descriptor = Descriptor(owning: number)
    }

    /// A file that is not whole is none.
    deinit { if let path, !isDone { unlink(path) } }

    func write(_ piece: SensitiveOctets) throws(Failure) {
        var octets = piece.copy()
        defer { octets.erase() }
        guard let descriptor, let path else { return output.write(octets) }
        guard Terminal.write(octets, to: descriptor.number) else { throw Failure(system: path) }
    }

    /// All of it has come.
    func finish() throws(Failure) {
        if let descriptor, let path, fsync(descriptor.number) != 0, process_errno() != EINVAL {
            throw Failure(system: path)
        }
        isDone = true
    }

    /// Whether there is something to say of it beside the text.
    var isFile: Bool { path != nil }
}

extension Failure {
    /// Why the system has not done what was to be done with a file.
    init(system path: String) {
        self.init("\(path): \(systemErrorText(process_errno()))")
    }
}
