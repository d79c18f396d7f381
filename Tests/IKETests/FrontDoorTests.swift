import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// Many begin at once: who is asked for a cookie, who is turned away, and an honest peer that gets
/// through (RFC 7296 §2.6).
@Suite struct FrontDoorTests {
    private func load(
        halfOpen: Int = 0, fromPlace: Int = 0, wait: UInt64 = 0
    ) -> FrontDoor.Load {
        var crowd = Crowd()
        for _ in 0..<fromPlace { crowd.grow() }
        return FrontDoor.Load(halfOpen: halfOpen, crowd: crowd, wait: .milliseconds(wait))
    }

    // MARK: Half-open SAs

    @Test func nobodyIsAskedWhileFewBegin() throws {
        let strangers = try Strangers()
        let answers = strangers.knock(0..<FrontDoor.Threshold.global)
        #expect(answers.isEmpty)
        #expect(strangers.pair.b.engine.table.halfOpenCount == FrontDoor.Threshold.global)
    }

    @Test func aFloodLeavesNoStateBeyondTheThresholdAndTheHonestPeerGetsThrough() throws {
        let strangers = try Strangers()
        let pair = strangers.pair
        let answers = strangers.knock(0..<10_000)
        #expect(pair.b.engine.table.count == FrontDoor.Threshold.global)
        #expect(answers.count == 10_000 - FrontDoor.Threshold.global)
        #expect(answers.allSatisfy { $0.cookie != nil })
        #expect(strangers.counters.cookiesSent == UInt64(answers.count))
        #expect(pair.b.log.filter { $0.message.contains("asking for cookies") }.count == 1)
        #expect(pair.simulation.run(for: .seconds(10)) { pair.a.kernel.entries.count == 2 })
        #expect(strangers.counters.cookiesAccepted == 1)
    }

    @Test func askingEndsAtHalfTheThreshold() throws {
        let strangers = try Strangers()
        #expect(strangers.knock(0..<FrontDoor.Threshold.global + 1).count == 1)
        // The half-open SAs are given up after thirty seconds.
        strangers.pair.simulation.run(for: .seconds(61))
        #expect(strangers.knock(1000..<1001).isEmpty)

        var door = FrontDoor()
        #expect(door.judge(load(halfOpen: FrontDoor.Threshold.global - 1)) == .enter)
        #expect(door.judge(load(halfOpen: FrontDoor.Threshold.global)) == .cookie)
        #expect(door.judge(load(halfOpen: FrontDoor.Threshold.global / 2)) == .cookie)
        #expect(door.judge(load(halfOpen: FrontDoor.Threshold.global / 2 - 1)) == .enter)
        #expect(door.judge(load(halfOpen: FrontDoor.Threshold.global - 1)) == .enter)
    }

    @Test func whenTooManyAreHalfOpenNobodyIsLetIn() {
        var door = FrontDoor()
        #expect(door.judge(load(halfOpen: FrontDoor.Threshold.full - 1)) == .cookie)
        #expect(door.judge(load(halfOpen: FrontDoor.Threshold.full)) == .turnAway(.full))
        #expect(door.counters.full == 1)
    }

    // MARK: Places

