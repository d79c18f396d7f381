import CLinux
import Net
@testable import Reactor
import Testing

struct UDPSocketTests {
    struct Received: Equatable {
        let octets: [UInt8]
        let from: SocketAddress
        let to: SocketAddress
    }

    let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    private static func loopback(_ family: IPAddress.Family) -> IPAddress {
        family == .v4 ? .v4(0x7f00_0001) : .v6(high: 0, low: 1)
    }

    private func address(of socket: UDPSocket) -> SocketAddress {
        SocketAddress(Self.loopback(socket.family), port: socket.port)
    }

    private func anywhere(_ socket: UDPSocket) -> SocketAddress {
        SocketAddress(socket.family.unspecified, port: socket.port)
    }

    /// Runs the loop until the socket has delivered `count` datagrams.
    private func receive(_ count: Int, on socket: UDPSocket) throws -> [Received] {
        var received: [Received] = []
        var failure: ReactorError?
        let watch = try loop.watch(socket.descriptorNumber) { [loop] in
            do throws(ReactorError) {
                try socket.receive { octets, from, to in
                    received.append(
                        Received(
                            octets: octets.indices.map { octets[$0] }, from: from, to: to))
                }
            } catch {
                failure = error
            }
            if received.count >= count || failure != nil { loop.stop() }
        }
        try loop.run()
        watch.cancel()
        if let failure { throw failure }
        return received
    }

    @Test(arguments: [IPAddress.Family.v4, .v6])
    func aDatagramArrivesWithBothAddresses(family: IPAddress.Family) throws {
        let server = try UDPSocket(family: family, port: 0, on: loop)
        let client = try UDPSocket(family: family, port: 0, on: loop)
        client.send([1, 2, 3], from: anywhere(client), to: address(of: server))
        client.flush()
        let expected = Received(
            octets: [1, 2, 3], from: address(of: client), to: address(of: server))
        #expect(try receive(1, on: server) == [expected])
        #expect(client.counters == .init(sent: 1))
        #expect(server.counters == .init(received: 1))
    }

    @Test func answersFromTheAddressThatWasAsked() throws {
        let server = try UDPSocket(family: .v4, port: 0, on: loop)
        let client = try UDPSocket(family: .v4, port: 0, on: loop)
        let asked = SocketAddress(.v4(0x7f00_0002), port: server.port)
        client.send([1], from: anywhere(client), to: asked)
        client.flush()
        let request = try #require(try receive(1, on: server).first)
        #expect(request.to == asked)
        server.send([2], from: request.to, to: request.from)
        server.flush()
        let response = try #require(try receive(1, on: client).first)
        #expect(response.from == asked)
        #expect(response.octets == [2])
    }

    @Test func theMarkerIsFourZeroOctetsBeforeTheMessage() throws {
        let server = try UDPSocket(family: .v6, port: 0, on: loop)
        let client = try UDPSocket(family: .v6, port: 0, on: loop)
        client.send([7, 8], marker: true, from: anywhere(client), to: address(of: server))
        client.send([], marker: true, from: anywhere(client), to: address(of: server))
        client.send([], from: anywhere(client), to: address(of: server))
        client.flush()
        let received = try receive(3, on: server).map { $0.octets }
        #expect(received == [[0, 0, 0, 0, 7, 8], [0, 0, 0, 0], []])
    }

    @Test func dropsAndCountsDatagramsLongerThanItTakes() throws {
        let server = try UDPSocket(family: .v4, port: 0, longest: 100, on: loop)
        let client = try UDPSocket(family: .v4, port: 0, on: loop)
        for count in [101, 100, 4000] {
            client.send(
                [UInt8](repeating: 1, count: count), from: anywhere(client),
                to: address(of: server))
        }
        client.send([9], from: anywhere(client), to: address(of: server))
        client.flush()
        #expect(try receive(2, on: server).map { $0.octets.count } == [100, 1])
        #expect(server.counters == .init(received: 2, truncated: 2))
    }

