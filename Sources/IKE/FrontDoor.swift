import Crypto
import Net
import Wire

/// Who may begin an IKE SA while many do: a stranger who shows that it can be reached where it
/// says it is (RFC 7296 §2.6), and not too many from one place.
///
/// It is asked before anything is kept or computed for the stranger.
struct FrontDoor {
    /// Half-open SAs from which on cookies are asked for, of everybody or of one place.
    enum Threshold {
        /// In all. Asking ends at half of that, so that it does not flicker.
        static let global = 64
        /// From one place: a household behind a NAT, a company.
        static let place = 8
        /// From one place, cookie or not: that is no household any more.
        static let blocked = 64
    }

    enum Verdict {
        case enter
        case cookie
        case blocked
    }

    /// What has been decided so far.
    struct Counters {
        var cookiesSent: UInt64 = 0
        var cookiesAccepted: UInt64 = 0
        var blocked: UInt64 = 0
    }

    private(set) var counters = Counters()
    private var secrets = CookieSecrets()
    private var asksAll = false

    /// Decides on a stranger.
    ///
    /// - Parameters:
    ///   - halfOpen: half-open SAs in all.
    ///   - fromPlace: those from the stranger's place.
    mutating func judge(halfOpen: Int, fromPlace: Int) -> Verdict {
        if halfOpen >= Threshold.global {
            asksAll = true
        } else if halfOpen < Threshold.global / 2 {
            asksAll = false
        }
        if fromPlace >= Threshold.blocked {
            counters.blocked += 1
            return .blocked
        }
        return asksAll || fromPlace >= Threshold.place ? .cookie : .enter
    }

    /// Whether a request carries the cookie that it was given.
    mutating func accepts(
        _ request: SAInitGlance, from remote: SocketAddress, _ primitives: Primitives,
        at now: Instant, random: (Int) -> [UInt8]
    ) throws(CryptoError) -> Bool {
        guard let cookie = request.cookie, let version = cookie.first else { return false }
        secrets.rotate(at: now, random: random)
        guard let secret = secrets.secret(version: version),
            constantTimeEqual(
                cookie, try Self.cookie(request, remote, primitives, secret, version))
        else { return false }
        counters.cookiesAccepted += 1
        return true
    }

    /// The cookie for a request.
    mutating func cookie(
        for request: SAInitGlance, from remote: SocketAddress, _ primitives: Primitives,
        at now: Instant, random: (Int) -> [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        secrets.rotate(at: now, random: random)
        counters.cookiesSent += 1
        return try Self.cookie(
            request, remote, primitives, secrets.current.secret, secrets.current.version)
    }

    /// The secret's version | prf(secret, Ni | IPi | port | SPIi).
    private static func cookie(
        _ request: SAInitGlance, _ remote: SocketAddress, _ primitives: Primitives,
        _ secret: Secret, _ version: UInt8
    ) throws(CryptoError) -> [UInt8] {
        guard let prf = PRF(.hmacSHA256) else {
            throw .unsupported(algorithm: PseudorandomFunction.hmacSHA256.name)
        }
        var octets = request.nonce
        remote.address.append(to: &octets)
        octets += [
            UInt8(truncatingIfNeeded: remote.port >> 8), UInt8(truncatingIfNeeded: remote.port),
        ]
        octets += request.initiatorSPI.octets
        let code = try primitives.prf(prf, key: .secret(secret.all), .open(octets))
        return [version] + code.revealed()
    }
}

/// The secrets behind the cookies: one in use and the one before it, so that no honest peer loses
/// its cookie to a change.
private struct CookieSecrets {
    private static let lifetime = Interval.seconds(60)

    private(set) var current = (version: UInt8(0), secret: Secret(copying: []))
    private var previous: (version: UInt8, secret: Secret)?
    private var changedAt: Instant?

    mutating func rotate(at now: Instant, random: (Int) -> [UInt8]) {
        if let changedAt, now.since(changedAt) < Self.lifetime { return }
        let isFresh = changedAt.map { now.since($0) < Self.lifetime.doubled } ?? false
        previous = isFresh ? current : nil
        current = (current.version &+ 1, Secret(copying: random(32)))
        changedAt = now
    }

    func secret(version: UInt8) -> Secret? {
        if version == current.version { return current.secret }
        return previous?.version == version ? previous?.secret : nil
    }
}
