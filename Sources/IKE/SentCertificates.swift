import Crypto
import Wire

/// A certificate of a peer's, as it came in a CERT payload (RFC 7296 §3.6).
enum SentCertificate: Sendable {
    /// The certificate, in DER.
    case whole([UInt8])
    /// Its hash, and where it is.
    case located(HashAndURL)
    /// The same, but it can be made nothing of.
    case mislaid

    /// `nil` for what is no certificate.
    init?(_ payload: Certificate) {
        switch payload.encoding {
        case .x509Signature: self = .whole(payload.data)
        case .hashAndURLOfCertificate: self = Self.located(.certificate, payload.data)
        case .hashAndURLOfBundle: self = Self.located(.bundle, payload.data)
        default: return nil
        }
    }

    private static func located(_ content: HashAndURL.Content, _ octets: [UInt8]) -> Self {
        HashAndURL(content, octets: octets).map { .located($0) } ?? .mislaid
    }
}

/// The certificates that a peer sent, with those that it sent no more than the place of (RFC 7296
/// §3.6): known from before, or fetched.
struct SentCertificates {
    /// Where nobody else is asked than those whom the administrator lets peers name.
    struct Rules: Sendable {
        /// Whether what is not known is fetched.
        let fetches: Bool
        let policy: FetchPolicy
    }

    /// Places that are looked at: RFC 7296 §3.6 wants four certificates taken, and each place of a
    /// stranger's makes us ask whomever it names.
    static let mostPlaces = 4

    /// What there is, in DER and in order.
    private(set) var certificates: [[UInt8]] = []
    /// What is to be fetched first.
    private(set) var questions: [FetchQuestion] = []
    /// What was found elsewhere. It is worth keeping once its owner is believed: others must not
    /// fill our memory.
    private(set) var found: [FetchKey: FetchAnswer] = [:]
    /// What was fetched in vain, and why that was so.
    private(set) var failed: [FetchKey: String] = [:]
    private(set) var remarks: [StatusRemark] = []

    /// Why a peer's own certificate is not there.
    struct Failure: Error {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    /// Collects them. A missing one is no failure unless it is the first, the peer's own.
    mutating func collect(
        _ sent: [SentCertificate], _ rules: Rules, known: [X509Certificate],
        _ evidence: StatusEvidence
    ) throws(Failure) {
        let places = sent.count { if case .whole = $0 { false } else { true } }
        guard places <= Self.mostPlaces else {
            throw Failure("the peer sent \(places) URLs of certificates")
        }
        for (position, one) in sent.enumerated() {
            do throws(Failure) {
                switch one {
                case .whole(let der): certificates.append(der)
                case .mislaid: throw Failure("what the peer sent for a hash and a URL is none")
                case .located(let located):
                    try find(located, rules, known: known, evidence)
                }
            } catch {
                guard position > 0 else { throw error }
                remarks.append(StatusRemark(isWarning: false, "\(error.reason); it is left out"))
            }
        }
    }

    private mutating func find(
        _ located: HashAndURL, _ rules: Rules, known: [X509Certificate],
        _ evidence: StatusEvidence
    ) throws(Failure) {
        if located.content == .certificate,
            let certificate = known.first(where: { (try? $0.fingerprint()) == located.hash })
        {
            certificates.append(certificate.der)
            return
        }
        if let key = try? FetchKey(contentOf: located),
            case .certificates(let octets) = evidence.known[key],
            let here = try? located.certificates(in: octets)
        {
            certificates += here
            return
        }
        guard rules.fetches else {
            throw Failure(
                "the peer sent a URL for its certificate, \(located), and its rule does not say "
                    + "'request_http_certs yes'")
        }
        try fetch(located, rules, evidence)
    }

    private mutating func fetch(
        _ located: HashAndURL, _ rules: Rules, _ evidence: StatusEvidence
    ) throws(Failure) {
        guard FetchPolicy.isFetched(located.url) else {
            throw Failure("\(located): it is no URL of HTTP")
        }
        let question: FetchQuestion
        do throws(CryptoError) {
            question = try FetchQuestion(locating: located, policy: rules.policy)
        } catch {
            throw Failure("\(located): \(error)")
        }
        switch evidence.fetched[question.key] {
        case nil: if !questions.contains(question) { questions.append(question) }
        case .untried(let why): throw Failure("\(located): \(why)")
        case .failed(let why):
            failed[question.key] = why
            throw Failure("\(located): \(why)")
        case .octets(let octets):
            do throws(CryptoError) {
                certificates += try located.certificates(in: octets)
                found[try FetchKey(contentOf: located)] = .certificates(octets)
            } catch {
                failed[question.key] = error.description
                throw Failure("\(located): \(error)")
            }
        }
    }
}
