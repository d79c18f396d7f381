import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// Narrowing (RFC 7296 §2.9), against a small world in which every packet can be tried.
@Suite struct TrafficSelectionTests {
    /// One side of a packet: an address of 16, a port of 8 or none that can be seen, a protocol.
    private struct Packet: Hashable {
        let address: UInt8
        let port: UInt16?
        let protocolID: UInt8
    }

    private static let world: [Packet] = {
        var packets: [Packet] = []
        for address in UInt8(0)..<16 {
            for protocolID: UInt8 in [6, 17] {
                for port in UInt16(0)..<8 {
                    packets.append(Packet(address: address, port: port, protocolID: protocolID))
                }
                packets.append(Packet(address: address, port: nil, protocolID: protocolID))
            }
        }
        return packets
    }()

    private func address(_ number: UInt8) -> IPAddress { .v4(0x0A00_0000 + UInt32(number)) }

    private func takes(_ selector: TrafficSelector, _ packet: Packet) -> Bool {
        guard selector.addresses.contains(address(packet.address)),
            selector.protocolID == 0 || selector.protocolID == packet.protocolID
        else { return false }
        switch (selector.ports, packet.port) {
        case (.range(let range), let port?): return range.contains(port)
        case (.range(let range), nil): return range == .any
        case (.opaque, let port): return port == nil
        }
    }

    private func random(_ random: inout SeededRandom, mayBeOpaque: Bool = true) -> TrafficSelector {
        let bounds = [
            UInt8.random(in: 0..<16, using: &random), .random(in: 0..<16, using: &random),
        ]
        .sorted()
        let ports: PortSelector
        switch Int.random(in: 0..<(mayBeOpaque ? 4 : 3), using: &random) {
        case 0, 1: ports = .any
        case 2:
            let pair = [
                UInt16.random(in: 0..<8, using: &random), .random(in: 0..<8, using: &random),
            ].sorted()
            ports = PortRange(pair[0], pair[1]).map { .range($0) } ?? .any
        default: ports = .opaque
        }
        return TrafficSelector(
            protocolID: [0, 6, 17].randomElement(using: &random) ?? 0, ports: ports,
            addresses: IPRange(address(bounds[0]), address(bounds[1])) ?? prefix("10.0.0.0"))
    }

    @Test func intersectionAndContainmentAreThoseOfPackets() {
        var random = SeededRandom(seed: 41)
        for _ in 0..<1000 {
            let (a, b) = (self.random(&random), self.random(&random))
            let both = a.intersection(b)
            #expect(both == b.intersection(a))
            for packet in Self.world {
                let expected = takes(a, packet) && takes(b, packet)
                let actual = both.map { takes($0, packet) } ?? false
                #expect(actual == expected, "\(a) and \(b) for \(packet)")
            }
            if a.contains(b) {
                #expect(Self.world.allSatisfy { !takes(b, $0) || takes(a, $0) })
                #expect(both == b)
            }
            #expect(a.contains(a))
            if let both { #expect(a.contains(both) && b.contains(both)) }
        }
    }

    @Test func narrowingKeepsWhatIsInBothAndNothingElse() {
        var random = SeededRandom(seed: 42)
        for _ in 0..<500 {
            let proposed = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                self.random(&random)
            }
            let limit = self.random(&random, mayBeOpaque: false)
            let narrowed = TrafficSelection.narrow(proposed, to: limit)
            for packet in Self.world {
                let expected =
                    takes(limit, packet) && proposed.contains { takes($0, packet) }
                #expect(narrowed.contains { takes($0, packet) } == expected)
            }
            #expect(TrafficSelection.narrow(narrowed, to: limit) == narrowed)
            #expect(narrowed.isEmpty || TrafficSelection.isNarrowed(narrowed, from: proposed))
            for (index, part) in narrowed.enumerated() {
                #expect(limit.contains(part))
                for (other, another) in narrowed.enumerated() where other != index {
                    #expect(!another.contains(part), "\(part) is in \(another) already")
                }
            }
        }
    }

