import COpenSSL

/// A responder's word that a certificate is good (RFC 6960 §4.2).
public struct OCSPResponse: Hashable, Sendable {
    /// When it was known, in seconds since 1970.
    public let thisUpdate: Int64
    /// Until when the response may be kept, in seconds since 1970.
    public let validUntil: Int64

    /// Longer ones are refused: those with the chain of a responder take some thousands of octets.
    public static let longest = 65536

    /// Reads the response about a certificate of the issuer's at a moment in seconds since 1970.
    ///
    /// Throws a refusal of the certificate: that it has been revoked, or that the response does not
    /// tell. With a request, the response must be the one to it, or at least to none other.
    public init(
        der: [UInt8], about certificate: X509Certificate, issuer: X509Certificate,
        request: OCSPRequest? = nil, policy: OCSPPolicy = OCSPPolicy(), at moment: Int64
    ) throws(ChainRefusal) {
        defer { ERR_clear_error() }
        let basic: OpaquePointer
        do throws(Unusable) {
            basic = try Self.decode(der)
        } catch {
            throw certificate.refused(.statusUnknown(error.why))
        }
        defer { OCSP_BASICRESP_free(basic) }
        do throws(Unusable) {
            if let request { try Self.check(request, basic) }
            if !policy.ignoresSignature {
                try Self.checkSignature(basic, issuer, policy, moment)
            }
            let answer = try Answer(basic, about: certificate, issuer: issuer)
            thisUpdate = answer.thisUpdate
            validUntil = try Self.end(of: answer, policy, moment)
            if answer.status == V_OCSP_CERTSTATUS_REVOKED {
                throw Unusable(revocation: answer.reason)
            }
            guard answer.status == V_OCSP_CERTSTATUS_GOOD else {
                throw Unusable("the OCSP responder does not know it")
            }
        } catch {
            throw certificate.refused(
                error.revocation.map { .revoked($0) } ?? .statusUnknown(error.why))
        }
    }

    /// Whether newer ones than this were due before a moment in seconds since 1970. Throws when it is
    /// none.
    static func isOver(_ der: [UInt8], at moment: Int64) throws(CryptoError) -> Bool {
        defer { ERR_clear_error() }
        do throws(Unusable) {
            let basic = try decode(der)
            defer { OCSP_BASICRESP_free(basic) }
            let single = OCSP_resp_get0(basic, 0)
            var next: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
            guard single != nil, OCSP_single_get0_status(single, nil, nil, nil, &next) >= 0 else {
                throw Unusable("the OCSP response is about no certificate")
            }
            return seconds(next).map { $0 + OCSPPolicy.clockDifference < moment } ?? false
        } catch {
            throw .malformedOCSPResponse(reason: error.why)
        }
    }

    /// Why a response does not say that a certificate is good.
    private struct Unusable: Error {
        let why: String
        let revocation: RevocationReason?

        init(_ why: String) {
            self.why = why
            revocation = nil
        }

        init(revocation: RevocationReason) {
            why = ""
            self.revocation = revocation
        }
    }

    private static func decode(_ der: [UInt8]) throws(Unusable) -> OpaquePointer {
        guard der.count <= longest else {
            throw Unusable("the OCSP response has \(der.count) octets")
        }
        guard DERShape.isWellFormed(der.span) else {
            throw Unusable("the OCSP response is not in DER")
        }
        let decoded = der.withUnsafeBufferPointer { der in
            var position = der.baseAddress
            return d2i_OCSP_RESPONSE(nil, &position, der.count)
        }
        guard let response = decoded else { throw Unusable("the OCSP response is malformed") }
        defer { OCSP_RESPONSE_free(response) }
        let status = OCSP_response_status(response)
        guard status == OCSP_RESPONSE_STATUS_SUCCESSFUL else {
            let words = OCSP_response_status_str(Int(status)).map { String(cString: $0) }
            throw Unusable("the OCSP responder says \(words ?? "error \(status)")")
        }
        guard let basic = OCSP_response_get1_basic(response) else {
            throw Unusable("the OCSP response is of an unknown kind")
        }
        return basic
    }

