import Testing
import Wire

@testable import IKE

/// Message IDs that a peer wants to set anew, as two gateways that stand for each other do
/// (RFC 6311). We announce no such thing, so they stay what they are.
@Suite struct MessageIDSyncTests {
    private func up() throws -> (Siege, HandMadePeer) {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish())
        return (siege, peer)
    }

    /// IKEV2_MESSAGE_ID_SYNC: a nonce, the next ID to send, the next one to expect (§5.2).
    private func sync(sending: UInt32, expecting: UInt32) -> Payload {
        .notify(
            Notify(
                NotifyType(rawValue: 16422),
                data: [1, 2, 3, 4] + bigEndian(sending) + bigEndian(expecting)))
    }

    private func windows(_ siege: Siege) -> [String] {
        siege.gateway.establishedSAs.map {
            "\($0.window.requestID.map { String($0) } ?? "-") \($0.window.expectedID)"
        }
    }

    /// As RFC 6311 has it: an INFORMATIONAL request with the message ID 0.
    @Test(arguments: [(0, 0), (2, 0), (1, 1), (100, 100), (UInt32.max, UInt32.max)])
    func aRequestToSetThemOutOfTurnIsDropped(sending: UInt32, expecting: UInt32) throws {
        let (siege, peer) = try up()
        let before = windows(siege)
        let message = [sync(sending: sending, expecting: expecting)]
        #expect(try peer.ask(message, .informational, 0) == nil)
        #expect(windows(siege) == before)
        #expect(try peer.ask([], .informational, 2) == [])
    }

    @Test func oneInItsTurnIsAnsweredAndSetsNothing() throws {
        let (siege, peer) = try up()
        let octets = try peer.seal([sync(sending: 100, expecting: 100)], .informational, 2)
        let answer = peer.send(octets)
        #expect(try answer.map { try peer.open($0).payloads } == [[]])
        #expect(windows(siege) == ["0 3"])
        #expect(try peer.ask([], .informational, 100) == nil)
        // Sent again, and replayed when it is of old.
        #expect(peer.send(octets) == answer)
        #expect(try peer.ask([], .informational, 3) == [])
        #expect(peer.send(octets).isEmpty)
        #expect(siege.footprint.ikeSAs == 1)
    }

    /// A sender that has fallen behind, or is ahead, is not heard, and disturbs nobody.
    @Test func aSenderThatIsTooLowOrTooHighIsNotHeard() throws {
        let (siege, peer) = try up()
        for messageID in UInt32(2)..<10 {
            #expect(try peer.ask([], .informational, messageID) == [])
        }
        for messageID: UInt32 in [0, 1, 2, 8, 11, 100] {
            #expect(try peer.ask([.delete(.ikeSA)], .informational, messageID) == nil)
        }
        #expect(windows(siege) == ["0 10"])
        #expect(siege.footprint.entries.count == 2)
    }
}
