import IPsec
import Net
import Testing

@testable import IPsecPolicy

/// Entries of every kind, written and read again.
@Suite struct EntryPropertyTests {
    /// Repeats a run from its seed.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }

        mutating func chance(_ percent: Int) -> Bool {
            Int.random(in: 0..<100, using: &self) < percent
        }

        mutating func maybe<Value>(_ percent: Int, _ value: Value) -> Value? {
            chance(percent) ? value : nil
        }
    }

    @Test(arguments: 0..<20)
    func whatIsWrittenIsRead(seed: UInt64) throws {
        var random = Generator(state: seed)
        let written = (0..<250).map { _ in Self.entry(&random) }
        let text = written.map { $0.description }.joined(separator: "\n")
        let read = try entries(text)
        #expect(read.count == written.count)
        for (read, written) in zip(read, written) {
            #expect(read == written, "\(written)")
        }
    }

    private static func entry(_ random: inout Generator) -> Entry {
        let action = action(&random)
        var pattern = Pattern(
            direction: [.both, .out, .in].randomElement(using: &random) ?? .both,
            tunnel: random.chance(40) ? tunnel(&random) : nil)
        var fitting = action
        if case .protect(let ways, let sharing, let orBypass) = action, let tunnel = pattern.tunnel
        {
            _ = sharing
            fitting = .protect(ways, orBypass: orBypass && tunnel.mode == .transport)
        }
        guard pattern.tunnel?.mode != .transport else { return Entry(pattern, fitting) }
        let family: IPAddress.Family = random.chance(50) ? .v4 : .v6
        if random.chance(70) { pattern.local = address(family, &random) }
        if random.chance(70) { pattern.remote = address(family, &random) }
        if random.chance(20) {
            pattern.nextLayer = random.chance(50) ? .name("icmp") : .number(58)
            let types = range(0...255, &random)
            pattern.icmp = Pattern.ICMP(
                types: types, codes: random.chance(50) ? range(0...254, &random) : nil)
        } else {
            if random.chance(50) {
                pattern.nextLayer =
                    random.chance(50) ? .name("tcp") : .number(.random(in: 1...255, using: &random))
            }
            if random.chance(30) { pattern.localPort = port(&random) }
            if random.chance(30) { pattern.remotePort = port(&random) }
        }
        return Entry(pattern, fitting)
    }

    private static func range(
        _ limits: ClosedRange<UInt8>, _ random: inout Generator
    ) -> ClosedRange<UInt8> {
        let a = UInt8.random(in: limits, using: &random)
        let b = UInt8.random(in: limits, using: &random)
        return random.chance(50) ? a...a : min(a, b)...max(a, b)
    }

    private static func port(_ random: inout Generator) -> Pattern.Port {
        random.chance(70)
            ? .number(.random(in: 0...UInt16.max, using: &random)) : .service("http-alt")
    }

    private static func literal(
        _ family: IPAddress.Family, _ random: inout Generator
    ) -> IPAddress {
        family == .v4
            ? .v4(.random(in: 1...UInt32.max, using: &random))
            : .v6(high: random.next() | 1, low: random.chance(50) ? 0 : random.next())
    }

    private static func address(
        _ family: IPAddress.Family, _ random: inout Generator
    ) -> Pattern.Address {
        if random.chance(15) {
            return .name(
                ["gw", "a-b.example.org", "host_7"].randomElement(using: &random) ?? "gw",
                prefixLength: random.maybe(50, Int.random(in: 0...32, using: &random)))
        }
        let length = Int.random(in: 0...family.bitWidth, using: &random)
        return IPRange(base: literal(family, &random), prefixLength: length).map { .range($0) }
            ?? .range(IPRange(all: family))
    }

    private static func tunnel(_ random: inout Generator) -> TunnelChoice {
        let family: IPAddress.Family = random.chance(50) ? .v4 : .v6
        let ends = (literal(family, &random), literal(family, &random))
        if random.chance(40) { return TunnelChoice(local: ends.0, remote: ends.1) }
        return TunnelChoice(
            interface: "ipsec\(Int.random(in: 0..<100, using: &random))",
            mode: random.chance(70) ? .tunnel : .transport, local: random.maybe(30, ends.0),
            remote: random.maybe(30, ends.1))
    }

    private static func action(_ random: inout Generator) -> Entry.Action {
        if random.chance(15) { return .bypass }
        if random.chance(15) { return .drop }
        let isAH = random.chance(20)
        let ways = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            isAH
                ? Protection.ah(Protection.Integrity.allCases.randomElement(using: &random) ?? .any)
                : esp(&random)
        }
        return .protect(
            ways, sharing: random.chance(20) ? .unique : .shared, orBypass: random.chance(20))
    }

    private static func esp(_ random: inout Generator) -> Protection {
        let cipher = Protection.Cipher.allCases.randomElement(using: &random) ?? .any
        let integrity = Protection.Integrity.allCases.randomElement(using: &random)
        var bits = Protection.KeyBits.any
        if cipher.keyLengths.contains(256), random.chance(50) {
            bits =
                [
                    Protection.KeyBits(least: 256, most: 256), Protection.KeyBits(least: 192),
                    Protection.KeyBits(least: 128, most: 256), Protection.KeyBits(most: 300),
                ].randomElement(using: &random) ?? .any
        }
        let takesNone = cipher.isAEAD || cipher != .null && random.chance(40)
        return .esp(cipher, keyBits: bits, takesNone ? nil : integrity)
    }
}
