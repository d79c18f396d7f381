import Net
import Testing
import Wire

@testable import IKE

/// Fragments as only a peer with bad intent, or bad code, sends them (RFC 7383 §2.6).
@Suite struct HostileFragmentTests {
    private static let announcement = Payload.notify(Notify(.fragmentationSupported))
    private static let mtu: UInt16 = 576

    private func siege(_ globals: String = "") throws -> Siege {
        try Siege(
            globals: globals, settings: Engine.Settings(fragmentationMTU: Self.mtu, debug: .op))
    }

    /// A gateway that waits for IKE_AUTH, and takes it in fragments.
    private func halfOpen(
        suite: HandMadePeer.Suite = .gcm
    ) throws -> (Siege, HandMadePeer) {
        let siege = try siege()
        let peer = try HandMadePeer(siege, suite: suite)
        #expect(try peer.begin(peer.saInitPayloads + [Self.announcement]))
        return (siege, peer)
    }

    /// A gateway with an SA whose peer takes and sends fragments.
    private func up(
        _ globals: String = "", suite: HandMadePeer.Suite = .gcm
    ) throws -> (Siege, HandMadePeer) {
        let siege = try siege(globals)
        let peer = try HandMadePeer(siege, suite: suite)
        #expect(try peer.begin(peer.saInitPayloads + [Self.announcement]))
        #expect(try peer.ask(peer.authPayloads(), .ikeAuth, 1) != nil)
        #expect(siege.footprint.entries.count == 2)
        return (siege, peer)
    }

    private func sa(_ siege: Siege, _ peer: HandMadePeer) throws -> IKESA {
        try #require(siege.gateway.engine.table[peer.responderSPI])
    }

    /// What is kept of a message.
    private func kept(
        _ siege: Siege, _ peer: HandMadePeer, _ exchange: ExchangeType, _ messageID: UInt32
    ) throws -> Reassembly? {
        try sa(siege, peer).fragmentation?[peer.header(exchange, messageID)]
    }

    /// Sends datagrams; all answers.
    private func send(_ fragments: [[UInt8]], _ peer: HandMadePeer) -> [[UInt8]] {
        fragments.flatMap { peer.send($0) }
    }

    /// An INFORMATIONAL request that shows in its answer that it has been read: SPI by SPI, the
    /// Child SA that it deletes.
    private var delete: [Payload] { [.delete(.childSAs(.esp, [ChildSPI(0xC0FF_EE01)]))] }

    // MARK: Agreement

    @Test func fragmentsNobodyAgreedOnAreIgnored() throws {
        for (ours, theirs) in [(nil, true), (Self.mtu, false), (nil, false)] as [(UInt16?, Bool)] {
            let siege = try Siege(
                settings: Engine.Settings(fragmentationMTU: ours, debug: .op))
            let peer = try HandMadePeer(siege)
            let announcement = theirs ? [Self.announcement] : []
            #expect(try peer.begin(peer.saInitPayloads + announcement))
            let answer = try Message(decoding: peer.response.span)
            #expect(!answer.payloads.notifies.contains(.fragmentationSupported))
            let before = siege.footprint
            let fragments = try peer.fragments(2, try peer.authPayloads(), .ikeAuth, 1)
            #expect(send(fragments, peer).isEmpty)
            #expect(siege.footprint == before)
            #expect(siege.lines.filter { $0.contains("fragments were not agreed on") }.count == 1)
            #expect(try peer.ask(try peer.authPayloads(), .ikeAuth, 1) != nil)
            #expect(siege.footprint.entries.count == 2)
            // Nor are they in what is repeated.
            #expect(send(fragments, peer).isEmpty)
        }
    }

    @Test func theAnswerAnnouncesWhatTheRequestDoes() throws {
        let (_, peer) = try halfOpen()
        let answer = try Message(decoding: peer.response.span)
        #expect(answer.payloads.notifies.contains(.fragmentationSupported))
        guard case .notify(let notify)? = answer.payloads.last else {
            Issue.record("\(answer)")
            return
        }
        // RFC 7383 §2.3: no protocol, no SPI, no data.
        #expect(notify.protocol == .none && notify.spi.isEmpty && notify.data.isEmpty)
    }

