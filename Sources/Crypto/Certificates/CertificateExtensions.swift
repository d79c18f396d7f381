import COpenSSL
import Net

/// The extensions of a certificate in libcrypto's hands, while it is read or asked.
struct CertificateExtensions {
    private let handle: OpaquePointer

    init(of handle: OpaquePointer) {
        self.handle = handle
    }

    /// More alternative names, purposes or places are refused: each would be compared with every
    /// identity that a rule asks for.
    static let mostEntries = 256

    /// Throws when one of those that are used is there twice or cannot be decoded.
    func check() throws(CryptoError) {
        for (number, name) in Self.used {
            var isCritical: Int32 = 0
            let value = X509_get_ext_d2i(handle, number, &isCritical, nil)
            Self.free(value, number)
            ERR_clear_error()
            // −1 says that there is none, −2 that there are several.
            guard value != nil || isCritical == -1 else {
                throw .malformedCertificate(
                    reason: isCritical == -2
                        ? "it has two extensions \(name)" : "its extension \(name) is malformed")
            }
            guard value == nil || isWellFormed(number) else {
                throw .malformedCertificate(reason: "its extension \(name) is not in DER")
            }
        }
        // Has libcrypto decode and remember what it needs itself.
        _ = X509_check_purpose(handle, -1, 0)
        ERR_clear_error()
        let flags = X509_get_extension_flags(handle)
        guard flags & UInt32(EXFLAG_INVALID) == 0 else {
            throw .malformedCertificate(reason: "one of its extensions is malformed")
        }
    }

    private static let used: [(number: Int32, name: String)] = [
        (NID_subject_alt_name, "subjectAltName"), (NID_ext_key_usage, "extKeyUsage"),
        (NID_info_access, "authorityInfoAccess"),
        (NID_crl_distribution_points, "cRLDistributionPoints"),
    ]

    private func isWellFormed(_ number: Int32) -> Bool {
        let item = X509_get_ext(handle, X509_get_ext_by_NID(handle, number, -1))
        return DERShape.isWellFormed(octets(of: X509_EXTENSION_get_data(item)).span)
    }

    private static func free(_ value: UnsafeMutableRawPointer?, _ number: Int32) {
        guard let value else { return }
        let stack = OpaquePointer(value)
        switch number {
        case NID_subject_alt_name: GENERAL_NAMES_free(stack)
        case NID_ext_key_usage: OPENSSL_sk_pop_free(stack) { ASN1_OBJECT_free(OpaquePointer($0)) }
        case NID_info_access: AUTHORITY_INFO_ACCESS_free(stack)
        case NID_crl_distribution_points: CRL_DIST_POINTS_free(stack)
        default: break
        }
    }

    /// Hands the elements of the list that the extension is.
    private func forEach(
        _ number: Int32, _ body: (UnsafeMutableRawPointer, _ isCritical: Bool) -> Void
    ) -> Bool {
        var isCritical: Int32 = 0
        let value = X509_get_ext_d2i(handle, number, &isCritical, nil)
        defer {
            Self.free(value, number)
            ERR_clear_error()
        }
        guard let value else { return false }
        Self.forEach(in: OpaquePointer(value)) { body($0, isCritical == 1) }
        return true
    }

    private static func forEach(
        in stack: OpaquePointer?, _ body: (UnsafeMutableRawPointer) -> Void
    ) {
        for index in 0..<max(0, min(OPENSSL_sk_num(stack), Int32(mostEntries))) {
            if let element = OPENSSL_sk_value(stack, index) { body(element) }
        }
    }

    /// The other names of the subject.
    func alternativeNames() throws(CryptoError) -> [AlternativeName] {
        var names: [AlternativeName] = []
        _ = forEach(NID_subject_alt_name) { element, _ in
            names.append(
                AlternativeName(element.assumingMemoryBound(to: GENERAL_NAME.self).pointee))
        }
        // A name that was left out might be one that is excluded further up.
        guard names.count < Self.mostEntries else {
            throw .malformedCertificate(reason: "it has too many alternative names")
        }
        return names
    }

    /// The purposes.
    var extendedKeyUsage: ExtendedKeyUsage? {
        var purposes: [ExtendedKeyUsage.Purpose] = []
        var isCritical = false
        let isThere = forEach(NID_ext_key_usage) { element, critical in
            isCritical = critical
            var text = [CChar](repeating: 0, count: 128)
            let count = OBJ_obj2txt(&text, Int32(text.count), OpaquePointer(element), 1)
            guard count > 0, count < text.count else { return }
            let digits = text.prefix(Int(count)).map { UInt8(bitPattern: $0) }
            purposes.append(
                ExtendedKeyUsage.Purpose(identifier: String(decoding: digits, as: UTF8.self)))
        }
        return isThere ? ExtendedKeyUsage(purposes: purposes, isCritical: isCritical) : nil
    }

    /// The places of OCSP responders.
    var ocspResponders: [String] {
        var places: [String] = []
        _ = forEach(NID_info_access) { element, _ in
            let access = element.assumingMemoryBound(to: ACCESS_DESCRIPTION.self).pointee
            guard OBJ_obj2nid(access.method) == NID_ad_OCSP, let location = access.location,
                case .uri(let place) = AlternativeName(location.pointee)
            else { return }
            places.append(place)
        }
        return places
    }

    /// The places of revocation lists.
    var revocationLists: [String] {
        var places: [String] = []
        _ = forEach(NID_crl_distribution_points) { element, _ in
            let point = element.assumingMemoryBound(to: DIST_POINT.self).pointee
            // 0 is the choice of whole names.
            guard let name = point.distpoint?.pointee, name.type == 0 else { return }
            Self.forEach(in: name.name.fullname) { element in
                let place = element.assumingMemoryBound(to: GENERAL_NAME.self).pointee
                if case .uri(let place) = AlternativeName(place) { places.append(place) }
            }
        }
        return places
    }
}
