import COpenSSL
import Wire

/// Why a cryptographic operation did not give its result.
public enum CryptoError: Error, Equatable, Sendable {
    /// This libcrypto, or this room, does not offer the algorithm.
    case unsupported(algorithm: String)
    /// The integrity checksum of a received message is wrong: drop it (RFC 7296 §2.21).
    case integrityCheckFailed
    /// The peer's public value is none that the method allows (RFC 6989 §2, RFC 7748 §6.1).
    case invalidPublicValue(KeyExchangeMethod)
    /// A key, a range of a message or a wished count has a length the algorithm does not take.
    case invalidLength(of: String)
    /// The text is not a distinguished name.
    case malformedName(reason: String)
    /// The octets are no certificate that RFC 5280 would know, or one too strange to be used.
    case malformedCertificate(reason: String)
    /// The octets are no request for a certificate.
    case malformedRequest(reason: String)
    /// The octets are no certificate revocation list.
    case malformedRevocationList(reason: String)
    /// The octets are no OCSP response with an answer in it.
    case malformedOCSPResponse(reason: String)
    /// The octets are no key in any of the forms that can be read.
    case malformedKey(reason: String)
    /// The key is one, but of a kind or a size that is not used.
    case unacceptableKey(reason: String)
    /// A private key is encrypted, and the PIN is missing or wrong.
    case wrongPIN
    /// A token did not do what it should.
    case token(reason: String)
    /// A signature proves nothing.
    case signatureRefused(SignatureRefusal)
    /// libcrypto failed: what was asked of it, and the reason it gave.
    case failed(operation: String, reason: String)

    /// What libcrypto says of the failure that has just happened in this thread. Empties its queue
    /// of errors, so that none is reported a second time.
    static func libcrypto(_ operation: String) -> CryptoError {
        .failed(operation: operation, reason: reason())
    }

    /// The reason alone.
    static func reason() -> String {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard let reason = ERR_reason_error_string(code) else { return "no reason given" }
        return String(cString: reason)
    }
}

extension CryptoError: CustomStringConvertible {
    /// The reason in words, for the log.
    public var description: String {
        switch self {
        case .unsupported(let algorithm): "\(algorithm) is not available"
        case .integrityCheckFailed: "the integrity check failed"
        case .invalidPublicValue(let method): "the peer's public value is not valid for \(method)"
        case .invalidLength(let part): "the length of the \(part) does not fit"
        case .malformedName(let reason): "not a distinguished name: \(reason)"
        case .malformedCertificate(let reason): "not a certificate: \(reason)"
        case .malformedRequest(let reason): "not a certificate request: \(reason)"
        case .malformedRevocationList(let reason): "not a certificate revocation list: \(reason)"
        case .malformedOCSPResponse(let reason): "not an OCSP response: \(reason)"
        case .malformedKey(let reason): "not a key: \(reason)"
        case .unacceptableKey(let reason): "the key cannot be used: \(reason)"
        case .wrongPIN: "the key is encrypted, and the PIN is missing or wrong"
        case .token(let reason): reason
        case .signatureRefused(let refusal): refusal.description
        case .failed(let operation, let reason): "libcrypto: \(operation): \(reason)"
        }
    }
}