    @Test func ikeSAInitIsNotTakenInFragments() throws {
        let siege = try siege()
        let peer = try HandMadePeer(siege)
        #expect(try peer.begin(peer.saInitPayloads + [Self.announcement]))
        let other = try HandMadePeer(siege, spi: 77)
        var chain: [UInt8] = []
        PayloadChain.encode(other.saInitPayloads, to: &chain)
        for number in 1...2 as ClosedRange<UInt16> {
            var header = other.header(.ikeSAInit, 0)
            header.firstPayload = .encryptedFragment
            let octets = try peer.seal(
                part: chain, number, of: 2, first: .securityAssociation, header)
            for answer in other.send(octets) {
                #expect(try Message(decoding: answer.span).payloads.notifies == [.invalidSyntax])
            }
        }
        #expect(siege.footprint.ikeSAs == 1)
    }

    // MARK: Numbers

    @Test func numbersThatCannotBeAreDropped() throws {
        let (siege, peer) = try halfOpen()
        let before = siege.footprint
        let logged = siege.lines.count
        let most = Reassembly.Limit.fragments
        for (number, total) in [
            (0, 0), (0, 1), (0, 3), (1, 0), (4, 3), (65535, 1), (65535, 65534), (1, most + 1),
            (1, 65535), (most + 1, most + 1), (65535, 65535),
        ] as [(UInt16, UInt16)] {
            let octets = try peer.seal(
                part: [1, 2, 3], number, of: total, first: .initiatorID, peer.header(.ikeAuth, 1))
            #expect(peer.send(octets).isEmpty)
            #expect(siege.footprint == before, "\(number) of \(total)")
        }
        #expect(siege.lines.count <= logged + 2)
        #expect(siege.lines.contains { $0.contains("no more than 64 fragments") })
        let fragments = try peer.fragments(most, try peer.authPayloads(), .ikeAuth, 1)
        #expect(send(fragments, peer).count == 1)
        #expect(siege.footprint.entries.count == 2)
    }

    @Test func oneFragmentMayBeTheWhole() throws {
        let (siege, peer) = try halfOpen()
        let fragments = try peer.fragments(1, try peer.authPayloads(), .ikeAuth, 1)
        #expect(fragments.count == 1)
        #expect(send(fragments, peer).count == 1)
        #expect(siege.footprint.entries.count == 2 && siege.footprint.strangersFragments == 0)
    }

