import COpenSSL

/// Extensions of a certificate or a request in the making.
final class ExtensionList {
    private(set) var stack: OpaquePointer?

    deinit {
        OPENSSL_sk_pop_free(stack) { X509_EXTENSION_free(OpaquePointer($0)) }
    }

    /// Adds them to a certificate.
    func write(to certificate: OpaquePointer) throws(CryptoError) {
        for index in 0..<max(0, OPENSSL_sk_num(stack)) {
            let value = OPENSSL_sk_value(stack, index).map { OpaquePointer($0) }
            guard X509_add_ext(certificate, value, -1) == 1 else {
                throw .libcrypto("a certificate's extension")
            }
        }
    }

    /// Adds one in libcrypto's form, which stays the caller's.
    private func add(
        _ number: Int32, _ value: UnsafeMutableRawPointer?, _ isCritical: Bool
    ) throws(CryptoError) {
        guard let value,
            X509V3_add1_i2d(
                &stack, number, value, isCritical ? 1 : 0, UInt(X509V3_ADD_APPEND)) == 1
        else { throw .libcrypto("a certificate's extension") }
    }

    /// BasicConstraints, which RFC 5280 §4.2.1.9 wants critical in an authority.
    func addConstraints(isAuthority: Bool) throws(CryptoError) {
        let constraints = BASIC_CONSTRAINTS_new()
        defer { BASIC_CONSTRAINTS_free(constraints) }
        constraints?.pointee.ca = isAuthority ? 0xFF : 0
        try add(NID_basic_constraints, constraints, true)
    }

    func add(_ usage: KeyUsage, isCritical: Bool) throws(CryptoError) {
        let bits = ASN1_BIT_STRING_new()
        defer { ASN1_BIT_STRING_free(bits) }
        // RFC 5280 §4.2.1.3 numbers the bits in this order.
        for (bit, named) in KeyUsage.named.enumerated() where usage.contains(named.usage) {
            ASN1_BIT_STRING_set_bit(bits, Int32(bit), 1)
        }
        try add(NID_key_usage, bits, isCritical)
    }

    func add(_ usage: ExtendedKeyUsage) throws(CryptoError) {
        let purposes = OPENSSL_sk_new_null()
        defer { OPENSSL_sk_pop_free(purposes) { ASN1_OBJECT_free(OpaquePointer($0)) } }
        for purpose in usage.purposes {
            guard let object = OBJ_txt2obj(purpose.identifier, 1) else {
                ERR_clear_error()
                throw .malformedName(reason: "'\(purpose.identifier)' is no object identifier")
            }
            OPENSSL_sk_push(purposes, UnsafeRawPointer(object))
        }
        try add(
            NID_ext_key_usage, purposes.map { UnsafeMutableRawPointer($0) }, usage.isCritical)
    }

    func add(_ names: [AlternativeName], isCritical: Bool) throws(CryptoError) {
        let list = OPENSSL_sk_new_null()
        defer {
            OPENSSL_sk_pop_free(list) {
                GENERAL_NAME_free($0?.assumingMemoryBound(to: GENERAL_NAME.self))
            }
        }
        for name in names {
            guard let value = name.generalName() else {
                throw .malformedName(reason: "an alternative name is of a kind that is not written")
            }
            OPENSSL_sk_push(list, value)
        }
        try add(NID_subject_alt_name, list.map { UnsafeMutableRawPointer($0) }, isCritical)
    }

    /// The identifiers of the subject's key and of its authority's (RFC 5280 §4.2.1.1 and .2).
    func addIdentifiers(key: [UInt8], authority: [UInt8]?) throws(CryptoError) {
        let own = Self.octetString(key)
        defer { ASN1_OCTET_STRING_free(own) }
        try add(NID_subject_key_identifier, own, false)
        guard let authority else { return }
        let identifier = AUTHORITY_KEYID_new()
        defer { AUTHORITY_KEYID_free(identifier) }
        identifier?.pointee.keyid = Self.octetString(authority)
        try add(NID_authority_key_identifier, identifier, false)
    }

    private static func octetString(
        _ octets: [UInt8]
    ) -> UnsafeMutablePointer<ASN1_OCTET_STRING>? {
        let string = ASN1_OCTET_STRING_new()
        ASN1_OCTET_STRING_set(string, octets, Int32(clamping: octets.count))
        return string
    }
}
