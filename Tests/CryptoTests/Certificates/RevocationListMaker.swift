import COpenSSL
import Testing

@testable import Crypto

/// Makes revocation lists for tests.
struct RevocationListMaker {
    var thisUpdate = 1_000_000_000
    var nextUpdate: Int? = 1_600_000_000
    /// Serial numbers, and the reasons of RFC 5280 §5.3.1.
    var revoked: [(serial: [UInt8], reason: Int?)] = []

    func make(by issuer: CertificateMaker.Made, signedBy key: TestKey? = nil) throws
        -> RevocationList
    {
        let list = try #require(X509_CRL_new())
        defer { X509_CRL_free(list) }
        try #require(X509_CRL_set_version(list, 1) == 1)
        let name = X509_get_subject_name(issuer.certificate.handle)
        try #require(X509_CRL_set_issuer_name(list, name) == 1)
        let time = try #require(ASN1_TIME_set(nil, thisUpdate))
        defer { ASN1_TIME_free(time) }
        try #require(X509_CRL_set1_lastUpdate(list, time) == 1)
        if let nextUpdate {
            try #require(ASN1_TIME_set(time, nextUpdate) != nil)
            try #require(X509_CRL_set1_nextUpdate(list, time) == 1)
        }
        for (serial, reason) in revoked {
            let entry = try #require(X509_REVOKED_new())
            let number = try #require(BN_bin2bn(serial, Int32(serial.count), nil))
            defer { BN_free(number) }
            let integer = try #require(BN_to_ASN1_INTEGER(number, nil))
            defer { ASN1_INTEGER_free(integer) }
            try #require(X509_REVOKED_set_serialNumber(entry, integer) == 1)
            try #require(X509_REVOKED_set_revocationDate(entry, time) == 1)
            if let reason {
                let value = try #require(ASN1_ENUMERATED_new())
                defer { ASN1_ENUMERATED_free(value) }
                try #require(ASN1_ENUMERATED_set(value, reason) == 1)
                try #require(
                    X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, value, 0, 0) == 1)
            }
            try #require(X509_CRL_add0_revoked(list, entry) == 1)
        }
        X509_CRL_sort(list)
        let signer = key ?? issuer.key
        try #require(X509_CRL_sign(list, signer.handle, EVP_sha256()) > 0)
        return try RevocationList(der: encoded { i2d_X509_CRL(list, &$0) })
    }
}