    @Test func onePlaceIsAskedBeforeTheOthersAreAndBlockedInTheEnd() throws {
        let strangers = try Strangers()
        let answers = strangers.knock(0..<FrontDoor.Threshold.place + 3) { _ in ip("11.0.0.1") }
        #expect(answers.filter { $0.cookie != nil }.count == 3)
        #expect(strangers.pair.b.engine.table.count == FrontDoor.Threshold.place)
        #expect(strangers.knock(100..<101).isEmpty)

        var door = FrontDoor()
        #expect(
            door.judge(load(halfOpen: 60, fromPlace: FrontDoor.Threshold.blocked - 1)) == .cookie)
        #expect(
            door.judge(load(halfOpen: 60, fromPlace: FrontDoor.Threshold.blocked))
                == .turnAway(.blocked))
        #expect(door.counters.blocked == 1)
        #expect(door.judge(load(halfOpen: 60)) == .enter)
    }

    @Test func aPlaceIsAskedUntilHalfOfItsThresholdIsLeft() {
        var crowd = Crowd()
        for _ in 0..<FrontDoor.Threshold.place - 1 { crowd.grow() }
        #expect(!crowd.isAsked)
        crowd.grow()
        #expect(crowd.isAsked)
        for _ in 0..<FrontDoor.Threshold.place / 2 { crowd.shrink() }
        #expect(crowd.isAsked)
        crowd.shrink()
        #expect(!crowd.isAsked)
    }

    @Test func addressesOfOneIPv6NetworkAreOnePlace() {
        var table = SATable()
        for index in 0..<3 as Range<UInt64> {
            table.insert(
                IKESA(
                    localSPI: IKESPI(index + 1), remoteSPI: IKESPI(index + 100), role: .responder,
                    pair: AddressPair(
                        local: SocketAddress(ip("fd00::1"), port: 500),
                        remote: SocketAddress(.v6(high: 0xFD00_0001, low: index), port: 500)),
                    state: .initiating(
                        Initiation(
                            rule: HandshakeFixture.rule,
                            child: ChildRequest(HandshakeFixture.acquire), nonce: [],
                            method: .curve25519)), at: Instant(nanoseconds: 0)))
        }
        #expect(table.crowd(around: .v6(high: 0xFD00_0001, low: 99)).count == 3)
        #expect(table.crowd(around: .v6(high: 0xFD00_0002, low: 0)).count == 0)
        for sa in table.all { table.remove(sa) }
        #expect(table.crowd(around: .v6(high: 0xFD00_0001, low: 99)).count == 0)
    }

    // MARK: The age of the workers' queue

    @Test func whileNewcomersWaitForWorkersTheOthersAreAskedForCookies() throws {
        let strangers = try Strangers()
        let simulation = strangers.pair.simulation
        simulation.workTime = .milliseconds(200)
        simulation.interceptor = { _ in nil }
        strangers.knock(0..<3)
        simulation.run(for: .milliseconds(249))
        // The first has been served; the second has waited for a quarter of a second.
        #expect(strangers.knock(10..<11).isEmpty)
        simulation.run(for: .milliseconds(1))
        #expect(strangers.knock(11..<12).map { $0.cookie != nil } == [true])
        // When all three have been, the fourth, which came in at 249 ms, is the oldest: it has
        // waited for more than the half of that.
        simulation.run(for: .milliseconds(370))
        #expect(strangers.knock(12..<13).map { $0.cookie != nil } == [true])
        simulation.run(for: .seconds(1))
        #expect(strangers.knock(13..<14).isEmpty)
        #expect(strangers.counters.cookiesSent == 2)
    }

    @Test func whileTheWorkersAreFarBehindNobodyIsLetIn() throws {
        let strangers = try Strangers()
        let pair = strangers.pair
        pair.simulation.workTime = .milliseconds(700)
        strangers.knock(0..<4)
        pair.simulation.run(for: .milliseconds(1999))
        #expect(strangers.knock(10..<11).map { $0.cookie != nil } == [true])
        pair.simulation.run(for: .milliseconds(1))
        // The honest peer has been let in with a cookie meanwhile.
        let count = pair.b.engine.table.halfOpenCount
        #expect(strangers.knock(11..<40).isEmpty)
        #expect(strangers.counters.stalled == 29)
        #expect(pair.b.engine.table.halfOpenCount == count)
        #expect(pair.simulation.run(for: .seconds(30)) { pair.a.kernel.entries.count == 2 })
    }

    @Test func theAgeOfTheQueueHasHysteresisToo() {
        var door = FrontDoor()
        #expect(door.judge(load(wait: 249)) == .enter)
        #expect(door.judge(load(wait: 250)) == .cookie)
        #expect(door.judge(load(wait: 125)) == .cookie)
        #expect(door.judge(load(wait: 124)) == .enter)
        #expect(door.judge(load(wait: 1999)) == .cookie)
        #expect(door.judge(load(wait: 2000)) == .turnAway(.stalled))
        #expect(door.judge(load(wait: 1000)) == .turnAway(.stalled))
        #expect(door.judge(load(wait: 999)) == .cookie)
        #expect(door.counters.stalled == 2)
    }

    // MARK: What is no request

    private func send(
        _ octets: [UInt8], _ strangers: Strangers, from address: IPAddress = ip("11.0.0.9")
    ) -> [Datagram] {
        let before = strangers.pair.simulation.sent.count
        strangers.pair.simulation.inject(
            octets, from: SocketAddress(address, port: 500), to: strangers.gateway)
        return Array(strangers.pair.simulation.sent[before...])
    }

    /// Datagrams that are no IKE message, and requests that no IKE SA can begin with.
    private func malformed(_ genuine: [UInt8]) -> [[UInt8]] {
        func changed(_ place: Int, _ octet: UInt8) -> [UInt8] {
            var octets = genuine
            octets[place] = octet
            return octets
        }
        let tooLarge = genuine + [UInt8](repeating: 0, count: Engine.Limit.beginning)
        var short: [[UInt8]] = [0, 1, 3, 4, 27, 28].map { Array(genuine.prefix($0)) }
        short += [[0xFF], [0, 0, 0, 0], genuine + [0], [0, 0, 0, 0] + genuine]
        for length in [0, 1, 27, genuine.count - 1, 65536, 0xFFFF_FFFF] {
            short.append(
                Array(genuine.prefix(24)) + bigEndian(UInt32(length)) + genuine.dropFirst(28))
        }
        return short + [
            Array(tooLarge.prefix(24)) + bigEndian(UInt32(tooLarge.count))
                + tooLarge.dropFirst(28), [UInt8](repeating: 0, count: 8) + genuine.dropFirst(8),
            changed(15, 1), changed(19, 0), changed(23, 1),
        ]
    }

    @Test(arguments: [false, true])
    func whatIsNoRequestIsDroppedAndCounted(whileAsking: Bool) throws {
        let strangers = try Strangers()
        if whileAsking { strangers.knock(0..<FrontDoor.Threshold.global) }
        let before = strangers.pair.b.engine.table.count
        let datagrams = malformed(strangers.request)
        for octets in datagrams {
            #expect(send(octets, strangers).isEmpty, "answered: \(octets.prefix(28))")
        }
        #expect(strangers.counters.malformed == UInt64(datagrams.count))
        #expect(strangers.counters.cookiesSent == 0)
        #expect(strangers.pair.b.engine.table.count == before)
    }

    @Test func aRequestWithoutANonceIsNotWorthACookie() throws {
        let strangers = try Strangers()
        strangers.knock(0..<FrontDoor.Threshold.global)
        let genuine = try Message(decoding: strangers.request.span)
        let withoutNonce = genuine.payloads.filter { $0.type != .nonce }
        let many = [Payload](repeating: .vendorID([1]), count: 16)
        for payloads in [
            withoutNonce, [], withoutNonce + [.nonce([UInt8](repeating: 1, count: 15))],
            withoutNonce + [.nonce([UInt8](repeating: 1, count: 257))], many + genuine.payloads,
        ] {
            let octets = Message(header: genuine.header, payloads: payloads).encoded()
            #expect(send(octets, strangers).isEmpty)
        }
        var shortPayload = strangers.request
        shortPayload[31] = 3
        #expect(send(shortPayload, strangers).isEmpty)
        #expect(strangers.counters.malformed == 6)
        #expect(strangers.counters.cookiesSent == 0)
    }

    @Test func otherVersionsAreCounted() throws {
        let strangers = try Strangers()
        strangers.knock(0..<FrontDoor.Threshold.global)
        for version: UInt8 in [0x00, 0x10, 0x1F, 0x30, 0xF0] {
            var octets = strangers.request
            octets[17] = version
            // Only one that is newer than ours is told so (RFC 7296 §2.5).
            #expect(send(octets, strangers).count == (version >= 0x30 ? 1 : 0))
        }
        #expect(strangers.counters.otherVersion == 5)
        var minor = strangers.request
        minor[17] = 0x2F
        #expect(send(minor, strangers).first?.cookie != nil)
        #expect(strangers.counters.otherVersion == 5)
    }

    // MARK: What an administrator sees

    @Test func everythingThatTheDoorCountsIsShown() throws {
        let strangers = try Strangers()
        let pair = strangers.pair
        pair.simulation.interceptor = { _ in nil }
        #expect(
            pair.b.engine.describe(at: pair.simulation.now)[1...3] == [
                "front door: 0 half open, the oldest waits 0 s for a worker; open",
                "front door: cookies: 0 sent, 0 accepted, 0 wrong",
                "front door: dropped: 0 malformed, 0 of another version, 0 from where too many are "
                    + "half open, 0 with too many half open in all, 0 with the workers too far behind",
            ])
        pair.simulation.workTime = .seconds(4)
        strangers.knock(0..<FrontDoor.Threshold.global)
        let genuine = try Message(decoding: strangers.request.span)
        func knock(_ cookie: [UInt8]) -> [Datagram] {
            send(
                Message(
                    header: genuine.header,
                    payloads: [.notify(Notify(.cookie, data: cookie))] + genuine.payloads
                ).encoded(), strangers)
        }
        let cookie = try #require(knock([1]).first?.cookie)
        #expect(knock(cookie).isEmpty)
        #expect(send([1, 2, 3], strangers).isEmpty)
        var version = strangers.request
        version[17] = 0x10
        #expect(send(version, strangers).isEmpty)
        let waits = pair.simulation.now + .milliseconds(300)
        #expect(
            pair.b.engine.describe(at: waits)[1...3] == [
                "front door: 65 half open, the oldest waits 300 ms for a worker; everybody is asked "
                    + "for a cookie", "front door: cookies: 1 sent, 1 accepted, 1 wrong",
                "front door: dropped: 1 malformed, 1 of another version, 0 from where too many are "
                    + "half open, 0 with too many half open in all, 0 with the workers too far behind",
            ])
        pair.simulation.run(for: .seconds(3))
        #expect(strangers.knock(1000..<1007).isEmpty)
        let lines = pair.b.engine.describe(at: pair.simulation.now)
        #expect(lines[1].hasSuffix("the oldest waits 3 s for a worker; nobody is let in"))
        #expect(lines[3].hasSuffix("7 with the workers too far behind"))
    }
}