    /// A response without a nonce is taken too: many responders make theirs ahead (RFC 6960 §4.4.1).
    private static func check(
        _ request: OCSPRequest, _ basic: OpaquePointer
    ) throws(Unusable) {
        let decoded = request.der.withUnsafeBufferPointer { der in
            var position = der.baseAddress
            return d2i_OCSP_REQUEST(nil, &position, der.count)
        }
        defer { OCSP_REQUEST_free(decoded) }
        guard let decoded, OCSP_check_nonce(decoded, basic) != 0 else {
            throw Unusable("the OCSP response is to another request")
        }
    }

    /// Signed by the issuer, by whom it delegates that to (§4.2.2.2), or by the policy's responder.
    private static func checkSignature(
        _ basic: OpaquePointer, _ issuer: X509Certificate, _ policy: OCSPPolicy, _ moment: Int64
    ) throws(Unusable) {
        guard let store = X509_STORE_new(), let certificates = OPENSSL_sk_new_null() else {
            throw Unusable("out of memory")
        }
        defer {
            X509_STORE_free(store)
            OPENSSL_sk_free(certificates)
        }
        let parameters = X509_STORE_get0_param(store)
        X509_VERIFY_PARAM_set_time(parameters, Int(clamping: moment))
        X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        var flags: UInt = 0
        if let responder = policy.responder {
            OPENSSL_sk_push(certificates, UnsafeRawPointer(responder.handle))
            flags = UInt(OCSP_TRUSTOTHER)
        } else {
            OPENSSL_sk_push(certificates, UnsafeRawPointer(issuer.handle))
        }
        guard X509_STORE_add_cert(store, issuer.handle) == 1,
            OCSP_basic_verify(basic, certificates, store, flags) == 1
        else { throw Unusable("the OCSP response is not signed by its issuer's responder") }
        // Its key is held to the same limits as any other.
        var signer: OpaquePointer?
        guard OCSP_resp_get0_signer(basic, &signer, certificates) == 1, let signer,
            (try? X509Certificate(copying: signer)) != nil
        else { throw Unusable("the key of the OCSP responder cannot be used") }
    }

    /// Until when the answer may be kept.
    private static func end(
        of answer: Answer, _ policy: OCSPPolicy, _ moment: Int64
    ) throws(Unusable) -> Int64 {
        let lifetime = policy.responseLifetime ?? OCSPPolicy.defaultLifetime
        let end =
            switch (answer.nextUpdate, policy.responseLifetime) {
            case (let next?, nil): next
            case (let next?, let lifetime?): min(next, answer.thisUpdate + lifetime)
            case (nil, _): answer.thisUpdate + lifetime
            }
        guard answer.thisUpdate <= moment + OCSPPolicy.clockDifference else {
            throw Unusable("the OCSP response is not yet valid")
        }
        guard end >= moment - OCSPPolicy.clockDifference else {
            throw Unusable("the OCSP response is out of date")
        }
        return end
    }

    /// What a response says of one certificate.
    private struct Answer {
        let status: Int32
        let reason: RevocationReason
        let thisUpdate: Int64
        let nextUpdate: Int64?

        init(
            _ basic: OpaquePointer, about certificate: X509Certificate, issuer: X509Certificate
        ) throws(Unusable) {
            let identifier = OCSP_cert_to_id(EVP_sha1(), certificate.handle, issuer.handle)
            defer { OCSP_CERTID_free(identifier) }
            var status: Int32 = 0
            var reason: Int32 = 0
            var thisUpdate: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
            var nextUpdate: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
            guard
                OCSP_resp_find_status(
                    basic, identifier, &status, &reason, nil, &thisUpdate, &nextUpdate) == 1
            else { throw Unusable("the OCSP response is about another certificate") }
            guard let known = seconds(thisUpdate), known >= 0 else {
                throw Unusable("the OCSP response has no time")
            }
            self.status = status
            self.reason = RevocationReason(rawValue: max(0, Int(reason)))
            self.thisUpdate = known
            self.nextUpdate = seconds(nextUpdate)
        }
    }
}
