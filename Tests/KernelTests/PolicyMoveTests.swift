import IPsec
import Net
import Testing

@testable import Kernel

/// Gateways of policies, as ip(8) sees them before and after.
@Suite struct PolicyMoveTests {
    /// What ip(8) prints of each policy, but for how old it is and when it was last used.
    private static func listing() throws -> [String] {
        var policies: [String] = []
        var skipped = 0
        for line in try PrivateNetwork.output(ofIP: "-s xfrm policy").split(separator: "\n") {
            if line.hasPrefix("src ") { policies.append("") }
            if line.contains("lifetime current") { skipped = 3 }
            if skipped > 0 { skipped -= 1 } else { policies[policies.count - 1] += line }
        }
        return policies.sorted()
    }

    /// Gives templates that name `old` as a gateway the other address.
    private static func change(
        _ xfrm: XFRM, _ old: String, to new: String
    ) throws -> [SecurityPolicy] {
        let (old, new) = (try address(old), try address(new))
        return try xfrm.changeGateways { policy in
            guard var template = policy.template else { return nil }
            let before = template
            if template.source == old { template.source = new }
            if template.destination == old { template.destination = new }
            return template == before ? nil : template
        }
    }

    /// - Parameter count: of those that are chosen; their templates alone say `mode tunnel`.
    private static func expectOnlyGatewaysChange(
        _ policies: [String], count: Int, _ location: SourceLocation = #_sourceLocation
    ) throws {
        try PrivateNetwork.run {
            try PrivateNetwork.ip(batch: policies.map { "xfrm policy add \($0)" })
            let before = try listing()
            let xfrm = try XFRM()
            let changed = try change(xfrm, "192.0.2.2", to: "198.51.100.2")
            #expect(changed.count == count, sourceLocation: location)
            #expect(
                Set(changed).isSubset(of: Set(try xfrm.policies())), sourceLocation: location)
            let expected = before.map {
                $0.contains("192.0.2.3")
                    ? $0
                    : $0.split(separator: "tmpl").map {
                        $0.contains("mode tunnel")
                            ? $0.replacing("192.0.2.2", with: "198.51.100.2") : $0
                    }.joined(separator: "tmpl")
            }
            #expect(try listing() == expected.sorted(), sourceLocation: location)
            // And back, with nothing left of it.
            #expect(
                try change(xfrm, "198.51.100.2", to: "192.0.2.2").count == count,
                sourceLocation: location)
            #expect(try listing() == before, sourceLocation: location)
        }
    }

    @Test func allButTheGatewaysOfTheChosenStays() throws {
        let gateways = "tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel"
        let reversed = "tmpl src 192.0.2.2 dst 192.0.2.1 proto esp mode tunnel"
        try Self.expectOnlyGatewaysChange(
            [
                "dir out src 10.1.0.0/24 dst 10.2.0.0/16 proto udp sport 5 dport 53 "
                    + "mark 7 mask 0xff priority 1000 flag icmp if_id 9 "
                    + "limit time-hard 5000 limit byte-soft 9000 \(gateways) reqid 42",
                "dir in src 10.2.0.0/16 dst 10.1.0.0/24 priority 7 \(reversed) reqid 42 level use",
                "dir fwd src 10.2.0.0/16 dst 10.1.0.0/24 priority 7 if_id 3 \(reversed) reqid 43",
                "dir out src 2001:db8:1::/48 dst 2001:db8:2::/48 \(gateways) reqid 44",
                // Not chosen: another gateway, transport mode, no template.
                "dir out src 10.1.0.0/24 dst 10.7.0.0/16 "
                    + "tmpl src 192.0.2.1 dst 192.0.2.3 proto esp mode tunnel reqid 7",
                "dir out src 10.1.0.0/24 dst 10.8.0.0/16 "
                    + "tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode transport reqid 8",
                "dir out src 10.1.0.0/24 dst 10.9.0.0/16 action block",
                "dir out src 10.1.0.0/24 dst 10.10.0.0/16",
            ], count: 4)
    }

    @Test func whatTheAdministratorLeftOpenStaysOpen() throws {
        try Self.expectOnlyGatewaysChange(
            [
                "dir in src 10.5.0.0/16 dst 10.1.0.0/24 "
                    + "tmpl src 192.0.2.2 proto esp mode tunnel reqid 5",
                "dir out src 10.1.0.0/24 dst 10.6.0.0/16 "
                    + "tmpl dst 192.0.2.2 proto ah mode tunnel reqid 6",
            ], count: 2)
    }

    /// IPComp in transport mode, within the tunnel, has no gateways.
    @Test func theTemplateOfIPCompBesideTheTunnelStays() throws {
        try Self.expectOnlyGatewaysChange(
            [
                "dir out src 10.1.0.0/24 dst 10.2.0.0/16 tmpl proto comp mode transport level use "
                    + "tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel reqid 4"
            ], count: 1)
    }

    /// The kernel tells it to whoever follows the policies, as it tells an administrator's changes.
    @Test func theKernelAnnouncesTheChange() throws {
        try PrivateNetwork.run {
            try PrivateNetwork.ip(
                "xfrm policy add dir out src 10.1.0.0/24 dst 10.2.0.0/16 "
                    + "tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel reqid 4")
            let xfrm = try XFRM()
            let changed = try Self.change(xfrm, "192.0.2.2", to: "198.51.100.2")
            var announced: [SecurityPolicy] = []
            try xfrm.receive {
                if case .policyChanged(let policy) = $0 { announced.append(policy) }
            }
            #expect(announced == changed)
            #expect(changed.first?.template?.destination == (try address("198.51.100.2")))
        }
    }

    @Test func aDryRunChangesNothing() throws {
        try PrivateNetwork.run {
            try PrivateNetwork.ip(
                "xfrm policy add dir out src 10.1.0.0/24 dst 10.2.0.0/16 "
                    + "tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel reqid 4")
            let before = try Self.listing()
            let xfrm = try XFRM(dryRun: true)
            #expect(try Self.change(xfrm, "192.0.2.2", to: "198.51.100.2").isEmpty)
            #expect(try Self.listing() == before)
        }
    }
}
