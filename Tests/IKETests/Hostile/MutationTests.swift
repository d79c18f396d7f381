import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// Genuine messages with random damage, to an engine in every state. That nothing traps shows in
/// the test's end.
@Suite struct MutationTests {
    enum Stage: CaseIterable, Sendable {
        case idle, halfOpen, established, closed, initiating, authenticating, deleting
    }

    private static let mutationsPerStage = 20_000 / Stage.allCases.count + 1
    private static let settings = Engine.Settings(fragmentationMTU: 576, debug: .op)
    private static let announcement = Payload.notify(Notify(.fragmentationSupported))

    /// A gateway in a state, and messages that mean something to it then.
    private func arrange(_ stage: Stage) throws -> (Siege, HandMadePeer, [[UInt8]]) {
        let siege = try Siege(settings: Self.settings)
        let isInitiator = [Stage.initiating, .authenticating].contains(stage)
        let peer = try HandMadePeer(siege, isInitiator ? .responder : .initiator)
        var corpus: [[UInt8]] = []
        if isInitiator {
            try peer.takeRequest(siege.provoke())
            let header = peer.header(.ikeSAInit, 0, isResponse: true)
            corpus = [
                peer.request,
                Message(header: header, payloads: peer.saInitPayloads).encoded(),
                Message(
                    header: header, payloads: [.notify(Notify(.cookie, data: [1, 2, 3]))]
                ).encoded(),
                Message(
                    header: header, payloads: [.notify(Notify(.invalidKEPayload, data: [0, 19]))]
                ).encoded(),
            ]
            if stage == .authenticating {
                _ = try peer.answer(peer.saInitPayloads + [Self.announcement])
                corpus.append(
                    try peer.seal(try peer.authPayloads(), .ikeAuth, 1, isResponse: true))
                let fragments = try peer.fragments(
                    3, try peer.authPayloads(), .ikeAuth, 1, isResponse: true)
                peer.send(fragments[0])
                corpus += fragments
                corpus.append(try peer.seal([.delete(.ikeSA)], .informational, 0))
            }
            return (siege, peer, corpus)
        }
        corpus.append(peer.saInit(peer.saInitPayloads + [Self.announcement]))
        guard stage != .idle else { return (siege, peer, corpus) }
        #expect(try peer.begin(peer.saInitPayloads + [Self.announcement]))
        corpus.append(try peer.seal(try peer.authPayloads(), .ikeAuth, 1))
        let fragments = try peer.fragments(3, try peer.authPayloads(), .ikeAuth, 1)
        corpus += fragments
        guard stage != .halfOpen else {
            peer.send(fragments[1])
            return (siege, peer, corpus)
        }
        if stage == .closed {
            _ = try peer.ask([], .ikeAuth, 1)
        } else {
            #expect(try peer.ask(try peer.authPayloads(), .ikeAuth, 1) != nil)
        }
        for payloads in requests(peer) {
            for exchange: ExchangeType in [.informational, .createChildSA] {
                corpus.append(try peer.seal(payloads, exchange, 2))
                corpus += try peer.fragments(2, payloads, exchange, 2)
            }
        }
        peer.send(try peer.fragments(2, [], .informational, 2)[0])
        if stage == .deleting {
            siege.simulation.handle(
                .configuration(try configuration(""), try presharedKeys("")), siege.gateway)
            corpus.append(try peer.seal([], .informational, 0, isResponse: true))
        }
        return (siege, peer, corpus)
    }

