import CLinux
import COpenSSL
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
        var octets = [UInt8](repeating: 0, count: longest + 1)
        defer { octets.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        var count = 0
        while count < octets.count {
            let got = octets.withUnsafeMutableBytes {
                CLinux.read(descriptor, $0.baseAddress.map { $0 + count }, 1)
            }
            if got < 0, process_errno() == EINTR { continue }
            guard got > 0, octets[count] != UInt8(ascii: "\n") else { break }
            guard octets[count] != 3 else { throw Failure("interrupted") }
            count += 1
        }
        guard count <= longest else {
            throw Failure("the PIN is too long; expected \(longest) characters at most")
        }
        if count > 0, octets[count - 1] == UInt8(ascii: "\r") { count -= 1 }
        return Secret(copying: octets.span.extracting(0..<count))
    }
}
