import Net
import Policy
import Testing
import Wire

@testable import IKE

/// Who starts anew, and whose SAs go then (RFC 7296 §2.4): an identity's, wherever it is.
@Suite struct InitialContactTests {
    private static let contact = Payload.notify(Notify(.initialContact))

    /// A gateway whose hand-made peers go by names, from addresses of which none matters.
    private func gateway(_ remoteIDs: [String] = ["FQDN = \"one\"", "FQDN = \"two\""]) throws
        -> Siege
    {
        let siege = try Siege()
        var rules = ""
        var keys = ""
        for (index, remoteID) in remoteIDs.enumerated() {
            rules += """
                { label "rule \(index)" local_addr 10.9.0.2 remote_addr 10.9.0.64/26
                  auth_method preshared remote_id \(remoteID) \(Siege.algorithms) }

                """
            keys += "{ label \"rule \(index)\" key \"\(HandMadePeer.key)\" }"
        }
        siege.simulation.handle(
            .configuration(try configuration(rules), try presharedKeys(keys)), siege.gateway)
        return siege
    }

    private func peer(
        _ siege: Siege, _ name: String, _ role: Role = .initiator,
        address: String = HandMadePeer.address, port: UInt16 = 500, spi: UInt64
    ) throws -> HandMadePeer {
        let peer = try HandMadePeer(siege, role, address: address, port: port, spi: spi)
        peer.identity = Identification(type: .fqdn, data: Array(name.utf8))
        return peer
    }

    /// Who has SAs at the gateway, in what order they came.
    private func peers(_ siege: Siege) -> [String] {
        siege.gateway.establishedSAs.sorted { $0.createdAt < $1.createdAt }.map {
            "\($0.remote.address) " + String(decoding: $0.session?.peer.data ?? [], as: UTF8.self)
        }
    }

    @Test func anIdentityThatStartsAnewLosesWhatItHad() throws {
        let siege = try gateway()
        #expect(try peer(siege, "one", spi: 1).establish(spi: 0x1001))
        #expect(try peer(siege, "two", port: 501, spi: 2).establish(spi: 0x1002))
        let sent = siege.simulation.sent.count
        let again = try peer(siege, "one", port: 502, spi: 3)
        #expect(try again.establish(spi: 0x1003, saying: [Self.contact]))
        #expect(peers(siege) == ["10.9.0.66 two", "10.9.0.66 one"])
        #expect(siege.gateway.kernel.entries.count == 4)
        // Two answers, and no DELETE.
        #expect(siege.simulation.sent.count == sent + 2)
        #expect(siege.gateway.logText.contains("the peer has started anew"))
    }

    @Test func anIdentityThatComesBackFromAnotherAddressLosesWhatItHad() throws {
        let siege = try gateway()
        #expect(try peer(siege, "one", spi: 1).establish(spi: 0x1001))
        let sent = siege.simulation.sent.count
        // No policy lets it have a Child SA there.
        let moved = try peer(siege, "one", address: "10.9.0.67", spi: 2)
        #expect(try !moved.establish(spi: 0x1002, saying: [Self.contact]))
        #expect(peers(siege) == ["10.9.0.67 one"])
        #expect(siege.gateway.kernel.entries.isEmpty)
        #expect(siege.simulation.sent.count == sent + 2)
    }

    @Test func withoutTheWordEverythingStays() throws {
        let siege = try gateway()
        #expect(try peer(siege, "one", spi: 1).establish(spi: 0x1001))
        #expect(try peer(siege, "one", port: 501, spi: 2).establish(spi: 0x1002))
        #expect(peers(siege).count == 2 && siege.gateway.kernel.entries.count == 4)
    }