    /// What an authenticated peer may ask for.
    private func requests(_ peer: HandMadePeer) -> [[Payload]] {
        [
            [], [.delete(.ikeSA)], [.delete(.childSAs(.esp, [ChildSPI(0xC0FF_EE01)]))],
            [.notify(Notify(.initialContact)), .notify(Notify(.authenticationFailed))],
            [.nonce(peer.initiatorNonce)] + peer.childPayloads(spi: 0xC0FF_EE02),
            [
                .notify(
                    Notify(
                        protocol: .esp, spi: ChildSPI(0xC0FF_EE01).octets, type: .rekeySA)),
                .nonce(peer.initiatorNonce),
            ] + peer.childPayloads(spi: 0xC0FF_EE03), peer.saInitPayloads,
            [
                .configuration(
                    Configuration(
                        type: ConfigurationType(rawValue: 1),
                        attributes: [
                            ConfigurationAttribute(
                                type: ConfigurationAttributeType(rawValue: 1), value: [1, 2, 3, 4])
                        ])), .eap([1, 2, 0, 4]), .vendorID([1, 2]),
                .certificate(Certificate(encoding: CertificateEncoding(rawValue: 4), data: [1])),
            ],
        ]
    }

    @Test(arguments: Stage.allCases) func damagedMessagesNeverTrap(stage: Stage) throws {
        let (siege, peer, corpus) = try arrange(stage)
        var mutation = Mutation(random: SeededRandom(seed: 51), corpus: corpus)
        let entries = siege.footprint.entries
        let elsewhere = SocketAddress(ip("10.9.0.77"), port: 4500)
        let time = siege.simulation.now
        for count in 0..<Self.mutationsPerStage {
            let octets = mutation.datagram()
            guard !corpus.contains(octets) else { continue }
            siege.simulation.inject(
                octets, from: count % 16 == 0 ? elsewhere : peer.here, to: peer.there)
            if count % 256 == 0 { siege.simulation.run(for: .milliseconds(3)) }
        }
        #expect(siege.simulation.now.since(time) < .seconds(1))
        #expect(siege.footprint.entries == entries)
        #expect(siege.lines.count < 40, "\(siege.lines)")
        siege.simulation.run(for: .seconds(300))
        #expect(siege.footprint.halfOpen == 0)
        if stage == .deleting { return }
        #expect(siege.servesTheHonestPeer())
    }

    /// The same inside of SK, where a peer with the keys can say anything.
    @Test func sealedNonsenseNeverTraps() throws {
        let siege = try Siege(settings: Self.settings)
        var peer = try HandMadePeer(siege)
        #expect(try peer.establish(announcing: [Self.announcement]))
        let chains = requests(peer).map { payloads in
            var chain = [payloads.first?.type.rawValue ?? 0]
            PayloadChain.encode(payloads, to: &chain)
            return chain
        }
        var mutation = Mutation(random: SeededRandom(seed: 52), corpus: chains)
        var messageID: UInt32 = 2
        var established: UInt64 = 1
        for count in 0..<3000 {
            let octets = mutation.chain()
            guard let first = octets.first else { continue }
            let exchange: ExchangeType =
                [.informational, .createChildSA, .ikeAuth][count % 8 == 0 ? 2 : count % 2]
            let chain = [UInt8](octets.dropFirst())
            let header = peer.header(exchange, messageID)
            var messages = [
                try peer.seal(chain: chain, first: PayloadType(rawValue: first), header)
            ]
            if count % 3 == 0 {
                let middle = chain.count / 2
                messages = [
                    try peer.seal(part: [UInt8](chain[middle...]), 2, of: 2, header),
                    try peer.seal(
                        part: [UInt8](chain[..<middle]), 1, of: 2,
                        first: PayloadType(rawValue: first), header),
                ]
            }
            for message in messages {
                siege.simulation.inject(message, from: peer.here, to: peer.there)
            }
            messageID += 1
            if siege.gateway.engine.table[peer.responderSPI]?.session == nil {
                established += 1
                peer = try HandMadePeer(siege, spi: established)
                let spi = UInt32(truncatingIfNeeded: 0x2000_0000 + established)
                #expect(try peer.establish(spi: spi, announcing: [Self.announcement]))
                messageID = 2
            }
        }
        #expect(siege.gateway.engine.table.with(peer: peer.here.address).count < 4000)
        siege.simulation.run(for: .seconds(60))
        let left = siege.footprint
        #expect(left.halfOpen == 0 && left.entries.count == 2 * left.children)
        #expect(siege.gateway.engine.table.all.allSatisfy { $0.session != nil })
        #expect(siege.servesTheHonestPeer())
    }
}
