import Crypto
import Net
import Policy
import Wire

// How the two ends of an IKE SA prove who they are: AUTH payloads (RFC 7296 §2.15, §3.8, RFC 7427).

/// Who we are to a peer, and what proves it.
struct OwnProof {
    enum Means {
        case sharedKey(Secret)
        case signature(Credentials.Identity, SignatureScheme)
    }

    let identity: Identification
    let means: Means
    /// What goes into the CERT payloads that go with it.
    var certificates: [Certificate] = []
}

extension OwnProof {
    /// The CERT payloads that go with it.
    var certificatePayloads: [Payload] { certificates.map { .certificate($0) } }
}

// MARK: - Our own

extension Engine {
    /// Who we are to the peer, by the rule, and what proves it.
    ///
    /// - Parameters:
    ///   - wish: whom the peer wants to speak to.
    ///   - wishes: what it would believe.
    func ownProof(
        _ rule: Rule, wish: Identification? = nil, _ wishes: ProofWishes, sa: IKESA
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
        guard let first = fitting.first else {
            throw Refusal(
                .authenticationFailed,
                "no certificate or public key with a private key serves rule '\(rule.label)' "
                    + "(\(rule.localAuthentication.name)\(named.map { ", \($0.words)" } ?? ""))")
        }
        guard let (identity, scheme) = wishes.choose(among: fitting) else {
            throw Refusal(
                .authenticationFailed,
                "the peer verifies no signature that \(first.key.kind.name) makes")
        }
        let responses = wishes.wantsResponses ? responses(about: identity) : []
        return OwnProof(
            identity: named ?? identity.identification, means: .signature(identity, scheme),
            certificates: identity.sent(to: wishes)
                + responses.map { Certificate(encoding: .ocspContent, data: $0) })
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
        let sent = contents.certificates.compactMap { SentCertificate($0) }
        let responses = contents.certificates.filter { $0.encoding == .ocspContent }
        let sentKey = contents.certificates.first { $0.encoding == .rawPublicKey }
        return .verify(
            Verification(
                sent: sent, fetchesCertificates: rule.requestHTTPCertificates,
                known: sent.isEmpty
                    ? credentials.certificates.filter { signed.identity.isNamed(by: $0) } : [],
                sentKey: sentKey?.data,
                rawKeys: credentials.rawKeys(of: signed.identity, for: rule),
                proof: proof, octets: octets, credentials: credentials,
                requiredIssuers: rule.requiredIssuers,
                evidence: StatusEvidence(
                    lists: credentials.revocationLists, known: knownAnswers,
                    sent: responses.map { $0.data }, fetched: fetchFailures.results(at: now)),
                moment: wallClock()))
    }

    /// A signature has been made by the key of a believed certificate, or by a key of the keystore:
    /// is it about whom the peer says it is, and does the rule want such?
    func checkBinding(
        _ proven: Verdict.Proven, _ identity: Identification, _ rule: Rule
    ) throws(Refusal) {
        // The keystore says whose a key without a certificate is.
        if case .certificate(let certificate) = proven, !identity.isNamed(by: certificate) {
            throw Refusal(
                .authenticationFailed,
                "the peer calls itself \(identity.words), but its certificate is about "
                    + "\(certificate)")
        }
        let family = proven.key.kind.family
        guard rule.remoteAuthentication.allows(family) else {
            throw Refusal(
                .authenticationFailed,
                "peer \(identity.words) proves itself by \(family.name), "
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

    /// CERTREQ (RFC 7296 §3.7), and HTTP_CERT_LOOKUP_SUPPORTED with it (§3.10.1), where the peer is to prove itself, or may, by a certificate.
    ///
    /// Keys without certificates are not asked for (RFC 7670): those that count are here already,
    /// and there are peers that send nothing at all when asked for what they do not know.
    func certificateRequest(_ rules: [Rule]) -> [Payload] {
        let rules = rules.filter { $0.remoteAuthentication != .preshared }
        guard !rules.isEmpty, !credentials.authorities.isEmpty else { return [] }
        var requests = [
            CertificateRequest(encoding: .x509Signature, authorities: credentials.authorities)
        ]
        if let responders = credentials.responders {
            requests.append(CertificateRequest(encoding: .ocspContent, authorities: responders))
        }
        // The peer may fall under any of the rules, and what it sends must do for that one.
        let lookup: [Payload] =
            rules.allSatisfy { $0.requestHTTPCertificates }
            ? [.notify(Notify(.httpCertLookupSupported))] : []
        return requests.map { .certificateRequest($0) } + lookup
    }
}
