import Crypto
import Net
import Policy
import Wire

/// One IKE SA, from the first octet of IKE_SA_INIT to the last retransmission after its end.
final class IKESA {
    /// Where an SA stands; each state carries what is valid in it and nothing else.
    enum State {
        /// We began: IKE_SA_INIT is being prepared, is out, or has been answered and the shared
        /// secret is being derived.
        case initiating(Initiation)
        /// The peer began, and a worker is at our half of the key exchange.
        case responding(Response)
        /// The peer began, and IKE_SA_INIT is done: its IKE_AUTH request is to come.
        case halfOpen(HalfOpen)
        /// We began, and our IKE_AUTH request is out.
        case authenticating(Authenticating)
        case established(Session)
        /// The peer has made another in its place, and is to delete it.
        case superseded(Session)
        /// Our DELETE is out.
        case deleting(Session)
        /// Over; only its last response is still repeated.
        case closed(IKEKeys)
    }

    let localSPI: IKESPI
    /// Who began; fixed for the life of the SA, whoever asks in an exchange.
    let role: Role
    var remoteSPI: IKESPI
    /// The addresses that it is used between; ``SATable/move(_:to:)`` changes them.
    var pair: AddressPair
    /// The addresses that it was established between, when those are others: what policies name.
    var home: AddressPair?
    /// The addresses that it was used between before it moved last: its policies may name them for
    /// a moment more.
    var former: AddressPair?
    /// The way that the peer's last request came, which its answer goes back.
    var requestPair: AddressPair
    var state: State
    var window = Window()
    var children: [ChildSA] = []
    /// What waits for the window: requests that could not be sent while another was out.
    var queue: [Task] = []
    /// What the peer is to be asked again later.
    var postponed: [Postponed] = []
    /// What both ends agreed on to move by (RFC 4555), if they did.
    var mobility: Mobility?
    /// Who stands behind a NAT.
    var nats: NATs = []
    /// When the NAT that we stand behind is reminded of us.
    var keepAliveAt: Instant?
    /// Fragments, once both ends have announced that they understand them.
    var fragmentation: Fragmentation?
    /// The state's own time limit, apart from retransmissions.
    var expiry: Instant?
    /// When it is to be rekeyed, ahead of its ``expiry``.
    var rekeyAt: Instant?
    /// When it came into being.
    let createdAt: Instant
    /// When both sides had proved themselves.
    var establishedAt: Instant?
    /// When the peer last gave a sign of life, or had no reason to give one.
    var checkedAt: Instant
    /// Jobs handed out so far.
    var jobSerial: UInt32 = 0

    // The engine's DeadlineHeap keeps these.
    var deadline: Instant?
    var heapIndex = -1

    init(
        localSPI: IKESPI, remoteSPI: IKESPI, role: Role, pair: AddressPair, state: State,
        at now: Instant
    ) {
        self.localSPI = localSPI
        self.remoteSPI = remoteSPI
        self.role = role
        self.pair = pair
        requestPair = pair
        self.state = state
        createdAt = now
        checkedAt = now
    }

    var local: SocketAddress { pair.local }
    var remote: SocketAddress { pair.remote }

    var initiatorSPI: IKESPI { role == .initiator ? localSPI : remoteSPI }
    var responderSPI: IKESPI { role == .initiator ? remoteSPI : localSPI }

    /// The keys, once there are any.
    var keys: IKEKeys? {
        switch state {
        case .initiating, .responding: nil
        case .halfOpen(let halfOpen): halfOpen.keys
        case .authenticating(let authenticating): authenticating.keys
        case .established(let session), .superseded(let session), .deleting(let session):
            session.keys
        case .closed(let keys): keys
        }
    }

    /// The exchange of the request that is out, when one is.
    var awaitedExchange: ExchangeType? {
        switch state {
        case .initiating: .ikeSAInit
        case .authenticating: .ikeAuth
        case .established(let session), .deleting(let session):
            switch session.exchange {
            case .createChild, .rekeyIKE: .createChildSA
            case .deleteChild, .probe, .updateAddresses, .announceAddresses, .checkReturn, nil:
                .informational
            }
        case .superseded: .informational
        case .responding, .halfOpen, .closed: nil
        }
    }

    /// The session, while it stands.
    var session: Session? {
        if case .established(let session) = state { session } else { nil }
    }

    /// Who the two ends are, once they have proved it.
    var identities: Identities? {
        switch state {
        case .established(let session), .superseded(let session), .deleting(let session):
            session.identities
        case .initiating, .responding, .halfOpen, .authenticating, .closed: nil
        }
    }

    /// The rule, where it is settled.
    var rule: Rule? {
        switch state {
        case .initiating(let initiation): initiation.rule
        case .responding, .halfOpen, .closed: nil
        case .authenticating(let authenticating): authenticating.rule
        case .established(let session), .superseded(let session), .deleting(let session):
            session.rule
        }
    }

    /// The Child SA at whose SPI we receive.
    func child(inboundSPI: ChildSPI) -> ChildSA? {
        children.first { $0.inboundSPI == inboundSPI }
    }
}

/// What waits for an IKE SA's window.
enum Task {
    /// A further Child SA for traffic that met a policy. The peer has put it off so many times.
    case createChild(ChildRequest, attempt: UInt8 = 0)
    /// Another Child SA in place of one.
    case rekeyChild(ChildSPI, RekeyOccasion = .lifetime, attempt: UInt8)
    /// Another IKE SA in place of this one.
    case rekeyIKE(attempt: UInt8)
    /// Tell the peer between which addresses the SAs go on.
    case updateAddresses
    /// Tell the peer of our other addresses.
    case announceAddresses
    /// Ask whether the peer is where it says it is.
    case checkReturn
    /// Take leave of a Child SA.
    case deleteChild(ChildSPI, SecurityProtocol)
    /// Take leave of the peer, when what stands before it in the queue is done.
    case deleteIKESA(because: String)
}

/// A task that waits for its time.
struct Postponed {
    let task: Task
    let due: Instant
}

/// An established IKE SA.
struct Session {
    let keys: IKEKeys
    var rule: Rule
    /// What the two ends have proved to be.
    let identities: Identities
    /// The exchange of ours that is out, or is being prepared.
    var exchange: Exchange?
    /// The peer's request that a worker is at.
    var granting: Granting?

    /// The identity that the peer proved.
    var peer: Identification { identities.peers }

    /// Whether the peer is about to make another IKE SA in place of this one: what we have to ask
    /// can be asked there.
    var isBeingReplaced: Bool {
        if case .ikeSA = granting { true } else { false }
    }
}

/// A CREATE_CHILD_SA request of the peer that a worker is at.
enum Granting {
    case child(ChildGranting)
    case ikeSA(IKEGranting)

    var job: UInt32 {
        switch self {
        case .child(let granting): granting.job
        case .ikeSA(let granting): granting.job
        }
    }
}

/// A request of ours within an established IKE SA.
enum Exchange {
    case createChild(ChildProposal)
    case deleteChild(ChildSPI)
    case rekeyIKE(IKERekeying)
    /// UPDATE_SA_ADDRESSES (RFC 4555 §3.5).
    case updateAddresses(AddressUpdate)
    /// A list of our other addresses (RFC 4555 §3.6).
    case announceAddresses
    /// The question whether the peer is where it says it is (RFC 4555 §3.7).
    case checkReturn(cookie: [UInt8])
    /// Nothing but the question whether the peer lives.
    case probe
}
