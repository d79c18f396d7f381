import Crypto

/// A PKCS #11 URI (RFC 7512): which token, which objects on it, and by which module it is reached.
public struct TokenURI: Equatable, Sendable {
    /// Why a text is no such URI.
    public struct Malformed: Error, Equatable, Sendable {
        /// What is wrong, and what was expected. None of the text is repeated: it may hold a PIN.
        public let reason: String
    }

    /// The label that the token must have; `nil` where any will do.
    public private(set) var token: String?
    /// The same of its manufacturer.
    public private(set) var manufacturer: String?
    /// The same of its model.
    public private(set) var model: String?
    /// The same of its serial number.
    public private(set) var serial: String?
    /// The label that certificates and keys must have.
    public private(set) var object: [UInt8]?
    /// The same of their identifier.
    public private(set) var id: [UInt8]?
    /// `module-path`: the file of the module.
    public private(set) var modulePath: String?
    /// `pin-value`.
    public private(set) var pin: Secret?
    /// `pin-source`: the file of the PIN.
    public private(set) var pinSource: String?

    /// Takes whatever token there is.
    public init() {}

    /// The same with a PIN in place of its own.
    public func with(pin: Secret) -> TokenURI {
        var uri = self
        uri.pin = pin
        uri.pinSource = nil
        return uri
    }

    /// Reads a URI. Attributes of vendors are left out (RFC 7512 §2.3).
    public init(parsing text: String) throws(Malformed) {
        let scheme = "pkcs11:"
        guard text.hasPrefix(scheme) else {
            throw Malformed(reason: "no PKCS#11 URI; expected one, pkcs11:…")
        }
        let parts = text.dropFirst(scheme.count).split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        for attribute in (parts.first ?? "").split(separator: ";") {
            try take(attribute, isQuery: false)
        }
        guard parts.count > 1 else { return }
        for attribute in parts[1].split(separator: "&") { try take(attribute, isQuery: true) }
    }

    private mutating func take(_ attribute: Substring, isQuery: Bool) throws(Malformed) {
        guard let sign = attribute.firstIndex(of: "=") else {
            throw Malformed(reason: "an attribute of the URI lacks its '='; expected name=value")
        }
        let name = String(attribute[..<sign])
        let octets = try Self.decoded(attribute[attribute.index(after: sign)...].utf8)
        let value = String(decoding: octets, as: UTF8.self)
        switch (isQuery, name) {
        case (false, "token"): token = value
        case (false, "manufacturer"): manufacturer = value
        case (false, "model"): model = value
        case (false, "serial"): serial = value
        case (false, "object"): object = octets
        case (false, "id"): id = octets
        case (true, "module-path"): modulePath = value
        case (true, "pin-value"): pin = Secret(copying: octets)
        case (true, "pin-source"):
            let prefix = "file:"
            pinSource = value.hasPrefix(prefix) ? String(value.dropFirst(prefix.count)) : value
        // Both kinds of an identity are looked for whatever it says.
        case (false, "type"): break
        default:
            guard
                name.hasPrefix("x-") || name.hasPrefix("slot-") || name.hasPrefix("library-")
                    || name == "module-name"
            else { throw Malformed(reason: "an attribute of the URI is unknown") }
        }
    }

    private static func decoded(_ text: Substring.UTF8View) throws(Malformed) -> [UInt8] {
        var octets: [UInt8] = []
        var rest = text[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "%") else {
                octets.append(octet)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit),
                let low = rest.popFirst().flatMap(digit)
            else {
                throw Malformed(reason: "two hexadecimal digits are expected behind % in the URI")
            }
            octets.append(high << 4 | low)
        }
        return octets
    }

    private static func digit(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Whether the URI means this token.
    public func matches(_ info: TokenInfo) -> Bool {
        (token == nil || token == info.label)
            && (manufacturer == nil || manufacturer == info.manufacturer)
            && (model == nil || model == info.model) && (serial == nil || serial == info.serial)
    }

    /// Whether both say the same of the token, whatever they choose on it.
    public func meansSameToken(as other: TokenURI) -> Bool {
        token == other.token && manufacturer == other.manufacturer && model == other.model
            && serial == other.serial && modulePath == other.modulePath
    }
}
