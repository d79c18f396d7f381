import Testing
import Wire

@testable import IKE

/// The hand-made peer is honest when a test wants nothing else.
@Suite struct HandMadePeerTests {
    @Test func itComesUpAsInitiator() throws {
        for suite in [HandMadePeer.Suite.gcm, .cbc] {
            let siege = try Siege()
            let peer = try HandMadePeer(siege, suite: suite)
            #expect(try peer.establish())
            #expect(siege.gateway.kernel.entries.count == 2)
            #expect(siege.gateway.logText.contains("rule 'hand'"))
            #expect(siege.servesTheHonestPeer())
        }
    }

    @Test func itComesUpAsResponder() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege, .responder)
        try peer.takeRequest(siege.provoke())
        let auth = try #require(try peer.answer().first)
        #expect(try peer.open(auth).header.exchange == .ikeAuth)
        peer.send(try peer.seal(try peer.authPayloads(), .ikeAuth, 1, isResponse: true))
        #expect(siege.gateway.kernel.entries.count == 2)
        #expect(siege.gateway.establishedSAs.count == 1)
    }
}
