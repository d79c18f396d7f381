import Crypto
import Net
import Policy
import Wire

// How the two ends of an IKE SA prove who they are: AUTH payloads (RFC 7296 §2.15, §3.8, RFC 7427).

/// Who we are to a peer, and what proves it.
struct OwnProof {
    enum Means {
        case sharedKey(Secret)
        case certificate(Credentials.Identity, SignatureScheme)
    }

    let identity: Identification
    let means: Means
}

extension OwnProof {
    /// The CERT payloads that go with it.
    var certificates: [Payload] {
        guard case .certificate(let identity, _) = means else { return [] }
        return identity.sent.map {
            .certificate(Certificate(encoding: .x509Signature, data: $0.der))
        }
    }
}

/// What one side proves itself by: its first message, the other side's nonce, its identity.
struct SignedOctets {
    /// The side's IKE_SA_INIT message, whole.
    let message: [UInt8]
    /// The nonce of the other side.
    let otherNonce: [UInt8]
    /// The side's identity.
    let identity: Identification

    /// The octets that a signature is made over (RFC 7296 §2.15).
    func octets(
        _ primitives: Primitives, prf: PRF, p: SecretSlice
    ) throws(CryptoError) -> [UInt8] {
        let maced = try primitives.prf(prf, key: .secret(p), .open(identity.octets))
        return message + otherNonce + maced.revealed()
    }
}

/// A signature to be made.
public struct Signing: Sendable {
    let key: PrivateKey
    let scheme: SignatureScheme
    let octets: [UInt8]
}

/// A peer's signature, and the certificates that are to show whose it is.
public struct Verification: Sendable {
    /// What the peer sent, its own certificate first, in DER.
    let certificates: [[UInt8]]
    /// Certificates of ours that may be the peer's, where it sent none.
    let known: [X509Certificate]
    let proof: Authentication
    let octets: [UInt8]
    let credentials: Credentials
    let requiredIssuers: [DistinguishedName]
    /// Seconds since 1970.
    let moment: Int64

    /// The hashes that we announce (RFC 7427 §4). SHA-1 is not for those who can choose.
    static let hashes: [SignatureHashAlgorithm] = [.sha256, .sha384, .sha512, .identity]

    /// The certificate whose key made the signature, if it is believed.
    func run() throws(Failure) -> X509Certificate {
        let (leaf, others) = try read()
        var failure = Failure("the peer sent no certificate, and none here is about it")
        for certificate in leaf.map({ [$0] }) ?? known {
            do throws(CryptoError) {
                try certificate.publicKey.verify(proof, of: octets, offered: Self.hashes)
            } catch {
                failure = Failure("\(certificate): \(error)")
                continue
            }
            do throws(ChainRefusal) {
                _ = try credentials.trust.validate(
                    certificate, intermediates: others,
                    revocationLists: credentials.revocationLists,
                    requiredIssuers: requiredIssuers, at: moment)
            } catch {
                throw Failure(error.description)
            }
            return certificate
        }
        throw failure
    }

    /// Why a peer has proved nothing, in words.
    struct Failure: Error {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    private func read() throws(Failure) -> (leaf: X509Certificate?, others: [X509Certificate]) {
        guard let first = certificates.first else { return (nil, []) }
        guard certificates.count <= TrustStore.mostIntermediates + 1 else {
            throw Failure("the peer sent \(certificates.count) certificates")
        }
        let leaf: X509Certificate
        do throws(CryptoError) {
            leaf = try X509Certificate(der: first)
        } catch {
            throw Failure("the peer's certificate: \(error)")
        }
        // One that cannot be read cannot be part of the chain.
        return (leaf, certificates.dropFirst().compactMap { try? X509Certificate(der: $0) })
    }
}

// MARK: - Our own

extension Engine {
    /// Who we are to the peer, by the rule, and what proves it.
    ///
    /// - Parameters:
    ///   - wish: whom the peer wants to speak to.
    ///   - hashes: those that the peer announced.
    ///   - authorities: those that its CERTREQ payloads name.
    func ownProof(
        _ rule: Rule, wish: Identification? = nil, hashes: [SignatureHashAlgorithm],
        authorities: [UInt8], sa: IKESA
    ) throws(Refusal) -> OwnProof {
        guard rule.localAuthentication != .preshared else {
            guard let key = presharedKeys[rule.label]?.local else {
                throw Refusal(
                    .authenticationFailed, "there is no local preshared key for the rule")
            }
            return OwnProof(
                identity: rule.localID ?? Identification(sa.local.address), means: .sharedKey(key))
        }
        let named = rule.localID ?? wish
        let fitting = credentials.identities(for: rule, named: named)
        guard let chosen = fitting.first(where: { $0.isAsked(by: authorities) }) ?? fitting.first
        else {
            throw Refusal(
                .authenticationFailed,
                "no certificate with a private key serves rule '\(rule.label)' "
                    + "(\(rule.localAuthentication.name)\(named.map { ", \($0.words)" } ?? ""))")
        }
        guard let scheme = chosen.key.kind.schemes(announced: hashes).first else {
            throw Refusal(
                .authenticationFailed,
                "the peer verifies no signature that \(chosen.key.kind.name) makes")
        }
        return OwnProof(
            identity: named ?? chosen.certificate.identity, means: .certificate(chosen, scheme))
    }

    /// Who we are by a rule; `nil` where nothing proves it.
    func localIdentity(_ rule: Rule, sa: IKESA) -> Identification? {
        try? ownProof(
            rule, hashes: Verification.hashes + [.sha1], authorities: [], sa: sa
        ).identity
    }

