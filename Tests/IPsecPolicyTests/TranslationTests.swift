import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IPsecPolicy

/// A host as the tests imagine it.
func imagined() -> Surroundings {
    Surroundings(
        addresses: { name in
            switch name {
            case "peer": [.v4(0xC633_6401)]
            case "both": [.v4(0xC633_6401), .v6(high: 0x2001_0DB8 << 32, low: 1)]
            default: []
            }
        },
        port: { $0 == "telnet" ? 23 : nil },
        nextLayer: { ["tcp": 6, "udp": 17, "icmp": 1, "ipv6-icmp": 58, "esp": 50][$0] },
        interface: { name in
            switch name {
            case "ipip0":
                TunnelInterface(
                    kind: .wrapping(protocolID: 4), local: .v4(0xC000_0201),
                    remote: .v4(0xC633_6401))
            case "open0": TunnelInterface(kind: .wrapping(protocolID: 47), local: .v4(0xC000_0201))
            case "vti0":
                TunnelInterface(
                    kind: .vti(inbound: 7, outbound: 7), local: .v4(0xC000_0201),
                    remote: .v4(0xC633_6401))
            case "vti1": TunnelInterface(kind: .vti(inbound: 7, outbound: 8))
            case "xfrm0": TunnelInterface(kind: .xfrm(interfaceID: 9))
            case "eth0": TunnelInterface(kind: .other("veth"))
            default: nil
            }
        })
}

/// What the entries of a text want, told apart from those that cannot be.
func wanted(_ text: String) throws -> [Plan.Wanted] {
    let source = Source(name: "file", octets: Array(text.utf8))
    var diagnostics = Diagnostics()
    let placed = try #require(PlacedEntry.parse(source, into: &diagnostics))
    var translator = Translator(source, in: imagined())
    let wanted = placed.compactMap { entry in
        translator.translate(entry).map { Plan.Wanted(entry, $0) }
    }
    translator.deliver(into: &diagnostics)
    try #require(!diagnostics.hasErrors, "\(diagnostics.map { $0.render() })")
    return wanted
}

@Suite struct TranslationTests {
    private let local = IPAddress.v4(0xC000_0201)
    private let remote = IPAddress.v4(0xC633_6401)

    private func policies(_ text: String) throws -> [SecurityPolicy] {
        try #require(try wanted(text).first).translation.policies
    }

