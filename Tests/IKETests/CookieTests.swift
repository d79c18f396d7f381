import Net
import Testing
import Wire

@testable import IKE

/// Cookies (RFC 7296 §2.6).
@Suite struct CookieTests {
    private let nonce = [UInt8](repeating: 7, count: 32)
    private let header = Header(
        initiatorSPI: IKESPI(5), responderSPI: .zero, exchange: .ikeSAInit, flags: [.initiator],
        messageID: 0)
    private let here = SocketAddress(ip("11.0.0.9"), port: 500)

    private func request(_ payloads: [Payload]) -> [UInt8] {
        Message(header: header, payloads: payloads).encoded()
    }

    /// A door, and what it makes of octets; time passes as a test wants it to.
    private final class Doorkeeper {
        var door = FrontDoor()
        var random = SeededRandom(seed: 9)
        var now = Instant(nanoseconds: 5)

        /// The cookie that is asked for; `nil` for one who may enter.
        func ask(_ octets: [UInt8], from remote: SocketAddress) throws -> [UInt8]? {
            let header = try Header(decoding: octets.span)
            let glance = SAInitGlance(octets.span, header)
            let request = try #require(glance)
            let answer = try door.ask(
                header, request, in: octets.span, from: remote, at: now,
                random: { self.random.octets($0) })
            return try answer.map { answer in
                let reply = Datagram(octets: answer.encoded(), local: remote, remote: remote)
                return try #require(reply.cookie)
            }
        }
    }

    @Test func aCookieHoldsWhileItsSecretDoesAndForNobodyElse() throws {
        let keeper = Doorkeeper()
        let cookie = try #require(try keeper.ask(request([.nonce(nonce)]), from: here))
        // RFC 7296 §2.6: 1 to 64 octets; ours has at least 64 bits that nobody can guess.
        #expect((9...64).contains(cookie.count))
        let shown = Payload.notify(Notify(.cookie, data: cookie))
        let again = request([shown, .nonce(nonce)])
        #expect(try keeper.ask(again, from: here) == nil)
        #expect(try keeper.ask(again, from: here) == nil)

        var otherNonce = nonce
        otherNonce[31] ^= 1
        var otherSPI = again
        otherSPI[0] ^= 1
        for (octets, remote) in [
            (again, SocketAddress(ip("11.0.0.8"), port: 500)), (again, here.with(port: 501)),
            (again, SocketAddress(.v6(high: 0, low: 0xFFFF_0B00_0008), port: 500)),
            (request([shown, .nonce(otherNonce)]), here),
            (request([shown, .nonce(nonce + [0])]), here), (otherSPI, here),
        ] {
            #expect(try keeper.ask(octets, from: remote) != nil)
        }
        #expect(keeper.door.counters.cookiesAccepted == 2)
        #expect(keeper.door.counters.cookiesWrong == 6)
        #expect(keeper.door.counters.cookiesSent == 7)
    }

    @Test func aChangeOfTheSecretCostsNoHonestPeerItsCookie() throws {
        let keeper = Doorkeeper()
        let start = keeper.now
        let first = try #require(try keeper.ask(request([.nonce(nonce)]), from: here))
        func show(_ cookie: [UInt8]) throws -> [UInt8]? {
            try keeper.ask(
                request([.notify(Notify(.cookie, data: cookie)), .nonce(nonce)]), from: here)
        }
        keeper.now = start + .seconds(59)
        #expect(try show(first) == nil)
        keeper.now = start + .seconds(61)
        #expect(try show(first) == nil)
        let second = try #require(try keeper.ask(request([.nonce(nonce)]), from: here))
        #expect(second != first)
        // Two changes are too many for the first, and not for the second.
        keeper.now = start + .seconds(122)
        #expect(try show(second) == nil)
        let third = try #require(try show(first))
        #expect(third != first && third != second)
        // While nobody asks, no secret changes; but none is used that long.
        keeper.now = start + .seconds(100_000)
        #expect(try show(second) != nil)
        #expect(try show(third) != nil)
    }

    @Test func whatHasNoNonceIsNotLookedAtFurther() throws {
        let whole = request([
            .notify(Notify(.cookie, data: [1, 2])), .nonce([UInt8](repeating: 1, count: 16)),
        ])
        let decoded = try Header(decoding: whole.span)
        let glance = SAInitGlance(whole.span, decoded)
        let complete = try #require(glance)
        #expect(complete.cookie.map { [UInt8](whole[$0]) } == [1, 2])
        #expect([UInt8](whole[complete.nonce]) == [UInt8](repeating: 1, count: 16))
        for length in 0..<whole.count {
            let cut = Array(whole.prefix(length))
            #expect(SAInitGlance(cut.span, decoded) == nil)
        }
    }