    /// The value of an AUTH payload by a shared key.
    func authentication(
        by key: Secret, _ signed: SignedOctets, prf: PRF, p: SecretSlice
    ) throws(CryptoError) -> Authentication {
        let code = try SharedKeyAuthentication.code(
            primitives, prf: prf, key: key, p: p, signed: signed)
        return Authentication(method: .sharedKey, data: code.revealed())
    }
}

extension X509Certificate {
    /// The identity that it is about: its subject, or where that is empty, its first other name that
    /// is an identity.
    fileprivate var identity: Identification {
        for name in alternativeNames where subject.isEmpty {
            switch name {
            case .address(let address): return Identification(address)
            case .dns(let host): return Identification(type: .fqdn, data: Array(host.utf8))
            case .email(let mailbox):
                return Identification(type: .rfc822Address, data: Array(mailbox.utf8))
            case .uri, .directoryName, .other: break
            }
        }
        return Identification(type: .derDN, data: subject.der)
    }
}

// MARK: - The peer's

extension Engine {
    /// Checks an AUTH payload by a shared key.
    func verifySharedKey(
        _ proof: Authentication, _ rule: Rule, _ signed: SignedOctets, prf: PRF, p: SecretSlice
    ) throws(Refusal) {
        guard let key = presharedKeys[rule.label]?.remote else {
            throw Refusal(.authenticationFailed, "there is no remote preshared key for the rule")
        }
        let expected: Secret
        do throws(CryptoError) {
            expected = try SharedKeyAuthentication.code(
                primitives, prf: prf, key: key, p: p, signed: signed)
        } catch {
            throw Refusal(error)
        }
        guard expected == Secret(copying: proof.data) else {
            throw Refusal(
                .authenticationFailed,
                "peer \(signed.identity): AUTH does not verify: the preshared keys of the two ends "
                    + "of rule '\(rule.label)' differ")
        }
    }

    /// The job that checks a signature and the certificates with it.
    func verification(
        _ proof: Authentication, _ contents: Contents, _ rule: Rule, _ signed: SignedOctets,
        prf: PRF, p: SecretSlice
    ) throws(Refusal) -> Job {
        let octets: [UInt8]
        do throws(CryptoError) {
            octets = try signed.octets(primitives, prf: prf, p: p)
        } catch {
            throw Refusal(error)
        }
        let sent = contents.certificates.filter { $0.encoding == .x509Signature }
        return .verify(
            Verification(
                certificates: sent.map { $0.data },
                known: sent.isEmpty
                    ? credentials.certificates.filter { signed.identity.isNamed(by: $0) } : [],
                proof: proof, octets: octets, credentials: credentials,
                requiredIssuers: rule.requiredIssuers, moment: wallClock()))
    }

    /// A signature has been made by the key of a believed certificate: is it about whom the peer
    /// says it is, and does the rule want such?
    func checkBinding(
        _ certificate: X509Certificate, _ identity: Identification, _ rule: Rule
    ) throws(Refusal) {
        guard identity.isNamed(by: certificate) else {
            throw Refusal(
                .authenticationFailed,
                "the peer calls itself \(identity.words), but its certificate is about "
                    + "\(certificate)")
        }
        guard rule.remoteAuthentication.allows(certificate.publicKey.kind.family) else {
            throw Refusal(
                .authenticationFailed,
                "peer \(identity.words) proves itself by \(certificate.publicKey.kind.family.name), "
                    + "rule '\(rule.label)' wants \(rule.remoteAuthentication.name)")
        }
    }
}

// MARK: - What is announced

extension Engine {
    /// SIGNATURE_HASH_ALGORITHMS (RFC 7427 §4) and CERTREQ, where the peer is to prove itself, or
    /// may, by a certificate.
    func hashAnnouncement(_ rules: [Rule]) -> [Payload] {
        guard
            rules.contains(where: {
                $0.remoteAuthentication != .preshared || $0.localAuthentication != .preshared
            })
        else { return [] }
        var data: [UInt8] = []
        for hash in Verification.hashes {
            data += [
                UInt8(truncatingIfNeeded: hash.rawValue >> 8),
                UInt8(truncatingIfNeeded: hash.rawValue),
            ]
        }
        return [.notify(Notify(.signatureHashAlgorithms, data: data))]
    }

    /// CERTREQ (RFC 7296 §3.7), where the peer is to prove itself, or may, by a certificate.
    func certificateRequest(_ rules: [Rule]) -> [Payload] {
        guard rules.contains(where: { $0.remoteAuthentication != .preshared }),
            !credentials.authorities.isEmpty
        else { return [] }
        return [
            .certificateRequest(
                CertificateRequest(
                    encoding: .x509Signature, authorities: credentials.authorities))
        ]
    }
}

extension Contents {
    /// The hashes that the peer verifies signatures with (RFC 7427 §4).
    var announcedHashes: [SignatureHashAlgorithm] {
        guard let data = notify(.signatureHashAlgorithms)?.data else { return [] }
        // There are 65536 of them at the most, and those that we know are few.
        return stride(from: 0, to: data.count - data.count % 2, by: 2).map {
            SignatureHashAlgorithm(rawValue: UInt16(data[$0]) << 8 | UInt16(data[$0 + 1]))
        }
    }

    /// The hashes of the keys of the authorities that the peer believes.
    var authorities: [UInt8] {
        certificateRequests.filter { $0.encoding == .x509Signature }.flatMap { $0.authorities }
    }
}