    @Test func aTunnelGoesBothWaysAndThrough() throws {
        let policies = try policies(
            "{ laddr 10.1.0.0/24 raddr 10.2.0.0/24 tunnel ipip0 } ipsec { encr_algs aes-gcm(256) }")
        let out = Selector(
            source: try prefix("10.1.0.0", 24), destination: try prefix("10.2.0.0", 24))
        func template(_ source: IPAddress, _ destination: IPAddress) -> Template {
            Template(
                protocolID: .esp, mode: .tunnel, source: source, destination: destination,
                algorithms: AlgorithmMasks(encryption: 1 << 20, integrity: 1))
        }
        #expect(policies.map { $0.direction } == [.outbound, .inbound, .forward])
        #expect(policies.map { $0.selector } == [out, out.reversed, out.reversed])
        #expect(
            policies.map { $0.template } == [
                template(local, remote), template(remote, local), template(remote, local),
            ])
    }

    @Test func aHostHasNothingThatPassesThrough() throws {
        let policies = try policies(
            "{ raddr peer ulp tcp rport telnet } ipsec { auth_algs sha256 }")
        #expect(policies.map { $0.direction } == [.outbound, .inbound])
        let selector = Selector(
            source: IPRange(all: .v4), destination: IPRange(remote),
            destinationPorts: PortRange(23), protocolID: 6)
        #expect(policies.map { $0.selector } == [selector, selector.reversed])
        #expect(
            policies.first?.template
                == Template(
                    protocolID: .ah, mode: .transport,
                    algorithms: AlgorithmMasks(encryption: .max, integrity: 1 << 5)))
    }

    @Test func whatIsPassedOrDroppedIsAlsoWhatPassesThrough() throws {
        for (action, wanted) in [
            ("bypass {}", SecurityPolicy.Action.bypass), ("drop {}", .block),
        ] {
            let policies = try policies("{ raddr 10.0.0.0/8 } \(action)")
            #expect(policies.map { $0.direction } == [.outbound, .inbound, .forward])
            #expect(policies.allSatisfy { $0.action == wanted })
        }
        #expect(
            try policies("{ raddr 10.0.0.0/8 dir out } drop {}").map { $0.direction } == [.outbound]
        )
        #expect(
            try policies("{ raddr 10.0.0.0/8 dir in } drop {}").map { $0.direction }
                == [.inbound, .forward])
    }

    @Test func anyAddressIsOfEitherFamily() throws {
        let families = try policies("{ ulp tcp dir out } drop {}").map { $0.selector.source.family }
        #expect(families == [.v4, .v6])
        #expect(try policies("{ ulp icmp dir out } drop {}").count == 1)
        #expect(try policies("{ raddr both dir out } drop {}").count == 2)
        #expect(try policies("{ raddr both laddr 10.0.0.1 dir out } drop {}").count == 1)
    }

    @Test func aPortIsOfTCPAndUDP() throws {
        let selectors = try policies("{ laddr 10.0.0.1 lport 53 dir out } bypass {}").map {
            $0.selector
        }
        #expect(selectors.map { $0.protocolID } == [6, 17])
        #expect(selectors.allSatisfy { $0.sourcePorts == PortRange(53) })
    }

    @Test func messagesOfICMPKeepTheirPlacesInEitherDirection() throws {
        let policies = try policies(
            "{ raddr 10.0.0.1 ulp icmp type 3-4 code 1-4 } bypass {}")
        let out = policies.filter { $0.direction == .outbound }.map { $0.selector }
        #expect(out.map { $0.sourcePorts.first } == [3, 3, 3, 4, 4, 4])
        // 1, 2-3 and 4 are what masks can tell.
        #expect(
            out.prefix(3).map { $0.destinationPorts }
                == [PortRange(1), PortRange(2, 3), PortRange(4)])
        for policy in policies where policy.direction != .outbound {
            #expect((3...4).contains(policy.selector.sourcePorts.first))
        }
        #expect(
            try self.policies("{ raddr 10.0.0.1 ulp icmp type 0-255 dir out } drop {}").count == 1)
    }

    @Test func interfacesSayWhatTheyCan() throws {
        let vti = try policies("{ tunnel vti0 raddr 10.0.0.0/8 } ipsec { encr_algs any }")
        #expect(vti.map { $0.mark?.value } == [7, 7, 7])
        #expect(vti.first?.template?.destination == remote)
        let xfrm = try policies(
            "{ tunnel xfrm0 tlocal 192.0.2.1 tremote 198.51.100.1 raddr fe80::/10 } "
                + "ipsec { encr_algs any }")
        #expect(xfrm.allSatisfy { $0.interfaceID == 9 })
        #expect(xfrm.first?.template?.source == local)
        let wrapped = try policies("{ tunnel ipip0 negotiate transport } ipsec { encr_algs any }")
        #expect(wrapped.map { $0.direction } == [.outbound, .inbound])
        #expect(
            wrapped.first?.selector
                == Selector(
                    source: IPRange(local), destination: IPRange(remote), protocolID: 4))
        #expect(wrapped.first?.template?.mode == .transport)
    }

    @Test func whatMayPassIsOptional() throws {
        let policies = try policies("{ raddr peer } ipsec { encr_algs any } or pass {}")
        #expect(policies.allSatisfy { $0.template?.isOptional == true })
    }

    @Test func masksAllowAllThatIsListed() throws {
        let wanted = try wanted(
            "{ raddr peer } ipsec { encr_algs aes encr_auth_algs sha256 } or ipsec "
                + "{ encr_algs aes-gcm }")
        let translation = try #require(wanted.first).translation
        let masks = try #require(translation.policies.first?.template?.algorithms)
        #expect(masks == AlgorithmMasks(encryption: 1 << 12 | 1 << 20, integrity: 1 | 1 << 5))
        #expect(translation.transforms.map { $0.encryption } == [.aesCBC, .aesGCM16])
        // PF_KEY has no number for ChaCha20: nothing but any allows it.
        let any = try policies("{ raddr peer } ipsec { encr_algs any }").first?.template?.algorithms
        #expect(any?.encryption == .max)
    }

    @Test(arguments: [
        Case("{ raddr ‹nobody› } drop {}", "nobody knows a host 'nobody'; expected an address"),
        Case(
            "{ lport ‹ssh› } drop {}", "nobody knows a service 'ssh'; expected one of services(5)"),
        Case(
            "{ ulp ‹ospf› } drop {}", "nobody knows a protocol 'ospf'; expected one of protocols(5)"
        ),
        Case(
            "{ ulp ‹esp› lport 7 } drop {}",
            "protocol 50 has no ports; expected tcp, udp or another that has"),
        Case(
            "{ ulp tcp type ‹3› } drop {}",
            "type of a protocol other than ICMP; expected 'ulp icmp' or 'ulp ipv6-icmp'"),
        Case(
            "{ ulp ‹icmp› raddr fe80::1 } drop {}",
            "protocol of the other family; expected 'icmp' for IPv4, 'ipv6-icmp' for IPv6"),
        Case(
            "{ laddr 10.0.0.1 raddr ‹fe80::1› } drop {}",
            "addresses of different families; expected one"),
        Case(
            "{ tunnel ‹none0› } drop {}",
            "there is no interface 'none0'; expected an ipip, sit, ip6tnl, gre, vti or xfrm "
                + "interface"),
        Case(
            "{ tunnel ‹eth0› tlocal 192.0.2.1 tremote 192.0.2.2 } drop {}",
            "interface 'eth0' is no tunnel but veth; expected an ipip, sit, ip6tnl, gre, vti or "
                + "xfrm interface"),
        Case(
            "{ tunnel ‹open0› } drop {}",
            "interface 'open0' has no outer address there; expected tremote"),
        Case(
            "{ tunnel ‹ipip0› tremote 192.0.2.9 } drop {}",
            "tremote 192.0.2.9 is not that of the interface, 198.51.100.1; expected one of them"),
        Case(
            "{ tunnel ‹vti1› tlocal 192.0.2.1 tremote 192.0.2.2 } drop {}",
            "interface 'vti1' has the keys 7 and 8; both SAs of a pair have one mark, expected the "
                + "same"),
        Case(
            "{ tunnel vti0 negotiate ‹transport› } drop {}",
            "interface 'vti0' leaves the wrapping to SAs; expected 'negotiate tunnel'"),
        Case(
            "‹{› raddr 10.0.0.1 ulp icmp type 0-254 code 1-254 } drop {}",
            "entry stands for more than 4096 policies; expected a simpler pattern"),
    ])
    func whatCannotBeIsTold(test: Case) throws {
        let marked = try Marked(test.text)
        var diagnostics = Diagnostics()
        let placed = try #require(PlacedEntry.parse(marked.source, into: &diagnostics)?.first)
        var translator = Translator(marked.source, in: imagined())
        #expect(translator.translate(placed) == nil)
        translator.deliver(into: &diagnostics)
        let error = try diagnostics.only(.error)
        #expect(error.message == test.message)
        #expect(marked.isAt(error), "\(error.render())")
    }
}
