import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// What a NAT between two hosts changes (RFC 7296 §2.23, RFC 3948).
@Suite struct NATTests {
    /// `a` stands behind a NAT unless a test says otherwise; `b` sees it at 198.51.100.1.
    struct Crossing {
        let pair: Pair
        let nats: [NAT]

        /// - Parameters:
        ///   - nats: those that datagrams pass, one after another.
        ///   - target: where `a` reaches `b`.
        init(
            _ setup: Pair.Setup = Pair.Setup(),
            nats: [NAT] = [NAT(before: "10.9.0.1", as: "198.51.100.1")],
            target: String = "10.9.0.2", mobike: Bool = false
        ) throws {
            var setup = setup
            setup.ruleA +=
                " remote_addr \(target) remote_id ANY mobike \(mobike ? "yes" : "no")"
            setup.ruleB += " remote_addr 198.51.100.0/24 remote_id ANY"
            pair = try Pair(setup)
            self.nats = nats
            pair.simulation.interceptor = { original in
                nats.reduce(original) { datagram, nat in datagram.flatMap { nat.pass($0) } }
            }
        }

        var simulation: Simulation { pair.simulation }

        /// What `b` sends with.
        var sending: SADEntry? { pair.b.kernel.sending(reqid: 1) }
    }

    /// Both policies of a host; the inbound one leaves open who the gateways are.
    private static func policy(
        _ host: Host, _ local: String, _ remote: String, to gateway: String?,
        mode: Mode = .tunnel
    ) {
        let selector = Selector(source: prefix(local), destination: prefix(remote))
        let template = Template(protocolID: .esp, mode: mode, reqid: 1)
        var outbound = template
        if let gateway {
            outbound.source = host.address
            outbound.destination = ip(gateway)
        }
        host.kernel.add(
            SecurityPolicy(
                index: 1, direction: .outbound, selector: selector, action: .protect(outbound)))
        host.kernel.add(
            SecurityPolicy(
                index: 2, direction: .inbound, selector: selector.reversed,
                action: .protect(template)))
    }

    private func up(
        _ globals: String = "", mobike: Bool = false
    ) throws -> Crossing {
        var setup = Pair.Setup(globalsA: globals, globalsB: globals)
        setup.policies = PolicySet { a, b in
            Self.policy(a, "10.1.0.0/24", "10.2.0.0/24", to: "10.9.0.2")
            Self.policy(b, "10.2.0.0/24", "10.1.0.0/24", to: "198.51.100.1")
        }
        let crossing = try Crossing(setup, mobike: mobike)
        crossing.pair.ping(from: crossing.pair.a)
        #expect(crossing.pair.settle())
        #expect(crossing.pair.a.kernel.entries.count == 2)
        #expect(crossing.pair.b.kernel.entries.count == 2)
        return crossing
    }

    // MARK: Detection

