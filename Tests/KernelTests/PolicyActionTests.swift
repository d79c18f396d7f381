import CLinux
import IPsec
import Net
import Testing

@testable import Kernel

/// Policies as the kernel lays them out, with templates of choice.
@Suite struct PolicyActionTests {
    private static func template(
        _ protocolID: Int, mode: Int32 = XFRM_MODE_TRANSPORT, optional: Bool = false
    ) -> xfrm_user_tmpl {
        var template = xfrm_user_tmpl()
        template.id.proto = UInt8(protocolID)
        template.family = UInt16(AF_INET)
        template.mode = UInt8(mode)
        template.optional = optional ? 1 : 0
        template.aalgos = .max
        template.ealgos = .max
        return template
    }

    private static func policy(
        _ templates: [xfrm_user_tmpl] = [],
        _ change: (inout xfrm_userpolicy_info) -> Void = { _ in }
    ) -> SecurityPolicy? {
        var message = NetlinkRequest(type: XFRM_MSG_NEWPOLICY, flags: 0)
        message.append(xfrm_userpolicy_info.self) { info in
            info.sel.family = UInt16(AF_INET)
            info.dir = UInt8(XFRM_POLICY_OUT)
            change(&info)
        }
        message.append(XFRMA_TMPL) { attribute in
            for template in templates { attribute.append(template) }
        }
        message.complete(sequence: 0)
        guard case .policyChanged(let policy) = notification(message.octets) else { return nil }
        return policy
    }

    @Test func allowWithoutTemplatesIsBypass() {
        #expect(Self.policy()?.action == .bypass)
    }

    @Test func blockIsBlock() {
        #expect(Self.policy { $0.action = UInt8(XFRM_POLICY_BLOCK) }?.action == .block)
    }

    @Test func policiesOfSocketsAreNotOurs() {
        #expect(Self.policy { $0.dir = 3 } == nil)
        #expect(Self.policy { $0.dir = 4 } == nil)
    }

    @Test func unknownFamiliesAndPrefixesTooLongAreNoPolicy() {
        #expect(Self.policy { $0.sel.family = UInt16(AF_UNIX) } == nil)
        #expect(Self.policy { $0.sel.prefixlen_d = 33 } == nil)
    }

    @Test(arguments: [
        (
            [(IPPROTO_ESP, XFRM_MODE_TRANSPORT, false), (IPPROTO_AH, XFRM_MODE_TRANSPORT, false)],
            "a bundle of more than one ESP or AH"
        ),
        (
            [
                (IPPROTO_COMP, XFRM_MODE_TRANSPORT, false),
                (IPPROTO_ESP, XFRM_MODE_TRANSPORT, false),
            ],
            "IPComp that is not optional"
        ),
        (
            [(IPPROTO_COMP, XFRM_MODE_TUNNEL, true), (IPPROTO_ESP, XFRM_MODE_TRANSPORT, false)],
            "IPComp in tunnel mode"
        ),
        ([(IPPROTO_COMP, XFRM_MODE_TRANSPORT, true)], "IPComp without ESP or AH"),
        (
            [(IPPROTO_ESP, XFRM_MODE_BEET, false)],
            "a mode (4) that is neither transport nor tunnel"
        ),
        (
            [(IPPROTO_DSTOPTS, XFRM_MODE_ROUTEOPTIMIZATION, false)],
            "IP protocol 60 is neither ESP nor AH"
        ),
    ])
    func bundlesThatAreNotNegotiatedSayWhy(
        templates: [(protocolID: Int, mode: Int32, optional: Bool)], reason: String
    ) {
        let policy = Self.policy(
            templates.map { Self.template($0.protocolID, mode: $0.mode, optional: $0.optional) })
        #expect(policy?.action == .unsupported(reason: reason))
    }

    @Test func addressesOfATransportTemplateDoNotCount() throws {
        var template = Self.template(IPPROTO_ESP)
        template.saddr = try address("192.0.2.1").xfrm
        #expect(Self.policy([template])?.template?.source == nil)
    }

    @Test func openEndsOfATunnelAreOpen() throws {
        var template = Self.template(IPPROTO_ESP, mode: XFRM_MODE_TUNNEL)
        template.saddr = try address("192.0.2.1").xfrm
        let policy = try #require(Self.policy([template])?.template)
        #expect(policy.source == (try address("192.0.2.1")))
        #expect(policy.destination == nil)
    }

    @Test func portMasksAreRanges() throws {
        let policy = Self.policy {
            $0.sel.sport = UInt16(0x1238).bigEndian
            $0.sel.sport_mask = UInt16(0xFFF8).bigEndian
        }
        #expect(policy?.selector.sourcePorts == PortRange(0x1238, 0x123F))
        #expect(policy?.selector.destinationPorts == .any)
    }

    @Test func portMaskWithAGapIsUnsupported() {
        let policy = Self.policy { $0.sel.dport_mask = UInt16(0xFF0F).bigEndian }
        #expect(policy?.action == .unsupported(reason: "a port mask that is not one range"))
    }

    @Test(
        arguments: [
            (0, UInt16.max, 0, 0), (443, 443, 443, 0xFFFF), (1024, 2047, 1024, 0xFC00),
            // No mask tells these: the smallest set around them.
            (1000, 1023, 992, 0xFFE0), (80, 443, 0, 0xFE00),
        ] as [(UInt16, UInt16, UInt16, UInt16)])
    func rangesBecomeMasks(first: UInt16, last: UInt16, port: UInt16, mask: UInt16) throws {
        let range = try #require(PortRange(first, last))
        #expect(range.xfrm.port == port.bigEndian)
        #expect(range.xfrm.mask == mask.bigEndian)
    }
}
