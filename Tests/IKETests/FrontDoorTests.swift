import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// Many begin at once: cookies, places, and an honest peer that gets through (RFC 7296 §2.6).
@Suite struct FrontDoorTests {
    /// A pair of which b takes peers from everywhere, and a genuine request of a's.
    private func flooded(_ count: Int, from place: (Int) -> IPAddress) throws -> Pair {
        let rule = """
            { label "peer" local_addr 10.9.0.2 remote_addr 0.0.0.0/0 auth_method preshared
              ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 } }
            """
        let pair = try Pair()
        pair.simulation.handle(
            .configuration(try configuration(rule), pair.b.engine.presharedKeys), pair.b)
        var request: Datagram?
        pair.simulation.interceptor = { datagram in
            if datagram.local.address == pair.a.address { request = request ?? datagram }
            return nil
        }
        pair.ping(from: pair.a)
        pair.simulation.run(for: .seconds(1)) { request != nil }
        let octets = try #require(request).octets
        for index in 0..<count {
            // Another SPI, so that it is another beginning.
            var forged = octets
            for place in 0..<4 { forged[place] ^= UInt8(truncatingIfNeeded: index >> (8 * place)) }
            forged[7] ^= 0xFF
            pair.simulation.inject(
                forged, from: SocketAddress(place(index), port: 500),
                to: SocketAddress(pair.b.address, port: 500))
        }
        pair.simulation.interceptor = nil
        return pair
    }

    private func address(_ index: Int) -> IPAddress {
        .v4(0x0B00_0000 + UInt32(truncatingIfNeeded: index))
    }

    private func cookies(_ pair: Pair) throws -> [Datagram] {
        try pair.simulation.sent.filter { datagram in
            guard datagram.local.address == pair.b.address else { return false }
            let message = try Message(decoding: datagram.octets.span)
            return message.payloads.contains {
                if case .notify(let notify) = $0 { notify.type == .cookie } else { false }
            }
        }
    }

    @Test func nobodyIsAskedWhileFewBegin() throws {
        let pair = try flooded(FrontDoor.Threshold.global - 1, from: address)
        #expect(try cookies(pair).isEmpty)
    }

    @Test func aFloodLeavesNoStateBeyondTheThresholdAndTheHonestPeerGetsThrough() throws {
        let pair = try flooded(10_000, from: address)
        #expect(pair.b.engine.table.count <= FrontDoor.Threshold.global)
        #expect(try cookies(pair).count > 9_000)
        #expect(pair.b.log.filter { $0.message.contains("asking for cookies") }.count == 1)
        #expect(pair.simulation.run(for: .seconds(10)) { pair.a.kernel.entries.count == 2 })
        #expect(pair.b.engine.door.counters.cookiesAccepted == 1)
    }

    @Test func askingEndsAtHalfTheThreshold() throws {
        let pair = try flooded(FrontDoor.Threshold.global + 1, from: address)
        #expect(try cookies(pair).count == 1)
        // The half-open SAs are given up after thirty seconds.
        pair.simulation.run(for: .seconds(61))
        var door = pair.b.engine.door
        guard case .enter = door.judge(halfOpen: 0, fromPlace: 0) else {
            Issue.record("cookies are still asked for")
            return
        }
        guard case .cookie = door.judge(halfOpen: FrontDoor.Threshold.global, fromPlace: 0),
            case .cookie = door.judge(halfOpen: FrontDoor.Threshold.global / 2, fromPlace: 0),
            case .enter = door.judge(halfOpen: FrontDoor.Threshold.global / 2 - 1, fromPlace: 0)
        else {
            Issue.record("there is no hysteresis")
            return
        }
    }

    @Test func onePlaceIsAskedBeforeTheOthersAreAndBlockedInTheEnd() throws {
        let pair = try flooded(FrontDoor.Threshold.place + 3) { _ in ip("11.0.0.1") }
        #expect(try cookies(pair).count == 3)
        #expect(pair.b.engine.table.count == FrontDoor.Threshold.place)
        var door = FrontDoor()
        guard case .blocked = door.judge(halfOpen: 60, fromPlace: FrontDoor.Threshold.blocked)
        else {
            Issue.record("a place with many half-open SAs is not blocked")
            return
        }
        #expect(door.counters.blocked == 1)
    }

