import Wire

/// A message of the peer's that comes in fragments, until all of them are here (RFC 7383 §2.6).
/// Whoever hands it a fragment has seen that it is authentic.
final class Reassembly {
    enum Limit {
        /// Fragments of one message. Windows sends up to 29, of about 576 octets.
        static let fragments: UInt16 = 64
        /// Octets kept of one message: a message in one datagram cannot have more.
        static let octets = 65_536
        /// How long fragments wait for those that are missing. A peer that retransmits does so
        /// three times or more within it.
        static let lifetime = Interval.seconds(20)
    }

    /// What a fragment takes beside its text: its place, and the head of an array.
    private static let overhead = 48

    /// The header of the message, which all its fragments have alike but for the length.
    let header: Header
    /// How many fragments make the message. A peer that divides it anew, into smaller ones, has
    /// it reassembled anew.
    let total: UInt16
    /// When it is given up.
    let expiry: Instant
    /// The type of the message's first payload, which only the first fragment knows.
    private(set) var firstPayload = PayloadType.none
    /// What it takes in memory, about.
    private(set) var octets: Int
    private var texts: [[UInt8]?]
    private var missing: Int
    private let account: StrangersFragments?

    /// A message of which nothing is here yet.
    ///
    /// - Parameters:
    ///   - account: where its memory is counted, if the peer is a stranger.
    init(_ header: Header, total: UInt16, at now: Instant, account: StrangersFragments?) {
        self.header = header
        self.total = total
        self.account = account
        expiry = now + Limit.lifetime
        octets = Int(total) * Self.overhead
        texts = [[UInt8]?](repeating: nil, count: Int(total))
        missing = Int(total)
        account?.octets += octets
    }

    deinit { account?.octets -= octets }

    /// Whether all fragments are here.
    var isComplete: Bool { missing == 0 }

    /// Whether a fragment is here already.
    func holds(_ fragment: Fragment) -> Bool {
        let index = Int(fragment.number) - 1
        return texts.indices.contains(index) && texts[index] != nil
    }

    /// Takes the part of the inner payloads that a fragment holds; the first that comes counts.
    func take(_ text: [UInt8], of fragment: Fragment, firstPayload: PayloadType) {
        let index = Int(fragment.number) - 1
        guard texts.indices.contains(index), texts[index] == nil else { return }
        texts[index] = text
        missing -= 1
        if index == 0 { self.firstPayload = firstPayload }
        octets += text.count
        account?.octets += text.count
    }

    /// The inner payloads; `nil` while a fragment is missing.
    var text: [UInt8]? {
        guard isComplete else { return nil }
        var whole: [UInt8] = []
        whole.reserveCapacity(octets)
        for case let text? in texts { whole += text }
        return whole
    }
}

extension Reassembly: CustomStringConvertible {
    /// `fragments 1, 3 of 4 of IKE_AUTH request 1`.
    var description: String {
        let here = texts.indices.filter { texts[$0] != nil }.map { "\($0 + 1)" }
        return "fragments \(here.joined(separator: ", ")) of \(total) of \(header)"
    }
}

/// The memory that fragments take of peers that have not proved themselves. Each of them has a
/// ``Reassembly`` of its own; there may be thousands.
final class StrangersFragments {
    /// Octets in all: some hundred IKE_AUTH requests with certificate chains.
    static let limit = 2 << 20

    fileprivate(set) var octets = 0
}

/// Fragments on an IKE SA of which both ends have announced that they understand them
/// (RFC 7383 §2.3): the messages of the peer's that are coming.
struct Fragmentation {
    // One of each: the window is one message wide, either way.
    private var request: Reassembly?
    private var response: Reassembly?

    /// The same for the SA that takes the place of this one: it is agreed on for both.
    var anew: Fragmentation { Fragmentation() }

    /// What is here of a message.
    subscript(header: Header) -> Reassembly? {
        get {
            guard let begun = header.isResponse ? response : request,
                begun.header.messageID == header.messageID,
                begun.header.exchange == header.exchange
            else { return nil }
            return begun
        }
        set {
            if header.isResponse { response = newValue } else { request = newValue }
        }
    }

    /// When the first of them is given up.
    var expiry: Instant? {
        guard let request, let response else { return request?.expiry ?? response?.expiry }
        return min(request.expiry, response.expiry)
    }

    /// Takes out one that is to be given up.
    mutating func popLate(at now: Instant) -> Reassembly? {
        if let late = request, late.expiry <= now {
            request = nil
            return late
        }
        if let late = response, late.expiry <= now {
            response = nil
            return late
        }
        return nil
    }

    /// Forgets what is here.
    mutating func clear() {
        self = Fragmentation()
    }
}
