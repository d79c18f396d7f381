import Crypto
import Net
import Wire

/// A cookie of ours (RFC 7296 §2.6): the version of a secret, and a code made with it.
typealias Cookie = InlineArray<17, UInt8>

/// What cookies are made with for a while.
struct CookieSecret {
    let version: UInt8
    private let mac: KeyedMAC

    init(version: UInt8, random: (Int) -> [UInt8]) throws(CryptoError) {
        self.version = version
        mac = try KeyedMAC(key: Secret(copying: random(KeyedMAC.keyLength)))
    }

    /// version | MAC(secret, SPIi | address | port | Ni), which is the manner of RFC 7296 §2.6. All
    /// but the nonce have one length, so that nothing can be taken for something else.
    func cookie(
        for request: SAInitGlance, in octets: Span<UInt8>, from remote: SocketAddress
    ) throws(CryptoError) -> Cookie {
        let (high, low): (UInt64, UInt64) =
            switch remote.address {
            // As IPv6 writes it (RFC 4291 §2.5.5.2).
            case .v4(let bits): (0, 0xFFFF_0000_0000 | UInt64(bits))
            case .v6(let high, let low): (high, low)
            }
        let port = UInt64(remote.zone) << 16 | UInt64(remote.port)
        let name: InlineArray<4, UInt64> = [request.initiatorSPI.rawValue, high, low, port]
        let code = try mac.code(over: name.span, octets.extracting(request.nonce))
        var cookie = Cookie(repeating: version)
        for index in code.indices { cookie[index + 1] = code[index] }
        return cookie
    }
}

/// The secret in use and the one before it, so that no honest peer loses its cookie to a change.
struct CookieSecrets {
    private static let lifetime = Interval.seconds(60)

    private var current: CookieSecret?
    private var previous: CookieSecret?
    private var changedAt = Instant(nanoseconds: 0)

    /// The secret to make a cookie with: a new one when the last has had its time.
    mutating func current(
        at now: Instant, random: (Int) -> [UInt8]
    ) throws(CryptoError) -> CookieSecret {
        let age = now.since(changedAt)
        if let current, age < Self.lifetime { return current }
        let next = try CookieSecret(version: (current?.version ?? 0) &+ 1, random: random)
        previous = age < Self.lifetime.doubled ? current : nil
        current = next
        changedAt = now
        return next
    }

    /// The secret that a cookie says it was made with, if it is still good.
    func secret(version: UInt8) -> CookieSecret? {
        if let current, current.version == version { return current }
        return previous?.version == version ? previous : nil
    }
}