    @Test func anAnswerThatIsWiderIsSeen() {
        let proposed = [TrafficSelector(addresses: prefix("10.1.0.0/24"))]
        #expect(!TrafficSelection.isNarrowed([], from: proposed))
        #expect(TrafficSelection.isNarrowed(proposed, from: proposed))
        for text in ["10.1.0.0/23", "10.2.0.0/24", "0.0.0.0/0", "::/0"] {
            let wider = TrafficSelector(addresses: prefix(text))
            #expect(!TrafficSelection.isNarrowed([wider], from: proposed))
            #expect(!TrafficSelection.isNarrowed(proposed + [wider], from: proposed))
        }
    }

    // MARK: Grants

    private func policies(_ pairs: [(String, String)]) -> SecurityPolicyDatabase {
        var list: [SecurityPolicy] = []
        for (index, (ours, theirs)) in pairs.enumerated() {
            let selector = Selector(source: prefix(ours), destination: prefix(theirs))
            let template = Template(
                protocolID: .esp, mode: .tunnel, reqid: UInt32(index) + 1)
            list.append(
                SecurityPolicy(
                    index: UInt32(index) * 2 + 1, direction: .outbound, selector: selector,
                    action: .protect(template)))
            list.append(
                SecurityPolicy(
                    index: UInt32(index) * 2 + 2, direction: .inbound,
                    selector: selector.reversed, action: .protect(template)))
        }
        return SecurityPolicyDatabase(list)
    }

    private func grant(
        _ local: [TrafficSelector], _ remote: [TrafficSelector], _ policies: SecurityPolicyDatabase
    ) throws -> TrafficSelection.Grant {
        try TrafficSelection.grant(
            local: local, remote: remote,
            terms: TrafficSelection.Terms(
                localAddress: ip("10.9.0.2"), remoteAddress: ip("10.9.0.1"),
                rule: HandshakeFixture.rule, wantsTransport: false, protocols: [.esp]),
            policies: policies)
    }

    /// The first pair is the packet that the initiator has (RFC 7296 §2.9).
    @Test func thePolicyOfThePacketComesBeforeOneThatTakesOnlyTheRest() throws {
        let database = policies([("10.2.0.0/24", "10.1.0.0/24"), ("10.2.1.0/24", "10.1.1.0/24")])
        let everything = TrafficSelector(addresses: prefix("0.0.0.0/0"))
        for (ours, theirs, reqid) in [
            ("10.2.0.9", "10.1.0.9", 1), ("10.2.1.9", "10.1.1.9", 2), ("10.5.0.1", "10.6.0.1", 1),
        ] as [(String, String, UInt32)] {
            let granted = try grant(
                [TrafficSelector(addresses: prefix(ours)), everything],
                [TrafficSelector(addresses: prefix(theirs)), everything], database)
            #expect(granted.template.reqid == reqid)
        }
    }

    @Test func aGrantLiesWithinProposalAndPolicy() throws {
        var random = SeededRandom(seed: 43)
        let database = policies([("10.0.0.0/29", "10.0.0.8/29"), ("10.0.0.4/30", "10.0.0.0/30")])
        var granted = 0
        for _ in 0..<1000 {
            let local = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                self.random(&random)
            }
            let remote = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                self.random(&random)
            }
            guard let grant = try? grant(local, remote, database) else { continue }
            granted += 1
            #expect(TrafficSelection.isNarrowed(grant.local, from: local))
            #expect(TrafficSelection.isNarrowed(grant.remote, from: remote))
            let selector = grant.policy.selector
            #expect(
                grant.local.allSatisfy { selector.sourceTrafficSelector.contains($0) }
                    && grant.remote.allSatisfy {
                        selector.destinationTrafficSelector.contains($0)
                    })
            #expect(
                grant.local.contains { ours in
                    grant.remote.contains {
                        ours.protocolID == 0 || $0.protocolID == 0
                            || ours.protocolID == $0.protocolID
                    }
                })
        }
        #expect(granted > 300)
    }

    @Test func aPolicyWithoutATwinIsNotServed() {
        let outbound = SecurityPolicy(
            index: 1, direction: .outbound,
            selector: Selector(
                source: prefix("10.2.0.0/24"), destination: prefix("10.1.0.0/24")),
            action: .protect(Template(protocolID: .esp, mode: .tunnel)))
        let everything = [TrafficSelector(addresses: prefix("0.0.0.0/0"))]
        #expect(throws: Refusal.self) {
            try grant(everything, everything, SecurityPolicyDatabase([outbound]))
        }
    }
}
