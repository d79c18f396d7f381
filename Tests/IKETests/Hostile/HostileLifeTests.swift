import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// Peers that have proved who they are and then wear SAs out.
@Suite struct HostileLifeTests {
    private func up(_ globals: String = "") throws -> (Siege, HandMadePeer) {
        let siege = try Siege(globals: globals)
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish())
        return (siege, peer)
    }

    private func rekey(_ peer: HandMadePeer, _ old: UInt32, to new: UInt32) -> [Payload] {
        [
            .notify(
                Notify(protocol: .esp, spi: ChildSPI(old).octets, type: .rekeySA)),
            .nonce(peer.initiatorNonce),
        ] + peer.childPayloads(spi: new)
    }

    // MARK: Refusing

    /// Has the peer answer every request with TEMPORARY_FAILURE for so long; how many there were.
    private func decline(_ siege: Siege, _ peer: HandMadePeer, seconds: Int) throws -> Int {
        var declined: Set<UInt32> = []
        var seen = siege.simulation.sent.count
        for _ in 0..<seconds * 2 {
            siege.simulation.run(for: .milliseconds(500))
            let new = siege.simulation.sent[seen...].filter {
                $0.remote.address == peer.here.address
            }
            seen = siege.simulation.sent.count
            for datagram in new {
                guard let header = try? peer.open(datagram.octets).header, !header.isResponse,
                    header.exchange != .ikeSAInit
                else { continue }
                declined.insert(header.messageID)
                siege.simulation.inject(
                    try peer.seal(
                        header.exchange == .createChildSA
                            ? [.notify(Notify(.temporaryFailure))] : [],
                        header.exchange, header.messageID, isResponse: true),
                    from: peer.here, to: peer.there)
            }
        }
        return declined.count
    }

    @Test func aPeerThatAlwaysPutsARekeyingOffIsAskedLessAndLess() throws {
        let (siege, peer) = try up("dpd_interval_secs 0\n")
        let entry = try #require(
            siege.gateway.kernel.entries.values.first { $0.direction == .outbound })
        siege.simulation.handle(
            siege.gateway.kernel.expire(entry.id, isHard: false), siege.gateway)
        let asked = try decline(siege, peer, seconds: 1200)
        // After 1, 2, 4 … 60 s, each up to twice as long.
        #expect((10...30).contains(asked), "\(asked)")
        #expect(siege.footprint.entries.count == 2)
        // Its end comes all the same, and is told.
        siege.simulation.handle(siege.gateway.kernel.expire(entry.id, isHard: true), siege.gateway)
        #expect(try decline(siege, peer, seconds: 1200) == 1)
        #expect(siege.footprint.entries.isEmpty && siege.footprint.ikeSAs == 1)
        #expect(siege.gateway.logText.contains("is not rekeyed: the peer says TEMPORARY_FAILURE"))
        #expect(siege.gateway.logText.contains("the lifetime of the Child SA"))
        #expect(siege.gateway.establishedSAs.allSatisfy { $0.postponed.isEmpty })
    }

    @Test func anIKESAThatIsAlwaysPutOffEndsAndTheNextPacketBringsAnother() throws {
        let (siege, peer) = try up("dpd_interval_secs 0 ikesa_lifetime_secs 600\n")
        let asked = try decline(siege, peer, seconds: 660)
        // From 510 to 570 s on, and the DELETE.
        #expect((2...12).contains(asked), "\(asked)")
        #expect(siege.gateway.logText.contains("the IKE SA is not rekeyed"))
        #expect(siege.gateway.logText.contains("its lifetime has passed"))
        #expect(siege.footprint == Siege.empty)
        let request = try Message(decoding: siege.provoke().span)
        #expect(request.header.exchange == .ikeSAInit)
        #expect(siege.servesTheHonestPeer())
    }

    // MARK: Rekeying without end

    /// It deletes what it has replaced, as it should.
    @Test func aPeerThatRekeysTwiceASecondCostsNoMemory() throws {
        let (siege, peer) = try up()
        let before = siege.footprint
        var messageID: UInt32 = 2
        var spi: UInt32 = 0xC0FF_EE01
        for _ in 0..<200 {
            let answer = try peer.ask(
                rekey(peer, spi, to: spi + 1), .createChildSA, messageID)
            #expect(answer?.notifies == [])
            let deleted = try peer.ask(
                [.delete(.childSAs(.esp, [ChildSPI(spi)]))], .informational, messageID + 1)
            #expect(deleted?.count == 1)
            spi += 1
            messageID += 2
            siege.simulation.run(for: .milliseconds(480))
        }
        #expect(siege.footprint.children == before.children)
        #expect(siege.footprint.entries.count == before.entries.count)
        #expect(siege.servesTheHonestPeer())
    }

    @Test func aPeerThatRekeysAndDeletesNothingIsStopped() throws {
        let (siege, peer) = try up()
        var spi: UInt32 = 0xC0FF_EE01
        var granted = 0
        var refusals = 0
        for messageID in UInt32(2)..<2000 {
            let answer = try peer.ask(rekey(peer, spi, to: spi + 1), .createChildSA, messageID)
            if answer?.notifies == [] {
                refusals = 0
                granted += 1
                spi += 1
            } else {
                #expect(answer?.notifies == [.temporaryFailure])
                refusals += 1
                // The first time, one that is new is not in use yet.
                if refusals > 2 { break }
            }
        }
        #expect(granted == 2 * Engine.Limit.children - 1)
        #expect(siege.footprint.children == 2 * Engine.Limit.children)
        #expect(siege.servesTheHonestPeer())
    }

    /// Each request asks for a new IKE SA in place of the newest; the old ones are left to stand.
    @Test func aPeerThatRekeysTheIKESAAndDeletesNothingIsStopped() throws {
        let pair = try Pair()
        pair.ping(from: pair.a)
        #expect(pair.settle())
        // The DELETEs of a never arrive.
        var isDelete = false
        pair.simulation.interceptor = { datagram in
            let header = try? Message(decoding: datagram.octets.span).header
            isDelete = header?.exchange == .informational
            return isDelete ? nil : datagram
        }
        for _ in 0..<100 {
            guard let sa = pair.a.establishedSAs.max(by: { $0.createdAt < $1.createdAt }) else {
                break
            }
            sa.rekeyAt = pair.simulation.now
            pair.a.engine.rearm(sa)
            pair.simulation.handle(.deadlineReached, pair.a)
            pair.simulation.run(for: .milliseconds(100))
        }
        #expect(pair.b.engine.table.count <= Engine.Limit.replaced + 2)
        #expect(pair.b.logText.contains("IKE SAs that it has replaced"))
        #expect(pair.a.kernel.entries.count == 2 && pair.b.kernel.entries.count == 2)
        pair.simulation.interceptor = nil
        pair.simulation.run(for: .seconds(200))
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.b.engine.table.count == 1 && pair.b.kernel.entries.count == 2)
    }

    @Test func aChildSAIsReplacedOnce() throws {
        let (siege, peer) = try up()
        let notify = rekey(peer, 0xC0FF_EE01, to: 0xC0FF_EE02)
        #expect(try peer.ask([notify[0]] + notify, .createChildSA, 2)?.notifies == [])
        #expect(siege.footprint.children == 2)
        let again = try peer.ask(rekey(peer, 0xC0FF_EE01, to: 0xC0FF_EE03), .createChildSA, 3)
        #expect(again?.notifies == [.temporaryFailure])
        #expect(siege.footprint.children == 2)
    }

    /// What OpenIKED does with a policy of many networks.
    @Test func fourteenChildSAsInTwentySecondsAreGranted() throws {
        let (siege, peer) = try up()
        for index in UInt32(0)..<14 {
            let answer = try peer.ask(
                [.nonce(peer.initiatorNonce)] + peer.childPayloads(spi: 0xC0FF_EF00 + index),
                .createChildSA, 2 + index)
            #expect(answer?.notifies == [])
            siege.simulation.run(for: .milliseconds(1400))
        }
        #expect(siege.footprint.children == 15 && siege.footprint.entries.count == 30)
    }

    // MARK: In clear

    /// Anybody can write these (RFC 7296 §2.21.4): they are hints, and nothing follows from them.
    @Test func errorsInClearChangeNothing() throws {
        let (siege, peer) = try up("dpd_interval_secs 30\n")
        siege.gateway.kernel.carry(reqid: 6)
        siege.simulation.run(for: .seconds(31))
        let probe = try peer.open(peer.lastReceived).header
        let before = siege.footprint
        let sent = siege.simulation.sent.count
        for type in [
            NotifyType.invalidIKESPI, .invalidMajorVersion, .invalidSyntax, .authenticationFailed,
            .noProposalChosen, .temporaryFailure, .childSANotFound, .invalidSPI, .initialContact,
        ] {
            for isResponse in [false, true] {
                for exchange in [ExchangeType.informational, .createChildSA, .ikeAuth] {
                    let message = Message(
                        header: peer.header(exchange, probe.messageID, isResponse: isResponse),
                        payloads: [.notify(Notify(type)), .delete(.ikeSA)])
                    #expect(peer.send(message.encoded()).isEmpty)
                }
            }
        }
        #expect(siege.footprint == before)
        #expect(siege.gateway.establishedSAs.allSatisfy { $0.window.outstanding != nil })
        #expect(siege.simulation.sent.count - sent <= 8)
        peer.send(try peer.seal([], .informational, probe.messageID, isResponse: true))
        #expect(siege.gateway.establishedSAs.allSatisfy { $0.window.outstanding == nil })
        #expect(siege.lines.count < 12)
    }
}

