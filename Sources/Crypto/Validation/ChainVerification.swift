import COpenSSL

/// What a verification goes by to learn of revocations.
struct RevocationEvidence {
    /// The lists.
    let lists: [RevocationList]
    /// The certificates that need none.
    let excused: [X509Certificate]

    init(_ lists: [RevocationList], excused: [X509Certificate]) {
        self.lists = lists
        self.excused = excused
    }
}

/// One question to libcrypto: does a chain lead from a certificate to an anchor?
///
/// libcrypto reports each fault to it, and it decides which of them the policy tolerates.
final class ChainVerification {
    private let certificate: X509Certificate
    private let intermediates: [X509Certificate]
    private let anchors: [X509Certificate]
    private let revocation: RevocationEvidence
    private let policy: ChainPolicy
    private let moment: Int64
    /// The fault that ended the search.
    private var refusal: ChainRefusal?

    init(
        _ certificate: X509Certificate, intermediates: [X509Certificate],
        anchors: [X509Certificate], revocation: RevocationEvidence, policy: ChainPolicy,
        moment: Int64
    ) {
        self.certificate = certificate
        self.intermediates = intermediates
        self.anchors = anchors
        self.revocation = revocation
        self.policy = policy
        self.moment = moment
    }

    /// Searches and checks a chain; `endsAnywhere` lets it end with an anchor that others signed.
    func run(
        _ store: OpaquePointer, endsAnywhere: Bool
    ) throws(ChainRefusal) -> CertificateChain {
        defer { ERR_clear_error() }
        refusal = nil
        let untrusted = OPENSSL_sk_new_null()
        let lists = OPENSSL_sk_new_null()
        guard let context = X509_STORE_CTX_new() else { throw failure("out of memory") }
        defer {
            X509_STORE_CTX_free(context)
            OPENSSL_sk_free(untrusted)
            OPENSSL_sk_free(lists)
        }
        for intermediate in intermediates {
            OPENSSL_sk_push(untrusted, UnsafeRawPointer(intermediate.handle))
        }
        for list in revocation.lists { OPENSSL_sk_push(lists, UnsafeRawPointer(list.handle)) }
        guard X509_STORE_CTX_init(context, store, certificate.handle, untrusted) == 1 else {
            throw failure(CryptoError.reason())
        }
        X509_STORE_CTX_set0_crls(context, lists)
        setParameters(context, endsAnywhere: endsAnywhere)
        X509_STORE_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(self).toOpaque())
        X509_STORE_CTX_set_verify_cb(context) { isGood, context in
            guard isGood == 0, let context,
                let verification = X509_STORE_CTX_get_ex_data(context, 0)
            else { return isGood }
            return Unmanaged<ChainVerification>.fromOpaque(verification).takeUnretainedValue()
                .tolerates(context) ? 1 : 0
        }
        guard X509_verify_cert(context) == 1 else {
            throw refusal ?? failure(Self.words(X509_STORE_CTX_get_error(context)))
        }
        return chain(context)
    }

    private func setParameters(_ context: OpaquePointer, endsAnywhere: Bool) {
        let parameters = X509_STORE_CTX_get0_param(context)
        X509_VERIFY_PARAM_set_time(parameters, Int(clamping: moment))
        X509_VERIFY_PARAM_set_depth(parameters, Int32(clamping: policy.longestPath))
        // Weak keys and hashes have been, or will be, refused by others here, with their reason.
        X509_VERIFY_PARAM_set_auth_level(parameters, 0)
        var flags = endsAnywhere ? UInt(X509_V_FLAG_PARTIAL_CHAIN) : 0
        switch policy.revocationLists {
        case .ignored: break
        case .ifAvailable, .required:
            flags |= UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL)
        }
        X509_VERIFY_PARAM_set_flags(parameters, flags)
    }

    private func failure(_ words: String) -> ChainRefusal { certificate.refused(.other(words)) }

    /// The certificates that libcrypto found, as the objects that they came in.
    private func chain(_ context: OpaquePointer) -> CertificateChain {
        let found = X509_STORE_CTX_get0_chain(context)
        var certificates: [X509Certificate] = []
        for index in 0..<max(0, OPENSSL_sk_num(found)) {
            guard let element = OPENSSL_sk_value(found, index) else { continue }
            let handle = OpaquePointer(element)
            let known =
                certificate.handle == handle
                ? certificate
                : intermediates.first { $0.handle == handle }
                    ?? anchors.first { $0.handle == handle }
            if let known { certificates.append(known) }
        }
        return CertificateChain(certificates)
    }
}