    @Test func packetsOfBothEndsTravelInUDPByThePortsThatTheNATHas() throws {
        let crossing = try up()
        let port = try #require(crossing.nats[0].port(for: 4500))
        for entry in crossing.pair.a.kernel.entries.values {
            #expect(
                entry.encapsulation
                    == SADEntry.UDPEncapsulation(sourcePort: 4500, destinationPort: 4500))
        }
        let sending = try #require(crossing.sending)
        #expect(sending.id.destination == ip("198.51.100.1"))
        #expect(
            sending.encapsulation
                == SADEntry.UDPEncapsulation(sourcePort: 4500, destinationPort: port))
        #expect(crossing.pair.a.establishedSAs.first?.nats == .here)
        #expect(crossing.pair.b.establishedSAs.first?.nats == .there)
    }

    @Test func aResponderBehindANATIsFoundByThatAndSendsTheKeepAlives() throws {
        var setup = Pair.Setup()
        setup.policies = PolicySet { a, b in
            Self.policy(a, "10.1.0.0/24", "10.2.0.0/24", to: "198.51.100.9")
            Self.policy(b, "10.2.0.0/24", "10.1.0.0/24", to: "10.9.0.1")
        }
        let crossing = try Crossing(
            setup, nats: [NAT(before: "10.9.0.2", as: "198.51.100.9", isForwarding: true)],
            target: "198.51.100.9")
        crossing.pair.ping(from: crossing.pair.a)
        #expect(crossing.pair.settle())
        #expect(crossing.pair.a.establishedSAs.first?.nats == .there)
        #expect(crossing.pair.b.establishedSAs.first?.nats == .here)
        #expect(crossing.pair.a.kernel.entries.count == 2)
        crossing.simulation.run(for: .seconds(61))
        #expect(crossing.simulation.keepAlives.count == 3)
        #expect(
            crossing.simulation.keepAlives.allSatisfy { $0.local.address == ip("10.9.0.2") })
    }

    // MARK: Keepalives

    @Test func whoStandsBehindANATRemindsItOfItself() throws {
        let crossing = try up()
        let before = crossing.simulation.keepAlives.count
        crossing.simulation.run(for: .seconds(100))
        let sent = crossing.simulation.keepAlives.dropFirst(before)
        #expect(sent.count == 5)
        for datagram in sent {
            #expect(datagram.octets == [0xFF])
            #expect(datagram.local == SocketAddress(ip("10.9.0.1"), port: 4500))
            #expect(datagram.remote == SocketAddress(ip("10.9.0.2"), port: 4500))
        }
    }

    @Test func nobodyRemindsANATThatIsNotThere() throws {
        let pair = try Pair()
        pair.ping(from: pair.a)
        #expect(pair.settle())
        pair.simulation.run(for: .seconds(100))
        #expect(pair.simulation.keepAlives.isEmpty)
    }

    @Test func keepAlivesGoOnAfterTheIKESAIsRekeyedAndEndWithIt() throws {
        let crossing = try up("ikesa_lifetime_secs 60")
        crossing.simulation.run(for: .seconds(200))
        #expect(crossing.simulation.keepAlives.count >= 8)
        crossing.simulation.handle(.shutdown, crossing.pair.a)
        let before = crossing.simulation.keepAlives.count
        crossing.simulation.run(for: .seconds(100))
        #expect(crossing.simulation.keepAlives.count == before)
    }

    // MARK: A NAT that forgets

    @Test func anIKEMessageFromAnotherPortMovesTheSAs() throws {
        let crossing = try up("dpd_interval_secs 10")
        let before = try #require(crossing.sending)
        crossing.nats[0].forget()
        // a is silent but for its question whether b lives.
        for _ in 0..<15 {
            crossing.pair.a.kernel.carry(reqid: 1)
            crossing.simulation.run(for: .seconds(1))
        }
        let port = try #require(crossing.nats[0].port(for: 4500))
        let after = try #require(crossing.sending)
        #expect(after.encapsulation?.destinationPort == port)
        #expect(before.encapsulation?.destinationPort != port)
        #expect(after.id == before.id)
        #expect(after.encryptionKey.revealed() == before.encryptionKey.revealed())
        #expect(crossing.pair.b.kernel.entries.count == 2)
    }

    @Test func ESPFromAnotherPortMovesTheSAs() throws {
        for mobike in [false, true] {
            let crossing = try up("dpd_interval_secs 0", mobike: mobike)
            let b = crossing.pair.b
            let inbound = try #require(b.kernel.entries.values.first { $0.direction == .inbound })
            let old = SocketAddress(ip("198.51.100.1"), port: crossing.nats[0].port(for: 4500) ?? 0)
            let new = SocketAddress(ip("198.51.100.1"), port: 33_333)
            crossing.simulation.handle(
                .mapping(Mapping(id: inbound.id, old: old, new: new)), b)
            #expect(crossing.sending?.encapsulation?.destinationPort == 33_333)
            #expect(b.establishedSAs.first?.remote == new)
            #expect(b.logText.contains("goes on between"))
        }
    }

    @Test func aNewAddressOfTheNATMovesSAsAndPoliciesAndTheEndBringsThemBack() throws {
        let crossing = try up("dpd_interval_secs 0")
        let b = crossing.pair.b
        let inbound = try #require(b.kernel.entries.values.first { $0.direction == .inbound })
        let new = SocketAddress(ip("198.51.100.77"), port: 4500)
        crossing.simulation.handle(
            .mapping(
                Mapping(
                    id: inbound.id, old: SocketAddress(ip("198.51.100.1"), port: 1), new: new)), b)
        #expect(crossing.sending?.id.destination == ip("198.51.100.77"))
        #expect(b.kernel.policies.first?.template?.destination == ip("198.51.100.77"))
        crossing.nats[0].outside = ip("198.51.100.77")
        crossing.simulation.handle(.shutdown, b)
        #expect(b.kernel.entries.isEmpty)
        #expect(b.kernel.policies.first?.template?.destination == ip("198.51.100.1"))
    }

    @Test func anAddressThatTheRuleIsNotForIsNotFollowed() throws {
        let crossing = try up()
        let b = crossing.pair.b
        let inbound = try #require(b.kernel.entries.values.first { $0.direction == .inbound })
        crossing.simulation.handle(
            .mapping(
                Mapping(
                    id: inbound.id, old: SocketAddress(ip("198.51.100.1"), port: 1),
                    new: SocketAddress(ip("203.0.113.5"), port: 4500))), b)
        #expect(crossing.sending?.id.destination == ip("198.51.100.1"))
        #expect(b.logText.contains("which is not among remote_addr"))
    }

    @Test func whoStandsBehindNoNATIsNotFollowed() throws {
        let pair = try Pair()
        pair.ping(from: pair.a)
        #expect(pair.settle())
        let entries = Set(pair.b.kernel.entries.keys)
        let inbound = try #require(pair.b.kernel.entries.values.first { $0.direction == .inbound })
        pair.simulation.handle(
            .mapping(
                Mapping(
                    id: inbound.id, old: SocketAddress(ip("10.9.0.1"), port: 4500),
                    new: SocketAddress(ip("10.9.0.1"), port: 9))), pair.b)
        #expect(pair.b.establishedSAs.first?.remote.port == 4500)
        #expect(Set(pair.b.kernel.entries.keys) == entries)
    }

    @Test func whatIsSentAgainFromElsewhereMovesNothing() throws {
        let crossing = try up("dpd_interval_secs 10")
        let b = crossing.pair.b
        let remote = try #require(b.establishedSAs.first).remote
        for datagram in crossing.simulation.sent where datagram.local.address == ip("10.9.0.1") {
            crossing.simulation.inject(
                datagram.octets, from: SocketAddress(ip("198.51.100.66"), port: 4500),
                to: datagram.remote)
        }
        #expect(b.establishedSAs.first?.remote == remote)
        #expect(crossing.sending?.id.destination == ip("198.51.100.1"))
    }

    @Test func aChildSAThatTheKernelDoesNotMoveIsTakenLeaveOf() throws {
        let crossing = try up("dpd_interval_secs 0")
        let b = crossing.pair.b
        let inbound = try #require(b.kernel.entries.values.first { $0.direction == .inbound })
        let port = crossing.nats[0].port(for: 4500) ?? 0
        b.kernel.refusals = ["No buffer space available"]
        crossing.simulation.handle(
            .mapping(
                Mapping(
                    id: inbound.id, old: SocketAddress(ip("198.51.100.1"), port: port),
                    new: SocketAddress(ip("198.51.100.1"), port: 33_333))), b)
        #expect(b.kernel.entries.isEmpty)
        #expect(b.logText.contains("does not move: No buffer space available"))
    }

    // MARK: Transport mode

    struct TransportCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let isInitiatorBehind: Bool
        let isResponderBehind: Bool
    }

    @Test(
        arguments: [
            TransportCase(
                testDescription: "initiator", isInitiatorBehind: true, isResponderBehind: false),
            TransportCase(
                testDescription: "responder", isInitiatorBehind: false, isResponderBehind: true),
            TransportCase(
                testDescription: "both", isInitiatorBehind: true, isResponderBehind: true),
        ], [Pair.Rekeyer.nobody, .a, .b])
    func transportModePassesANAT(example: TransportCase, rekeyer: Pair.Rekeyer) throws {
        let here = example.isInitiatorBehind ? "198.51.100.1" : "10.9.0.1"
        let there = example.isResponderBehind ? "198.51.100.9" : "10.9.0.2"
        var nats: [NAT] = []
        if example.isInitiatorBehind { nats.append(NAT(before: "10.9.0.1", as: here)) }
        if example.isResponderBehind {
            nats.append(NAT(before: "10.9.0.2", as: there, isForwarding: true))
        }
        var setup = Pair.Setup()
        // Each knows itself by its own address, and the other by the one that it sees.
        setup.policies = PolicySet { a, b in
            Self.policy(a, "10.9.0.1", there, to: nil, mode: .transport)
            Self.policy(b, "10.9.0.2", here, to: nil, mode: .transport)
        }
        let crossing = try Crossing(setup, nats: nats, target: there)
        let (a, b) = (crossing.pair.a, crossing.pair.b)
        crossing.simulation.send(crossing.pair.flow("10.9.0.1", there), from: a)
        #expect(crossing.pair.settle())
        if let host = rekeyer == .a ? a : rekeyer == .b ? b : nil {
            let old = try #require(host.kernel.outbound.first)
            crossing.simulation.handle(host.kernel.expire(old.id, isHard: false), host)
            #expect(crossing.pair.settle())
            #expect(host.kernel.entries[old.id] == nil)
        }
        for host in [a, b] {
            #expect(host.kernel.entries.count == 2, "\(host.logText)")
            #expect(host.kernel.entries.values.allSatisfy { $0.mode == .transport })
            #expect(host.kernel.entries.values.allSatisfy { $0.encapsulation != nil })
        }
        #expect(
            a.kernel.outbound.first?.encryptionKey.revealed()
                == b.kernel.entries.values.first { $0.direction == .inbound }?
                .encryptionKey.revealed())
    }
}

extension Pair {
    /// Which end replaces a Child SA.
    enum Rekeyer: Sendable { case nobody, a, b }
}
