import IPsec
import Net
import Testing

@testable import Kernel

/// With the kernel of this machine, each test in a network namespace of its own.
@Suite struct HostAddressesTests {
    private static func addresses(_ texts: String...) throws -> Set<IPAddress> {
        Set(try texts.map { try address($0) })
    }

    @Test func addressesAreThoseThatOthersCanReach() throws {
        let found = try PrivateNetwork.run {
            try PrivateNetwork.setUpInterfaces()
            try PrivateNetwork.ip(batch: [
                "link set lo up",
                // A router's own address is often on the loopback interface.
                "addr add 198.51.100.1/32 dev lo",
                "addr add 169.254.7.7/16 dev v0 scope link",
                "addr add 192.0.2.7/24 dev v0",
                "link add v2 type veth peer name v3", "addr add 203.0.113.1/24 dev v2",
                "addr add 2001:db8:2::1/64 dev v2 nodad",
            ])
            return try HostAddresses().addresses()
        }
        #expect(
            Set(found)
                == (try Self.addresses("192.0.2.1", "192.0.2.7", "198.51.100.1", "2001:db8::1")))
        #expect(found.count == 4)
    }

    @Test func aLinkBetweenTwoPointsHasOurAddressNotTheOthers() throws {
        let found = try PrivateNetwork.run {
            try PrivateNetwork.setUpInterfaces()
            try PrivateNetwork.ip(batch: [
                "addr add 203.0.113.1 peer 203.0.113.2 dev v0",
                "addr add 2001:db8:3::1 peer 2001:db8:3::2 dev v0 nodad",
            ])
            return try HostAddresses().addresses()
        }
        #expect(
            Set(found)
                == (try Self.addresses(
                    "192.0.2.1", "2001:db8::1", "203.0.113.1", "2001:db8:3::1")))
    }

    @Test func aHostWithoutNetworkHasNoAddress() throws {
        let found = try PrivateNetwork.run {
            try PrivateNetwork.ip("link set lo up")
            return try HostAddresses().addresses()
        }
        #expect(found.isEmpty)
    }

    @Test func changesAreToldAndTheAddressesAreThoseAfterwards() throws {
        try PrivateNetwork.run {
            try PrivateNetwork.setUpInterfaces()
            let host = try HostAddresses()
            #expect(!PrivateNetwork.isReadable(host.notificationDescriptor))
            let changes: [(command: String, addresses: Set<IPAddress>)] = [
                (
                    "addr add 192.0.2.7/24 dev v0",
                    try Self.addresses("192.0.2.1", "192.0.2.7", "2001:db8::1")
                ),
                ("addr del 2001:db8::1/64 dev v0", try Self.addresses("192.0.2.1", "192.0.2.7")),
                // Others of its network go with it, and routes go and come.
                ("addr flush dev v0 to 192.0.2.0/24", []),
                ("addr add 192.0.2.1/24 dev v0", try Self.addresses("192.0.2.1")),
                ("route add 198.51.100.0/24 via 192.0.2.9", try Self.addresses("192.0.2.1")),
                ("route add unreachable 2001:db8:9::/48", try Self.addresses("192.0.2.1")),
                ("link set v0 down", []),
                ("link set v0 up", try Self.addresses("192.0.2.1")),
                ("link del v0", []),
            ]
            for change in changes {
                try PrivateNetwork.ip(change.command)
                #expect(
                    PrivateNetwork.isReadable(host.notificationDescriptor), "\(change.command)")
                try host.takeChanges()
                #expect(
                    !PrivateNetwork.isReadable(host.notificationDescriptor), "\(change.command)")
                #expect(Set(try host.addresses()) == change.addresses, "\(change.command)")
            }
        }
    }

    /// More changes than the socket has room for, and more than one call takes.
    @Test func aFloodOfChangesIsTakenInAPieceAtATime() throws {
        try PrivateNetwork.run {
            try PrivateNetwork.setUpInterfaces()
            let host = try HostAddresses()
            try PrivateNetwork.ip(
                batch: (0..<3000).map {
                    "route add 10.\($0 / 250).\($0 % 250).0/24 via 192.0.2.9"
                })
            var calls = 0
            while PrivateNetwork.isReadable(host.notificationDescriptor), calls < 100 {
                try host.takeChanges()
                calls += 1
            }
            #expect(calls > 0 && calls < 100)
            #expect(Set(try host.addresses()) == (try Self.addresses("192.0.2.1", "2001:db8::1")))
            try PrivateNetwork.ip("addr add 192.0.2.7/24 dev v0")
            #expect(PrivateNetwork.isReadable(host.notificationDescriptor))
        }
    }

    @Test func theWayOutIsThatOfTheRoutes() throws {
        try PrivateNetwork.run {
            try PrivateNetwork.setUpInterfaces()
            try PrivateNetwork.ip(batch: [
                "link set lo up", "addr add 192.0.2.7/24 dev v0",
                "link add v2 type veth peer name v3", "link set v3 up",
                "addr add 203.0.113.1/24 dev v2", "link set v2 up",
                "route add 198.51.100.0/24 via 192.0.2.254 src 192.0.2.7",
                "route add 198.51.100.128/25 via 203.0.113.254",
                "route add unreachable 10.1.0.0/16", "route add blackhole 10.2.0.0/16",
                "route add prohibit 10.3.0.0/16", "route add unreachable 2001:db8:1::/48",
                "route add blackhole 2001:db8:2::/48", "route add prohibit 2001:db8:3::/48",
                "route add 2001:db8:4::/48 via 2001:db8::9",
            ])
            let host = try HostAddresses()
            let ways = [
                "192.0.2.50": "192.0.2.1", "198.51.100.1": "192.0.2.7",
                "198.51.100.200": "203.0.113.1", "203.0.113.77": "203.0.113.1",
                "2001:db8::77": "2001:db8::1", "2001:db8:4::1": "2001:db8::1",
                "192.0.2.1": "192.0.2.1",
            ]
            for (destination, source) in ways {
                #expect(
                    try host.source(for: address(destination)) == address(source),
                    "\(destination)")
            }
            let lost = [
                "172.16.0.1", "10.1.0.1", "10.2.0.1", "10.3.0.1", "2001:db8:1::1",
                "2001:db8:2::1", "2001:db8:3::1", "2001:db9::1",
            ]
            for destination in lost {
                #expect(try host.source(for: address(destination)) == nil, "\(destination)")
            }
            try PrivateNetwork.ip("link set v2 down")
            #expect(try host.source(for: address("198.51.100.200")) == address("192.0.2.7"))
            #expect(try host.source(for: address("203.0.113.77")) == nil)
        }
    }
}
