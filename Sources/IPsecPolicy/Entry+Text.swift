import IPsec
import Net

extension Entry: CustomStringConvertible {
    /// The entry in the form of ipsecinit.conf(5), on one line.
    public var description: String { "\(pattern) \(action)" }
}

extension Entry.Action: CustomStringConvertible {
    /// `ipsec { encr_algs aes-gcm(256) sa shared }`.
    public var description: String {
        switch self {
        case .bypass: return "bypass {}"
        case .drop: return "drop {}"
        case .protect(let protections, let sharing, let orBypass):
            let ways = protections.map { "ipsec { \($0) sa \(sharing.rawValue) }" }
            return (ways + (orBypass ? ["bypass {}"] : [])).joined(separator: " or ")
        }
    }
}

extension Pattern: CustomStringConvertible {
    /// `{ laddr 10.1.0.0/24 raddr 10.2.0.0/24 }`.
    public var description: String {
        var words: [String] = []
        func add(_ keyword: String, _ value: String?) {
            if let value { words.append("\(keyword) \(value)") }
        }
        add("tunnel", tunnel?.interface)
        if let tunnel {
            add("negotiate", tunnel.mode.name)
            add("tlocal", tunnel.local?.description)
            add("tremote", tunnel.remote?.description)
        }
        add("laddr", local?.description)
        add("raddr", remote?.description)
        add("ulp", nextLayer?.description)
        add("lport", localPort?.description)
        add("rport", remotePort?.description)
        if let icmp {
            add("type", Self.text(icmp.types))
            add("code", icmp.codes.map { Self.text($0) })
        }
        if direction != .both { add("dir", direction.rawValue) }
        return words.isEmpty ? "{}" : "{ \(words.joined(separator: " ")) }"
    }

    private static func text(_ range: ClosedRange<UInt8>) -> String {
        range.count == 1
            ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}

extension Pattern.Address: CustomStringConvertible {
    /// As it can be written.
    public var description: String {
        switch self {
        case .range(let range): range.description
        case .name(let name, let length): length.map { "\(name)/\($0)" } ?? name
        }
    }
}

extension Pattern.Port: CustomStringConvertible {
    /// As it can be written.
    public var description: String {
        switch self {
        case .number(let number): "\(number)"
        case .service(let name): name
        }
    }
}

extension Pattern.NextLayer: CustomStringConvertible {
    /// As it can be written.
    public var description: String {
        switch self {
        case .number(let number): "\(number)"
        case .name(let name): name
        }
    }
}

extension Protection: CustomStringConvertible {
    /// `encr_algs aes(256) encr_auth_algs sha256`.
    public var description: String {
        switch self {
        case .ah(let integrity): return "auth_algs \(integrity.rawValue)"
        case .esp(let cipher, let bits, let integrity):
            let authentication = integrity.map { " encr_auth_algs \($0.rawValue)" } ?? ""
            return "encr_algs \(cipher.rawValue)\(bits)\(authentication)"
        }
    }
}

extension Protection.KeyBits: CustomStringConvertible {
    /// `(256)`, `(192..)`, or nothing for every length.
    public var description: String {
        switch (least, most) {
        case (nil, nil): ""
        case (let least?, let most?) where least == most: "(\(least))"
        default: "(\(least.map { "\($0)" } ?? "")..\(most.map { "\($0)" } ?? ""))"
        }
    }
}
