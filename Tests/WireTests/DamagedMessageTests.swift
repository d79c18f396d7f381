import Testing
import Wire

/// Every damage to a realistic message ends in a value or an error, never in a trap.
@Suite struct DamagedMessageTests {
    static let chains: [(first: PayloadType, octets: [UInt8])] = [
        (.securityAssociation, [UInt8](RealMessageTests.request.dropFirst(28))),
        (.initiatorID, RealMessageTests.inner),
    ]

    /// The octets behind a header whose length is right.
    static func message(_ chain: [UInt8], first: PayloadType) -> [UInt8] {
        rawMessage(first: first.rawValue, chain)
    }

    /// Decodes, describes and encodes; says whether there was a message.
    static func survives(_ chain: [UInt8], first: PayloadType) -> Bool {
        do {
            let message = try Message(decoding: message(chain, first: first).span)
            return !message.description.isEmpty && message.encoded().count >= Header.octetCount
        } catch {
            // In words, too: the reason goes to the log.
            if error.description.isEmpty { Issue.record("an error without a reason") }
            return false
        }
    }

    @Test func truncationAtEveryOctetIsRefused() {
        for (first, octets) in Self.chains {
            #expect(Self.survives(octets, first: first))
            for count in 0..<octets.count {
                #expect(!Self.survives([UInt8](octets.prefix(count)), first: first))
            }
        }
    }

    @Test func aDatagramTruncatedAtEveryOctetIsRefused() {
        for count in RealMessageTests.request.indices {
            let octets = [UInt8](RealMessageTests.request.prefix(count))
            #expect(throws: WireError.self) { try Message(decoding: octets.span) }
        }
    }

    @Test func everyFlippedBitIsSurvived() {
        for (first, octets) in Self.chains {
            for index in octets.indices {
                for bit in 0..<8 {
                    var damaged = octets
                    damaged[index] ^= 1 << bit
                    _ = Self.survives(damaged, first: first)
                }
            }
        }
    }

    @Test func everyFlippedBitOfTheHeaderIsSurvived() throws {
        for index in 0..<28 {
            for bit in 0..<8 {
                var damaged = RealMessageTests.request
                damaged[index] ^= 1 << bit
                if let message = try? Message(decoding: damaged.span) {
                    #expect(!message.description.isEmpty)
                }
            }
        }
    }

    /// The values that lengths and counts are most sensitive to, at every octet and pair.
    @Test func everyExtremeOctetIsSurvived() {
        for (first, octets) in Self.chains {
            for index in octets.indices {
                for value in [0, 1, 3, 4, 0x7F, 0x80, 0xFF] as [UInt8] {
                    var damaged = octets
                    damaged[index] = value
                    _ = Self.survives(damaged, first: first)
                    if index + 1 < octets.count {
                        damaged[index + 1] = value
                        _ = Self.survives(damaged, first: first)
                    }
                }
            }
        }
    }

    @Test func everyFirstTypeIsSurvived() {
        for (_, octets) in Self.chains {
            for type in 0...255 as ClosedRange<UInt8> {
                _ = Self.survives(octets, first: PayloadType(rawValue: type))
            }
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func noiseIsSurvived(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            _ = Self.survives(
                generator.octets(0...200), first: PayloadType(rawValue: generator.number(33...53)))
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func damagedRandomPayloadsAreSurvived(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let payloads = generator.list(1...6) { $0.payload() }
            var octets: [UInt8] = []
            PayloadChain.encode(payloads, to: &octets)
            for _ in 0..<generator.number(1...8) {
                octets[generator.number(0...octets.count - 1)] = generator.number(0...255)
            }
            _ = Self.survives(octets, first: payloads[0].type)
        }
    }
}
