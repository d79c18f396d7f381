// The body of an SA payload (RFC 7296 §3.3).

extension Proposal {
    /// As many as the number of a proposal can tell apart.
    public static let maximumProposals = 255
    /// Over all proposals of a payload. Honest peers offer tens, and a message of 64 KiB could
    /// hold eight thousand.
    public static let maximumTransforms = 2048

    /// The first octet of a proposal that another follows.
    private static let more: UInt8 = 2

    static func decodeAll(
        _ octets: Span<UInt8>, _ cursor: inout Cursor
    ) throws(WireError) -> [Proposal] {
        guard !cursor.isAtEnd else { throw cursor.error(.empty) }
        var proposals: [Proposal] = []
        var transforms = 0
        while !cursor.isAtEnd {
            guard proposals.count < maximumProposals else {
                throw cursor.error(.tooMany(limit: maximumProposals))
            }
            let mark = try cursor.read(UInt8.self, octets)
            _ = try cursor.take(1)  // reserved
            var body = try cursor.substructure(octets)
            guard mark == (cursor.isAtEnd ? 0 : more) else {
                throw cursor.error(.lastSubstructure(mark))
            }
            let proposal = try Proposal(octets, &body)
            transforms += proposal.transforms.count
            guard transforms <= maximumTransforms else {
                throw cursor.error(.tooMany(limit: maximumTransforms))
            }
            proposals.append(proposal)
        }
        return proposals
    }

    private init(_ octets: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) {
        number = try cursor.read(UInt8.self, octets)
        `protocol` = SecurityProtocol(rawValue: try cursor.read(UInt8.self, octets))
        let spiLength = Int(try cursor.read(UInt8.self, octets))
        let stated = Int(try cursor.read(UInt8.self, octets))
        guard Self.allows(spiLength: spiLength, of: `protocol`) else {
            throw cursor.error(.length(spiLength))
        }
        spi = [UInt8](octets, try cursor.take(spiLength))
        guard cursor.rest.count >= stated * Transform.minimumOctetCount else {
            throw cursor.error(.count(stated: stated))
        }
        var transforms: [Transform] = []
        transforms.reserveCapacity(stated)
        while !cursor.isAtEnd {
            transforms.append(try Transform(octets, &cursor))
        }
        guard transforms.count == stated else { throw cursor.error(.count(stated: stated)) }
        self.transforms = transforms
    }

    /// RFC 7296 §3.3.1; whether an IKE SA needs its SPI depends on the exchange. Proposals for
    /// unknown protocols are kept, to be passed over.
    private static func allows(spiLength: Int, of protocol: SecurityProtocol) -> Bool {
        switch `protocol` {
        case .ike: spiLength == 0 || spiLength == IKESPI.octetCount
        case .ah, .esp: spiLength == ChildSPI.octetCount
        default: true
        }
    }

    static func append(_ proposals: [Proposal], to octets: inout [UInt8]) {
        var rest = proposals.prefix(maximumProposals)
        while let proposal = rest.popFirst() {
            octets.appendStructure(rest.isEmpty ? 0 : more) { octets in
                proposal.append(to: &octets)
            }
        }
    }

    private func append(to octets: inout [UInt8]) {
        let spi = spi.prefix(Int(UInt8.max))
        var rest = transforms.prefix(Int(UInt8.max))
        octets.append(number)
        octets.append(`protocol`.rawValue)
        octets.append(UInt8(truncatingIfNeeded: spi.count))
        octets.append(UInt8(truncatingIfNeeded: rest.count))
        octets += spi
        while let transform = rest.popFirst() {
            transform.append(to: &octets, isLast: rest.isEmpty)
        }
    }
}
