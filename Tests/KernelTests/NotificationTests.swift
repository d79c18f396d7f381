import Crypto
import IPsec
import Net
import Testing
import Wire

@testable import Kernel

@Suite struct NotificationTests {
    private func tunnelPolicy(priority: UInt32, reqid: UInt32) throws -> SecurityPolicy {
        SecurityPolicy(
            index: 1, direction: .outbound,
            selector: Selector(
                source: try prefix("10.1.0.0", 24), destination: try prefix("10.2.0.0", 16),
                destinationPorts: PortRange(53), protocolID: 17),
            priority: priority,
            action: .protect(
                Template(
                    protocolID: .esp, mode: .tunnel, source: try address("192.0.2.1"),
                    destination: try address("192.0.2.2"), reqid: reqid)),
            interfaceID: 9, mark: Mark(value: 7, mask: 0xFF))
    }

    @Test func newPolicyIsReadInFull() throws {
        #expect(
            notification(CapturedNotification.newPolicy)
                == .policyChanged(try tunnelPolicy(priority: 1000, reqid: 42)))
    }

    @Test func updatedPolicyKeepsItsIndex() throws {
        #expect(
            notification(CapturedNotification.updatedPolicy)
                == .policyChanged(try tunnelPolicy(priority: 1001, reqid: 43)))
    }

    @Test func policyDeletedBySelectorIsNamedByItsIndex() {
        #expect(
            notification(CapturedNotification.deletedPolicy)
                == .policyRemoved(index: 1, direction: .outbound))
    }

    @Test func optionalIPCompInTransportModeIsPassedOver() throws {
        let received = notification(CapturedNotification.bundlePolicy)
        guard case .policyChanged(let policy) = received else {
            Issue.record("\(String(describing: received))")
            return
        }
        #expect(policy.direction == .inbound)
        #expect(policy.template == Template(protocolID: .ah, mode: .transport, reqid: 3))
    }

    @Test func flushIsTold() {
        #expect(notification(CapturedNotification.flushedPolicies) == .policiesFlushed)
    }

    @Test func policyThatReachedItsHardLifetimeIsGone() {
        #expect(
            notification(CapturedNotification.expiredPolicy)
                == .policyRemoved(index: 25, direction: .outbound))
    }

    @Test func subPoliciesAreNotOurs() {
        #expect(notification(CapturedNotification.subPolicy) == nil)
    }

    @Test func acquireInTransportModeHasFlowAndPolicy() throws {
        let ours = IPRange(try address("192.0.2.1"))
        let theirs = IPRange(try address("192.0.2.2"))
        #expect(
            notification(CapturedNotification.acquireTransport)
                == .acquire(
                    Acquire(
                        sequence: 3, source: try address("192.0.2.1"),
                        destination: try address("192.0.2.2"),
                        flow: Selector(
                            source: ours, destination: theirs, sourcePorts: PortRange(4000),
                            destinationPorts: PortRange(5000), protocolID: 17, interface: 3),
                        policy: Selector(source: ours, destination: theirs, protocolID: 17),
                        policyIndex: 17,
                        template: Template(protocolID: .esp, mode: .transport, reqid: 7))))
    }

    @Test func acquireOfOneFamilyWithinTheOther() throws {
        let ours = IPRange(try address("2001:db8::1"))
        let theirs = IPRange(try address("2001:db8::2"))
        #expect(
            notification(CapturedNotification.acquireTunnel)
                == .acquire(
                    Acquire(
                        sequence: 4, source: try address("192.0.2.1"),
                        destination: try address("192.0.2.2"),
                        // ICMPv6 echo request: type 128, code 0 (RFC 4443 §4.1).
                        flow: Selector(
                            source: ours, destination: theirs, sourcePorts: PortRange(128),
                            destinationPorts: PortRange(0), protocolID: 58),
                        policy: Selector(source: ours, destination: theirs, protocolID: 58),
                        policyIndex: 25,
                        template: Template(
                            protocolID: .ah, mode: .tunnel, source: try address("192.0.2.1"),
                            destination: try address("192.0.2.2"), reqid: 8),
                        mark: Mark(value: 1, mask: 1))))
    }

    private func captured() throws -> SADEntry.ID {
        SADEntry.ID(
            destination: try address("10.9.0.2"), protocolID: .esp, spi: ChildSPI(0xC0FF_EE01))
    }

    @Test func expiriesTellSoftFromHard() throws {
        let id = try captured()
        #expect(
            notification(CapturedNotification.softExpire)
                == .expire(Expire(id: id, isHard: false)))
        #expect(
            notification(CapturedNotification.hardExpire)
                == .expire(Expire(id: id, isHard: true)))
    }

    @Test func expiryOfALarvalSAIsIgnored() {
        #expect(notification(CapturedNotification.larvalExpire) == nil)
    }

    @Test func mappingTellsBothAddresses() throws {
        let peer = try address("10.9.0.1")
        #expect(
            notification(CapturedNotification.mapping)
                == .mapping(
                    Mapping(
                        id: try captured(), old: SocketAddress(peer, port: 9999),
                        new: SocketAddress(peer, port: 4500))))
    }

    @Test func theKernelsAnswerTellsTimesAndKeys() throws {
        let answer = try #require(OneMessage(CapturedAnswer.state))
        func read(_ message: [UInt8], withKeys: Bool = true) -> SADState? {
            SADState(message.span, withKeys: withKeys)
        }
        let state = try #require(read(answer.payload))
        #expect(state.addedAt == 0x6B04_8086)
        #expect(state.softSeconds == 3 && state.hardSeconds == 5)
        #expect(state.keys?.encryption == Secret(copying: Array(0..<20)))
        #expect(state.keys?.integrity == nil)
        #expect(read(answer.payload, withKeys: false)?.keys == nil)
        // A length that goes past the end of the attribute.
        let bits = answer.payload.firstRange(of: [0xA0, 0, 0, 0, 0x80, 0, 0, 0])
        var damaged = answer.payload
        damaged[try #require(bits).lowerBound + 1] = 0xFF
        let other = try #require(read(damaged))
        #expect(other.keys?.encryption == nil)
        for count in answer.payload.indices { _ = read(Array(answer.payload.prefix(count))) }
    }

    @Test func usageIsReadFromTheKernelsAnswer() throws {
        let answer = try #require(OneMessage(CapturedAnswer.state))
        #expect(
            Usage(answer.payload.span)
                == Usage(octets: 128, packets: 2, lastUse: nil))
    }
}
