import Crypto
import Wire

extension ConfigurationParser {
    private static let labelLimit = 255
    private static let expectedLabel = "a quoted string of 1 to \(labelLimit) octets"
    private static let methods = Vocabulary<AuthenticationChoice>([
        ("preshared", .preshared), ("cert", .certificate), ("rsa_sig", .rsaSignature),
        ("dss_sig", .dssSignature), ("ecdsa_sig", .ecdsaSignature), ("eddsa_sig", .eddsaSignature),
    ])
    private static let truths = Vocabulary<Bool>([
        ("yes", true), ("no", false), ("true", true), ("false", false),
    ])

    /// Reads the value of a keyword of a rule or of the globals.
    mutating func value(
        of keyword: Keyword, into draft: inout RuleDraft, from start: SourceLocation
    ) throws(Malformed) {
        switch keyword {
        case .label: try label(into: &draft)
        case .localAddress: draft.localAddresses.append(try address())
        case .remoteAddress: draft.remoteAddresses.append(try address())
        case .localID: draft.localID = try localIdentity()
        case .remoteID: draft.remoteIDs.append(try remoteIdentity())
        case .authMethod: draft.authentication = try method()
        case .localAuthMethod: draft.localAuthentication = try method()
        case .remoteAuthMethod: draft.remoteAuthentication = try method()
        case .requiredIssuer: draft.requiredIssuers.append(try distinguishedName())
        case .ikeTransform:
            if let transform = try ikeTransform(from: start) {
                draft.ikeTransforms.append(transform)
            }
        case .childTransform:
            if let transform = try childTransform(from: start) {
                draft.childTransforms.append(transform)
            }
        case .pfs:
            draft.pfsGroups = try pfsGroups()
        case .ikeLifetime: draft.ikeSeconds = try ikeLifetime()
        case .childLifetime: draft.childSeconds = try seconds(from: 2)
        case .childSoftLifetime: draft.childSoftSeconds = try seconds(from: 1)
        case .childKilobytes: draft.childKilobytes = try kilobytes(from: 2)
        case .childSoftKilobytes: draft.childSoftKilobytes = try kilobytes(from: 1)
        case .childIdleTime: draft.idleSeconds = try seconds(from: 1)
        case .dpdInterval:
            draft.dpdInterval = try seconds(from: 0)
        case .immediate: draft.immediate = try truth()
        case .rekeyProbe: draft.rekeyProbe = try truth()
        case .mobike: draft.mobike = try truth()
        case .requestHTTPCertificates: draft.requestHTTPCertificates = try truth()
        case .reqid: draft.reqid = try number32("a reqid")
        case .interfaceID: draft.interfaceID = try number32("an interface id")
        case .encryption, .authentication, .group, .prf, .esn: break
        }
    }

    private mutating func label(into draft: inout RuleDraft) throws(Malformed) {
        let location = cursor.token.location
        let octets = try cursor.string(Self.expectedLabel)
        let text = String(decoding: octets, as: UTF8.self)
        draft.label = (text, location)
        if octets.isEmpty || octets.count > Self.labelLimit {
            cursor.error(
                "label has \(octets.count) octets; expected \(Self.expectedLabel)", at: location)
        } else if let line = labels[text] {
            cursor.error(
                "label is taken by the rule on line \(line); expected a unique label",
                at: location)
        } else {
            labels[text] = location.line
        }
    }

    private mutating func method() throws(Malformed) -> AuthenticationChoice {
        try cursor.meaning(in: Self.methods, Self.methods.list)
    }

    mutating func truth() throws(Malformed) -> Bool {
        try cursor.meaning(in: Self.truths, "yes or no")
    }

    /// The lifetime of an IKE SA: a minute at least, or rekeying is all the gateway does.
    mutating func ikeLifetime() throws(Malformed) -> UInt32 { try seconds(from: 60) }

    private mutating func seconds(from least: UInt32) throws(Malformed) -> UInt32 {
        let number = try cursor.number(
            UInt64(least)...UInt64(UInt32.max), "\(least) to \(UInt32.max) seconds")
        return UInt32(truncatingIfNeeded: number)
    }

    /// Kibibytes, so few that their octets can be counted in 64 bits.
    private mutating func kilobytes(from least: UInt64) throws(Malformed) -> UInt64 {
        let most = UInt64.max >> 10
        return try cursor.number(least...most, "\(least) to \(most) KiB")
    }

    private mutating func number32(_ what: String) throws(Malformed) -> UInt32 {
        let number = try cursor.number(
            0...UInt64(UInt32.max), "\(what) of 0 to \(UInt32.max)")
        return UInt32(truncatingIfNeeded: number)
    }

    private mutating func pfsGroups() throws(Malformed) -> [KeyExchangeMethod] {
        var groups: [KeyExchangeMethod] = []
        var hasNone = false
        var hasMore = true
        while hasMore {
            let location = cursor.token.location
            let expected = "0 for none, or groups \(GroupChoice.expected)"
            if cursor.token.kind == .word, cursor.word == "0" {
                hasNone = true
                cursor.advance()
            } else {
                let group = try group(expected)
                if groups.contains(group) {
                    cursor.error(
                        "group \(group.rawValue) stands here twice; expected it once",
                        at: location)
                } else {
                    groups.append(group)
                    algorithms.note(.keyExchange(group), at: location)
                }
            }
            if hasNone, !groups.isEmpty {
                cursor.error("0 means none; expected it alone", at: location)
            }
            hasMore = cursor.token.kind == .comma
            if hasMore {
                cursor.advance()
            } else {
                hasMore = cursor.startsWithDigit
            }
        }
        return groups
    }

    /// A Diffie-Hellman group by its number.
    mutating func group(_ expected: String) throws(Malformed) -> KeyExchangeMethod {
        let location = cursor.token.location
        let number = try cursor.number(0...UInt64.max, expected)
        guard let group = GroupChoice.group(number) else {
            let adjective = number == 1 ? "unsupported" : "unknown"
            throw Malformed("\(adjective) group \(number); expected \(expected)", at: location)
        }
        if WeakAlgorithms.contains(group) { warnOfWeakness("group \(number)", at: location) }
        return group
    }
}
