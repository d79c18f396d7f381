import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// Child SAs that an authenticated peer asks for and deletes, in ways that nobody honest would.
@Suite struct HostileChildTests {
    private func up() throws -> (Siege, HandMadePeer) {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish())
        return (siege, peer)
    }

    private func selector(
        _ addresses: String, _ protocolID: UInt8 = 0, _ ports: PortSelector = .any
    ) -> TrafficSelector {
        TrafficSelector(protocolID: protocolID, ports: ports, addresses: prefix(addresses))
    }

    // MARK: Selectors

    @Test func selectorsThatNarrowToNothingAreRefused() throws {
        let (siege, peer) = try up()
        let before = siege.footprint
        let good = [selector("10.6.0.0/24")]
        let home = [selector("10.2.0.0/24")]
        let cases: [(ours: [TrafficSelector], theirs: [TrafficSelector])] = [
            ([selector("10.7.0.0/24")], home), (good, [selector("10.8.0.0/24")]),
            ([selector("2001:db8::/32")], home), (good, [selector("2001:db8::/32")]),
            ([selector("2001:db8::/32")], [selector("2001:db8:1::/48")]),
            ([selector("10.6.0.0/24", 6)], [selector("10.2.0.0/24", 17)]),
            // The policy of the honest peer is for another gateway.
            ([selector("10.1.0.0/24")], home),
        ]
        var messageID: UInt32 = 2
        for (ours, theirs) in cases {
            let answer = try peer.ask(
                [.nonce(peer.initiatorNonce)]
                    + peer.childPayloads(spi: 0xC0FF_EE02, ours: ours, theirs: theirs),
                .createChildSA, messageID)
            #expect(answer?.notifies == [.tsUnacceptable], "\(ours) \(theirs)")
            messageID += 1
        }
        #expect(siege.footprint == before)
        #expect(siege.servesTheHonestPeer())
    }

    @Test func selectorsOfEveryWidthAreNarrowedToThePolicy() throws {
        let (siege, peer) = try up()
        let everything = [selector("0.0.0.0/0"), selector("::/0")]
        let many = (0..<255).map { selector("10.6.0.\($0)", UInt8($0)) }
        let opaque = [selector("10.6.0.0/24", 17, .opaque)]
        var messageID: UInt32 = 2
        for ours in [everything, many, opaque] {
            let answer = try peer.ask(
                [.nonce(peer.initiatorNonce)]
                    + peer.childPayloads(
                        spi: 0xC0FF_EE00 + messageID, ours: ours, theirs: everything),
                .createChildSA, messageID)
            messageID += 1
            let granted = answer?.compactMap {
                if case .initiatorTrafficSelectors(let selectors) = $0 { selectors } else { nil }
            }.first
            #expect(granted.map { TrafficSelection.isNarrowed($0, from: ours) } == true)
            #expect(
                granted?.allSatisfy { selector("10.6.0.0/24").contains($0) } == true)
        }
        #expect(siege.footprint.entries.count == 8)
        #expect(siege.servesTheHonestPeer())
    }

    /// Start above end, in ports and in addresses, and counts and lengths that lie.
    @Test func malformedSelectorsEndTheSA() throws {
        func raw(_ ports: [UInt8], _ addresses: [UInt8], length: UInt16 = 16) -> [UInt8] {
            [7, 0] + bigEndian(length) + ports + addresses
        }
        let good = raw([0, 0, 0xFF, 0xFF], [10, 6, 0, 0, 10, 6, 0, 255])
        for body in [
            [1, 0, 0, 0] + raw([0, 9, 0, 8], [10, 6, 0, 0, 10, 6, 0, 255]),
            [1, 0, 0, 0] + raw([0, 0, 0xFF, 0xFF], [10, 6, 0, 2, 10, 6, 0, 1]),
            [0, 0, 0, 0], [2, 0, 0, 0] + good, [1, 0, 0, 0] + good + [0], [255, 0, 0, 0] + good,
            [1, 0, 0, 0] + raw([0, 0, 0xFF, 0xFF], [10, 6, 0, 0, 10, 6, 0, 255], length: 3),
            [1, 0, 0, 0] + raw([0, 0, 0xFF, 0xFF], [10, 6, 0, 0, 10, 6, 0, 255], length: 0),
            [1, 0, 0, 0] + raw([0, 0, 0xFF, 0xFF], [10, 6, 0, 0, 10, 6, 0, 255], length: 20),
        ] as [[UInt8]] {
            let (siege, peer) = try up()
            let octets = try peer.seal(
                chain: rawPayload(body), first: .initiatorTrafficSelectors,
                peer.header(.createChildSA, 2))
            let answer = try peer.open(try #require(peer.send(octets).first)).payloads
            #expect(answer.notifies == [.invalidSyntax])
            #expect(siege.aftermath() == Siege.empty)
        }
    }

    @Test func aRequestThatLacksSelectorsEndsTheSA() throws {
        for index in [1, 2] {
            let (siege, peer) = try up()
            var payloads = peer.childPayloads(spi: 0xC0FF_EE02)
            payloads.remove(at: index)
            let answer = try peer.ask([.nonce(peer.initiatorNonce)] + payloads, .createChildSA, 2)
            #expect(answer?.notifies == [.invalidSyntax])
            #expect(siege.gateway.logText.contains("lacks TSi or TSr; the IKE SA ends"))
            #expect(siege.aftermath() == Siege.empty)
        }
    }

    // MARK: Proposals

    @Test func proposalsThatNobodyCanTakeAreRefused() throws {
        let (siege, peer) = try up()
        let before = siege.footprint
        let good: [Transform] = [.encryption(.aesGCM16, keyLength: 256), .esn(.no)]
        var messageID: UInt32 = 2
        for (spi, transforms) in [
            (0xC0FF_EE02, []), (0xC0FF_EE02, [.esn(.no)]),
            (0, good), (1, good), (255, good), (0xC0FF_EE02, good + [.keyExchange(.modp3072)]),
            (0xC0FF_EE02, good + [.integrity(.hmacSHA256_128)]),
            (0xC0FF_EE02, good + [Transform(type: TransformType(rawValue: 99), id: 1)]),
        ] as [(UInt32, [Transform])] {
            var payloads = peer.childPayloads()
            payloads[0] = .securityAssociation([
                Proposal(
                    number: 1, protocol: .esp, spi: ChildSPI(spi).octets, transforms: transforms)
            ])
            let answer = try peer.ask(
                [.nonce(peer.initiatorNonce)] + payloads, .createChildSA, messageID)
            #expect(answer?.notifies == [.noProposalChosen], "\(spi) \(transforms)")
            messageID += 1
        }
        #expect(siege.footprint == before)
    }

    /// As many proposals as numbers can tell apart; the last is the one that can be taken.
    @Test func of255ProposalsTheLastIsTakenWhenItAloneFits() throws {
        let (siege, peer) = try up()
        func request(_ proposals: [Proposal]) -> [Payload] {
            var payloads = peer.childPayloads()
            payloads[0] = .securityAssociation(proposals)
            return [.nonce(peer.initiatorNonce)] + payloads
        }
        let strange: [Transform] = (0..<7).map { .encryption(.aesGCM16, keyLength: UInt16($0)) }
        let odd = (1...254).map {
            Proposal(
                number: UInt8($0), protocol: .esp, spi: ChildSPI(0x1000 + UInt32($0)).octets,
                transforms: strange)
        }
        let good = Proposal(
            number: 255, protocol: .esp, spi: ChildSPI(0xC0FF_EE02).octets,
            transforms: [.encryption(.aesGCM16, keyLength: 256), .esn(.no)])
        let refused = try peer.ask(request(odd), .createChildSA, 2)
        #expect(refused?.notifies == [.noProposalChosen])
        #expect(siege.lines.last.map { $0.utf8.count < 3000 } == true)
        let granted = try #require(try peer.ask(request(odd + [good]), .createChildSA, 3))
        let numbers = granted.compactMap { payload -> [UInt8]? in
            if case .securityAssociation(let proposals) = payload {
                proposals.map { $0.number }
            } else {
                nil
            }
        }
        #expect(numbers == [[255]])
        #expect(siege.footprint.entries.contains { $0.spi == ChildSPI(0xC0FF_EE02) })
    }

    // MARK: Key exchanges

    private func insist(
        _ peer: HandMadePeer, on group: KeyExchangeMethod, _ keyExchange: KeyExchange?
    ) -> [Payload] {
        var payloads = peer.childPayloads()
        payloads[0] = .securityAssociation([
            Proposal(
                number: 1, protocol: .esp, spi: ChildSPI(0xC0FF_EE02).octets,
                transforms: [
                    .encryption(.aesGCM16, keyLength: 256), .keyExchange(group), .esn(.no),
                ])
        ])
        return [.nonce(peer.initiatorNonce)] + payloads
            + (keyExchange.map { [.keyExchange($0)] } ?? [])
    }

    @Test func aKeyExchangeThatIsMissingOrOfAnotherGroupIsAskedFor() throws {
        let (siege, peer) = try up()
        let before = siege.footprint
        for (index, keyExchange) in [
            nil, KeyExchange(method: .ecp256, value: [1]),
            KeyExchange(method: KeyExchangeMethod(rawValue: 0), value: []),
        ].enumerated() {
            let answer = try peer.ask(
                insist(peer, on: .curve25519, keyExchange), .createChildSA, 2 + UInt32(index))
            #expect(answer == [.notify(Notify(.invalidKEPayload, data: [0, 31]))])
        }
        #expect(siege.footprint == before)
    }

    @Test func anSAThatEndsWhileAKeyIsMadeAnswersAndSendsItsDelete() throws {
        let (siege, peer) = try up()
        let request = try peer.seal(
            insist(
                peer, on: .curve25519,
                KeyExchange(method: .curve25519, value: peer.pair.publicValue)), .createChildSA, 2)
        let before = siege.simulation.sent.count
        siege.simulation.inject(request, from: peer.here, to: peer.there)
        siege.simulation.handle(.shutdown, siege.gateway)
        let messages = try siege.simulation.sent[before...].map { try peer.open($0.octets) }
        #expect(messages.map { $0.payloads.notifies } == [[.temporaryFailure], []])
        #expect(messages.last?.payloads == [.delete(.ikeSA)])
        siege.simulation.run(for: .seconds(3))
        #expect(siege.footprint == Siege.empty && siege.gateway.isFinished)
    }

    /// The gateway's own request waits for a worker: it is not sent any more.
    @Test func anSAThatEndsWhileItsOwnKeyIsMadeSendsItsDelete() throws {
        let siege = try Siege(globals: "childsa_pfs 31\n")
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish())
        let acquire = Acquire(
            sequence: 9, source: siege.gateway.address, destination: peer.here.address,
            flow: Selector(source: prefix("10.2.0.1"), destination: prefix("10.6.0.1")),
            policy: Selector(source: prefix("10.2.0.0/24"), destination: prefix("10.6.0.0/24")),
            template: Template(
                protocolID: .esp, mode: .tunnel, source: siege.gateway.address,
                destination: peer.here.address, reqid: 6))
        let before = siege.simulation.sent.count
        siege.simulation.handle(.acquire(acquire), siege.gateway)
        #expect(siege.simulation.sent.count == before)
        siege.simulation.handle(
            .configuration(try configuration(""), try presharedKeys("")), siege.gateway)
        let delete = try peer.open(peer.lastReceived)
        #expect(delete.payloads == [.delete(.ikeSA)])
        peer.send(try peer.seal([], .informational, delete.header.messageID, isResponse: true))
        #expect(siege.aftermath() == Siege.empty)
    }

    @Test func anSPIThatIsTakenIsRefusedByTheKernelAndLeavesNothing() throws {
        let (siege, peer) = try up()
        let before = siege.footprint
        for messageID in UInt32(2)..<20 {
            let answer = try peer.ask(
                [.nonce(peer.initiatorNonce)] + peer.childPayloads(), .createChildSA, messageID)
            #expect(answer?.notifies == [.noProposalChosen])
        }
        #expect(siege.footprint == before)
    }

    @Test func tenThousandChildSAsAreNotGranted() throws {
        let (siege, peer) = try up()
        var granted = 0
        for index in UInt32(0)..<10_000 {
            let answer = try peer.ask(
                [.nonce(peer.initiatorNonce)] + peer.childPayloads(spi: 0x1000_0000 + index),
                .createChildSA, 2 + index)
            if answer?.notifies == [.noAdditionalSAs] { break }
            granted += 1
            guard granted <= Engine.Limit.children else { break }
        }
        #expect(granted == Engine.Limit.children - 1)
        #expect(siege.footprint.children == Engine.Limit.children)
        #expect(siege.servesTheHonestPeer())
        // And all of them go at a word.
        let all = (0..<UInt32(granted)).map { ChildSPI(0x1000_0000 + $0) }
        let answer = try peer.ask(
            [.delete(.childSAs(.esp, all))], .informational, 2 + UInt32(granted) + 1)
        #expect(answer?.count == 1)
        #expect(siege.footprint.children == 2)
    }

    @Test func rekeyingWhatIsNotThereIsDeclined() throws {
        let (siege, peer) = try up()
        let before = siege.footprint
        var messageID: UInt32 = 2
        for (number, spi) in [
            (0, []), (1, []), (1, [1, 2, 3, 4, 5, 6, 7, 8]), (2, [1, 2, 3, 4]), (3, []),
            (3, [1, 2, 3, 4]), (3, [1]), (255, [UInt8](repeating: 1, count: 255)),
        ] as [(UInt8, [UInt8])] {
            let rekey = Payload.notify(
                Notify(protocol: SecurityProtocol(rawValue: number), spi: spi, type: .rekeySA))
            for rekeys in [[rekey], [rekey, rekey]] {
                let answer = try peer.ask(
                    rekeys + [.nonce(peer.initiatorNonce)] + peer.childPayloads(spi: 0xC0FF_EE02),
                    .createChildSA, messageID)
                messageID += 1
                #expect(
                    answer?.notifies.first.map { $0.isError } == true, "\(number) \(spi)")
            }
        }
        #expect(siege.footprint == before)
    }

    // MARK: Deletes

    @Test func deletesOfWhatIsNotThereDoNothing() throws {
        let (siege, peer) = try up()
        let before = siege.footprint
        let own = try #require(
            siege.gateway.kernel.entries.values.first { $0.direction == .inbound }?.id.spi)
        var messageID: UInt32 = 2
        for deletes: [Delete] in [
            [.childSAs(.esp, [ChildSPI(0xDEAD_BEEF)])], [.childSAs(.ah, [ChildSPI(0xC0FF_EE01)])],
            [.childSAs(.esp, [own])], [.childSAs(.esp, [])], [.childSAs(.esp, [ChildSPI(0)])],
            [.childSAs(.esp, (0..<1000).map { ChildSPI($0) })],
            (0..<90).map { .childSAs(.esp, [ChildSPI($0)]) },
        ] {
            let answer = try peer.ask(deletes.map { .delete($0) }, .informational, messageID)
            #expect(answer == [])
            messageID += 1
        }
        #expect(siege.footprint == before)
        #expect(siege.lines.count <= 3)
    }

    @Test func aChildSADeletedTwiceInOneMessageIsNamedOnce() throws {
        let (siege, peer) = try up()
        let own = try #require(
            siege.gateway.kernel.entries.values.first { $0.direction == .inbound }?.id.spi)
        let spi = ChildSPI(0xC0FF_EE01)
        let answer = try peer.ask(
            [.delete(.childSAs(.esp, [spi, spi, own])), .delete(.childSAs(.esp, [spi]))],
            .informational, 2)
        #expect(answer == [.delete(.childSAs(.esp, [own]))])
        #expect(siege.footprint.entries.isEmpty && siege.footprint.ikeSAs == 1)
    }

    @Test func theIKESADeletedWithItsChildrenGoesAtOnce() throws {
        let (siege, peer) = try up()
        let answer = try peer.ask(
            [.delete(.childSAs(.esp, [ChildSPI(0xC0FF_EE01)])), .delete(.ikeSA), .delete(.ikeSA)],
            .informational, 2)
        #expect(answer == [])
        #expect(siege.footprint.entries.isEmpty)
        #expect(siege.aftermath() == Siege.empty)
    }

    @Test func aDeleteThatCrossesOursEndsBoth() throws {
        let (siege, peer) = try up()
        let id = try #require(
            siege.gateway.kernel.entries.values.first { $0.direction == .inbound }?.id)
        siege.simulation.handle(.expire(Expire(id: id, isHard: true)), siege.gateway)
        let ours = try peer.open(peer.lastReceived)
        #expect(ours.payloads == [.delete(.childSAs(.esp, [id.spi]))])
        // RFC 7296 §1.4.1: what is being deleted is not named in the answer.
        let answer = try peer.ask(
            [.delete(.childSAs(.esp, [ChildSPI(0xC0FF_EE01)]))], .informational, 2)
        #expect(answer == [])
        peer.send(try peer.seal([], .informational, ours.header.messageID, isResponse: true))
        #expect(siege.footprint.entries.isEmpty && siege.footprint.ikeSAs == 1)
        #expect(siege.gateway.establishedSAs.allSatisfy { $0.window.outstanding == nil })
    }

    @Test func bothEndsMayDeleteTheIKESAAtOnce() throws {
        let (siege, peer) = try up()
        siege.simulation.handle(
            .configuration(try configuration(""), try presharedKeys("")), siege.gateway)
        let ours = try peer.open(peer.lastReceived)
        #expect(ours.payloads == [.delete(.ikeSA)])
        #expect(try peer.ask([.delete(.ikeSA)], .informational, 2) == [])
        peer.send(try peer.seal([], .informational, ours.header.messageID, isResponse: true))
        #expect(siege.footprint.entries.isEmpty)
        #expect(siege.aftermath() == Siege.empty)
        #expect(siege.gateway.engine.nextDeadline == nil)
    }

    // MARK: Notifies

    @Test func notifiesThatMeanNothingAreAnswered() throws {
        let (siege, peer) = try up()
        let before = siege.footprint
        let logged = siege.lines.count
        var messageID: UInt32 = 2
        for type: UInt16 in [0, 1000, 16384, 16385, 16390, 30000, 40960, .max] {
            let notify = Notify(
                protocol: SecurityProtocol(rawValue: 9), spi: [1, 2, 3],
                type: NotifyType(rawValue: type), data: [UInt8](repeating: 0, count: 300))
            let notifies = [Payload](repeating: .notify(notify), count: 90)
            #expect(try peer.ask(notifies, .informational, messageID) == [])
            messageID += 1
        }
        #expect(siege.footprint == before)
        // Two of them are errors, and one a window of a wrong length.
        #expect(siege.lines.count <= logged + 3, "\(siege.lines[logged...])")
    }

    @Test(arguments: [
        NotifyType.authenticationFailed, .invalidSyntax, .unsupportedCriticalPayload,
    ])
    func anErrorThatEndsTheSAEndsItWithoutADelete(type: NotifyType) throws {
        let (siege, peer) = try up()
        #expect(try peer.ask([.notify(Notify(type))], .informational, 2) == [])
        #expect(siege.footprint.entries.isEmpty)
        #expect(siege.aftermath() == Siege.empty)
    }
}
