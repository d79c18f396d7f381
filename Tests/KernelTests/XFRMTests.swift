import CLinux
import IPsec
import Net
import Testing
import Wire

@testable import Kernel

/// With the kernel of this machine, each test in a network namespace of its own.
@Suite struct XFRMTests {
    private static func received(_ xfrm: XFRM) throws -> [Kernel.Notification] {
        var received: [Kernel.Notification] = []
        try xfrm.receive { received.append($0) }
        return received
    }

    @Test func dumpReadsThePoliciesOfTheAdministrator() throws {
        let policies = try PrivateNetwork.run {
            try PrivateNetwork.ip(batch: [
                "xfrm policy add dir out src 10.1.0.0/24 dst 10.2.0.0/24 priority 7 "
                    + "tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 3 mode tunnel",
                "xfrm policy add dir in src 10.2.0.0/24 dst 10.1.0.0/24 priority 7 "
                    + "tmpl src 192.0.2.2 dst 192.0.2.1 proto esp reqid 3 mode tunnel level use",
                "xfrm policy add dir fwd src 10.2.0.0/24 dst 10.1.0.0/24 action block",
                "xfrm policy add dir out src ::/0 dst ::/0 proto tcp dport 22",
                "xfrm policy add dir in ptype sub src 10.3.0.0/24 dst 10.4.0.0/24",
            ])
            return try XFRM().policies()
        }
        let ours = try prefix("10.1.0.0", 24)
        let theirs = try prefix("10.2.0.0", 24)
        let (left, right) = (try address("192.0.2.1"), try address("192.0.2.2"))
        #expect(policies.count == 4)
        func policy(_ direction: SecurityPolicy.Direction, _ priority: UInt32) -> SecurityPolicy? {
            policies.first { $0.direction == direction && $0.priority == priority }
        }
        let outbound = try #require(policy(.outbound, 7))
        #expect(outbound.selector == Selector(source: ours, destination: theirs))
        #expect(
            outbound.template
                == Template(
                    protocolID: .esp, mode: .tunnel, source: left, destination: right, reqid: 3))
        let inbound = try #require(policy(.inbound, 7))
        #expect(inbound.selector == Selector(source: theirs, destination: ours))
        #expect(inbound.template?.isOptional == true)
        #expect(policy(.forward, 0)?.action == .block)
        let bypass = try #require(policy(.outbound, 0))
        #expect(bypass.action == .bypass)
        #expect(
            bypass.selector
                == Selector(
                    source: IPRange(all: .v6), destination: IPRange(all: .v6),
                    destinationPorts: PortRange(22), protocolID: 6))
    }

    @Test func dumpLongerThanTheBufferIsComplete() throws {
        let policies = try PrivateNetwork.run {
            try PrivateNetwork.ip(
                batch: (0..<1000).map {
                    "xfrm policy add dir out src 10.1.0.0/24 dst 10.2.\($0 / 250).\($0 % 250)"
                })
            return try XFRM().policies()
        }
        #expect(Set(policies.map(\.selector.destination)).count == 1000)
    }

    @Test func changesOfPoliciesAreFollowed() throws {
        try PrivateNetwork.run {
            let xfrm = try XFRM()
            let flow = "dir out src 10.1.0.0/24 dst 10.2.0.0/24"
            let template = "tmpl proto esp mode transport reqid"
            try PrivateNetwork.ip(batch: [
                "xfrm policy add \(flow) \(template) 1", "xfrm policy update \(flow) \(template) 2",
                "xfrm policy add dir in src 10.2.0.0/24 dst 10.1.0.0/24 \(template) 1",
                "xfrm policy delete \(flow)",
            ])
            var database = SecurityPolicyDatabase()
            var reqids: [UInt32?] = []
            try xfrm.receive { notification in
                switch notification {
                case .policyChanged(let policy):
                    reqids.append(policy.template?.reqid)
                    database.update(policy)
                case .policyRemoved(let index, let direction):
                    database.remove(index: index, direction: direction)
                default: Issue.record("\(notification)")
                }
            }
            #expect(reqids == [1, 2, 1])
            #expect(database.outbound.isEmpty)
            #expect(database.inbound == (try xfrm.policies()))
            #expect(try Self.received(xfrm).isEmpty)

            try PrivateNetwork.ip("xfrm policy flush")
            #expect(try Self.received(xfrm) == [.policiesFlushed])
        }
    }

    @Test func packetThatMeetsAPolicyAcquires() throws {
        let received = try PrivateNetwork.run {
            let xfrm = try XFRM(dryRun: true)
            try PrivateNetwork.setUpInterfaces()
            try PrivateNetwork.ip(
                "xfrm policy add dir out src 192.0.2.0/24 dst 192.0.2.2 proto udp "
                    + "tmpl proto esp reqid 7 mode transport")
            _ = try Self.received(xfrm)
            try PrivateNetwork.sendDatagram(from: 4000, to: "192.0.2.2", 5000)
            return try Self.received(xfrm)
        }
        guard case .acquire(let acquire) = received.first else {
            Issue.record("\(received)")
            return
        }
        #expect(received.count == 1)
        #expect(acquire.sequence != 0)
        #expect(acquire.source == (try address("192.0.2.1")))
        #expect(acquire.destination == (try address("192.0.2.2")))
        #expect(acquire.flow.source == IPRange(try address("192.0.2.1")))
        #expect(acquire.flow.sourcePorts == PortRange(4000))
        #expect(acquire.flow.destinationPorts == PortRange(5000))
        #expect(acquire.flow.protocolID == 17)
        #expect(acquire.policy.source == (try prefix("192.0.2.0", 24)))
        #expect(acquire.template == Template(protocolID: .esp, mode: .transport, reqid: 7))
    }

    @Test func acquireOfAnUnsupportedBundleSaysWhy() throws {
        let received = try PrivateNetwork.run {
            let xfrm = try XFRM()
            try PrivateNetwork.setUpInterfaces()
            try PrivateNetwork.ip(
                "xfrm policy add dir out src 192.0.2.1 dst 192.0.2.2 index 9 "
                    + "tmpl proto esp mode transport tmpl proto ah mode transport")
            _ = try Self.received(xfrm)
            try PrivateNetwork.sendDatagram(from: 4000, to: "192.0.2.2", 5000)
            return try Self.received(xfrm)
        }
        #expect(
            received.first
                == .unsupportedAcquire(
                    policyIndex: 9, reason: "a bundle of more than one ESP or AH"))
    }

    @Test func lostNotificationsAreToldOnceAndLast() throws {
        try PrivateNetwork.run {
            let xfrm = try XFRM(dryRun: false, notificationRoom: 8192)
            try PrivateNetwork.ip(
                batch: (0..<250).map {
                    "xfrm policy add dir out src 10.1.0.0/24 dst 10.2.0.\($0)"
                })
            let received = try Self.received(xfrm)
            #expect(received.count < 250)
            #expect(received.last == .overrun)
            #expect(received.filter { $0 == .overrun }.count == 1)
            #expect(try Self.received(xfrm).isEmpty)
            #expect(try xfrm.policies().count == 250)
        }
    }

    // MARK: SAs

    private static func entry(
        _ direction: SADEntry.Direction, _ protection: ChildSuite.Protection, spi: UInt32
    ) throws -> SADEntry {
        let suite = try #require(ChildSuite(protection, extendedSequenceNumbers: true))
        let (here, there) = (try address("192.0.2.1"), try address("192.0.2.2"))
        return SADEntry(
            direction: direction, source: direction == .inbound ? there : here,
            id: SADEntry.ID(
                destination: direction == .inbound ? here : there, protocolID: suite.protocolID,
                spi: ChildSPI(spi)),
            mode: .tunnel, reqid: 7, suite: suite,
            encryptionKey: key(0..<UInt8(suite.encryptionKeyLength)),
            integrityKey: key(0..<UInt8(suite.integrityKeyLength)),
            lifetime: SADEntry.Lifetime(softSeconds: 3000, hardSeconds: 3600))
    }

    /// Kernels without ESP are common in containers; the lab has one with it.
    @Test(arguments: [
        ChildSuite.Protection.encryption(.aesCBC, keyBits: 128, .hmacSHA256_128),
        .integrity(.hmacSHA256_128), .aead(.aesGCM16, keyBits: 256),
    ])
    func pairOfSAsStandsOrIsRefusedInWords(protection: ChildSuite.Protection) throws {
        try PrivateNetwork.run {
            let xfrm = try XFRM()
            let inbound = try Self.entry(.inbound, protection, spi: 0xC0FF_EE01)
            let outbound = try Self.entry(.outbound, protection, spi: 0xC0FF_EE02)
            do throws(KernelError) {
                try xfrm.add(inbound)
            } catch {
                #expect([EPROTONOSUPPORT, ENOSYS].contains(error.code), "\(error)")
                #expect(error.description.hasPrefix("add inbound \(inbound.id): "))
                #expect(try xfrm.entries().isEmpty)
                return
            }
            try xfrm.add(outbound)
            #expect(Set(try xfrm.entries()) == [inbound.id, outbound.id])
            #expect(throws: KernelError.spiInUse(inbound.id)) { try xfrm.add(inbound) }
            #expect(
                try xfrm.usage(of: outbound.id) == Usage(octets: 0, packets: 0, lastUse: nil))
            try xfrm.move(outbound.id, to: Self.elsewhere(outbound))
            let moved = SADEntry.ID(
                destination: Self.elsewhere(outbound).destination, protocolID: .esp,
                spi: outbound.id.spi)
            #expect(Set(try xfrm.entries()) == [inbound.id, moved])
            try xfrm.remove(inbound.id, source: inbound.source)
            #expect(throws: KernelError.unknownSA(inbound.id)) { try xfrm.remove(inbound.id) }
            try xfrm.remove(moved)
            #expect(try xfrm.entries().isEmpty)
        }
    }

    /// Where an SA may go.
    private static func elsewhere(_ entry: SADEntry) -> SARelocation {
        SARelocation(source: entry.source, destination: .v4(0xC633_6463), encapsulation: nil)
    }

    @Test func absentSAsAreUnknown() throws {
        try PrivateNetwork.run {
            let xfrm = try XFRM()
            let entry = try Self.entry(.inbound, .aead(.aesGCM16, keyBits: 256), spi: 0x1234)
            #expect(throws: KernelError.unknownSA(entry.id)) { try xfrm.remove(entry.id) }
            #expect(throws: KernelError.unknownSA(entry.id)) { try xfrm.usage(of: entry.id) }
            #expect(throws: KernelError.unknownSA(entry.id)) {
                try xfrm.move(entry.id, to: Self.elsewhere(entry))
            }
        }
    }

    @Test func dryRunWritesNothing() throws {
        try PrivateNetwork.run {
            let xfrm = try XFRM(dryRun: true)
            let entry = try Self.entry(.inbound, .aead(.aesGCM16, keyBits: 256), spi: 0x1234)
            try xfrm.add(entry)
            try xfrm.add(entry)
            try xfrm.move(entry.id, to: Self.elsewhere(entry))
            #expect(try xfrm.usage(of: entry.id).packets == 0)
            try xfrm.remove(entry.id)
            #expect(try xfrm.entries().isEmpty)
        }
    }

    @Test func nothingToReceiveIsNoError() throws {
        try PrivateNetwork.run {
            let xfrm = try XFRM()
            #expect(xfrm.notificationDescriptor >= 0)
            #expect(try Self.received(xfrm).isEmpty)
        }
    }
}
