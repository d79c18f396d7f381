import COpenSSL

/// From when to when a certificate holds, in seconds since 1970.
public struct Validity: Hashable, Sendable {
    /// The first second.
    public let notBefore: Int64
    /// The last second.
    public let notAfter: Int64

    /// Both bounds.
    public init(notBefore: Int64, notAfter: Int64) {
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    init(of handle: OpaquePointer) throws(CryptoError) {
        guard let notBefore = seconds(X509_get0_notBefore(handle)),
            let notAfter = seconds(X509_get0_notAfter(handle))
        else { throw .malformedCertificate(reason: "its validity is no two times") }
        self.init(notBefore: notBefore, notAfter: notAfter)
    }

    /// How far the moment lies outside, in seconds; 0 within.
    public func distance(from moment: Int64) -> Int64 {
        if moment < notBefore { return notBefore - moment }
        if moment > notAfter { return moment - notAfter }
        return 0
    }
}

/// Seconds from 1970 to a time of libcrypto's; `nil` when it is none.
func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
    guard let time, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
    defer { ASN1_TIME_free(epoch) }
    var days: Int32 = 0
    var seconds: Int32 = 0
    guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else {
        ERR_clear_error()
        return nil
    }
    return Int64(days) * 86400 + Int64(seconds)
}