/// A peer that falls silent, at each of our exchanges.
@Suite struct SilentPeerTests {
    @Test(arguments: [
        Story.Happening.childAges, .childExpires, .ikeAges, .ikeExpires, .childDeleted,
    ])
    func whateverWeAskedEndsWithOurPatience(happening: Story.Happening) throws {
        let run = try RekeyRun(Pair.Setup(globalsA: "dpd_interval_secs 0"))
        run.isBlackHoleAllowed = true
        run.pair.simulation.link.loss = 1
        run.happen(happening, to: run.pair.a)
        run.pair.simulation.run(for: .seconds(59))
        #expect(!run.pair.a.engine.table.isEmpty)
        run.pair.simulation.run(for: .seconds(2))
        #expect(run.pair.a.establishedSAs.isEmpty && run.pair.a.kernel.entries.isEmpty)
        #expect(run.pair.a.logText.contains("within 60 s"))
        // For a Child SA that was still wanted another IKE SA has been begun, once.
        run.pair.simulation.run(for: .seconds(62))
        #expect(run.pair.a.engine.table.isEmpty)
        #expect(run.pair.a.engine.nextDeadline == nil)
    }

    @Test func aRuleThatWantsItsSAsBringsThemUpWhenThePeerIsBack() throws {
        let run = try RekeyRun(Pair.Setup(ruleA: "immediate yes"))
        run.isBlackHoleAllowed = true
        run.pair.simulation.link.loss = 1
        run.pair.b.restart(
            with: try run.pair.simulation.makeEngine(
                Policy.Configuration(rules: run.pair.b.engine.rules.rules),
                keys: run.pair.b.engine.presharedKeys))
        run.pair.b.kernel.flush()
        run.expireSoftly(run.pair.a)
        run.pair.simulation.run(for: .seconds(61))
        #expect(run.pair.a.kernel.entries.isEmpty)
        run.pair.simulation.link.loss = 0
        run.pair.simulation.loadPolicies()
        run.pair.simulation.run(for: .seconds(120))
        #expect(run.pair.a.kernel.entries.count == 2)
        #expect(disagreement(run.pair.a, run.pair.b) == nil)
    }
}
