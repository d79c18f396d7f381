import Foundation
import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// Messages that are too large for one packet, between two engines (RFC 7383).
@Suite struct FragmentTests {
    private static let seeds =
        ProcessInfo.processInfo.environment["IKE_SEEDS"].flatMap { UInt64($0) } ?? 500

    /// Engines that send no packet of more than so many octets.
    private static func settings(_ mtu: UInt16?) -> Engine.Settings {
        Engine.Settings(fragmentationMTU: mtu, debug: .op)
    }

    /// Identities so long that IKE_AUTH takes several packets of 576 octets, either way: six for
    /// the request, which has both identities, and three for the response. A packet of IPv4 with
    /// AES-GCM has 487 octets of them: 28 go to IP and UDP, 28 to the header of IKE, 8 to that of
    /// SKF, 8 to the IV, 16 to the ICV and one to the length of the padding.
    private static func large(
        _ ike: String = "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }",
        mtu: UInt16? = 576, mtuB: UInt16?? = nil
    ) -> Pair.Setup {
        let a = "KEY_ID=\"\(String(repeating: "a", count: 1200))\""
        let b = "KEY_ID=\"\(String(repeating: "b", count: 900))\""
        return Pair.Setup(
            ikeA: ike, ruleA: "local_id \(a) remote_id \(b)",
            ruleB: "local_id \(b) remote_id \(a)", settings: settings(mtu),
            settingsB: settings(mtuB ?? mtu))
    }

    // MARK: What is on the wire

    /// What a datagram shows in clear.
    private struct Glimpse {
        let exchange: ExchangeType
        let isResponse: Bool
        let fragment: Fragment?

        init(_ datagram: Datagram) throws {
            let message = try Message(decoding: datagram.octets.span)
            exchange = message.header.exchange
            isResponse = message.header.isResponse
            fragment = message.sealed?.fragment
        }
    }

    private func glimpses(
        _ pair: Pair, _ exchange: ExchangeType, isResponse: Bool
    ) throws -> [Glimpse] {
        try pair.simulation.sent.map { try Glimpse($0) }
            .filter { $0.exchange == exchange && $0.isResponse == isResponse }
    }

