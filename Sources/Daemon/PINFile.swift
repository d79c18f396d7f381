import CLinux
import Console
import Crypto

/// A file whose first line is a PIN.
package enum PINFile {
    /// Longer ones are refused: libcrypto takes no more.
    private static let longest = 1023

    /// The PIN that the service manager hands over (systemd.exec(5), Credentials); `nil` when there
    /// is none.
    package static func credential() throws(Failure) -> Secret? {
        guard let folder = getenv("CREDENTIALS_DIRECTORY") else { return nil }
        let file = "\(String(cString: folder))/pin"
        return access(file, F_OK) == 0 ? try read(file) : nil
    }

    /// The first line of a file.
    package static func read(_ file: String) throws(Failure) -> Secret {
        let descriptor = process_open(file, O_RDONLY, 0)
        guard descriptor >= 0 else { throw Failure(system: file.printable) }
        defer { close(descriptor) }
        return try line(from: descriptor)
    }

    /// The next line of a file or a terminal, which may be read to its end only.
    package static func line(from descriptor: Int32) throws(Failure) -> Secret {
        switch SecretLine.read(from: descriptor, longest: longest) {
        case .line(var octets):
            defer { SecretLine.erase(&octets) }
            return Secret(copying: octets)
        case .tooLong:
            throw Failure("the PIN is too long; expected \(longest) characters at most")
        case .interrupted: throw Failure("interrupted")
        }
    }
}
