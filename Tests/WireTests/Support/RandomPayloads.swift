import Net
import Wire

extension SeededGenerator {
    /// A payload of any kind that can be sent.
    mutating func payload() -> Payload {
        switch number(0...16) {
        case 0: .securityAssociation(list(1...5) { $0.proposal() })
        case 1:
            .keyExchange(
                KeyExchange(method: .init(rawValue: number(0...65535)), value: octets(0...600)))
        case 2: .initiatorID(identification())
        case 3: .responderID(identification())
        case 4:
            .certificate(
                Certificate(encoding: .init(rawValue: number(0...255)), data: octets(0...900)))
        case 5:
            .certificateRequest(
                CertificateRequest(encoding: .x509Signature, authorities: octets(0...60)))
        case 6:
            .authentication(
                Authentication(method: .init(rawValue: number(0...255)), data: octets(0...256)))
        case 7: .nonce(octets(16...256))
        case 8:
            .notify(
                Notify(
                    protocol: .init(rawValue: number(0...255)), spi: octets(0...255),
                    type: .init(rawValue: number(0...65535)), data: octets(0...64)))
        case 9: .delete(.ikeSA)
        case 10:
            .delete(.childSAs(.esp, list(0...40) { ChildSPI($0.number(0...UInt32.max)) }))
        case 11: .vendorID(octets(0...40))
        case 12: .initiatorTrafficSelectors(list(1...9) { $0.selector() })
        case 13: .responderTrafficSelectors(list(1...9) { $0.selector() })
        case 14:
            .configuration(
                Configuration(
                    type: .init(rawValue: number(0...255)),
                    attributes: list(0...9) {
                        ConfigurationAttribute(
                            type: .init(rawValue: $0.number(0...0x7FFF)), value: $0.octets(0...20))
                    }))
        case 15: .eap(eapMessage())
        default:
            .unknown(
                UnknownPayload(type: .init(rawValue: number(128...255)), body: octets(0...50)))
        }
    }

    private mutating func eapMessage() -> [UInt8] {
        let data = octets(0...50)
        return [number(1...4), number(0...255)] + big16(data.count + 4) + data
    }

    private mutating func identification() -> Identification {
        switch number(0...3) {
        case 0: Identification(address(.v4))
        case 1: Identification(address(.v6))
        case 2: Identification(type: .fqdn, data: octets(0...80))
        default: Identification(type: .init(rawValue: number(6...255)), data: octets(0...80))
        }
    }

    private mutating func address(_ family: IPAddress.Family) -> IPAddress {
        switch family {
        case .v4: .v4(number(0...UInt32.max))
        case .v6: .v6(high: number(0...UInt64.max), low: number(0...UInt64.max))
        }
    }

    private mutating func selector() -> TrafficSelector {
        let family: IPAddress.Family = Bool.random(using: &self) ? .v4 : .v6
        let (a, b) = (address(family), address(family))
        let (p, q): (UInt16, UInt16) = (number(0...65535), number(0...65535))
        let ports = PortRange(min(p, q), max(p, q)).map { PortSelector.range($0) } ?? .any
        return TrafficSelector(
            protocolID: number(0...255), ports: number(0...5) == 0 ? .opaque : ports,
            addresses: IPRange(min(a, b), max(a, b)) ?? IPRange(all: family))
    }

    private mutating func proposal() -> Proposal {
        let (`protocol`, spi): (SecurityProtocol, [UInt8]) =
            switch number(0...4) {
            case 0: (.ike, [])
            case 1: (.ike, octets(8...8))
            case 2: (.ah, octets(4...4))
            case 3: (.esp, octets(4...4))
            default: (.init(rawValue: number(7...255)), octets(0...255))
            }
        return Proposal(
            number: number(0...255), protocol: `protocol`, spi: spi,
            transforms: list(0...20) { generator in
                Transform(
                    type: .init(rawValue: generator.number(0...255)),
                    id: generator.number(0...65535),
                    keyLength: Bool.random(using: &generator) ? generator.number(0...65535) : nil)
            })
    }
}
