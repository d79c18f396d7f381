import CLibevent
import CLinux
import Foundation
import Net
import Testing

@testable import Reactor

@Suite struct NameLookupTests {
    private let loop: EventLoop
    private let resolver: OpaquePointer
    /// The server of names, on the loopback.
    private let server: Descriptor

    init() throws {
        loop = try EventLoop()
        resolver = try #require(evdns_base_new(loop.base.pointer, 0))
        server = Descriptor(owning: socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0))
        var name = sockaddr_in6()
        let length = SocketAddress(try #require(IPAddress("127.0.0.1")), port: 0)
            .write(to: &name)
        var bound = length
        let number = server.number
        try withUnsafeMutablePointer(to: &name) { name in
            name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                #expect(bind(number, name, length) == 0)
                #expect(getsockname(number, name, &bound) == 0)
            }
            let port = try #require(SocketAddress(at: name)).port
            #expect(evdns_base_nameserver_ip_add(resolver, "127.0.0.1:\(port)") == 0)
        }
    }

    /// Runs until told, or for a while; the server answers each question with these addresses of
    /// IPv4, if at all.
    private func run(answering addresses: [[UInt8]]?, for milliseconds: UInt64 = 10_000) throws {
        let number = server.number
        let watch = try loop.watch(number) {
            var question = [UInt8](repeating: 0, count: 512)
            var name = sockaddr_in6()
            withUnsafeMutablePointer(to: &name) { name in
                name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
                    let count = recvfrom(number, &question, 512, 0, name, &length)
                    guard count > 12, let addresses else { return }
                    let answer = Self.answer(to: Array(question.prefix(count)), addresses)
                    sendto(number, answer, answer.count, 0, name, length)
                }
            }
        }
        let limit = loop.makeTimer { [loop] in loop.stop() }
        limit.set(deadline: loop.now + milliseconds * 1_000_000)
        try loop.run()
        limit.cancel()
        withExtendedLifetime(watch) {}
        evdns_base_free(resolver, 0)
    }

    /// A response of RFC 1035 §4.1.
    private static func answer(to question: [UInt8], _ addresses: [[UInt8]]) -> [UInt8] {
        // The question is a name, its type, its class; type 1 is A.
        guard let end = question.dropFirst(12).firstIndex(of: 0), question.count >= end + 5 else {
            return []
        }
        let records = question[end + 2] == 1 ? addresses : []
        var answer = question.prefix(2) + [0x81, 0x80, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        answer += question[12..<end + 5]
        for address in records {
            answer += [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4] + address
        }
        return Array(answer)
    }

    @Test(arguments: [[[192, 0, 2, 7], [127, 0, 0, 1]], []] as [[[UInt8]]])
    func givesTheAddressesOfAName(records: [[UInt8]]) throws {
        var found: [IPAddress]?
        let lookup = NameLookup { [loop] in
            #expect(found == nil)
            found = $0
            loop.stop()
        }
        lookup.begin("certs.example.org", resolver)
        try run(answering: records)
        #expect(found == records.compactMap { IPAddress(octets: $0) })
    }

    @Test func saysNothingOnceCancelled() throws {
        let lookup = NameLookup { _ in Issue.record("it has been cancelled") }
        lookup.begin("certs.example.org", resolver)
        lookup.cancel()
        try run(answering: [[192, 0, 2, 7]], for: 50)
    }

    @Test func mayBeReleasedWhenCancelled() throws {
        var lookup: NameLookup? = NameLookup { _ in Issue.record("it has been cancelled") }
        lookup?.begin("certs.example.org", resolver)
        lookup?.cancel()
        lookup = nil
        try run(answering: nil, for: 50)
    }
}
