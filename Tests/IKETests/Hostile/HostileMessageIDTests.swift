import Net
import Testing
import Wire

@testable import IKE

/// Message IDs that are not the next one (RFC 7296 §2.2, §2.3).
@Suite struct HostileMessageIDTests {
    private func up(_ globals: String = "") throws -> (Siege, HandMadePeer) {
        let siege = try Siege(globals: globals)
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish())
        return (siege, peer)
    }

    @Test func requestsOutsideOfTheWindowAreDropped() throws {
        let (siege, peer) = try up()
        let before = siege.footprint
        for messageID: UInt32 in [0, 3, 4, 100, 0x7FFF_FFFF, 0x8000_0000, .max - 1, .max] {
            #expect(try peer.ask([.delete(.ikeSA)], .informational, messageID) == nil)
        }
        #expect(siege.footprint == before)
        #expect(try peer.ask([], .informational, 2) == [])
        #expect(try peer.ask([], .informational, 1) == nil)
    }

    @Test func aReplayedRequestGetsTheSameAnswerAndIsNotDoneAgain() throws {
        let (siege, peer) = try up()
        let octets = try peer.seal(
            [.nonce(peer.initiatorNonce)] + peer.childPayloads(spi: 0xC0FF_EE02), .createChildSA, 2)
        let answer = peer.send(octets)
        #expect(answer.count == 1)
        let after = siege.footprint
        #expect(after.entries.count == 4)
        for _ in 0..<100 { #expect(peer.send(octets) == answer) }
        #expect(siege.footprint == after)
    }

    @Test func anotherRequestUnderTheLastMessageIDGetsTheOldAnswer() throws {
        let (siege, peer) = try up()
        let first = peer.send(try peer.seal([], .informational, 2))
        let before = siege.footprint
        #expect(peer.send(try peer.seal([.delete(.ikeSA)], .informational, 2)) == first)
        #expect(
            peer.send(
                try peer.seal(chain: [1, 2, 3], first: .notify, peer.header(.informational, 2)))
                == first)
        #expect(siege.footprint == before)
        #expect(try peer.ask([], .informational, 3) == [])
    }

    @Test func theRequestOfIKEAuthIsAnsweredAgainUntilTheNextOneComes() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        #expect(try peer.begin())
        let auth = try peer.seal(try peer.authPayloads(), .ikeAuth, 1)
        let answer = peer.send(auth)
        #expect(peer.send(auth) == answer)
        #expect(peer.send(peer.request).allSatisfy { $0 != answer.first })
        #expect(try peer.ask([], .informational, 2) == [])
        #expect(peer.send(auth).isEmpty)
        #expect(siege.footprint.ikeSAs <= 2 && siege.footprint.entries.count == 2)
        let left = siege.aftermath()
        #expect(left.ikeSAs <= 1)
    }

    @Test func onlyTheResponseThatIsAwaitedCounts() throws {
        let (siege, peer) = try up("dpd_interval_secs 30\n")
        siege.gateway.kernel.carry(reqid: 6)
        siege.simulation.run(for: .seconds(31))
        let probe = try peer.open(peer.lastReceived).header
        #expect(probe.exchange == .informational && !probe.isResponse)
        for messageID: UInt32 in [1, 2, .max] where messageID != probe.messageID {
            peer.send(try peer.seal([], .informational, messageID, isResponse: true))
        }
        #expect(siege.gateway.establishedSAs.allSatisfy { $0.window.outstanding != nil })
        let answer = try peer.seal([], .informational, probe.messageID, isResponse: true)
        peer.send(answer)
        #expect(siege.gateway.establishedSAs.allSatisfy { $0.window.outstanding == nil })
        #expect(peer.send(answer).isEmpty)
        #expect(siege.footprint.entries.count == 2)
    }

    /// A window that the peer says, whatever it says, is one request wide (RFC 7296 §2.3).
    @Test func oneRequestIsOutWhateverThePeerSaysOfItsWindow() throws {
        func size(_ octets: [UInt8]) -> Payload {
            .notify(Notify(.setWindowSize, data: octets))
        }
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish(saying: [size([0, 0, 0, 8]), size([0, 0, 0, 0])]))
        var messageID: UInt32 = 2
        for octets: [UInt8] in [
            [0, 0, 0, 1], [0, 0, 0, 8], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 2], [0, 0, 0, 0],
            [0, 0, 0, 0], [], [8], [0, 0, 8], [0, 0, 0, 0, 8], [UInt8](repeating: 9, count: 300),
        ] {
            #expect(try peer.ask([size(octets), size(octets)], .informational, messageID) == [])
            messageID += 1
        }
        let answer = try peer.ask(
            [size([0, 0, 0, 0]), .nonce(peer.initiatorNonce)]
                + peer.childPayloads(spi: 0xC0FF_EE02), .createChildSA, messageID)
        #expect(answer?.notifies == [])
        #expect(siege.footprint.entries.count == 4)
        #expect(siege.lines.filter { $0.contains("SET_WINDOW_SIZE of") }.count == 1)
        // Two Child SAs end at once; the second is told when the first is done with.
        let before = siege.simulation.sent.count
        for entry in siege.gateway.kernel.entries.values where entry.direction == .inbound {
            siege.simulation.handle(
                siege.gateway.kernel.expire(entry.id, isHard: true), siege.gateway)
        }
        siege.simulation.run(for: .milliseconds(10))
        #expect(siege.simulation.sent.count == before + 1)
        let first = try peer.open(peer.lastReceived).header
        let next = peer.send(
            try peer.seal(
                [size([0, 0, 0, 0])], .informational, first.messageID, isResponse: true))
        #expect(try next.map { try peer.open($0).header.messageID } == [first.messageID + 1])
        #expect(siege.gateway.establishedSAs.count == 1)
    }

    /// The peer's window is one request wide: what is out has to be answered before the DELETE.
    @Test func theDeleteOfAnIKESAWaitsForWhatIsOut() throws {
        let (siege, peer) = try up("dpd_interval_secs 30\n")
        siege.gateway.kernel.carry(reqid: 6)
        siege.simulation.run(for: .seconds(31))
        let probe = try peer.open(peer.lastReceived).header
        siege.simulation.handle(.shutdown, siege.gateway)
        siege.simulation.run(for: .milliseconds(600))
        #expect(try peer.open(peer.lastReceived).header.messageID == probe.messageID)
        let next = peer.send(
            try peer.seal([], .informational, probe.messageID, isResponse: true))
        let delete = try peer.open(try #require(next.first))
        #expect(delete.header.messageID == probe.messageID + 1)
        #expect(delete.payloads == [.delete(.ikeSA)])
        peer.send(try peer.seal([], .informational, delete.header.messageID, isResponse: true))
        #expect(siege.gateway.isFinished)
        #expect(siege.footprint == Siege.empty)
    }

    @Test func theDeleteOfAnIKESAWaitsForAChildSAThatHasBeenAskedFor() throws {
        let (siege, peer) = try up()
        let entry = try #require(
            siege.gateway.kernel.entries.values.first { $0.direction == .outbound })
        siege.simulation.handle(
            siege.gateway.kernel.expire(entry.id, isHard: false), siege.gateway)
        let request = try peer.open(peer.lastReceived).header
        #expect(request.exchange == .createChildSA)
        siege.simulation.handle(
            .configuration(try configuration(""), try presharedKeys("")), siege.gateway)
        #expect(try peer.open(peer.lastReceived).header.messageID == request.messageID)
        let next = peer.send(
            try peer.seal(
                [.notify(Notify(.noProposalChosen))], .createChildSA, request.messageID,
                isResponse: true))
        let delete = try peer.open(try #require(next.first))
        #expect(delete.payloads == [.delete(.ikeSA)])
        peer.send(try peer.seal([], .informational, delete.header.messageID, isResponse: true))
        #expect(siege.footprint == Siege.empty)
    }

    @Test func anSAThatAResponseEndsSendsNothingMore() throws {
        let (siege, peer) = try up("dpd_interval_secs 30\n")
        siege.gateway.kernel.carry(reqid: 6)
        siege.simulation.run(for: .seconds(31))
        let probe = try peer.open(peer.lastReceived).header
        let answer = try peer.seal(
            [.notify(Notify(.invalidSyntax))], .informational, probe.messageID, isResponse: true)
        let sent = siege.simulation.sent.count
        #expect(peer.send(answer).isEmpty)
        #expect(siege.footprint == Siege.empty)
        #expect(siege.gateway.engine.nextDeadline == nil)
        siege.simulation.run(for: .seconds(300))
        #expect(siege.simulation.sent.count == sent)
    }
}
