import CLinux
import IPsec
import Net
import Testing
import Wire

@testable import Kernel

/// With the kernel of this machine, each test in a network namespace of its own.
@Suite struct PolicyTableTests {
    private static func policy(
        _ number: UInt32, _ direction: SecurityPolicy.Direction = .outbound,
        action: SecurityPolicy.Action = .bypass
    ) -> SecurityPolicy {
        let bits: UInt32 = direction == .inbound ? 0 : direction == .outbound ? 1 : 2
        return SecurityPolicy(
            index: 0x6000_0000 + number << 3 + bits, direction: direction,
            selector: Selector(
                source: IPRange(.v4(0x0A01_0000 + number)), destination: IPRange(all: .v4)),
            priority: 1000 + number, action: action)
    }

    /// What the kernel holds, by its indexes.
    private static func held(_ table: PolicyTable) throws -> [SecurityPolicy] {
        try table.policies().sorted { $0.index < $1.index }
    }

    @Test func policiesOfEveryKindAreHeldAsTheyWereWritten() throws {
        let v6 = IPAddress.v6(high: 0x2001_0DB8 << 32, low: 1)
        var policies = [
            Self.policy(1), Self.policy(2, .inbound, action: .block), Self.policy(3, .forward),
            Self.policy(
                4,
                action: .protect(
                    Template(
                        protocolID: .ah, mode: .transport, reqid: 0x6970_0001,
                        algorithms: AlgorithmMasks(encryption: .max, integrity: 1 << 5),
                        isOptional: true))),
            Self.policy(
                5, .inbound,
                action: .protect(
                    Template(
                        protocolID: .esp, mode: .tunnel, source: v6,
                        destination: .v6(high: 0x2001_0DB8 << 32, low: 2), reqid: 7,
                        algorithms: AlgorithmMasks(encryption: 1 << 20, integrity: 1)))),
            Self.policy(6), Self.policy(7), Self.policy(8),
        ]
        policies[5].interfaceID = 9
        policies[6].mark = Mark(value: 7, mask: .max)
        policies[7].selector = Selector(
            source: IPRange(all: .v6), destination: IPRange(v6),
            sourcePorts: PortRange(135), destinationPorts: .any, protocolID: 58)
        let held = try PrivateNetwork.run {
            let table = try PolicyTable()
            let (tried, refusals) = try table.apply(policies.map { .add($0) })
            #expect(tried == policies.count && refusals.isEmpty)
            return try Self.held(table)
        }
        #expect(held == policies.sorted { $0.index < $1.index })
    }

    @Test func changesKeepTheIndex() throws {
        try PrivateNetwork.run {
            let table = try PolicyTable()
            let first = Self.policy(1)
            var second = first
            second.priority = 5
            second.action = .block
            #expect(try table.apply([.add(first), .update(second)]).1.isEmpty)
            #expect(try Self.held(table) == [second])
            #expect(try table.apply([.remove(second)]).1.isEmpty)
            #expect(try Self.held(table).isEmpty)
        }
    }

    @Test func manyGoInSeveralDatagrams() throws {
        try PrivateNetwork.run {
            let table = try PolicyTable()
            let policies = (1...500).map { Self.policy(UInt32($0)) }
            let (tried, refusals) = try table.apply(policies.map { .add($0) })
            #expect(tried == 500 && refusals.isEmpty)
            #expect(try Self.held(table) == policies)
        }
    }

    /// The kernel goes on behind what it refuses; nothing of the next datagram is tried.
    @Test func everyRefusalOfADatagramIsTold() throws {
        try PrivateNetwork.run {
            let table = try PolicyTable()
            #expect(try table.apply([.add(Self.policy(70)), .add(Self.policy(71))]).1.isEmpty)
            let changes = (1...200).map { PolicyTable.Change.add(Self.policy(UInt32($0))) }
            let (tried, refusals) = try table.apply(changes)
            #expect(tried == 128)
            #expect(refusals.map { $0.place } == [69, 70])
            let error = try #require(refusals.first).error
            #expect(error.code == EEXIST)
            #expect(error.description.hasPrefix("add the policy out 10.1.0.70 -> 0.0.0.0/0: "))
            #expect(try Self.held(table).count == 128)
        }
    }

    @Test func theLastOfADatagramMayBeRefused() throws {
        try PrivateNetwork.run {
            let table = try PolicyTable()
            let (tried, refusals) = try table.apply([.add(Self.policy(1)), .remove(Self.policy(2))])
            #expect(tried == 2)
            #expect(refusals.map { $0.place } == [1])
            #expect(refusals.first?.error.code == ENOENT)
            #expect(try Self.held(table) == [Self.policy(1)])
        }
    }

    @Test func interfacesAreFoundByName() throws {
        try PrivateNetwork.run {
            let links = try LinkTable()
            try PrivateNetwork.setUpInterfaces()
            #expect(try links.interface("v0")?.kind == .other("veth"))
            #expect(try links.interface("lo")?.kind == .other("an interface of its own"))
            #expect(try links.interface("none") == nil)
        }
    }
}