    @Test(arguments: [IPAddress.Family.v4, .v6])
    func theLongestDatagramsPassWhole(family: IPAddress.Family) throws {
        let server = try UDPSocket(family: family, port: 0, on: loop)
        let client = try UDPSocket(family: family, port: 0, on: loop)
        // 65535 less the headers of UDP and, in IPv4, of IP.
        let longest = (0..<(family == .v4 ? 65_507 : 65_527)).map {
            UInt8(truncatingIfNeeded: $0 &* 31)
        }
        for round in 0..<3 {
            client.send(longest, from: anywhere(client), to: address(of: server))
            client.send([UInt8(round)], from: anywhere(client), to: address(of: server))
            client.flush()
            #expect(
                try receive(2, on: server).map { $0.octets } == [longest, [UInt8(round)]])
        }
    }

    @Test func moreThanTheQueueHoldsIsFlushedOnTheWay() throws {
        let server = try UDPSocket(family: .v4, port: 0, on: loop)
        let client = try UDPSocket(family: .v4, port: 0, on: loop)
        for index in 0..<200 {
            client.send([UInt8(index)], from: anywhere(client), to: address(of: server))
        }
        loop.afterTurn = { client.flush() }
        let received = try receive(200, on: server)
        #expect(received.map { $0.octets } == (0..<200).map { [UInt8($0)] })
        #expect(client.counters == .init(sent: 200))
    }

    @Test func anICMPErrorStopsNeitherSendingNorReceiving() throws {
        let gone = try UDPSocket(family: .v4, port: 0, on: loop).port
        let server = try UDPSocket(family: .v4, port: 0, on: loop)
        let client = try UDPSocket(family: .v4, port: 0, on: loop)
        let nobody = SocketAddress(Self.loopback(.v4), port: gone)
        for _ in 0..<3 {
            client.send([1], from: anywhere(client), to: nobody)
            client.flush()
        }
        server.send([2], from: anywhere(server), to: address(of: client))
        server.flush()
        #expect(try receive(1, on: client).map { $0.octets } == [[2]])
    }

    @Test func whatTheKernelRefusesIsReportedAndTheRestIsSent() throws {
        let server = try UDPSocket(family: .v4, port: 0, on: loop)
        let client = try UDPSocket(family: .v4, port: 0, on: loop)
        var unsent: [SocketAddress] = []
        client.onUnsent = { destination, _ in unsent.append(destination) }
        // Too long for UDP; to port 0; to the other family; from an address that is not ours.
        let long = [UInt8](repeating: 0, count: 65_508)
        let portZero = address(of: server).with(port: 0)
        let other = SocketAddress(.v6(high: 0, low: 1), port: server.port)
        let foreign = SocketAddress(.v4(0xc000_0201), port: 0)
        client.send(long, from: anywhere(client), to: address(of: server))
        client.send([1], from: anywhere(client), to: portZero)
        client.send([2], from: anywhere(client), to: other)
        client.send([3], from: foreign, to: address(of: server))
        client.send([4], from: anywhere(client), to: address(of: server))
        client.flush()
        #expect(try receive(1, on: server).map { $0.octets } == [[4]])
        #expect(unsent == [other, address(of: server), portZero, address(of: server)])
        #expect(client.counters == .init(sent: 1, refused: 4))
    }

    @Test func twoSocketsCannotHaveOnePort() throws {
        let first = try UDPSocket(family: .v4, port: 0, on: loop)
        let error = #expect(throws: ReactorError.self) {
            try UDPSocket(family: .v4, port: first.port, on: loop)
        }
        #expect(error?.code == EADDRINUSE)
        // IPv6 is kept apart from IPv4.
        _ = try UDPSocket(family: .v6, port: first.port, on: loop)
    }

    @Test func afterEnablingESPOnlyMarkedDatagramsArrive() throws {
        let server = try UDPSocket(family: .v4, port: 0, on: loop)
        let client = try UDPSocket(family: .v4, port: 0, on: loop)
        try server.enableESPInUDP()
        // An SPI that nobody has, a NAT keepalive (RFC 3948, section 2.3), an IKE message.
        client.send(
            [UInt8](repeating: 0xa5, count: 40), from: anywhere(client), to: address(of: server))
        client.send([0xff], from: anywhere(client), to: address(of: server))
        client.send([7], marker: true, from: anywhere(client), to: address(of: server))
        client.flush()
        #expect(try receive(1, on: server).map { $0.octets } == [[0, 0, 0, 0, 7]])
    }

    @Test(arguments: [IPAddress.Family.v4, .v6])
    func theBypassNeedsOnlyPrivileges(family: IPAddress.Family) throws {
        let server = try UDPSocket(family: family, port: 0, on: loop)
        do {
            try server.bypassPolicy()
        } catch {
            #expect(error.code == EPERM)
        }
    }
}