    /// Whoever lies hurts nobody else, neither at its own address nor at another's.
    @Test func aPeerThatLiesLosesOnlyItsOwn() throws {
        let siege = try gateway()
        #expect(try peer(siege, "one", spi: 1).establish(spi: 0x1001))
        #expect(try !peer(siege, "one", address: "10.9.0.68", spi: 2).establish(spi: 0x1002))
        for round in UInt64(3)..<20 {
            let liar = try peer(siege, "two", port: UInt16(500 + round), spi: round)
            #expect(
                try liar.establish(
                    spi: 0x2000 + UInt32(round), saying: [Self.contact, Self.contact]))
            #expect(peers(siege) == ["10.9.0.66 one", "10.9.0.68 one", "10.9.0.66 two"])
        }
        #expect(siege.gateway.kernel.entries.count == 4)
    }

    /// It counts when it is authentic, and in IKE_AUTH.
    @Test func whoHasProvedNothingTakesNothingAway() throws {
        let siege = try gateway()
        #expect(try peer(siege, "one", spi: 1).establish(spi: 0x1001))
        let thief = try peer(siege, "one", port: 501, spi: 2)
        #expect(try thief.begin(thief.saInitPayloads + [Self.contact]))
        let answer = try thief.ask(
            [
                .initiatorID(thief.identity), Self.contact,
                .authentication(try thief.proof(thief.identity, key: "no horse")),
            ] + thief.childPayloads(spi: 0x1002), .ikeAuth, 1)
        #expect(answer?.notifies == [.authenticationFailed])
        #expect(peers(siege) == ["10.9.0.66 one"])
        let other = try peer(siege, "one", port: 502, spi: 3)
        #expect(try other.establish(spi: 0x1003))
        #expect(try other.ask([Self.contact], .informational, 2) == [])
        #expect(peers(siege).count == 2 && siege.gateway.kernel.entries.count == 4)
    }

    /// The payloads of our IKE_AUTH request to a peer that answers IKE_SA_INIT.
    private func request(_ siege: Siege, _ peer: HandMadePeer) throws -> [NotifyType] {
        try peer.takeRequest(siege.provoke())
        let auth = try #require(try peer.answer().first)
        let opened = try peer.open(auth)
        #expect(opened.header.exchange == .ikeAuth)
        return opened.payloads.notifies.filter { $0 == .initialContact }
    }

    @Test func weSayItToAnIdentityWithWhichWeHaveNothing() throws {
        let siege = try gateway()
        #expect(try request(siege, peer(siege, "one", .responder, spi: 1)) == [.initialContact])
    }

    @Test func weSayItWhereAnotherIdentityHasTheAddress() throws {
        let siege = try gateway()
        #expect(try peer(siege, "two", port: 501, spi: 2).establish(spi: 0x1002))
        for entry in siege.gateway.kernel.entries.values where entry.direction == .inbound {
            siege.simulation.handle(
                siege.gateway.kernel.expire(entry.id, isHard: true), siege.gateway)
        }
        #expect(try request(siege, peer(siege, "one", .responder, spi: 1)) == [.initialContact])
    }

    @Test func weDoNotSayItWhereTheIdentityHasAnotherAddress() throws {
        let siege = try gateway()
        #expect(try !peer(siege, "one", address: "10.9.0.67", spi: 2).establish(spi: 0x1002))
        #expect(try request(siege, peer(siege, "one", .responder, spi: 1)) == [])
    }

    @Test(arguments: ["ANY", "IPV4_PREFIX = \"10.9.0.0/24\""])
    func weDoNotSayItToWhomeverItMayBe(remoteID: String) throws {
        let siege = try gateway([remoteID])
        #expect(try request(siege, peer(siege, "one", .responder, spi: 1)) == [])
    }

    @Test func aPeerMaySayItInItsAnswer() throws {
        let siege = try gateway()
        #expect(try !peer(siege, "one", address: "10.9.0.67", spi: 2).establish(spi: 0x1002))
        let peer = try peer(siege, "one", .responder, spi: 1)
        _ = try request(siege, peer)
        peer.send(
            try peer.seal(
                try peer.authPayloads() + [Self.contact], .ikeAuth, 1, isResponse: true))
        #expect(peers(siege) == ["10.9.0.66 one"])
        #expect(siege.gateway.kernel.entries.count == 2)
    }
}