    @Test func everyOrderWillDo() throws {
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            for suite in [HandMadePeer.Suite.gcm, .cbc] {
                let (siege, peer) = try halfOpen(suite: suite)
                let fragments = try peer.fragments(3, try peer.authPayloads(), .ikeAuth, 1)
                #expect(send(order.map { fragments[$0] }, peer).count == 1)
                #expect(siege.footprint.entries.count == 2)
            }
        }
    }

    /// More fragments are the message divided anew; fewer are of a transmission that is over.
    @Test func theTotalMayOnlyGrow() throws {
        let (siege, peer) = try up()
        let two = try peer.fragments(2, delete, .informational, 2)
        let three = try peer.fragments(3, delete, .informational, 2)
        #expect(peer.send(two[0]).isEmpty)
        #expect(try kept(siege, peer, .informational, 2)?.total == 2)
        #expect(send([three[0], three[1]], peer).isEmpty)
        let begun = try #require(try kept(siege, peer, .informational, 2))
        #expect(begun.total == 3)
        // What was here of the two is forgotten, and does not come back.
        #expect(send(two, peer).isEmpty)
        #expect(try kept(siege, peer, .informational, 2) === begun)
        #expect(!begun.holds(try #require(Fragment(number: 3, total: 3))))
        let answer = try #require(peer.send(three[2]).first)
        #expect(try peer.open(answer).payloads.contains { $0.type == .delete })
        #expect(siege.footprint.entries.isEmpty)
    }

    /// Whoever has no keys cannot have the peer's fragments dropped.
    @Test func aForgedTotalChangesNothing() throws {
        let (siege, peer) = try up()
        let two = try peer.fragments(2, delete, .informational, 2)
        #expect(peer.send(two[0]).isEmpty)
        for total in 3...64 as ClosedRange<UInt8> {
            var forged = two[0]
            forged[35] = total
            #expect(peer.send(forged).isEmpty)
        }
        #expect(try kept(siege, peer, .informational, 2)?.total == 2)
        #expect(peer.send(two[1]).count == 1)
        #expect(siege.footprint.entries.isEmpty)
    }

    // MARK: Content

    @Test func ofFragmentsWithOneNumberTheFirstCounts() throws {
        let (siege, peer) = try up()
        let fragments = try peer.fragments(3, delete, .informational, 2)
        #expect(send([fragments[0], fragments[1]], peer).isEmpty)
        let octets = try #require(try kept(siege, peer, .informational, 2)).octets
        for count in [0, 1, 2000] {
            for number in 1...2 as ClosedRange<UInt16> {
                let other = try peer.seal(
                    part: [UInt8](repeating: 9, count: count), number, of: 3,
                    first: .vendorID, peer.header(.informational, 2))
                #expect(peer.send(other).isEmpty)
            }
        }
        #expect(try kept(siege, peer, .informational, 2)?.octets == octets)
        // Nothing is computed for one that is here already: a forged one is not found to be so.
        let logged = siege.lines.count
        #expect(peer.send(fragments[1].dropLast() + [0]).isEmpty)
        #expect(siege.lines.count == logged)
        #expect(peer.send(fragments[2].dropLast() + [0]).isEmpty)
        #expect(siege.lines.count == logged + 1)
        #expect(peer.send(fragments[2]).count == 1)
        #expect(siege.footprint.entries.isEmpty)
    }

    /// Only the first fragment says what the first payload is.
    @Test func theTypeOfTheFirstPayloadIsThatOfTheFirstFragment() throws {
        for order in [[0, 1, 2], [2, 1, 0]] {
            let (siege, peer) = try up()
            var chain: [UInt8] = []
            PayloadChain.encode(delete, to: &chain)
            let header = peer.header(.informational, 2)
            let fragments = try [
                peer.seal(part: [UInt8](chain[..<5]), 1, of: 3, first: .delete, header),
                peer.seal(part: [UInt8](chain[5..<9]), 2, of: 3, first: .vendorID, header),
                peer.seal(part: [UInt8](chain[9...]), 3, of: 3, first: .notify, header),
            ]
            #expect(send(order.map { fragments[$0] }, peer).count == 1)
            #expect(siege.footprint.entries.isEmpty)
        }
    }

    @Test func aFlippedBitAnywhereInAFragmentHasNoEffect() throws {
        for suite in [HandMadePeer.Suite.gcm, .cbc] {
            let (siege, peer) = try up(suite: suite)
            let fragments = try peer.fragments(2, delete, .informational, 2)
            let before = siege.footprint
            for index in fragments[0].indices {
                for bit in 0..<8 {
                    var octets = fragments[0]
                    octets[index] ^= 1 << UInt8(bit)
                    let answers = peer.send(octets)
                    if !answers.isEmpty {
                        #expect(index == 17 || index == 18, "octet \(index) is answered")
                    }
                }
            }
            #expect(siege.footprint == before)
            #expect(try sa(siege, peer).fragmentation?.expiry == nil)
            #expect(send(fragments, peer).count == 1)
            #expect(siege.footprint.entries.isEmpty)
            #expect(siege.servesTheHonestPeer())
        }
    }

    @Test func anSKFPayloadOfEveryLengthIsSafe() throws {
        for suite in [HandMadePeer.Suite.gcm, .cbc] {
            let (siege, peer) = try up(suite: suite)
            let before = siege.footprint
            let header = peer.header(.informational, 2)
            for length in 0..<80 {
                var octets = header.initiatorSPI.octets + header.responderSPI.octets
                octets += [53, 0x20, 37, 0x08] + bigEndian(UInt32(2))
                octets += bigEndian(UInt32(32 + length))
                octets += rawPayload(
                    [UInt8]([0, 1, 0, 2].prefix(length))
                        + [UInt8](
                            repeating: 7, count: max(length - 4, 0)))
                #expect(peer.send(octets).isEmpty)
            }
            #expect(siege.footprint == before)
            #expect(try sa(siege, peer).fragmentation?.expiry == nil)
            #expect(siege.servesTheHonestPeer())
        }
    }

    /// What is authentic and cannot be read ends the SA at both ends (RFC 7296 §2.21.3), as it
    /// does in one piece.
    @Test func nonsenseInFragmentsIsAnsweredAndEndsTheSA() throws {
        let header = { (peer: HandMadePeer) in peer.header(.informational, 2) }
        let cases: [(HandMadePeer) throws -> [[UInt8]]] = [
            { peer in  // padding longer than the text
                [
                    try peer.seal(
                        text: [UInt8](repeating: 0, count: 15) + [16], first: .none, header(peer),
                        fragment: (2, 2))
                ]
            },
            { peer in  // a chain that leads out of the message
                [
                    try peer.seal(part: [41, 0, 0], 1, of: 2, first: .vendorID, header(peer)),
                    try peer.seal(part: [9, 1], 2, of: 2, header(peer)),
                ]
            },
            { peer in  // no payload announced, octets there
                [
                    try peer.seal(part: [], 1, of: 2, header(peer)),
                    try peer.seal(part: [1], 2, of: 2, header(peer)),
                ]
            },
            { peer in  // SKF inside of SKF
                [
                    try peer.seal(
                        part: [0, 0], 1, of: 2, first: .encryptedFragment, header(peer)),
                    try peer.seal(part: [0, 8, 0, 1, 0, 1], 2, of: 2, header(peer)),
                ]
            },
        ]
        for fragments in cases {
            let (siege, peer) = try up()
            let answers = send(try fragments(peer), peer)
            #expect(answers.count == 1)
            let answer = try #require(answers.first)
            #expect(try peer.open(answer).payloads.notifies == [.invalidSyntax])
            #expect(siege.footprint.entries.isEmpty && siege.gateway.establishedSAs.isEmpty)
            #expect(siege.aftermath() == Siege.empty)
        }
    }

    @Test func fragmentsMayBeEmpty() throws {
        let (siege, peer) = try up()
        let header = peer.header(.informational, 2)
        let nothing = try (1...3).map { try peer.seal(part: [], $0, of: 3, header) }
        let answer = try #require(send(nothing, peer).first)
        #expect(try peer.open(answer).payloads.isEmpty)
        #expect(siege.footprint.entries.count == 2)
    }

    @Test func aCriticalPayloadInFragmentsIsRefusedAndTheSAGoesOn() throws {
        let (siege, peer) = try up()
        let chain = rawPayload(critical: true, [1, 2, 3, 4])
        let header = peer.header(.informational, 2)
        let answer = try #require(
            send(
                [
                    try peer.seal(
                        part: [UInt8](chain[..<3]), 1, of: 2, first: PayloadType(rawValue: 200),
                        header),
                    try peer.seal(part: [UInt8](chain[3...]), 2, of: 2, header),
                ], peer
            ).first)
        #expect(
            try peer.open(answer).payloads
                == [.notify(Notify(.unsupportedCriticalPayload, data: [200]))])
        #expect(try sa(siege, peer).fragmentation?.expiry == nil)
        #expect(send(try peer.fragments(2, delete, .informational, 3), peer).count == 1)
        #expect(siege.footprint.entries.isEmpty)
    }

    // MARK: Beside SKF

    /// Unknown payloads before SKF are passed over, critical ones drop the fragment; nothing in
    /// clear has any effect.
    @Test func payloadsInClearBeforeSKFHaveNoEffect() throws {
        let (siege, peer) = try up()
        var chain: [UInt8] = []
        PayloadChain.encode(delete, to: &chain)
        let header = peer.header(.informational, 2)
        func first(_ outer: [UInt8], _ type: UInt8) throws -> [UInt8] {
            try peer.seal(
                text: chain[..<5] + [0], first: .delete, header, outer: outer,
                outerFirst: PayloadType(rawValue: type), fragment: (1, 2))
        }
        let last = try peer.seal(part: [UInt8](chain[5...]), 2, of: 2, header)
        #expect(peer.send(last).isEmpty)
        let before = siege.footprint
        #expect(peer.send(try first(rawPayload(next: 53, critical: true, [1]), 200)).isEmpty)
        // SKF has to be the last.
        #expect(peer.send(try first(rawPayload(next: 53, [0, 1, 0, 2, 1]), 53)).isEmpty)
        #expect(siege.footprint == before)
        #expect(
            try kept(siege, peer, .informational, 2)?
                .holds(try #require(Fragment(number: 1, total: 2))) == false)
        let delete = rawPayload(next: 200, [1, 0, 0, 0])
        let unknown = rawPayload(next: 53, [1, 2, 3])
        let answer = try #require(peer.send(try first(delete + unknown, 42)).first)
        #expect(try peer.open(answer).payloads.contains { $0.type == .delete })
        #expect(siege.gateway.establishedSAs.count == 1 && siege.footprint.entries.isEmpty)
    }

    @Test func aWholeMessageTakesThePlaceOfItsFragments() throws {
        let (siege, peer) = try up()
        let fragments = try peer.fragments(3, delete, .informational, 2)
        #expect(send([fragments[0], fragments[2]], peer).isEmpty)
        let answer = peer.send(try peer.seal([], .informational, 2))
        #expect(answer.count == 1)
        #expect(try sa(siege, peer).fragmentation?.expiry == nil)
        // The last fragment completes nothing any more.
        #expect(peer.send(fragments[1]).isEmpty)
        #expect(siege.footprint.entries.count == 2)
        #expect(try sa(siege, peer).fragmentation?.expiry == nil)
        // But the first asks for the answer again: it is the same request, in another form.
        #expect(peer.send(fragments[0]) == answer)
        #expect(send(try peer.fragments(2, delete, .informational, 3), peer).count == 1)
        #expect(siege.footprint.entries.isEmpty)
    }

    @Test func fragmentsThatAreForgedDoNotTakeThePlaceOfAnything() throws {
        let (siege, peer) = try up()
        let fragments = try peer.fragments(2, delete, .informational, 2)
        #expect(peer.send(fragments[0]).isEmpty)
        var whole = try peer.seal([], .informational, 2)
        whole[whole.count - 1] ^= 1
        #expect(peer.send(whole).isEmpty)
        #expect(try kept(siege, peer, .informational, 2) != nil)
        #expect(peer.send(fragments[1]).count == 1)
        #expect(siege.footprint.entries.isEmpty)
    }

    // MARK: Repetition

    /// n fragments of a request that is repeated draw one answer, not n (RFC 7383 §2.6.1).
    @Test func onlyTheFirstFragmentAsksForTheAnswerAgain() throws {
        let (siege, peer) = try up()
        let fragments = try peer.fragments(5, delete, .informational, 2)
        let answer = send(fragments, peer)
        #expect(answer.count == 1)
        let after = siege.footprint
        for index in fragments.indices {
            #expect(peer.send(fragments[index]) == (index == 0 ? answer : []))
        }
        // Whoever has no keys is not answered.
        for index in fragments[0].indices where index != 17 && index != 18 {
            var forged = fragments[0]
            forged[index] ^= 0x40
            #expect(peer.send(forged).isEmpty, "octet \(index)")
        }
        #expect(siege.footprint == after)
        // Divided anew, it is the same request still.
        #expect(send(try peer.fragments(7, delete, .informational, 2), peer) == answer)
        #expect(peer.send(try peer.seal(delete, .informational, 2)) == answer)
        #expect(try sa(siege, peer).fragmentation?.expiry == nil)
        #expect(try peer.ask([], .informational, 3) == [])
    }

    @Test func fragmentsOutsideOfTheWindowAreNotKept() throws {
        let (siege, peer) = try up()
        let before = siege.footprint
        for messageID: UInt32 in [0, 1, 3, 4, 0x8000_0000, .max] {
            // The first fragment of the last request draws its answer, and nothing is kept of it.
            let fragments = try peer.fragments(2, delete, .informational, messageID)
            #expect(peer.send(fragments[1]).isEmpty)
            #expect(try sa(siege, peer).fragmentation?.expiry == nil, "\(messageID)")
        }
        // Responses that nobody waits for.
        for messageID: UInt32 in [0, 1, 2, .max] {
            let fragments = try peer.fragments(
                2, [], .informational, messageID, isResponse: true)
            #expect(send(fragments, peer).isEmpty)
            #expect(try sa(siege, peer).fragmentation?.expiry == nil)
        }
        #expect(siege.footprint == before)
    }

    // MARK: Responses

    @Test func aResponseComesInFragmentsToo() throws {
        let siege = try siege()
        let peer = try HandMadePeer(siege, .responder)
        try peer.takeRequest(siege.provoke())
        #expect(
            try Message(decoding: peer.request.span).payloads.notifies
                .contains(.fragmentationSupported))
        let auth = try #require(
            try peer.answer(peer.saInitPayloads + [Self.announcement]).first)
        #expect(try peer.open(auth).header.exchange == .ikeAuth)
        let fragments = try peer.fragments(
            3, try peer.authPayloads(), .ikeAuth, 1, isResponse: true)
        // The third is missing, then comes with a transmission that repeats them all.
        #expect(send([fragments[1], fragments[0]], peer).isEmpty)
        #expect(siege.footprint.entries.isEmpty && siege.footprint.strangersFragments > 0)
        #expect(send(fragments, peer).isEmpty)
        #expect(siege.footprint.entries.count == 2 && siege.footprint.strangersFragments == 0)
        #expect(siege.gateway.establishedSAs.count == 1)
    }

    @Test func fragmentsOfAResponseEndWithTheSAThatWaitsForIt() throws {
        let siege = try siege()
        let peer = try HandMadePeer(siege, .responder)
        try peer.takeRequest(siege.provoke())
        _ = try peer.answer(peer.saInitPayloads + [Self.announcement])
        let fragments = try peer.fragments(
            3, try peer.authPayloads(), .ikeAuth, 1, isResponse: true)
        #expect(send([fragments[0]], peer).isEmpty)
        siege.simulation.run(for: .seconds(15))
        #expect(siege.footprint.strangersFragments > 0)
        #expect(siege.aftermath() == Siege.empty)
    }

    /// Both ends ask at once: the fragments of the peer's request and of its response are kept
    /// apart, whatever their order.
    @Test func aRequestAndAResponseMayComeAtOnce() throws {
        let (siege, peer) = try up("dpd_interval_secs 30\n")
        siege.gateway.kernel.carry(reqid: 6)
        siege.simulation.run(for: .seconds(31))
        let probe = try peer.open(peer.lastReceived).header
        #expect(!probe.isResponse)
        let request = try peer.fragments(3, delete, .informational, 2)
        let response = try peer.fragments(
            3, [.vendorID([1, 2, 3, 4])], .informational, probe.messageID, isResponse: true)
        var answers: [[UInt8]] = []
        for (one, other) in zip(request, response) {
            answers += peer.send(one)
            answers += peer.send(other)
        }
        #expect(siege.footprint.entries.isEmpty)
        let sa = try sa(siege, peer)
        #expect(sa.window.outstanding?.messageID != probe.messageID)
        #expect(sa.fragmentation?.expiry == nil)
        #expect(try answers.contains { try peer.open($0).header.isResponse })
    }

    // MARK: Time and memory

    @Test func withoutItsFirstFragmentNothingHappens() throws {
        let (siege, peer) = try up()
        let fragments = try peer.fragments(4, delete, .informational, 2)
        let before = siege.footprint
        for _ in 0..<3 { #expect(send([UInt8](1...3).map { fragments[Int($0)] }, peer).isEmpty) }
        #expect(siege.footprint == before)
        siege.simulation.run(for: .seconds(21))
        #expect(try sa(siege, peer).fragmentation?.expiry == nil)
        #expect(
            siege.lines.contains {
                $0.contains("only fragments 2, 3, 4 of 4 of INFORMATIONAL request 2")
            })
        // Late, it begins anew.
        #expect(peer.send(fragments[0]).isEmpty)
        #expect(siege.footprint == before)
        #expect(try peer.ask(delete, .informational, 2) != nil)
        #expect(siege.footprint.entries.isEmpty)
    }

    @Test func aHalfOpenSAEndsWithItsFragments() throws {
        let (siege, peer) = try halfOpen()
        let fragments = try peer.fragments(4, try peer.authPayloads(), .ikeAuth, 1)
        #expect(send([fragments[2], fragments[0]], peer).isEmpty)
        #expect(siege.footprint.strangersFragments > 0)
        #expect(siege.aftermath() == Siege.empty)
        #expect(siege.gateway.engine.nextDeadline == nil)
        #expect(siege.servesTheHonestPeer())
    }

    @Test func anSAThatIsDeletedForgetsItsFragments() throws {
        let (siege, peer) = try up()
        let fragments = try peer.fragments(4, delete, .informational, 2)
        #expect(send([fragments[2]], peer).isEmpty)
        weak let message = try kept(siege, peer, .informational, 2)
        #expect(message != nil)
        siege.simulation.handle(
            .configuration(try configuration(""), try presharedKeys("")), siege.gateway)
        let delete = try peer.open(peer.lastReceived).header
        peer.send(try peer.seal([], .informational, delete.messageID, isResponse: true))
        #expect(siege.footprint == Siege.empty)
        #expect(message == nil)
    }

    /// An SA that is over repeats its last response, in fragments or not, and keeps no others.
    @Test func anSAThatLingersHasForgottenItsFragments() throws {
        let (siege, peer) = try up("dpd_interval_secs 30\n")
        siege.gateway.kernel.carry(reqid: 6)
        siege.simulation.run(for: .seconds(31))
        let probe = try peer.open(peer.lastReceived).header
        let response = try peer.fragments(
            2, [], .informational, probe.messageID, isResponse: true)
        #expect(peer.send(response[0]).isEmpty)
        let sa = try sa(siege, peer)
        #expect(sa.fragmentation?.expiry != nil)
        let goodBye = try peer.fragments(2, [.delete(.ikeSA)], .informational, 2)
        let answer = send(goodBye, peer)
        #expect(answer.count == 1)
        #expect(sa.session == nil && sa.fragmentation?.expiry == nil)
        #expect(send(goodBye, peer) == answer)
        #expect(send(try peer.fragments(2, [], .informational, 3), peer).isEmpty)
        #expect(sa.fragmentation?.expiry == nil)
        #expect(siege.aftermath() == Siege.empty)
    }

    /// Ten thousand fragments that nothing comes of.
    @Test func aFloodOfFragmentsToAHalfOpenSAIsBounded() throws {
        let (siege, peer) = try halfOpen()
        let logged = siege.lines.count
        let genuine = try peer.fragments(8, try peer.authPayloads(), .ikeAuth, 1)
        var most = 0
        for count in 0..<10_000 {
            let octets: [UInt8]
            switch count % 4 {
            case 0:  // forged
                octets = genuine[count / 4 % 8].dropLast() + [UInt8(truncatingIfNeeded: count)]
            case 1:  // genuine, but never all of them
                octets = genuine[1 + count / 4 % 7]
            case 2:  // genuine, of another division; none with the first
                let total = UInt16(2 + count / 4 % 7)
                octets = try peer.seal(
                    part: [UInt8](repeating: 1, count: 400), total, of: total,
                    peer.header(.ikeAuth, 1))
            default:  // for a message that is not expected
                octets = try peer.seal(
                    part: [1], 1, of: 2, peer.header(.ikeAuth, UInt32(count)))
            }
            siege.simulation.inject(octets, from: peer.here, to: peer.there)
            most = max(most, siege.footprint.strangersFragments)
        }
        #expect((1...Reassembly.Limit.octets).contains(most))
        #expect(siege.lines.count <= logged + 4, "\(siege.lines)")
        #expect(siege.footprint.ikeSAs == 1)
        // The peer is still heard, in fragments that nobody has sent yet.
        #expect(send(try peer.fragments(9, try peer.authPayloads(), .ikeAuth, 1), peer).count == 1)
        #expect(siege.footprint.entries.count == 2 && siege.footprint.strangersFragments == 0)
        #expect(siege.servesTheHonestPeer())
    }

    @Test func noMessageTakesMoreThanItsShare() throws {
        let (siege, peer) = try up()
        let header = peer.header(.informational, 2)
        let part = [UInt8](repeating: 0, count: 4000)
        for number in 2...64 as ClosedRange<UInt16> {
            #expect(peer.send(try peer.seal(part: part, number, of: 64, header)).isEmpty)
            let octets = try #require(try kept(siege, peer, .informational, 2)).octets
            #expect(octets <= Reassembly.Limit.octets)
        }
        #expect(try #require(try kept(siege, peer, .informational, 2)).octets > 60_000)
        #expect(
            siege.lines.filter { $0.contains("a message of more than 65536 octets") }.count == 1)
        // The message goes through in one that it has room for.
        #expect(try peer.ask([], .informational, 2) == [])
        #expect(try sa(siege, peer).fragmentation?.expiry == nil)
    }

    /// A message of the largest size comes through: what one datagram could hold.
    @Test func aMessageOfSixtyKilobytesIsTaken() throws {
        let (siege, peer) = try up()
        let padding = Payload.vendorID([UInt8](repeating: 1, count: 60_000))
        let fragments = try peer.fragments(50, delete + [padding], .informational, 2)
        #expect(send(fragments, peer).count == 1)
        #expect(siege.footprint.entries.isEmpty)
    }

    /// Strangers together have no more than their share, and whoever is honest gets through while
    /// they fill it.
    @Test func strangersTogetherTakeNoMoreThanTheirShare() throws {
        let siege = try siege()
        let part = [UInt8](repeating: 0, count: 20_000)
        let room = StrangersFragments.limit / (3 * part.count)
        var most = 0
        for index in 0..<room + 3 {
            let peer = try HandMadePeer(siege, spi: UInt64(1000 + index))
            try begin(peer)
            for number in 2...4 as ClosedRange<UInt16> {
                siege.simulation.inject(
                    try peer.seal(part: part, number, of: 9, peer.header(.ikeAuth, 1)),
                    from: peer.here, to: peer.there)
                most = max(most, siege.footprint.strangersFragments)
            }
        }
        #expect(siege.footprint.halfOpen == room + 3)
        #expect(most <= StrangersFragments.limit)
        #expect(most > StrangersFragments.limit - 2 * part.count)
        #expect(siege.lines.filter { $0.contains("have sent too many fragments") }.count == 1)
        #expect(siege.footprint.strangersFragments < StrangersFragments.limit / 2)
        let honest = try HandMadePeer(siege, spi: 2000)
        try begin(honest)
        let fragments = try honest.fragments(10, try honest.authPayloads(), .ikeAuth, 1)
        #expect(send(fragments, honest).count == 1)
        #expect(siege.footprint.entries.count == 2)
        let left = siege.aftermath()
        #expect(left.strangersFragments == 0 && left.halfOpen == 0)
    }

    /// Begins an IKE SA, with a cookie where one is asked for.
    private func begin(_ peer: HandMadePeer) throws {
        let payloads = peer.saInitPayloads + [Self.announcement]
        if try peer.begin(payloads) { return }
        let cookie = try #require(try Message(decoding: peer.response.span).payloads.first)
        #expect(try peer.begin([cookie] + payloads))
    }
}
