import Testing
import Wire

@testable import IKE

/// A peer that has rekeyed a Child SA and does not take leave of the old one.
@Suite struct LingeringChildTests {
    private func rekeyed() throws -> (Siege, HandMadePeer) {
        let siege = try Siege(globals: "dpd_interval_secs 0\n")
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish())
        let answer = try peer.ask(
            [
                .notify(
                    Notify(
                        protocol: .esp, spi: ChildSPI(0xC0FF_EE01).octets, type: .rekeySA)),
                .nonce(peer.initiatorNonce),
            ] + peer.childPayloads(spi: 0xC0FF_EE02), .createChildSA, 2)
        #expect(answer?.notifies == [])
        return (siege, peer)
    }

    private func sending(_ siege: Siege) -> ChildSPI? {
        siege.gateway.kernel.sending(reqid: 6)?.id.spi
    }

    @Test func whatItReplacedIsSentWithUntilItShowsThatItHasTheAnswer() throws {
        let (siege, peer) = try rekeyed()
        siege.simulation.run(for: .seconds(600))
        #expect(sending(siege) == ChildSPI(0xC0FF_EE01))
        #expect(siege.footprint.children == 2)
        #expect(try peer.ask([], .informational, 3) == [])
        #expect(sending(siege) == ChildSPI(0xC0FF_EE02))
    }

    @Test func whatItReplacedEndsWithItsLifetime() throws {
        let (siege, peer) = try rekeyed()
        let old = try #require(siege.gateway.kernel.sending(reqid: 6))
        siege.simulation.handle(siege.gateway.kernel.expire(old.id, isHard: true), siege.gateway)
        #expect(sending(siege) == ChildSPI(0xC0FF_EE02))
        let delete = try peer.open(peer.lastReceived)
        #expect(delete.payloads.count == 1 && delete.header.exchange == .informational)
        peer.send(try peer.seal([], .informational, delete.header.messageID, isResponse: true))
        #expect(siege.footprint.children == 1 && siege.footprint.entries.count == 2)
    }
}