    private func expectFragments(_ glimpses: [Glimpse], _ count: Int) {
        #expect(
            glimpses.map { $0.fragment }
                == (1...count).map { Fragment(number: UInt16($0), total: UInt16(count)) })
    }

    /// Whether an IKE_SA_INIT message announces that its sender understands fragments.
    private func announces(_ datagram: Datagram) throws -> Bool {
        try Message(decoding: datagram.octets.span).payloads.notifies
            .contains(.fragmentationSupported)
    }

    // MARK: Agreement

    @Test func whatIsTooLargeGoesInFragmentsEitherWay() throws {
        let pair = try Pair(Self.large())
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 2)
        #expect(try announces(pair.simulation.sent[0]))
        #expect(try announces(pair.simulation.sent[1]))
        expectFragments(try glimpses(pair, .ikeAuth, isResponse: false), 6)
        expectFragments(try glimpses(pair, .ikeAuth, isResponse: true), 3)
        #expect(pair.simulation.sent.count == 2 + 6 + 3)
        let counted = "messages in fragments: 1 sent, 1 received, 0 given up"
        #expect(pair.a.engine.describe(at: pair.simulation.now).contains(counted))
        #expect(pair.b.engine.describe(at: pair.simulation.now).contains(counted))
        #expect(pair.b.engine.table.all.allSatisfy { $0.fragmentation?.expiry == nil })
    }

    @Test(arguments: [(nil, nil), (576, nil), (nil, 576)] as [(UInt16?, UInt16?)])
    func nobodyFragmentsUnlessBothAgree(mtuA: UInt16?, mtuB: UInt16?) throws {
        let pair = try Pair(Self.large(mtu: mtuA, mtuB: mtuB))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 2)
        #expect(pair.simulation.sent.count == 4)
        #expect(try announces(pair.simulation.sent[0]) == (mtuA != nil))
        #expect(try !announces(pair.simulation.sent[1]))
        #expect(try pair.simulation.sent.allSatisfy { try Glimpse($0).fragment == nil })
        #expect(pair.simulation.sent.contains { $0.octets.count > 1200 })
    }

    @Test func whatFitsGoesWhole() throws {
        let pair = try Pair(
            Pair.Setup(globalsA: "dpd_interval_secs 30", settings: Self.settings(576)))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        pair.a.kernel.carry(reqid: 1)
        pair.simulation.run(for: .seconds(40))
        #expect(try glimpses(pair, .informational, isResponse: false).count == 1)
        #expect(try pair.simulation.sent.allSatisfy { try Glimpse($0).fragment == nil })
        #expect(pair.b.engine.table.all.allSatisfy { $0.fragmentation != nil })
    }

    /// Each end has its own limit.
    @Test func aPeerMaySendLargerPackets() throws {
        let pair = try Pair(Self.large(mtu: 576, mtuB: 1350))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        expectFragments(try glimpses(pair, .ikeAuth, isResponse: false), 6)
        #expect(try glimpses(pair, .ikeAuth, isResponse: true).map { $0.fragment } == [nil])
    }

    @Test func ikeSAInitIsNeverFragmented() throws {
        let pair = try Pair(
            Self.large("{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 16 }"))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(pair.a.kernel.entries.count == 2)
        for isResponse in [false, true] {
            #expect(try glimpses(pair, .ikeSAInit, isResponse: isResponse).count == 1)
        }
        #expect(pair.simulation.sent[0].octets.count > 576)
    }

    /// A key exchange of 512 octets makes CREATE_CHILD_SA large.
    @Test func createChildSAIsFragmentedToo() throws {
        let pair = try Pair(
            Pair.Setup(
                ruleA: "childsa_pfs 16", ruleB: "childsa_pfs 16", policies: .two,
                settings: Self.settings(576)))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 4)
        expectFragments(try glimpses(pair, .createChildSA, isResponse: false), 2)
        expectFragments(try glimpses(pair, .createChildSA, isResponse: true), 2)
    }

    /// What was agreed on for an SA holds for the one that takes its place.
    @Test func fragmentsOutliveARekeying() throws {
        let run = try RekeyRun(
            Pair.Setup(
                ruleA: "childsa_pfs 16", ruleB: "childsa_pfs 16", settings: Self.settings(576)))
        run.rekeyIKE(run.pair.a)
        #expect(run.pair.settle())
        #expect(try glimpses(run.pair, .createChildSA, isResponse: false).count == 1)
        run.expireSoftly(run.pair.b)
        #expect(run.pair.settle())
        run.expectAgreement()
        for isResponse in [false, true] {
            let sent = try glimpses(run.pair, .createChildSA, isResponse: isResponse)
            expectFragments([Glimpse](sent.dropFirst()), 2)
        }
    }

    // MARK: Size

    struct Case: Sendable, CustomTestStringConvertible {
        let suite: String
        /// What text must be a multiple of.
        let block: Int
        let mtu: UInt16
        var isIPv6 = false
        var isBehindNAT = false

        var testDescription: String {
            "\(suite) \(mtu)\(isIPv6 ? " IPv6" : "")\(isBehindNAT ? " NAT" : "")"
        }

        static let all: [Case] = {
            let gcm = "encr_alg aes-gcm(256) prf_alg sha256"
            let suites = [
                (gcm, 1), ("encr_alg aes(128) auth_alg sha512", 16),
                ("encr_alg aes-ctr(256) auth_alg sha256", 1),
                ("encr_alg 3des auth_alg sha1", 8),
            ]
            var all: [Case] = []
            for (suite, block) in suites {
                for mtu in [576, 577, 583, 700] as [UInt16] {
                    all.append(Case(suite: suite, block: block, mtu: mtu))
                    all.append(Case(suite: suite, block: block, mtu: mtu, isIPv6: true))
                }
                all.append(Case(suite: suite, block: block, mtu: 576, isBehindNAT: true))
            }
            all.append(Case(suite: gcm, block: 1, mtu: 640, isIPv6: true, isBehindNAT: true))
            return all
        }()
    }

    /// No packet is larger than the MTU; and every one but a message's last is so large that not
    /// one block more would go in, so that it takes the fewest.
    @Test(arguments: Case.all) func packetsFillTheMTU(example: Case) throws {
        var setup = Self.large("{ \(example.suite) dh_group 31 }", mtu: example.mtu)
        if example.isIPv6 { (setup.addressA, setup.addressB) = ("fd00:9::1", "fd00:9::2") }
        // With it, all speak on the NAT traversal port.
        setup.ruleA += " mobike no"
        let pair = try Pair(setup)
        if example.isBehindNAT { pair.simulation.interceptor = Self.translate(pair.a.address) }
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 2)
        var fragments = 0
        for datagram in pair.simulation.sent {
            let headers = (example.isIPv6 ? 40 : 20) + 8
            let marker = datagram.local.port == 4500 ? 4 : 0
            let packet = headers + marker + datagram.octets.count
            guard let fragment = try Glimpse(datagram).fragment else { continue }
            #expect(example.isBehindNAT == (marker == 4))
            #expect(packet <= Int(example.mtu))
            if fragment.number < fragment.total {
                #expect(packet + example.block > Int(example.mtu))
            }
            fragments += 1
        }
        #expect(fragments >= 4)
    }

    /// A NAT before a host: the others see it at other ports.
    private static func translate(_ inside: IPAddress) -> (Datagram) -> Datagram? {
        { datagram in
            if datagram.local.address == inside {
                Datagram(
                    octets: datagram.octets,
                    local: datagram.local.with(port: datagram.local.port + 10_000),
                    remote: datagram.remote)
            } else {
                Datagram(
                    octets: datagram.octets, local: datagram.local,
                    remote: datagram.remote.with(port: datagram.remote.port - 10_000))
            }
        }
    }

    /// No IV comes twice under a key: one end's messages and their fragments all have their own
    /// (RFC 5282 §3.1).
    @Test func noCounterComesTwice() throws {
        var setup = Self.large()
        setup.ruleA += " childsa_pfs 16"
        setup.ruleB += " childsa_pfs 16"
        setup.policies = .two
        let pair = try Pair(setup)
        pair.ping(from: pair.a)
        #expect(pair.settle())
        pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
        #expect(pair.settle())
        pair.simulation.handle(.shutdown, pair.b)
        #expect(pair.settle())
        var seen: Set<[UInt8]> = []
        var count = 0
        for datagram in pair.simulation.sent {
            guard let sealed = try Message(decoding: datagram.octets.span).sealed else { continue }
            count += 1
            seen.insert(datagram.local.address.octets + datagram.octets[sealed.range].prefix(8))
        }
        #expect(count == 6 + 3 + 2 + 2 + 2)
        #expect(seen.count == count)
    }

    // MARK: Loss

    /// Any one datagram is lost: fragments of requests and of responses among them.
    @Test(arguments: 0..<11) func aLostFragmentIsMadeUpFor(index: Int) throws {
        let pair = try Pair(Self.large())
        var count = 0
        pair.simulation.interceptor = { datagram in
            defer { count += 1 }
            return count == index ? nil : datagram
        }
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 2)
        #expect(pair.a.establishedSAs.count == 1 && pair.b.establishedSAs.count == 1)
    }

    /// Any one datagram comes through, of each transmission another: the fragments of one make up
    /// for those of the other.
    @Test func fragmentsOfSeveralTransmissionsMakeOneMessage() throws {
        let pair = try Pair(Self.large())
        var transmissions: [UInt16: Int] = [:]
        pair.simulation.interceptor = { datagram in
            guard let glimpse = try? Glimpse(datagram), let fragment = glimpse.fragment,
                !glimpse.isResponse
            else { return datagram }
            let transmission = transmissions[fragment.number, default: 0]
            transmissions[fragment.number] = transmission + 1
            return transmission == Int(fragment.number) % 4 ? datagram : nil
        }
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 2)
        #expect(transmissions == [1: 4, 2: 4, 3: 4, 4: 4, 5: 4, 6: 4])
    }

    @Test func bothEndsAgreeWhateverTheNetworkDoesToFragments() throws {
        let bad = Simulation.Link(
            loss: 0.15, duplication: 0.2, corruption: 0.01, delay: 1...400)
        var established: UInt64 = 0
        let seeds = max(Self.seeds / 5, 1)
        for seed in 0..<seeds {
            var setup = Self.large(mtu: seed % 2 == 0 ? 576 : 700)
            setup.ruleA += " childsa_pfs 31 dpd_interval_secs 20"
            setup.ruleB += " childsa_pfs 31 dpd_interval_secs 20"
            setup.policies = .two
            let pair = try Pair(seed: seed, link: bad, setup)
            pair.ping(from: pair.a)
            pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
            // An end that missed the last word finds out, since both of them send.
            let agreed = (0..<80).contains { _ in
                for reqid: UInt32 in [1, 2] {
                    pair.a.kernel.carry(reqid: reqid, to: pair.b.kernel)
                    pair.b.kernel.carry(reqid: reqid, to: pair.a.kernel)
                }
                pair.simulation.run(for: .seconds(5))
                return pair.simulation.isQuiet && disagreement(pair.a, pair.b) == nil
            }
            guard agreed else {
                Issue.record(
                    """
                    seed \(seed): \(disagreement(pair.a, pair.b) ?? "it never came to rest")
                    --- a
                    \(pair.a.logText)
                    --- b
                    \(pair.b.logText)
                    """)
                return
            }
            if !pair.a.kernel.entries.isEmpty { established += 1 }
            // What is left of fragments that were not needed is gone in time.
            pair.simulation.run(for: Reassembly.Limit.lifetime)
            for host in [pair.a, pair.b] {
                #expect(host.engine.strangersFragments.octets == 0)
            }
        }
        #expect(established > seeds * 9 / 10)
    }

    // MARK: Retransmission

    @Test func everyFragmentIsSentAgainAsItWas() throws {
        let pair = try Pair(Self.large())
        pair.simulation.interceptor = { datagram in
            datagram.local.address == pair.b.address && datagram.octets[18] == 35 ? nil : datagram
        }
        pair.ping(from: pair.a)
        pair.simulation.run(for: .seconds(2))
        let sent = pair.simulation.sent.filter { $0.octets[18] == 35 }
        let requests = sent.filter { $0.local.address == pair.a.address }.map { $0.octets }
        let responses = sent.filter { $0.local.address == pair.b.address }.map { $0.octets }
        // After half a second and after one more.
        try #require(requests.count == 3 * 6)
        let isSame = requests[6..<12] == requests[..<6] && requests[12...] == requests[..<6]
        #expect(isSame)
        // Each of them is answered once, by all fragments of the response.
        try #require(responses.count == 3 * 3)
        let isAlike = responses[3..<6] == responses[..<3] && responses[6...] == responses[..<3]
        #expect(isAlike)
        #expect(pair.b.establishedSAs.count == 1 && pair.b.kernel.entries.count == 2)
    }

    // MARK: Time

    @Test func fragmentsThatWaitInVainAreGivenUp() throws {
        let pair = try Pair(
            Pair.Setup(
                globalsA: "dpd_interval_secs 0", globalsB: "dpd_interval_secs 0",
                ruleA: "childsa_pfs 16", ruleB: "childsa_pfs 16", policies: .two,
                settings: Self.settings(576)))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        pair.simulation.interceptor = { datagram in
            (try? Glimpse(datagram))?.fragment?.number == 2 ? nil : datagram
        }
        pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
        pair.simulation.run(for: .milliseconds(100))
        let sa = try #require(pair.b.establishedSAs.first)
        #expect(sa.fragmentation?.expiry != nil)
        let begun = pair.simulation.now
        pair.simulation.interceptor = { _ in nil }
        pair.simulation.run(for: .seconds(21))
        #expect(pair.simulation.now.since(begun) > Reassembly.Limit.lifetime)
        #expect(sa.fragmentation != nil && sa.fragmentation?.expiry == nil)
        #expect(
            pair.b.logText.contains(
                "only fragments 1 of 2 of CREATE_CHILD_SA request 2 came within 20 s; dropped"))
        // Giving up says nothing to the peer, and asks it nothing.
        #expect(sa.window.outstanding == nil)
        // The next transmission begins anew, and is complete.
        pair.simulation.interceptor = nil
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.b.kernel.entries.count == 4)
    }
}
