import Wire

/// Why an AUTH payload with a signature proves nothing.
public enum SignatureRefusal: Equatable, Sendable {
    /// The method is none of those that are made with a key of a certificate.
    case methodUnknown(AuthenticationMethod)
    /// There are fewer octets than the lengths among them promise.
    case truncated
    /// The AlgorithmIdentifier (RFC 7427 §3) is none that is known, or has other parameters.
    case algorithmUnknown(identifier: [UInt8])
    /// The hash was not in our SIGNATURE_HASH_ALGORITHMS (RFC 7427 §4).
    case hashNotOffered(SignatureHashAlgorithm)
    /// The peer's key makes no such signatures.
    case keyDoesNotFit(algorithm: String, key: String)
    /// The signature has a length that those of the key do not have.
    case wrongLength(octets: Int, key: String)
    /// It was not made with the peer's key over these octets.
    case doesNotVerify(algorithm: String)
}

extension SignatureRefusal: CustomStringConvertible {
    /// The reason in words, for the log.
    public var description: String {
        switch self {
        case .methodUnknown(let method): "\(method) is not a signature that can be verified"
        case .truncated: "the AUTH payload ends within the signature or its AlgorithmIdentifier"
        case .algorithmUnknown(let identifier):
            "the signature has the unknown AlgorithmIdentifier \(Self.digits(identifier))"
        case .hashNotOffered(let hash): "the signature is over \(hash), which was not offered"
        case .keyDoesNotFit(let algorithm, let key):
            "the signature is \(algorithm), but the peer's key is \(key)"
        case .wrongLength(let octets, let key):
            "the signature has \(octets) octets, which does not fit \(key)"
        case .doesNotVerify(let algorithm): "the \(algorithm) signature does not verify"
        }
    }

    /// An AlgorithmIdentifier has 255 octets at most.
    private static func digits(_ octets: [UInt8]) -> String {
        octets.reduce(into: "") { text, octet in
            text += octet < 16 ? "0" : ""
            text += String(octet, radix: 16)
        }
    }
}