// Faults.
extension ChainVerification {
    /// Whether the policy makes light of the fault; if not, it is remembered.
    private func tolerates(_ context: OpaquePointer) -> Bool {
        let error = X509_STORE_CTX_get_error(context)
        let handle = X509_STORE_CTX_get_current_cert(context)
        switch error {
        case X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED:
            if policy.ignoresDate || isNearlyValid(handle) { return true }
        case X509_V_ERR_CRL_NOT_YET_VALID, X509_V_ERR_CRL_HAS_EXPIRED:
            if policy.ignoresRevocationListDate || isExcused(handle) { return true }
        case X509_V_ERR_CRL_SIGNATURE_FAILURE:
            if policy.ignoresRevocationListSignature { return true }
        case X509_V_ERR_UNABLE_TO_GET_CRL:
            if policy.revocationLists != .required || isExcused(handle) { return true }
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            if policy.ignoresTrustAnchor { return true }
        default: break
        }
        if refusal == nil {
            refusal = refusal(error, handle)
        }
        return false
    }

    private func isExcused(_ handle: OpaquePointer?) -> Bool {
        revocation.excused.contains { X509_cmp($0.handle, handle) == 0 }
    }

    private func isNearlyValid(_ handle: OpaquePointer?) -> Bool {
        guard let handle, let validity = try? Validity(of: handle) else { return false }
        return validity.distance(from: moment) <= policy.validityAdjustment
    }

    /// The fault in our words; the certificate at fault is one of libcrypto's.
    private func refusal(_ error: Int32, _ handle: OpaquePointer?) -> ChainRefusal {
        guard let handle, let atFault = try? X509Certificate(copying: handle) else {
            return failure(Self.words(error))
        }
        return atFault.refused(reason(error, atFault))
    }

    private func reason(
        _ error: Int32, _ certificate: X509Certificate
    ) -> ChainRefusal.Reason {
        switch error {
        case X509_V_ERR_CERT_NOT_YET_VALID:
            .notYetValid(from: certificate.validity.notBefore)
        case X509_V_ERR_CERT_HAS_EXPIRED: .expired(at: certificate.validity.notAfter)
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            .selfSignedUntrusted
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            .issuerUnknown(certificate.issuer)
        case X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
            .wrongSignature
        case X509_V_ERR_INVALID_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN: .notAnAuthority
        case X509_V_ERR_PATH_LENGTH_EXCEEDED, X509_V_ERR_CERT_CHAIN_TOO_LONG: .pathTooLong
        case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION: .unknownCriticalExtension
        case X509_V_ERR_PERMITTED_VIOLATION: .nameNotPermitted
        case X509_V_ERR_EXCLUDED_VIOLATION: .nameExcluded
        case X509_V_ERR_CERT_REVOKED: .revoked(revocationReason(certificate))
        case X509_V_ERR_UNABLE_TO_GET_CRL: .noRevocationList
        case X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_NOT_YET_VALID: .staleRevocationList
        case X509_V_ERR_CRL_SIGNATURE_FAILURE: .wrongRevocationList
        default: .other(Self.words(error))
        }
    }

    /// The reason in its issuer's list. libcrypto does not always say which list that was.
    private func revocationReason(_ certificate: X509Certificate) -> RevocationReason {
        for list in revocation.lists where list.issuer == certificate.issuer {
            var entry: OpaquePointer?
            guard X509_CRL_get0_by_cert(list.handle, &entry, certificate.handle) != 0,
                let value = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nil, nil)
            else { continue }
            let number = value.assumingMemoryBound(to: ASN1_ENUMERATED.self)
            defer { ASN1_ENUMERATED_free(number) }
            return RevocationReason(rawValue: ASN1_ENUMERATED_get(number))
        }
        return .unspecified
    }

    private static func words(_ error: Int32) -> String {
        X509_verify_cert_error_string(Int(error)).map { String(cString: $0) } ?? "error \(error)"
    }
}
