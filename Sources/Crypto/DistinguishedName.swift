import COpenSSL

/// A name in the X.500 directory, as certificates and ID_DER_ASN1_DN have it (RFC 5280 §4.1.2.4).
public struct DistinguishedName: Sendable {
    /// The DER encoding, as it was received or as libcrypto makes it.
    public let der: [UInt8]

    /// Longer names are refused: no certificate has one that comes near.
    static let longest = 4096

    /// Whether it has no attribute at all.
    public var isEmpty: Bool { der == [0x30, 0x00] }

    /// Takes one whole DER encoding of a name; `nil` for anything else.
    public init?(der: [UInt8]) {
        guard let name = Self.decode(der) else { return nil }
        X509_NAME_free(name)
        self.der = der
    }

    /// Reads `C=US, O=Example, CN=gw`, in this order or the reverse, which is kept.
    ///
    /// Attributes are named as in RFC 4514 §3, as OpenSSL does, or by number (`2.5.4.3=gw`). A
    /// comma, plus or other special character in a value stands behind a backslash, any octet may
    /// be written as backslash and two hexadecimal digits, and a value may stand in quotes. A plus
    /// joins attributes into one relative name. Throws ``CryptoError/malformedName(reason:)``.
    public init(parsing text: String) throws(CryptoError) {
        let attributes = try NameText.attributes(of: text)
        guard let name = X509_NAME_new() else { throw .libcrypto("a name") }
        defer { X509_NAME_free(name) }
        for attribute in attributes { try Self.append(attribute, to: name) }
        var encoded: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509_NAME(name, &encoded)
        defer { COpenSSL_free(encoded) }
        guard let encoded, count > 0 else { throw .libcrypto("a name's encoding") }
        guard count <= Self.longest else { throw .malformedName(reason: "it is too long") }
        der = [UInt8](UnsafeBufferPointer(start: encoded, count: Int(count)))
    }

    private static func append(
        _ attribute: NameText.Attribute, to name: OpaquePointer
    ) throws(CryptoError) {
        guard let type = object(named: attribute.type) else {
            throw .malformedName(reason: "no attribute is called \(attribute.type)")
        }
        defer { ASN1_OBJECT_free(type) }
        // 0 begins a relative name, −1 adds to the last one.
        guard
            let count = Int32(exactly: attribute.value.count),
            X509_NAME_add_entry_by_OBJ(
                name, type, MBSTRING_UTF8, attribute.value, count, -1,
                attribute.joinsTheLast ? -1 : 0) == 1
        else {
            ERR_clear_error()
            throw .malformedName(reason: "the value of \(attribute.type) is not allowed")
        }
    }

    /// The object identifier for an attribute's name in either case, or for its number.
    private static func object(named name: String) -> OpaquePointer? {
        defer { ERR_clear_error() }
        let lowercased = name.lowercased()
        let known =
            switch lowercased {
            case "e", "email", "emailaddress": "emailAddress"
            case "serialnumber": "serialNumber"
            case "street": "street"
            default: name
            }
        // libcrypto's short names of the others are upper case.
        return OBJ_txt2obj(known, 0) ?? OBJ_txt2obj(name.uppercased(), 0)
    }

    /// libcrypto's form of the name, for the caller to free.
    func newHandle() throws(CryptoError) -> OpaquePointer {
        guard let name = Self.decode(der) else { throw .libcrypto("a name") }
        return name
    }

    /// The name that is encoded so, for the caller to free.
    private static func decode(_ der: [UInt8]) -> OpaquePointer? {
        guard !der.isEmpty, der.count <= longest else { return nil }
        return der.withUnsafeBufferPointer { der in
            var position = der.baseAddress
            guard let name = d2i_X509_NAME(nil, &position, der.count) else {
                ERR_clear_error()
                return nil
            }
            guard position == der.baseAddress?.advanced(by: der.count) else {
                X509_NAME_free(name)
                return nil
            }
            return name
        }
    }
}

// Names are compared as RFC 5280 §7.1 wants it: the type of a string, the case of its letters and
// the number of its spaces make no difference.
extension DistinguishedName: Hashable {
    /// Whether both are one name.
    public static func == (a: DistinguishedName, b: DistinguishedName) -> Bool {
        if a.der == b.der { return true }
        guard let first = decode(a.der) else { return false }
        defer { X509_NAME_free(first) }
        guard let second = decode(b.der) else { return false }
        defer { X509_NAME_free(second) }
        return X509_NAME_cmp(first, second) == 0
    }

    /// Adds what equal names have in common.
    public func hash(into hasher: inout Hasher) {
        guard let name = Self.decode(der) else { return }
        defer { X509_NAME_free(name) }
        hasher.combine(X509_NAME_hash_ex(name, nil, nil, nil))
    }
}

extension DistinguishedName: CustomStringConvertible {
    /// The name as ``init(parsing:)`` reads it, in printable ASCII whatever a peer put into it.
    public var description: String {
        guard let name = Self.decode(der), let output = BIO_new(BIO_s_mem()) else { return "" }
        defer {
            BIO_free(output)
            X509_NAME_free(name)
        }
        let flags =
            COpenSSL_ASN1_STRFLGS_RFC2253() | UInt(XN_FLAG_SEP_CPLUS_SPC) | UInt(XN_FLAG_FN_SN)
            | UInt(XN_FLAG_DUMP_UNKNOWN_FIELDS)
        guard X509_NAME_print_ex(output, name, 0, flags) >= 0 else {
            ERR_clear_error()
            return ""
        }
        var start: UnsafeMutablePointer<CChar>?
        let count = COpenSSL_BIO_get_mem_data(output, &start)
        guard let start, count > 0 else { return "" }
        return String(
            decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
