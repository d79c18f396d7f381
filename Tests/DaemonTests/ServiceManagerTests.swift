import CLinux
import Foundation
import Testing

@testable import Daemon

@Suite struct ServiceManagerTests {
    /// A socket such as systemd's, under a name.
    private func listen(at name: String) throws -> Int32 {
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let octets = Array(name.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: octets)
            if name.hasPrefix("@") { $0[0] = 0 }
        }
        let length = socklen_t(2 + octets.count)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, length) == 0 }
        }
        try #require(isBound)
        return number
    }

    private func next(of number: Int32) -> String {
        var room = [UInt8](repeating: 0, count: 256)
        let count = recv(number, &room, room.count, Int32(MSG_DONTWAIT))
        return count > 0 ? String(decoding: room[..<count], as: UTF8.self) : ""
    }

    @Test func hearsOfEveryState() throws {
        let scratch = try Scratch()
        for name in [scratch["notify"], "@in.ikev2d-\(UUID().uuidString)"] {
            let number = try listen(at: name)
            defer { close(number) }
            let manager = try #require(ServiceManager(socket: name))
            manager.ready()
            #expect(next(of: number) == "READY=1")
            manager.reloading()
            let lines = next(of: number).split(separator: "\n")
            #expect(lines.first == "RELOADING=1")
            #expect(lines.last?.hasPrefix("MONOTONIC_USEC=") == true)
            #expect(lines.last.flatMap { UInt64($0.dropFirst(15)) } != nil)
            manager.alive()
            #expect(next(of: number) == "WATCHDOG=1")
            manager.stopping()
            #expect(next(of: number) == "STOPPING=1")
        }
    }

    @Test func namesThatAreNoSocketAreIgnored() {
        for name in ["", "/", "@", "relative", "/" + String(repeating: "x", count: 200)] {
            #expect(ServiceManager(socket: name) == nil)
        }
    }
}
