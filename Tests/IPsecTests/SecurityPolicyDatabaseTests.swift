import IPsec
import Net
import Testing
import Wire

@Suite struct SecurityPolicyDatabaseTests {
    private static func policy(
        _ index: UInt32, _ direction: SecurityPolicy.Direction = .outbound, priority: UInt32 = 0,
        from source: String = "10.1.0.0", to destination: String = "10.2.0.0", length: Int = 24,
        reqid: UInt32 = 1, mode: Mode = .tunnel, protocolID: SecurityProtocol = .esp,
        interfaceID: UInt32 = 0
    ) throws -> SecurityPolicy {
        SecurityPolicy(
            index: index, direction: direction,
            selector: Selector(
                source: try prefix(source, length), destination: try prefix(destination, length)),
            priority: priority,
            action: .protect(Template(protocolID: protocolID, mode: mode, reqid: reqid)),
            interfaceID: interfaceID)
    }

    private static func twin(
        reqid: UInt32 = 1, mode: Mode = .tunnel, protocolID: SecurityProtocol = .esp,
        interfaceID: UInt32 = 0, length: Int = 24
    ) throws -> SecurityPolicy {
        try policy(
            8, .inbound, from: "10.2.0.0", to: "10.1.0.0", length: length, reqid: reqid,
            mode: mode, protocolID: protocolID, interfaceID: interfaceID)
    }

    // MARK: Order

    @Test func lowerPriorityValuesComeFirstThenLowerIndexes() throws {
        let database = SecurityPolicyDatabase([
            try Self.policy(3, priority: 20), try Self.policy(2, priority: 10),
            try Self.policy(1, priority: 20), try Self.policy(9, .inbound, priority: 5),
            try Self.policy(4, .forward),
        ])
        #expect(database.outbound.map(\.index) == [2, 1, 3])
        #expect(database.inbound.map(\.index) == [9])
    }

    @Test func updatesGiveTheOrderOfADump() throws {
        let policies = try [(5, 7), (1, 9), (4, 7), (2, 0), (3, 9)].map {
            try Self.policy(UInt32($0.0), priority: UInt32($0.1))
        }
        var database = SecurityPolicyDatabase()
        for policy in policies { database.update(policy) }
        #expect(database.outbound == SecurityPolicyDatabase(policies).outbound)
        #expect(database.outbound.map(\.index) == [2, 4, 5, 1, 3])
    }

    // MARK: Updates

    @Test func updateReplacesThePolicyOfTheSameIndex() throws {
        var database = SecurityPolicyDatabase([
            try Self.policy(1, priority: 1), try Self.policy(2, priority: 2),
        ])
        let changed = try Self.policy(1, priority: 3, reqid: 77)
        database.update(changed)
        #expect(database.outbound.map(\.index) == [2, 1])
        #expect(database.outbound.last == changed)
    }

    @Test func removalLeavesTheOtherDirectionAlone() throws {
        var database = SecurityPolicyDatabase([
            try Self.policy(1), try Self.policy(1, .inbound), try Self.policy(2),
        ])
        database.remove(index: 1, direction: .outbound)
        #expect(database.outbound.map(\.index) == [2])
        #expect(database.inbound.map(\.index) == [1])
        database.remove(index: 99, direction: .inbound)
        #expect(database.inbound.map(\.index) == [1])
    }

    @Test func forwardPoliciesPlayNoPart() throws {
        var database = SecurityPolicyDatabase()
        database.update(try Self.policy(1, .forward))
        database.remove(index: 1, direction: .forward)
        #expect(database.outbound.isEmpty && database.inbound.isEmpty)
    }

    // MARK: Twins

    @Test func twinIsTheInboundPolicyTheOtherWayRound() throws {
        let twin = try Self.twin()
        let database = SecurityPolicyDatabase([try Self.policy(1), twin])
        #expect(database.inboundTwin(of: database.outbound[0]) == twin)
    }

    @Test func twinMayBeWiderButNotNarrower() throws {
        let policy = try Self.policy(1)
        let wider = try Self.twin(length: 16)
        #expect(SecurityPolicyDatabase([wider]).inboundTwin(of: policy) == wider)
        #expect(SecurityPolicyDatabase([try Self.twin(length: 25)]).inboundTwin(of: policy) == nil)
    }

    @Test func twinSharesProtocolModeReqidAndInterface() throws {
        let database = SecurityPolicyDatabase([
            try Self.twin(reqid: 2), try Self.twin(mode: .transport),
            try Self.twin(protocolID: .ah), try Self.twin(interfaceID: 5),
            try Self.policy(9, .inbound),
        ])
        #expect(database.inboundTwin(of: try Self.policy(1)) == nil)
    }

    @Test func policiesWithoutTemplateHaveNoTwin() throws {
        var policy = try Self.policy(1)
        let database = SecurityPolicyDatabase([try Self.twin()])
        for action in [
            SecurityPolicy.Action.block, .bypass, .unsupported(reason: "a bundle"),
        ] {
            policy.action = action
            #expect(database.inboundTwin(of: policy) == nil)
        }
    }
}
