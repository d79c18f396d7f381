import Testing

@testable import Wire

/// SA payloads whose lengths and counts lie.
@Suite struct HostileProposalTests {
    func decode(_ body: [UInt8]) throws(WireError) -> [Proposal] {
        let payloads = try PayloadChain.decode(rawPayload(body).span, first: .securityAssociation)
        guard case .securityAssociation(let proposals) = payloads.first else { return [] }
        return proposals
    }

    func expect(
        _ malformation: Malformation, _ body: [UInt8],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            throws: WireError.malformed(.securityAssociation, malformation),
            sourceLocation: sourceLocation
        ) { try decode(body) }
    }

    @Test func anEmptyPayloadIsRefused() { expect(.empty, []) }

    @Test(arguments: [0, 1, 2, 3])
    func aProposalOfNoLengthIsRefused(length: Int) {
        expect(.length(length), rawProposal(length: length, [rawTransform()]))
    }

    @Test(arguments: [4, 5, 7, 8, 11])
    func aProposalShorterThanItsFieldsIsRefused(length: Int) {
        // The octets that are left over look like another proposal, so the mark is wrong.
        expect(.lastSubstructure(0), rawProposal(length: length, [rawTransform()]))
        let short = [0, 0] + big16(length) + [UInt8](repeating: 3, count: length - 4)
        expect(.truncated, length < 8 ? short : rawProposal(length: 99, []))
    }

    @Test func aProposalBeyondTheEndIsRefused() {
        expect(.truncated, rawProposal(length: 21, [rawTransform()]))
        expect(.truncated, rawProposal(length: 65535, [rawTransform()]))
    }

    @Test func aProposalCutAnywhereIsRefused() {
        let body = rawProposal([rawTransform(last: 3), rawTransform(type: 3)])
        for count in 1..<body.count {
            #expect(throws: WireError.self) { try decode([UInt8](body.prefix(count))) }
        }
    }

    @Test(arguments: [0, 1, 3, 255])
    func aCountOfTransformsThatLiesIsRefused(count: Int) {
        let body = rawProposal(count: count, [rawTransform(last: 3), rawTransform(type: 3)])
        expect(.count(stated: count), body)
    }

    @Test func aProposalWithoutTransformsIsKept() throws {
        #expect(try decode(rawProposal([])).first?.transforms == [])
    }

    @Test(arguments: [0, 1, 2, 3])
    func aTransformOfNoLengthIsRefused(length: Int) {
        expect(.length(length), rawProposal([rawTransform(length: length)]))
    }

    @Test func aTransformThatReachesBeyondItsProposalIsRefused() {
        expect(.truncated, rawProposal([rawTransform(length: 9)]))
        let next = rawProposal(number: 2, [rawTransform()])
        expect(.truncated, rawProposal(last: 2, [rawTransform(length: 9)]) + next)
    }

    @Test func aTransformShorterThanItsFieldsIsRefused() {
        expect(.count(stated: 1), rawProposal([[0, 0, 0, 4]]))
        expect(.truncated, rawProposal([rawTransform(last: 3, length: 4)]))
    }

    @Test func aWrongMarkIsRefused() {
        expect(.lastSubstructure(3), rawProposal([rawTransform(last: 3)]))
        expect(.lastSubstructure(0), rawProposal([rawTransform(), rawTransform()]))
        expect(.lastSubstructure(2), rawProposal(last: 2, [rawTransform()]))
        expect(.lastSubstructure(3), rawProposal(last: 3, [rawTransform()]))
        let two = rawProposal([rawTransform()]) + rawProposal([rawTransform()])
        expect(.lastSubstructure(0), two)
    }

    @Test func anAttributeBeyondItsTransformIsRefused() {
        expect(.truncated, rawProposal([rawTransform(attributes: [0x80])]))
        expect(.truncated, rawProposal([rawTransform(attributes: [0x80, 14, 0])]))
        expect(.truncated, rawProposal([rawTransform(attributes: [0, 14, 0, 3, 1, 2])]))
        expect(.truncated, rawProposal([rawTransform(attributes: [0, 14, 0xFF, 0xFF])]))
    }

    /// Key length twice, in the long format, an unknown attribute, and one of no length.
    @Test(
        arguments: [
            "800e0080 800e0080", "800e0080 800e0100", "000e0002 0080", "000e0000", "80110001",
            "800e0080 00120001 07", "00000000",
        ])
    func aTransformWithOtherAttributesIsNotUnderstood(attributes: String) throws {
        let body = rawProposal([
            rawTransform(last: 3, attributes: hex(attributes)), rawTransform(type: 3, id: 12),
        ])
        let transforms = try #require(try decode(body).first).transforms
        #expect(transforms.map { $0.isUnderstood } == [false, true])
        #expect(transforms[1] == .integrity(.hmacSHA256_128))
    }

    @Test func aKeyLengthMayBeMissing() throws {
        let transforms = try decode(rawProposal([rawTransform()])).first?.transforms
        #expect(transforms == [.encryption(.aesCBC)])
    }

    @Test func aKeyLengthIsWhateverWasStated() throws {
        let body = rawProposal([rawTransform(attributes: hex("800effff"))])
        #expect(try decode(body).first?.transforms == [.encryption(.aesCBC, keyLength: 65535)])
    }

    @Test func unknownTypesOfTransformsAreKept() throws {
        let body = rawProposal([rawTransform(type: 250, id: 9)])
        let transform = try decode(body).first?.transforms.first
        #expect(transform == Transform(type: TransformType(rawValue: 250), id: 9))
        #expect(transform?.description == "TRANSFORM_TYPE_250_9")
    }

    @Test func keyExchangeNoneBesidesOthersIsKept() throws {
        let body = rawProposal([
            rawTransform(last: 3, type: 4, id: 0), rawTransform(type: 4, id: 14),
        ])
        let transforms = try decode(body).first?.transforms
        #expect(transforms == [.keyExchange(.none), .keyExchange(.modp2048)])
    }

    @Test(
        arguments: [
            (1, [1, 4, 7, 9, 255]), (2, [0, 1, 3, 8, 255]), (3, [0, 1, 3, 8, 255]),
        ] as [(UInt8, [Int])])
    func aLengthOfSPIThatTheProtocolDoesNotHaveIsRefused(protocol: UInt8, lengths: [Int]) {
        for length in lengths {
            let spi = [UInt8](repeating: 1, count: length)
            expect(
                .length(length), rawProposal(protocol: `protocol`, spi: spi, [rawTransform()]))
        }
    }

    @Test func anIKEProposalHasEightOctetsOfSPIOrNone() throws {
        for spi in [[], [UInt8](1...8)] {
            #expect(try decode(rawProposal(protocol: 1, spi: spi, [])).first?.spi == spi)
        }
    }

    @Test func aProposalForAnUnknownProtocolIsKept() throws {
        let spi = [UInt8](repeating: 7, count: 255)
        let proposals = try decode(rawProposal(protocol: 99, spi: spi, [rawTransform()]))
        #expect(proposals.first?.spi == spi)
    }

    @Test func anSPIBeyondItsProposalIsRefused() {
        expect(.truncated, rawProposal(protocol: 99, spi: [1, 2], spiLength: 255, []))
    }

    @Test func twoHundredAndFiftyFiveProposalsAreTheMost() throws {
        func body(_ count: Int) -> [UInt8] {
            (1...count).flatMap { index in
                rawProposal(
                    last: index == count ? 0 : 2, number: UInt8(truncatingIfNeeded: index), [])
            }
        }
        #expect(try decode(body(255)).count == 255)
        expect(.tooMany(limit: 255), body(256))
        expect(.tooMany(limit: 255), body(5000))
    }

    @Test func twoThousandTransformsAreTheMost() throws {
        let full = (1...255).map { rawTransform(last: $0 == 255 ? 0 : 3) }
        func body(_ count: Int) -> [UInt8] {
            (1...count).flatMap { rawProposal(last: $0 == count ? 0 : 2, full) }
        }
        #expect(try decode(body(8)).count == 8)
        expect(.tooMany(limit: 2048), body(9))
    }

    @Test func equalNumbersOfProposalsAreKept() throws {
        let body = rawProposal(last: 2, []) + rawProposal([])
        #expect(try decode(body).map { $0.number } == [1, 1])
    }
}
