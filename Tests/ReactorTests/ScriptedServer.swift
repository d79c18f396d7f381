import CLibevent
import CLinux
import Foundation
import Reactor
import Testing

/// A server on the loopback that answers each connection with what the test says, and keeps what it
/// was asked. It ends with its object.
final class ScriptedServer: @unchecked Sendable {
    /// What becomes of a connection, once the head of the request is there.
    enum Answer: Sendable {
        /// These octets, then the end.
        case octets(String)
        /// Nothing but the end.
        case end
        /// Nothing at all.
        case silence
        /// A head, and octets without an end.
        case flood(String)
    }

    /// The thread keeps it, so that its number is no other's while it is waited at.
    private struct Listening: @unchecked Sendable {
        let descriptor: Descriptor
    }

    let port: UInt16
    private let listening: Listening
    private let answers: @Sendable (String) -> Answer
    private let lock = NSLock()
    private var requests: [String] = []
    private var open: [Descriptor] = []

    /// Takes connections from now on; `answers` gets the first line of each request.
    init(_ answers: @escaping @Sendable (String) -> Answer) throws {
        self.answers = answers
        listening = Listening(
            descriptor: Descriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = listening.descriptor.number
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(number, name, length) == 0 && listen(number, 16) == 0
                    && getsockname(number, name, &length) == 0
            }
        }
        try #require(isBound)
        port = UInt16(bigEndian: address.sin_port)
        let thread = Foundation.Thread { [listening, weak self] in
            while true {
                let taken = accept(listening.descriptor.number, nil, nil)
                guard taken >= 0, let self else { return }
                serve(Descriptor(owning: taken))
            }
        }
        thread.start()
    }

    deinit {
        shutdown(listening.descriptor.number, Int32(SHUT_RDWR))
    }

    /// The requests so far, whole.
    var asked: [String] { lock.withLock { requests } }

    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    private func serve(_ connection: Descriptor) {
        var text = ""
        var room = [UInt8](repeating: 0, count: 4096)
        while !isWhole(text) {
            let count = read(connection.number, &room, room.count)
            guard count > 0 else { return }
            text += String(decoding: room.prefix(count), as: UTF8.self)
        }
        lock.withLock { requests.append(text) }
        switch answers(String(text.prefix { $0 != "\r\n" })) {
        case .octets(let answer): send(answer, connection)
        case .end: break
        case .silence: lock.withLock { open.append(connection) }
        case .flood(let head):
            send(head, connection)
            let more = String(repeating: "x", count: 65536)
            while send(more, connection) {}
        }
    }

    private func isWhole(_ text: String) -> Bool {
        guard let end = text.range(of: "\r\n\r\n") else { return false }
        guard let field = text.range(of: "Content-Length: ") else { return true }
        let length = Int(text[field.upperBound...].prefix { $0.isNumber }) ?? 0
        return text[end.upperBound...].utf8.count >= length
    }

    @discardableResult
    private func send(_ text: String, _ connection: Descriptor) -> Bool {
        let octets = Array(text.utf8)
        return CLinux.send(connection.number, octets, octets.count, Int32(MSG_NOSIGNAL)) > 0
    }
}
