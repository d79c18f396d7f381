import Crypto
import Net
import Policy
import Wire

/// What an IKE SA whose ends agreed on MOBIKE (RFC 4555) knows beside the address pair in use.
///
/// It goes over to the SAs that replace one another.
final class Mobility {
    /// Whether we decide on the address pair. He does who began the first of the SAs that replaced
    /// one another (RFC 4555 §2.1).
    let decides: Bool
    /// The peer's other addresses.
    var peerAddresses: [IPAddress]
    /// The other addresses of ours that the peer has been told of.
    var announced: [IPAddress]
    /// The address pairs that a request without answer has been sent between, beside the one in use.
    var tried: [AddressPair] = []
    /// Whether there is no way to the peer now, and the log has said so.
    var isStranded = false
    /// What the peer took our address for when it was asked last: a hash (RFC 7296 §2.23).
    var seenAs: [UInt8] = []

    /// Addresses that either end keeps of the other: more than any gateway has.
    static let mostAddresses = 16

    init(decides: Bool, peerAddresses: [IPAddress], announced: [IPAddress]) {
        self.decides = decides
        self.peerAddresses = peerAddresses
        self.announced = announced
    }
}

// MARK: - Address lists

extension Mobility {
    /// The other addresses of a peer, as it lists them (RFC 4555 §3.6); `nil` where it says nothing
    /// of them.
    static func addresses(in contents: Contents) -> [IPAddress]? {
        var addresses: [IPAddress]? = contents.has(.noAdditionalAddresses) ? [] : nil
        for notify in contents.notifies {
            guard notify.type == .additionalIPv4Address || notify.type == .additionalIPv6Address
            else { continue }
            let family: IPAddress.Family = notify.type == .additionalIPv4Address ? .v4 : .v6
            guard let address = IPAddress(octets: notify.data), address.family == family,
                !address.isUnspecified, (addresses?.count ?? 0) < mostAddresses
            else { continue }
            addresses = (addresses ?? []) + [address]
        }
        return addresses
    }

    /// The notifies that list addresses of ours.
    static func notifies(of addresses: [IPAddress]) -> [Payload] {
        addresses.map { address in
            let type: NotifyType =
                address.family == .v4 ? .additionalIPv4Address : .additionalIPv6Address
            return .notify(Notify(type, data: address.octets))
        }
    }
}

extension Engine {
    /// The addresses of this host, beside the one in use, that a rule is for.
    func otherAddresses(_ sa: IKESA, _ rule: Rule) -> [IPAddress] {
        let others = hostAddresses.filter { address in
            address != sa.local.address && rule.localAddresses.contains { $0.contains(address) }
        }
        return Array(others.prefix(Mobility.mostAddresses))
    }
}

// MARK: - IKE_AUTH

extension Engine {
    /// What says in IKE_AUTH that we speak MOBIKE.
    func mobilitySupport(_ sa: IKESA, _ rule: Rule) -> [Payload] {
        guard rule.mobike else { return [] }
        return [.notify(Notify(.mobikeSupported))]
            + Mobility.notifies(of: otherAddresses(sa, rule))
    }

    /// The peer speaks MOBIKE, too, or does not.
    func agreeOnMobility(_ contents: Contents, _ rule: Rule, sa: IKESA) {
        guard rule.mobike, contents.has(.mobikeSupported) else { return }
        sa.mobility = Mobility(
            decides: sa.role == .initiator, peerAddresses: Mobility.addresses(in: contents) ?? [],
            announced: otherAddresses(sa, rule))
    }
}
