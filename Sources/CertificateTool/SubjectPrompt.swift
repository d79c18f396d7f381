import Console
import CLinux
import Crypto
import Daemon

/// `-i`: asks for the parts of a subject, one after the other; an empty answer leaves one out.
enum SubjectPrompt {
    private static let parts: [(type: String, question: String)] = [
        ("C", "Country, two letters"), ("ST", "State or province"), ("L", "Locality"),
        ("O", "Organization"), ("OU", "Organizational unit"), ("CN", "Common name"),
        ("emailAddress", "E-mail address"),
    ]

    static func ask() throws(Failure) -> DistinguishedName {
        var attributes: [String] = []
        for (type, question) in parts {
            Terminal.complain("\(question) (\(type)):")
            let answer = try line()
            if !answer.isEmpty { attributes.append("\(type)=\(escaped(answer))") }
        }
        guard !attributes.isEmpty else {
            throw Failure("the subject is empty; expected one part of it at least")
        }
        return try Failure.ofCrypto { () throws(CryptoError) in
            try DistinguishedName(parsing: attributes.joined(separator: ", "))
        }
    }

    /// Each special character behind a backslash (RFC 4514 §2.4).
    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            if "\\\",+#;<>=".contains(character) { escaped += "\\" }
            escaped.append(character)
        }
    }

    private static func line() throws(Failure) -> String {
        var octets: [UInt8] = []
        while true {
            var octet: UInt8 = 0
            let count = read(STDIN_FILENO, &octet, 1)
            if count < 0, process_errno() == EINTR { continue }
            guard count >= 0 else { throw Failure(system: "standard input") }
            guard count > 0, octet != UInt8(ascii: "\n") else { break }
            octets.append(octet)
        }
        while octets.last == UInt8(ascii: " ") || octets.last == 0x0D { octets.removeLast() }
        return String(decoding: octets.drop { $0 == UInt8(ascii: " ") }, as: UTF8.self)
    }
}
