import Crypto

/// Tells of certificates that are about to end: 30, 7 and 1 days before, and when it has happened.
/// Each is told once; a certificate that comes late, with what holds then.
public struct ExpiryWatch: Sendable {
    /// How close the end is.
    enum Stage: CaseIterable, Sendable {
        case month, week, day, past

        /// With how many seconds to go it begins. In the last second a certificate still holds.
        var lead: Int64 {
            switch self {
            case .month: 30 * 86400
            case .week: 7 * 86400
            case .day: 86400
            case .past: -1
            }
        }

        /// The stage with so many seconds to go; `nil` when it is longer than all.
        init?(secondsLeft: Int64) {
            var found: Stage?
            for stage in Self.allCases where secondsLeft <= stage.lead { found = stage }
            guard let found else { return nil }
            self = found
        }
    }

    /// What has been told.
    private var told: [X509Certificate: Stage] = [:]

    /// Nothing has been told yet.
    public init() {}

    /// What there is to tell at a moment in seconds since 1970, a line for each certificate; what
    /// was told before is not repeated.
    public mutating func announcements(
        of keystore: Keystore, at moment: Int64
    ) -> [String] {
        let own = Set(keystore.identities.map { $0.certificate })
        var lines: [String] = []
        var stages: [X509Certificate: Stage] = [:]
        for certificate in keystore.certificates {
            guard let stage = Stage(secondsLeft: certificate.secondsLeft(at: moment)) else {
                continue
            }
            stages[certificate] = stage
            if told[certificate] != stage {
                let whose = own.contains(certificate) ? "our certificate" : "certificate"
                lines.append("\(whose) \(certificate) \(certificate.end(at: moment))")
            }
        }
        told = stages
        return lines
    }

    /// In how many seconds there is something new to tell; `nil` when there will never be.
    public static func delay(for keystore: Keystore, at moment: Int64) -> Int64? {
        var shortest: Int64?
        for certificate in keystore.certificates {
            let left = certificate.secondsLeft(at: moment)
            for stage in Stage.allCases where left > stage.lead {
                let (delay, overflows) = left.subtractingReportingOverflow(stage.lead)
                shortest = min(shortest ?? .max, overflows ? .max : delay)
            }
        }
        return shortest
    }
}

extension X509Certificate {
    /// How many seconds it holds after a moment; negative when it holds no longer.
    fileprivate func secondsLeft(at moment: Int64) -> Int64 {
        let (seconds, overflows) = validity.notAfter.subtractingReportingOverflow(moment)
        return overflows ? (moment > 0 ? .min : .max) : seconds
    }

    /// When it ends, in words.
    fileprivate func end(at moment: Int64) -> String {
        let left = secondsLeft(at: moment)
        return left < 0
            ? "has expired \(Self.span(left == .min ? .max : -left)) ago"
            : "expires in \(Self.span(left))"
    }

    private static func span(_ seconds: Int64) -> String {
        let (count, unit): (Int64, String) =
            seconds >= 2 * 86400
            ? (seconds / 86400, "day")
            : seconds >= 7200 ? (seconds / 3600, "hour") : (seconds / 60, "minute")
        return count == 1 ? "1 \(unit)" : "\(count) \(unit)s"
    }
}
