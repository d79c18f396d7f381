import COpenSSL
import Testing

@testable import Crypto

struct OCSPTests {
    /// Makes responses for tests.
    struct Maker {
        var status = V_OCSP_CERTSTATUS_GOOD
        var reason: Int32 = 1
        var thisUpdate = 1_500_000_000
        var nextUpdate: Int? = 1_500_003_600
        var nonceOf: OCSPRequest?
        /// Sent along.
        var certificates: [X509Certificate] = []

        func make(
            about certificate: X509Certificate, issuer: X509Certificate,
            signedBy signer: CertificateMaker.Made
        ) throws -> [UInt8] {
            let basic = try #require(OCSP_BASICRESP_new())
            defer { OCSP_BASICRESP_free(basic) }
            let identifier = OCSP_cert_to_id(EVP_sha1(), certificate.handle, issuer.handle)
            let time = ASN1_GENERALIZEDTIME_set(nil, thisUpdate)
            let next = nextUpdate.flatMap { ASN1_GENERALIZEDTIME_set(nil, $0) }
            defer {
                OCSP_CERTID_free(identifier)
                ASN1_GENERALIZEDTIME_free(time)
                ASN1_GENERALIZEDTIME_free(next)
            }
            try #require(
                OCSP_basic_add1_status(basic, identifier, status, reason, time, time, next) != nil)
            if let nonceOf {
                let request = nonceOf.der.withUnsafeBufferPointer { der in
                    var position = der.baseAddress
                    return d2i_OCSP_REQUEST(nil, &position, der.count)
                }
                defer { OCSP_REQUEST_free(request) }
                try #require(OCSP_copy_nonce(basic, request) > 0)
            }
            let others = OPENSSL_sk_new_null()
            defer { OPENSSL_sk_free(others) }
            for other in certificates { OPENSSL_sk_push(others, UnsafeRawPointer(other.handle)) }
            try #require(
                OCSP_basic_sign(
                    basic, signer.certificate.handle, signer.key.handle, EVP_sha256(), others, 0)
                    == 1)
            let response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic)
            defer { OCSP_RESPONSE_free(response) }
            return encoded { i2d_OCSP_RESPONSE(response, &$0) }
        }
    }

    private let all: TestHierarchy

    init() throws {
        all = try TestHierarchy()
    }

    private func response(
        _ maker: Maker = Maker(), signedBy signer: CertificateMaker.Made? = nil
    ) throws -> [UInt8] {
        try maker.make(
            about: all.leaf.certificate, issuer: all.lower.certificate,
            signedBy: signer ?? all.lower)
    }

    @discardableResult
    private func read(
        _ der: [UInt8], request: OCSPRequest? = nil, policy: OCSPPolicy = OCSPPolicy(),
        at moment: Int64 = TestHierarchy.moment
    ) throws(ChainRefusal) -> OCSPResponse {
        try OCSPResponse(
            der: der, about: all.leaf.certificate, issuer: all.lower.certificate,
            request: request, policy: policy, at: moment)
    }

    private func refuses(
        _ reason: ChainRefusal.Reason, sourceLocation: SourceLocation = #_sourceLocation,
        _ read: () throws -> Void
    ) {
        #expect(
            throws: all.leaf.certificate.refused(reason), sourceLocation: sourceLocation,
            performing: read)
        #expect(ERR_peek_error() == 0, sourceLocation: sourceLocation)
    }

    @Test func asksAboutTheSerialOfAnIssuer() throws {
        let request = try OCSPRequest(
            about: all.leaf.certificate, issuer: all.lower.certificate, nonce: rising(from: 1, 32))
        let decoded = request.der.withUnsafeBufferPointer { der in
            var position = der.baseAddress
            return d2i_OCSP_REQUEST(nil, &position, der.count)
        }
        defer { OCSP_REQUEST_free(decoded) }
        #expect(OCSP_request_onereq_count(decoded) == 1)
        let one = OCSP_onereq_get0_id(OCSP_request_onereq_get0(decoded, 0))
        var name: UnsafeMutablePointer<ASN1_OCTET_STRING>?
        var key: UnsafeMutablePointer<ASN1_OCTET_STRING>?
        var serial: UnsafeMutablePointer<ASN1_INTEGER>?
        try #require(OCSP_id_get0_info(&name, nil, &key, &serial, one) == 1)
        #expect(octets(of: serial) == all.leaf.certificate.serialNumber)
        // RFC 6960 §4.1.1: SHA-1 over the issuer's name, and over its key without the tag.
        #expect(octets(of: name) == (try Digest.sha1(all.lower.certificate.subject.der)))
        #expect(octets(of: key) == all.lower.certificate.subjectKeyIdentifier)
    }

    @Test func believesTheIssuer() throws {
        let good = try read(response())
        #expect(good.thisUpdate == 1_500_000_000)
        #expect(good.validUntil == 1_500_003_600)
        var maker = Maker(status: V_OCSP_CERTSTATUS_REVOKED)
        refuses(.revoked(RevocationReason(rawValue: 1))) { try read(response(maker)) }
        maker.status = V_OCSP_CERTSTATUS_UNKNOWN
        refuses(.statusUnknown("the OCSP responder does not know it")) {
            try read(response(maker))
        }
    }

    @Test func believesWhomTheIssuerDelegates() throws {
        func responder(
            _ extensions: [(name: String, value: String)], by issuer: CertificateMaker.Made
        ) throws -> CertificateMaker.Made {
            try CertificateMaker("CN=responder", extensions).make(.ec("P-256"), by: issuer)
        }
        let delegated = try responder([("extendedKeyUsage", "OCSPSigning")], by: all.lower)
        #expect(try read(response(signedBy: delegated)).thisUpdate == 1_500_000_000)
        let unsigned = ChainRefusal.Reason.statusUnknown(
            "the OCSP response is not signed by its issuer's responder")
        // Without the purpose, by another authority, by the gateway itself, by anybody.
        for other in [
            try responder([], by: all.lower),
            try responder([("extendedKeyUsage", "OCSPSigning")], by: all.upper),
            all.leaf, try CertificateMaker("CN=responder").make(.ec("P-256")), all.root,
        ] {
            refuses(unsigned) { try read(response(signedBy: other)) }
            var policy = OCSPPolicy()
            policy.ignoresSignature = true
            #expect(try read(response(signedBy: other), policy: policy).validUntil > 0)
            policy = OCSPPolicy()
            policy.responder = other.certificate
            #expect(try read(response(signedBy: other), policy: policy).validUntil > 0)
        }
        var policy = OCSPPolicy()
        policy.responder = all.root.certificate
        refuses(unsigned) { try read(response(signedBy: all.leaf), policy: policy) }
    }

    @Test func heedsTheTimes() throws {
        let der = try response()
        let start: Int64 = 1_500_000_000
        #expect(try read(der, at: start - 300).thisUpdate == start)
        refuses(.statusUnknown("the OCSP response is not yet valid")) {
            try read(der, at: start - 301)
        }
        #expect(try read(der, at: start + 3900).thisUpdate == start)
        refuses(.statusUnknown("the OCSP response is out of date")) {
            try read(der, at: start + 3901)
        }
        let endless = try response(Maker(nextUpdate: nil))
        #expect(try read(endless, at: start + 86700).validUntil == start + 86400)
        refuses(.statusUnknown("the OCSP response is out of date")) {
            try read(endless, at: start + 86701)
        }
        var policy = OCSPPolicy()
        policy.responseLifetime = 60
        #expect(try read(der, policy: policy, at: start + 360).validUntil == start + 60)
        refuses(.statusUnknown("the OCSP response is out of date")) {
            try read(der, policy: policy, at: start + 361)
        }
    }

    @Test func isTheResponseToItsRequest() throws {
        func request(_ nonce: UInt8) throws -> OCSPRequest {
            try OCSPRequest(
                about: all.leaf.certificate, issuer: all.lower.certificate,
                nonce: rising(from: nonce, 32))
        }
        let mine = try request(1)
        #expect(try read(response(Maker(nonceOf: mine)), request: mine).thisUpdate > 0)
        #expect(try read(response(), request: mine).thisUpdate > 0)
        refuses(.statusUnknown("the OCSP response is to another request")) {
            try read(response(Maker(nonceOf: request(2))), request: mine)
        }
        refuses(.statusUnknown("the OCSP response is about another certificate")) {
            var maker = TestHierarchy.gateway()
            maker.serial = [9]
            let other = try maker.make(.ec("P-256"), by: all.lower).certificate
            try read(
                Maker().make(about: other, issuer: all.lower.certificate, signedBy: all.lower))
        }
    }

    @Test func tellsWhyAResponderDoesNotAnswer() throws {
        let response = OCSP_response_create(OCSP_RESPONSE_STATUS_TRYLATER, nil)
        defer { OCSP_RESPONSE_free(response) }
        refuses(.statusUnknown("the OCSP responder says trylater")) {
            try read(encoded { i2d_OCSP_RESPONSE(response, &$0) })
        }
    }

    @Test func changedResponsesAreRefused() throws {
        let good = try response()
        for count in 0..<good.count {
            #expect(throws: ChainRefusal.self) { try read(Array(good[..<count])) }
        }
        #expect(throws: ChainRefusal.self) { try read(good + [0]) }
        #expect(throws: ChainRefusal.self) { try read([UInt8](repeating: 0x30, count: 70000)) }
        for index in good.indices {
            var changed = good
            changed[index] ^= 1 << (index % 8)
            guard let read = try? read(changed) else { continue }
            // Parts that no signature covers may change; what is said may not.
            #expect(read.thisUpdate == 1_500_000_000)
            #expect(read.validUntil == 1_500_003_600)
        }
        #expect(ERR_peek_error() == 0)
    }
}
