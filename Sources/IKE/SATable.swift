import IPsec
import Net
import Wire

/// The IKE SAs, found by whatever a message or the kernel names them by.
struct SATable {
    /// What names an IKE_SA_INIT request that is repeated: the peer does not know our SPI yet.
    private struct Beginning: Hashable {
        let spi: IKESPI
        let remote: SocketAddress
    }

    private var bySPI: [IKESPI: IKESA] = [:]
    private var byBeginning: [Beginning: IKESPI] = [:]
    private var crowds: [Place: Crowd] = [:]
    private var byPeer: [IPAddress: SPISet] = [:]
    private var byIdentities: [Identities: SPISet] = [:]
    private var byInboundSPI: [ChildSPI: IKESPI] = [:]

    /// How many IKE SAs there are.
    var count: Int { bySPI.count }

    /// Whether there is no IKE SA.
    var isEmpty: Bool { bySPI.isEmpty }

    /// Every IKE SA, in no order.
    var all: [IKESA] { Array(bySPI.values) }

    /// How many responders wait for IKE_AUTH.
    var halfOpenCount: Int { byBeginning.count }

    /// Those of them from where a peer is.
    func crowd(around address: IPAddress) -> Crowd { crowds[Place(address)] ?? Crowd() }

    /// The IKE SA with our SPI.
    subscript(spi: IKESPI) -> IKESA? { bySPI[spi] }

    /// The half-open responder that a peer's IKE_SA_INIT request made.
    func halfOpen(_ initiatorSPI: IKESPI, from remote: SocketAddress) -> IKESA? {
        byBeginning[Beginning(spi: initiatorSPI, remote: remote)].flatMap { bySPI[$0] }
    }

    /// The IKE SAs with a peer's address.
    func with(peer: IPAddress) -> [IKESA] {
        guard let spis = byPeer[peer] else { return [] }
        return spis.all.compactMap { bySPI[$0] }
    }

    /// The established IKE SAs between two identities.
    func with(_ identities: Identities) -> [IKESA] {
        guard let spis = byIdentities[identities] else { return [] }
        return spis.all.compactMap { bySPI[$0] }
    }

    /// The IKE SA of the Child SA at whose SPI we receive.
    func ikeSA(ofInbound spi: ChildSPI) -> IKESA? {
        byInboundSPI[spi].flatMap { bySPI[$0] }
    }

    mutating func insert(_ sa: IKESA) {
        bySPI[sa.localSPI] = sa
        for peer in peers(of: sa) { byPeer[peer, default: SPISet()].insert(sa.localSPI) }
        if sa.role == .responder, sa.session == nil {
            byBeginning[Beginning(spi: sa.remoteSPI, remote: sa.remote)] = sa.localSPI
            crowds[Place(sa.remote.address), default: Crowd()].grow()
        }
        identify(sa)
    }

    mutating func remove(_ sa: IKESA) {
        bySPI[sa.localSPI] = nil
        forgetPeers(of: sa)
        endHalfOpen(sa)
        forgetIdentities(of: sa)
        // Tables keep the room they once grew to.
        if bySPI.isEmpty { self = SATable() }
    }

    /// A responder has its IKE_AUTH, or is given up.
    mutating func endHalfOpen(_ sa: IKESA) {
        guard sa.role == .responder else { return }
        let beginning = Beginning(spi: sa.remoteSPI, remote: sa.remote)
        guard byBeginning[beginning] == sa.localSPI else { return }
        byBeginning[beginning] = nil
        let place = Place(sa.remote.address)
        crowds[place]?.shrink()
        if crowds[place]?.count == 0 { crowds[place] = nil }
    }

    /// Both ends have proved who they are.
    mutating func identify(_ sa: IKESA) {
        guard let identities = sa.identities else { return }
        byIdentities[identities, default: SPISet()].insert(sa.localSPI)
    }

    /// An IKE SA no longer stands between two identities.
    mutating func forgetIdentities(of sa: IKESA) {
        guard let identities = sa.identities else { return }
        byIdentities[identities]?.remove(sa.localSPI)
        if byIdentities[identities]?.isEmpty == true { byIdentities[identities] = nil }
    }

    mutating func insert(_ child: ChildSA, of sa: IKESA) {
        byInboundSPI[child.inboundSPI] = sa.localSPI
    }

    mutating func remove(_ child: ChildSA) {
        byInboundSPI[child.inboundSPI] = nil
    }

    /// An SA goes on between other addresses. Its IKE_SA_INIT, which is known by the old ones, is
    /// over then. One that stands is still found by the addresses that it was established between,
    /// since policies name those.
    mutating func move(_ sa: IKESA, to pair: AddressPair) {
        endHalfOpen(sa)
        forgetPeers(of: sa)
        if sa.session != nil {
            let home = sa.home ?? sa.pair
            sa.home = home.hasAddresses(of: pair) ? nil : home
            sa.former = sa.pair
        }
        sa.pair = pair
        for peer in peers(of: sa) { byPeer[peer, default: SPISet()].insert(sa.localSPI) }
    }

    private func peers(of sa: IKESA) -> [IPAddress] {
        [sa.pair, sa.home, sa.former].compactMap { $0?.remote.address }
    }

    private mutating func forgetPeers(of sa: IKESA) {
        for peer in peers(of: sa) {
            byPeer[peer]?.remove(sa.localSPI)
            if byPeer[peer]?.isEmpty == true { byPeer[peer] = nil }
        }
    }
}

/// A set of SPIs that costs nothing beyond itself while it holds one, as it nearly always does.
private enum SPISet {
    case none
    case one(IKESPI)
    case many(Set<IKESPI>)

    init() {
        self = .none
    }

    var isEmpty: Bool {
        if case .none = self { true } else { false }
    }

    var all: [IKESPI] {
        switch self {
        case .none: []
        case .one(let spi): [spi]
        case .many(let spis): Array(spis)
        }
    }

    mutating func insert(_ spi: IKESPI) {
        switch self {
        case .none: self = .one(spi)
        case .one(let other) where other == spi: break
        case .one(let other): self = .many([other, spi])
        case .many(var spis):
            self = .none  // so that the set is not copied
            spis.insert(spi)
            self = .many(spis)
        }
    }

    mutating func remove(_ spi: IKESPI) {
        switch self {
        case .none: break
        case .one(let other): if other == spi { self = .none }
        case .many(var spis):
            self = .none
            spis.remove(spi)
            if let last = spis.first { self = spis.count == 1 ? .one(last) : .many(spis) }
        }
    }
}
