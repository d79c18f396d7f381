import Crypto
import Wire

/// Names a job: the SA that waits for it, and which of its jobs it is.
public struct JobID: Hashable, Sendable {
    /// Our SPI of the IKE SA that waits.
    public let sa: IKESPI
    /// Counts the jobs of that SA.
    public let serial: UInt32
    /// Whether it goes before the jobs of newcomers: an exchange is under way that somebody who
    /// has proved himself, or we ourselves, wait for.
    public let isUrgent: Bool

    /// The name of a job.
    public init(sa: IKESPI, serial: UInt32, isUrgent: Bool) {
        self.sa = sa
        self.serial = serial
        self.isUrgent = isUrgent
    }
}

/// Work too heavy for the reactor's thread.
public enum Job: Sendable {
    /// An initiator's first half of a key exchange.
    case generate(KeyExchangeMethod)
    /// An initiator's second half.
    case derive(KeyPair, peerValue: [UInt8])
    /// Both halves of a responder.
    case respond(KeyExchangeMethod, peerValue: [UInt8])
    /// A responder's second half, the first having been made ahead.
    case complete(KeyPair, peerValue: [UInt8])
    /// Our signature in AUTH.
    case sign(Signing)
    /// The peer's.
    case verify(Verification)
    /// What a responder says of a certificate of ours; the moment in seconds since 1970.
    case appraise(OwnStatus, [UInt8], moment: Int64)

    /// Whether a token does it, which may take as long as it likes.
    public var needsDevice: Bool {
        if case .sign(let signing) = self { return signing.key.isInDevice }
        return false
    }

    /// The job without what a stock of keys can spare it.
    public func lightened(by stock: KeyPairStock) -> Lightened {
        switch self {
        case .generate(let method):
            stock.take(method).map { .done(.keyPair($0)) } ?? .left(self)
        case .respond(let method, let peerValue):
            .left(stock.take(method).map { .complete($0, peerValue: peerValue) } ?? self)
        case .derive, .complete, .sign, .verify, .appraise: .left(self)
        }
    }

    /// What is left of a job.
    public enum Lightened: Sendable {
        /// Nothing: this is its outcome.
        case done(JobOutcome)
        /// This.
        case left(Job)
    }

    /// Does the work. Any thread may call it.
    public func run() -> JobOutcome {
        do throws(CryptoError) {
            switch self {
            case .generate(let method):
                return .keyPair(try KeyPair.generate(method))
            case .derive(let pair, let peerValue):
                return .sharedSecret(try pair.sharedSecret(with: peerValue))
            case .respond(let method, let peerValue):
                return try Self.response(KeyPair.generate(method), peerValue)
            case .complete(let pair, let peerValue):
                return try Self.response(pair, peerValue)
            case .sign(let signing):
                return .signature(try signing.key.sign(signing.octets, by: signing.scheme))
            case .verify(let verification): return .verdict(verification.run())
            case .appraise(let status, let response, let moment):
                return .appraisal(status.appraise(response, at: moment))
            }
        } catch {
            return .failed(error)
        }
    }

    private static func response(
        _ pair: KeyPair, _ peerValue: [UInt8]
    ) throws(CryptoError) -> JobOutcome {
        .response(
            publicValue: pair.publicValue, sharedSecret: try pair.sharedSecret(with: peerValue))
    }
}

/// What came of a ``Job``.
public enum JobOutcome: Sendable {
    /// Of ``Job/generate(_:)``.
    case keyPair(KeyPair)
    /// Of ``Job/derive(_:peerValue:)``.
    case sharedSecret(Secret)
    /// Of ``Job/respond(_:peerValue:)``.
    case response(publicValue: [UInt8], sharedSecret: Secret)
    /// Of ``Job/sign(_:)``.
    case signature(Authentication)
    /// Of ``Job/verify(_:)``.
    case verdict(Verdict)
    /// Of ``Job/appraise(_:_:moment:)``.
    case appraisal(OwnStatusAppraisal)
    /// The peer's value was no good, or libcrypto failed.
    case failed(CryptoError)
}