    // MARK: At a door that asks

    /// A gateway that asks everybody for cookies.
    private func crowded() throws -> Strangers {
        let strangers = try Strangers()
        strangers.knock(0..<FrontDoor.Threshold.global)
        return strangers
    }

    private func send(_ octets: [UInt8], _ strangers: Strangers) -> [Datagram] {
        let before = strangers.pair.simulation.sent.count
        strangers.pair.simulation.inject(octets, from: here, to: strangers.gateway)
        return Array(strangers.pair.simulation.sent[before...])
    }

    @Test func cookiesOfAnyOtherKindAreAskedForAgain() throws {
        let strangers = try crowded()
        let genuine = try Message(decoding: strangers.request.span)
        func request(_ first: [Payload]) -> [UInt8] {
            Message(header: genuine.header, payloads: first + genuine.payloads).encoded()
        }
        func cookie(_ data: [UInt8]) -> Payload { .notify(Notify(.cookie, data: data)) }
        let right = try #require(send(request([]), strangers).first?.cookie)
        var first = right
        first[0] ^= 0xFF
        var last = right
        last[last.count - 1] ^= 1
        let wrong =
            [0, 1, 16, 18, 64, 65, 1000, 3000].map { [UInt8](repeating: right[0], count: $0) }
            + [first, last, right.dropLast(), right + [0], right + right]
        for data in wrong {
            let answers = send(request([cookie(data)]), strangers)
            #expect(answers.map { $0.cookie } == [right], "\(data.count) octets")
        }
        #expect(strangers.counters.cookiesWrong == UInt64(wrong.count))
        // Behind another payload, or with an SPI, or as another notify, it is none.
        for payloads in [
            [.vendorID([1]), cookie(right)],
            [.notify(Notify(spi: [1, 2, 3, 4], type: .cookie, data: right))],
            [.notify(Notify(.cookie2, data: right))],
        ] {
            #expect(send(request(payloads), strangers).map { $0.cookie } == [right])
        }
        #expect(strangers.counters.cookiesWrong == UInt64(wrong.count))
        #expect(strangers.counters.cookiesAccepted == 0)
        #expect(strangers.pair.b.engine.table.halfOpenCount == FrontDoor.Threshold.global)
        #expect(send(request([cookie(right)]), strangers).isEmpty)
        #expect(strangers.counters.cookiesAccepted == 1)
        #expect(strangers.pair.b.engine.table.halfOpenCount == FrontDoor.Threshold.global + 1)
    }

    /// RFC 7296 §2.6.1: the cookie stays good while another group is asked for.
    @Test func theCookieComesBeforeTheGroupAndHoldsForBoth() throws {
        let strangers = try crowded()
        let genuine = try Message(decoding: strangers.request.span)
        let group = Payload.keyExchange(
            KeyExchange(method: .ecp256, value: [UInt8](repeating: 4, count: 64)))
        func request(_ cookie: [UInt8]?, withGroup: Bool) -> [UInt8] {
            let payloads = genuine.payloads.map {
                withGroup && $0.type == group.type ? group : $0
            }
            let first = cookie.map { [Payload.notify(Notify(.cookie, data: $0))] } ?? []
            return Message(header: genuine.header, payloads: first + payloads).encoded()
        }
        for _ in 0..<10 {
            let asked = send(request(nil, withGroup: true), strangers).first?.cookie
            let cookie = try #require(asked)
            let refused = try #require(send(request(cookie, withGroup: true), strangers).first)
            #expect(
                try Message(decoding: refused.octets.span).payloads.notifies == [
                    .invalidKEPayload
                ])
            // Without the cookie the right group is worth nothing.
            #expect(send(request(nil, withGroup: false), strangers).first?.cookie == cookie)
        }
        #expect(strangers.pair.b.engine.table.halfOpenCount == FrontDoor.Threshold.global)
        let asked = send(request(nil, withGroup: true), strangers).first?.cookie
        #expect(send(request(asked, withGroup: false), strangers).isEmpty)
        #expect(strangers.pair.b.engine.table.halfOpenCount == FrontDoor.Threshold.global + 1)
    }

    @Test func whoNeverShowsItsCookieLeavesNothing() throws {
        let strangers = try crowded()
        let before = strangers.pair.b.engine.table.count
        for _ in 0..<200 {
            #expect(send(strangers.request(5000), strangers).first?.cookie != nil)
        }
        #expect(strangers.pair.b.engine.table.count == before)
        #expect(strangers.counters.cookiesSent == 200)
        #expect(strangers.pair.b.log.filter { $0.severity != .debug }.count <= 2)
    }
}
