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
}

/// Work too heavy for the reactor's thread.
public enum Job: Sendable {
    /// An initiator's first half of a key exchange.
    case generate(KeyExchangeMethod)
    /// An initiator's second half.
    case derive(KeyPair, peerValue: [UInt8])
    /// Both halves of a responder.
    case respond(KeyExchangeMethod, peerValue: [UInt8])

    /// Does the work. Any thread may call it.
    public func run() -> JobOutcome {
        do throws(CryptoError) {
            switch self {
            case .generate(let method):
                return .keyPair(try KeyPair.generate(method))
            case .derive(let pair, let peerValue):
                return .sharedSecret(try pair.sharedSecret(with: peerValue))
            case .respond(let method, let peerValue):
                let pair = try KeyPair.generate(method)
                let secret = try pair.sharedSecret(with: peerValue)
                return .response(publicValue: pair.publicValue, sharedSecret: secret)
            }
        } catch {
            return .failed(error)
        }
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
    /// The peer's value was no good, or libcrypto failed.
    case failed(CryptoError)
}
