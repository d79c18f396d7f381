import COpenSSL

/// The certificates of the keystore with the policy about them: what peers' certificates are checked
/// against. Made once for each keystore and policy; several threads may use it at once.
public final class TrustStore: @unchecked Sendable {
    /// What chains must fulfil.
    public let policy: ChainPolicy
    /// The certificates that end a chain.
    public let anchors: [X509Certificate]
    /// Anchors that others signed: a chain may pass through them on its way to another.
    private let signedAnchors: [X509Certificate]
    /// Certificates that are no anchors under the policy, but that a chain may pass through.
    private let others: [X509Certificate]
    /// libcrypto's form of the anchors.
    private let store: Store
    /// Of those of them that signed themselves.
    private let rootStore: Store

    /// More certificates of a peer are not looked at: a chain has a handful.
    public static let mostIntermediates = 32

    /// Throws when libcrypto fails.
    public init(
        certificates: [X509Certificate], policy: ChainPolicy = ChainPolicy()
    ) throws(CryptoError) {
        self.policy = policy
        anchors = certificates.filter { Self.isAnchor($0, policy) }
        others = certificates.filter { !Self.isAnchor($0, policy) }
        store = try Store(anchors)
        signedAnchors = anchors.filter { !$0.isSelfSigned }
        rootStore = try Store(anchors.filter { $0.isSelfSigned })
    }

    /// Certificates that libcrypto trusts.
    private final class Store {
        let handle: OpaquePointer

        init(_ certificates: [X509Certificate]) throws(CryptoError) {
            guard let handle = X509_STORE_new() else { throw .libcrypto("a certificate store") }
            self.handle = handle
            for certificate in certificates {
                // deinit frees the store then: every property has its value by now.
                guard X509_STORE_add_cert(handle, certificate.handle) == 1 else {
                    throw .libcrypto("a certificate store")
                }
            }
        }

        deinit {
            X509_STORE_free(handle)
        }
    }

    private static func isAnchor(_ certificate: X509Certificate, _ policy: ChainPolicy) -> Bool {
        if case .named(let subject, let serialNumber) = policy.anchors {
            guard certificate.subject == subject,
                serialNumber == nil || serialNumber == certificate.serialNumber
            else { return false }
        }
        return policy.trustsIntermediateAuthorities || certificate.isSelfSigned
    }

    /// Checks a peer's certificate at a moment in seconds since 1970, and gives its chain.
    ///
    /// `intermediates` are the other certificates that the peer sent, in any order and trusted with
    /// nothing. With `requiredIssuers` the chain must pass through one of them.
    public func validate(
        _ certificate: X509Certificate, intermediates: [X509Certificate] = [],
        revocationLists: [RevocationList] = [], requiredIssuers: [DistinguishedName] = [],
        at moment: Int64
    ) throws(ChainRefusal) -> CertificateChain {
        try validate(
            certificate, intermediates: intermediates, revocationLists: revocationLists,
            excused: [], requiredIssuers: requiredIssuers, at: moment)
    }

    /// The same, where those who are `excused` need no revocation list, or nobody does.
    func validate(
        _ certificate: X509Certificate, intermediates: [X509Certificate],
        revocationLists: [RevocationList] = [], excused: [X509Certificate] = [],
        ignoringRevocation: Bool = false, requiredIssuers: [DistinguishedName], at moment: Int64
    ) throws(ChainRefusal) -> CertificateChain {
        var policy = policy
        if ignoringRevocation { policy.revocationLists = .ignored }
        guard intermediates.count <= Self.mostIntermediates else {
            throw certificate.refused(.tooManyCertificates(intermediates.count))
        }
        let chain = try chain(
            certificate, intermediates, RevocationEvidence(revocationLists, excused: excused),
            policy, moment)
        try policy.checkHashes(of: chain)
        try policy.checkUsage(of: certificate)
        guard
            requiredIssuers.isEmpty
                || requiredIssuers.contains(where: { chain.passes(through: $0) })
        else { throw certificate.refused(.requiredIssuerMissing) }
        return chain
    }

    private func chain(
        _ certificate: X509Certificate, _ intermediates: [X509Certificate],
        _ revocation: RevocationEvidence, _ policy: ChainPolicy, _ moment: Int64
    ) throws(ChainRefusal) -> CertificateChain {
        func verification(_ intermediates: [X509Certificate]) -> ChainVerification {
            ChainVerification(
                certificate, intermediates: intermediates, anchors: anchors,
                revocation: revocation, policy: policy, moment: moment)
        }
        do throws(ChainRefusal) {
            // First up to one that signed itself, so that all authorities on the way count. libcrypto
            // does not go back from what it trusts to what it does not: nothing else is trusted then.
            return try verification(intermediates + signedAnchors + others)
                .run(rootStore.handle, endsAnywhere: false)
        } catch {
            switch error.reason {
            case .issuerUnknown, .selfSignedUntrusted: break
            default: throw error
            }
            // What a peer sends along with a certificate that is trusted itself proves nothing.
            let isTrusted = anchors.contains(certificate)
            return try verification(isTrusted ? [] : intermediates + others)
                .run(store.handle, endsAnywhere: true)
        }
    }
}

extension X509Certificate {
    func refused(_ reason: ChainRefusal.Reason) -> ChainRefusal {
        ChainRefusal(subject: subject, serial: serialText, reason: reason)
    }
}
