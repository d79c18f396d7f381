import CLinux
import IPsec
import Net
import Wire

// Addresses, ports and protocols as XFRM's structures hold them, in network order, and back.

extension IPAddress {
    /// `nil` for a family other than IPv4 and IPv6.
    init?(_ address: xfrm_address_t, family: UInt16) {
        switch Int32(family) {
        case AF_INET: self = .v4(UInt32(bigEndian: address.a4))
        case AF_INET6:
            let words = address.a6
            self = .v6(
                high: Self.half(words.0, words.1), low: Self.half(words.2, words.3))
        default: return nil
        }
    }

    private static func half(_ first: UInt32, _ second: UInt32) -> UInt64 {
        UInt64(UInt32(bigEndian: first)) << 32 | UInt64(UInt32(bigEndian: second))
    }

    /// The address as XFRM holds it.
    var xfrm: xfrm_address_t {
        var address = xfrm_address_t()
        switch self {
        case .v4(let bits): address.a4 = bits.bigEndian
        case .v6(let high, let low):
            address.a6 = (
                UInt32(truncatingIfNeeded: high >> 32).bigEndian,
                UInt32(truncatingIfNeeded: high).bigEndian,
                UInt32(truncatingIfNeeded: low >> 32).bigEndian,
                UInt32(truncatingIfNeeded: low).bigEndian
            )
        }
        return address
    }
}

extension IPAddress.Family {
    /// `AF_INET` or `AF_INET6`.
    var xfrm: UInt16 { UInt16(truncatingIfNeeded: self == .v4 ? AF_INET : AF_INET6) }
}

extension PortRange {
    /// The ports that equal `port` where `mask` has ones, both in network order; `nil` when they are
    /// more than one range.
    init?(port: UInt16, mask: UInt16) {
        let mask = UInt16(bigEndian: mask)
        guard mask.leadingZeroBitCount == 0 || mask == 0,
            (~mask).leadingZeroBitCount + (~mask).nonzeroBitCount == 16
        else { return nil }
        let first = UInt16(bigEndian: port) & mask
        self.init(first, first | ~mask)
    }

    /// Port and mask in network order of the smallest set around the range that a mask can tell.
    var xfrm: (port: UInt16, mask: UInt16) {
        let mask = ~(UInt16.max >> (first ^ last).leadingZeroBitCount)
        return ((first & mask).bigEndian, mask.bigEndian)
    }
}

extension SecurityProtocol {
    /// From an IP protocol number; `nil` for one that is neither ESP nor AH.
    init?(xfrm number: UInt8) {
        switch number {
        case UInt8(truncatingIfNeeded: IPPROTO_ESP): self = .esp
        case UInt8(truncatingIfNeeded: IPPROTO_AH): self = .ah
        default: return nil
        }
    }

    /// The IP protocol number of ESP or AH.
    var xfrm: UInt8 { UInt8(truncatingIfNeeded: self == .ah ? IPPROTO_AH : IPPROTO_ESP) }
}

extension Mode {
    /// `nil` for the modes that IKEv2 does not negotiate.
    init?(xfrm number: UInt8) {
        switch Int32(number) {
        case XFRM_MODE_TRANSPORT: self = .transport
        case XFRM_MODE_TUNNEL: self = .tunnel
        default: return nil
        }
    }

    /// The number of XFRM.
    var xfrm: UInt8 {
        UInt8(truncatingIfNeeded: self == .transport ? XFRM_MODE_TRANSPORT : XFRM_MODE_TUNNEL)
    }
}

extension Mark {
    /// `nil` for the mark that binds nothing.
    init?(_ mark: xfrm_mark) {
        guard mark.v != 0 || mark.m != 0 else { return nil }
        self.init(value: mark.v, mask: mark.m)
    }

    /// The mark as XFRM holds it.
    var xfrm: xfrm_mark { xfrm_mark(v: value, m: mask) }
}

extension SADEntry.ID {
    /// `nil` for what is no ESP or AH SA, and for larval ones, which have no SPI yet.
    init?(destination: xfrm_address_t, family: UInt16, protocolID: UInt8, spi: UInt32) {
        guard spi != 0, let address = IPAddress(destination, family: family),
            let protocolID = SecurityProtocol(xfrm: protocolID)
        else { return nil }
        self.init(
            destination: address, protocolID: protocolID, spi: ChildSPI(UInt32(bigEndian: spi)))
    }
}
