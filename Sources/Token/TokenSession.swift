import CCryptoki
import Crypto

/// A session with a token. It ends with this object.
final class TokenSession {
    let list: UnsafePointer<cryptoki_functions>
    let session: cryptoki_word
    /// Where the token is.
    let slot: cryptoki_word
    private let process = getpid()

    /// More objects of a kind are not looked at.
    private static let mostObjects = 64
    /// A longer value is none that is used: a certificate is shorter.
    private static let longestValue = X509Certificate.longest

    /// A wrong PIN.
    static let refusal = CryptoError.token(reason: "the token refuses the PIN")

    init(
        _ list: UnsafePointer<cryptoki_functions>, _ session: cryptoki_word, slot: cryptoki_word
    ) {
        self.list = list
        self.session = session
        self.slot = slot
    }

    deinit {
        // A session of the process that this one came from is not ours to end.
        if process == getpid() { _ = cryptoki_close(list, session) }
    }

    /// Logs in, for private keys.
    func login(_ pin: Secret) throws(CryptoError) {
        let code = pin.withUnsafeBytes {
            cryptoki_login(list, session, $0.baseAddress, cryptoki_word($0.count))
        }
        guard code != CRYPTOKI_ALREADY_LOGGED_IN else { return }
        if code == CRYPTOKI_PIN_INCORRECT { throw Self.refusal }
        try TokenModule.check(code, "login to the token")
    }

    /// The objects of a class that have these values.
    func objects(
        _ objectClass: Int, _ values: [(type: Int, value: [UInt8]?)]
    ) throws(CryptoError) -> [cryptoki_word] {
        var template = ObjectTemplate(objectClass)
        for (type, value) in values {
            if let value { template.add(type, value) }
        }
        var objects = [cryptoki_word](repeating: 0, count: Self.mostObjects)
        var found: cryptoki_word = 0
        let code = try template.withAttributes { attributes, count in
            cryptoki_find(
                list, session, attributes, count, &objects, cryptoki_word(objects.count), &found)
        }
        try TokenModule.check(code, "search on the token")
        return [cryptoki_word](objects.prefix(Int(min(found, cryptoki_word(objects.count)))))
    }

    /// A value of an object; `nil` when it has none.
    func value(_ type: Int, of object: cryptoki_word) -> [UInt8]? {
        var attribute = cryptoki_attribute(type: cryptoki_word(type), value: nil, length: 0)
        guard cryptoki_get(list, session, object, &attribute, 1) == CRYPTOKI_OK,
            attribute.length <= cryptoki_word(Self.longestValue)
        else { return nil }
        var octets = [UInt8](repeating: 0, count: Int(attribute.length))
        let code = octets.withUnsafeMutableBytes { room in
            attribute.value = room.baseAddress
            return cryptoki_get(list, session, object, &attribute, 1)
        }
        guard code == CRYPTOKI_OK, attribute.length <= cryptoki_word(octets.count) else {
            return nil
        }
        return [UInt8](octets.prefix(Int(attribute.length)))
    }

    /// The label of an object.
    func label(of object: cryptoki_word) -> String {
        String(decoding: value(CRYPTOKI_LABEL, of: object) ?? [], as: UTF8.self)
    }

    /// The public half of a private key.
    func publicKey(of key: cryptoki_word) throws(CryptoError) -> PublicKey? {
        if let modulus = value(CRYPTOKI_MODULUS, of: key),
            let exponent = value(CRYPTOKI_PUBLIC_EXPONENT, of: key), !exponent.isEmpty
        {
            return try PublicKey(rsaModulus: modulus, exponent: exponent)
        }
        // A point stands with the public key alone, which has the same identifier.
        guard let id = value(CRYPTOKI_ID, of: key),
            let half = try objects(CRYPTOKI_CLASS_PUBLIC_KEY, [(CRYPTOKI_ID, id)]).first,
            let curve = value(CRYPTOKI_EC_PARAMS, of: half),
            let point = value(CRYPTOKI_EC_POINT, of: half)
        else { return nil }
        return try PublicKey(curve: curve, point: Self.withoutOctetString(point))
    }

    /// The point is the content of an OCTET STRING, though some tokens give it bare.
    private static func withoutOctetString(_ point: [UInt8]) -> [UInt8] {
        guard point.first == 0x04, point.count > 2 else { return point }
        if Int(point[1]) == point.count - 2 { return [UInt8](point.dropFirst(2)) }
        guard point[1] == 0x81, Int(point[2]) == point.count - 3 else { return point }
        return [UInt8](point.dropFirst(3))
    }

    /// Signs with a key.
    func sign(_ input: DeviceInput, key: cryptoki_word) throws(CryptoError) -> [UInt8] {
        switch input {
        case .rsaPKCS1(let digestInfo): try sign(digestInfo, key, CRYPTOKI_RSA_PKCS, nil)
        case .ecdsa(let hash): try sign(hash, key, CRYPTOKI_ECDSA, nil)
        case .rsaPSS(let hash, let digest):
            try sign(hash, key, CRYPTOKI_RSA_PSS, Self.pss(digest, hash.count))
        }
    }

    /// The numbers of a hash and of MGF1 with it.
    private static func pss(_ digest: Digest, _ length: Int) -> cryptoki_pss {
        let (hash, mask): (cryptoki_word, cryptoki_word) =
            switch digest {
            case .sha1: (0x220, 1)
            case .sha256: (0x250, 2)
            case .sha384: (0x260, 3)
            case .sha512: (0x270, 4)
            }
        return cryptoki_pss(hash: hash, mask: mask, salt: cryptoki_word(length))
    }

    private func sign(
        _ octets: [UInt8], _ key: cryptoki_word, _ mechanism: Int, _ parameter: cryptoki_pss?
    ) throws(CryptoError) -> [UInt8] {
        // As long as a signature by RSA's largest key.
        var signature = [UInt8](repeating: 0, count: 2048)
        var length = cryptoki_word(signature.count)
        var pss = parameter ?? cryptoki_pss()
        let code = withUnsafeMutableBytes(of: &pss) { room in
            var mechanism = cryptoki_mechanism(
                mechanism: cryptoki_word(mechanism),
                parameter: parameter == nil ? nil : room.baseAddress,
                length: parameter == nil ? 0 : cryptoki_word(room.count))
            return cryptoki_sign(
                list, session, key, &mechanism, octets, cryptoki_word(octets.count), &signature,
                &length)
        }
        try TokenModule.check(code, "a signature by the token")
        return [UInt8](signature.prefix(Int(min(length, cryptoki_word(signature.count)))))
    }
}