    @Test func addressesOfOneIPv6NetworkAreOnePlace() {
        var table = SATable()
        for index in 0..<3 as Range<UInt64> {
            table.insert(
                IKESA(
                    localSPI: IKESPI(index + 1), remoteSPI: IKESPI(index + 100), role: .responder,
                    local: SocketAddress(ip("fd00::1"), port: 500),
                    remote: SocketAddress(.v6(high: 0xFD00_0001, low: index), port: 500),
                    state: .initiating(
                        Initiation(
                            rule: Self.rule,
                            child: ChildRequest(
                                Acquire(
                                    sequence: 0, source: ip("::1"), destination: ip("::2"),
                                    flow: Selector(
                                        source: IPRange(ip("::1")), destination: IPRange(ip("::2"))),
                                    policy: Selector(
                                        source: IPRange(ip("::1")), destination: IPRange(ip("::2"))),
                                    template: Template(protocolID: .esp, mode: .tunnel))),
                            nonce: [], method: .curve25519)), at: Instant(nanoseconds: 0)))
        }
        #expect(table.halfOpenCount(from: .v6(high: 0xFD00_0001, low: 99)) == 3)
        #expect(table.halfOpenCount(from: .v6(high: 0xFD00_0002, low: 0)) == 0)
        for sa in table.all { table.remove(sa) }
        #expect(table.halfOpenCount(from: .v6(high: 0xFD00_0001, low: 99)) == 0)
    }

    private static let rule = Rule(
        label: "x", localAddresses: [], remoteAddresses: [], localAuthentication: .preshared,
        remoteAuthentication: .preshared, ikeTransforms: [])

    @Test func aCookieHoldsWhileItsSecretDoesAndForNobodyElse() throws {
        let pair = try flooded(FrontDoor.Threshold.global + 1, from: address)
        let answer = try #require(try cookies(pair).last)
        let message = try Message(decoding: answer.octets.span)
        guard case .notify(let notify)? = message.payloads.first else {
            Issue.record("no cookie in \(message)")
            return
        }
        #expect((1...64).contains(notify.data.count))
        let nonce = [UInt8](repeating: 7, count: 32)
        let header = Header(
            initiatorSPI: IKESPI(5), responderSPI: .zero, exchange: .ikeSAInit,
            flags: [.initiator], messageID: 0)
        let request = Message(header: header, payloads: [.nonce(nonce)]).encoded()
        let decoded = try Header(decoding: request.span)
        let plain = SAInitGlance(request.span, decoded)
        let glance = try #require(plain)
        let engine = pair.b.engine
        let here = SocketAddress(ip("11.0.0.9"), port: 500)
        let start = pair.simulation.now
        let cookie = try engine.door.cookie(
            for: glance, from: here, engine.primitives, at: start, random: engine.randomOctets)
        let withCookie = Message(
            header: header, payloads: [.notify(Notify(.cookie, data: cookie)), .nonce(nonce)]
        ).encoded()
        let again = SAInitGlance(withCookie.span, try Header(decoding: withCookie.span))
        let second = try #require(again)
        func accepted(_ from: SocketAddress, _ later: UInt32) throws -> Bool {
            try engine.door.accepts(
                second, from: from, engine.primitives, at: start + .seconds(later),
                random: engine.randomOctets)
        }
        #expect(try accepted(here, 1))
        #expect(try !accepted(SocketAddress(ip("11.0.0.8"), port: 500), 1))
        #expect(try !accepted(here.with(port: 501), 1))
        // One change of the secret spares it, two do not.
        #expect(try accepted(here, 61))
        #expect(try !accepted(here, 125))
    }

    @Test func whatHasNoNonceIsNotLookedAtFurther() throws {
        let header = Header(
            initiatorSPI: IKESPI(5), responderSPI: .zero, exchange: .ikeSAInit,
            flags: [.initiator], messageID: 0)
        let whole = Message(
            header: header,
            payloads: [
                .notify(Notify(.cookie, data: [1, 2])), .nonce([UInt8](repeating: 1, count: 16)),
            ]
        ).encoded()
        let decoded = try Header(decoding: whole.span)
        let complete = SAInitGlance(whole.span, decoded)
        #expect(complete?.cookie == [1, 2])
        for length in 0..<whole.count {
            let cut = Array(whole.prefix(length))
            let glance = SAInitGlance(cut.span, decoded)
            #expect(glance == nil)
        }
    }
}
