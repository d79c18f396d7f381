import CCryptoki
import Crypto

/// What an object on a token is called, and what it shares with those that belong to it.
struct ObjectName {
    let label: String
    let id: [UInt8]
}

/// The templates of both halves of a key pair.
private struct PairTemplate {
    var publicHalf: ObjectTemplate
    var privateHalf: ObjectTemplate

    init(_ keyType: Int, _ name: ObjectName) {
        publicHalf = ObjectTemplate(CRYPTOKI_CLASS_PUBLIC_KEY, name)
        publicHalf.add(CRYPTOKI_PRIVATE, isTrue: false)
        publicHalf.add(CRYPTOKI_VERIFY, isTrue: true)
        privateHalf = ObjectTemplate(CRYPTOKI_CLASS_PRIVATE_KEY, name)
        privateHalf.add(CRYPTOKI_PRIVATE, isTrue: true)
        privateHalf.add(CRYPTOKI_SENSITIVE, isTrue: true)
        privateHalf.add(CRYPTOKI_EXTRACTABLE, isTrue: false)
        privateHalf.add(CRYPTOKI_SIGN, isTrue: true)
        publicHalf.add(CRYPTOKI_KEY_TYPE, word: cryptoki_word(keyType))
        privateHalf.add(CRYPTOKI_KEY_TYPE, word: cryptoki_word(keyType))
    }
}

extension ObjectTemplate {
    /// Of an object that stays on the token.
    fileprivate init(_ objectClass: Int, _ name: ObjectName) {
        self.init(objectClass)
        add(CRYPTOKI_ON_TOKEN, isTrue: true)
        add(CRYPTOKI_LABEL, [UInt8](name.label.utf8))
        add(CRYPTOKI_ID, name.id)
    }
}

extension TokenSession {
    /// A token tells no more: SoftHSM has 77.
    private static let mostMechanisms: cryptoki_word = 1024

    /// Makes a pair of keys on the token; the private half, which does not leave it.
    func generate(_ recipe: KeyRecipe, _ name: ObjectName) throws(CryptoError) -> cryptoki_word {
        let mechanism: Int
        var pair: PairTemplate
        switch recipe {
        case .rsa(let bits):
            mechanism = CRYPTOKI_RSA_KEY_PAIR
            try checkMakes("RSA", mechanism)
            pair = PairTemplate(CRYPTOKI_KEY_RSA, name)
            pair.publicHalf.add(CRYPTOKI_MODULUS_BITS, word: cryptoki_word(bits))
            // 65537.
            pair.publicHalf.add(CRYPTOKI_PUBLIC_EXPONENT, [1, 0, 1])
        case .ec(let curve):
            mechanism = CRYPTOKI_EC_KEY_PAIR
            try checkMakes("EC", mechanism)
            pair = PairTemplate(CRYPTOKI_KEY_EC, name)
            pair.publicHalf.add(CRYPTOKI_EC_PARAMS, curve.parameters)
        case .dsa, .ed25519:
            throw .token(reason: "keys of this kind are not made on a token; expected RSA or EC")
        }
        var (publicKey, privateKey): (cryptoki_word, cryptoki_word) = (0, 0)
        let code = try pair.publicHalf.withAttributes { open, openCount throws(CryptoError) in
            try pair.privateHalf.withAttributes { closed, closedCount in
                cryptoki_generate(
                    list, session, cryptoki_word(mechanism), open, openCount, closed,
                    closedCount, &publicKey, &privateKey)
            }
        }
        try TokenModule.check(code, "a new key on the token")
        return privateKey
    }

    private func checkMakes(_ kind: String, _ mechanism: Int) throws(CryptoError) {
        var count: cryptoki_word = 0
        try TokenModule.check(
            cryptoki_mechanisms(list, slot, nil, &count), "what the token can do")
        var mechanisms = [cryptoki_word](
            repeating: 0, count: Int(min(count, Self.mostMechanisms)))
        count = cryptoki_word(mechanisms.count)
        try TokenModule.check(
            cryptoki_mechanisms(list, slot, &mechanisms, &count), "what the token can do")
        guard
            mechanisms.prefix(Int(min(count, Self.mostMechanisms)))
                .contains(cryptoki_word(mechanism))
        else { throw .token(reason: "the token makes no \(kind) keys") }
    }

    /// Puts a certificate there.
    func create(_ certificate: X509Certificate, _ name: ObjectName) throws(CryptoError)
        -> cryptoki_word
    {
        var template = ObjectTemplate(CRYPTOKI_CLASS_CERTIFICATE, name)
        template.add(CRYPTOKI_CERTIFICATE_TYPE, word: cryptoki_word(CRYPTOKI_X509))
        template.add(CRYPTOKI_PRIVATE, isTrue: false)
        template.add(CRYPTOKI_SUBJECT, certificate.subject.der)
        template.add(CRYPTOKI_ISSUER, certificate.issuer.der)
        template.add(CRYPTOKI_SERIAL_NUMBER, certificate.serialNumberEncoding)
        template.add(CRYPTOKI_VALUE, certificate.der)
        return try create(template, "a certificate on the token")
    }

    /// Puts both halves of a key there: the public one first.
    func create(_ numbers: PrivateNumbers, _ name: ObjectName) throws(CryptoError)
        -> [cryptoki_word]
    {
        var pair: PairTemplate
        switch numbers {
        case .rsa(let rsa):
            pair = PairTemplate(CRYPTOKI_KEY_RSA, name)
            pair.publicHalf.add(CRYPTOKI_MODULUS, rsa.modulus)
            pair.publicHalf.add(CRYPTOKI_PUBLIC_EXPONENT, rsa.publicExponent)
            pair.privateHalf.add(CRYPTOKI_MODULUS, rsa.modulus)
            pair.privateHalf.add(CRYPTOKI_PUBLIC_EXPONENT, rsa.publicExponent)
            pair.privateHalf.add(CRYPTOKI_PRIVATE_EXPONENT, rsa.privateExponent)
            pair.privateHalf.add(CRYPTOKI_PRIME_1, rsa.primes.0)
            pair.privateHalf.add(CRYPTOKI_PRIME_2, rsa.primes.1)
            pair.privateHalf.add(CRYPTOKI_EXPONENT_1, rsa.exponents.0)
            pair.privateHalf.add(CRYPTOKI_EXPONENT_2, rsa.exponents.1)
            pair.privateHalf.add(CRYPTOKI_COEFFICIENT, rsa.coefficient)
        case .ec(let curve, let point, let number):
            pair = PairTemplate(CRYPTOKI_KEY_EC, name)
            pair.publicHalf.add(CRYPTOKI_EC_PARAMS, curve.parameters)
            pair.publicHalf.add(CRYPTOKI_EC_POINT, Self.octetString(point))
            pair.privateHalf.add(CRYPTOKI_EC_PARAMS, curve.parameters)
            pair.privateHalf.add(CRYPTOKI_VALUE, number)
        }
        let publicKey = try create(pair.publicHalf, "a public key on the token")
        do throws(CryptoError) {
            return [publicKey, try create(pair.privateHalf, "a private key on the token")]
        } catch {
            destroyIfPossible([publicKey])
            throw error
        }
    }

    /// Of up to 255 octets: a point has 133 at most.
    private static func octetString(_ octets: [UInt8]) -> [UInt8] {
        let count = UInt8(truncatingIfNeeded: octets.count)
        return (count < 0x80 ? [0x04, count] : [0x04, 0x81, count]) + octets
    }

    private func create(
        _ template: ObjectTemplate, _ operation: String
    ) throws(CryptoError) -> cryptoki_word {
        var object: cryptoki_word = 0
        let code = try template.withAttributes { attributes, count in
            cryptoki_create(list, session, attributes, count, &object)
        }
        try TokenModule.check(code, operation)
        return object
    }

    /// Removes objects.
    func destroy(_ objects: [cryptoki_word]) throws(CryptoError) {
        for object in objects {
            try TokenModule.check(
                cryptoki_destroy(list, session, object), "removal from the token")
        }
    }

    /// Takes back what was made before something else failed; that is what is told then.
    func destroyIfPossible(_ objects: [cryptoki_word]) {
        for object in objects { _ = cryptoki_destroy(list, session, object) }
    }

    /// Changes the PIN.
    func change(pin old: Secret, to new: Secret) throws(CryptoError) {
        let code = old.withUnsafeBytes { old in
            new.withUnsafeBytes { new in
                cryptoki_set_pin(
                    list, session, old.baseAddress, cryptoki_word(old.count), new.baseAddress,
                    cryptoki_word(new.count))
            }
        }
        if code == CRYPTOKI_PIN_INCORRECT { throw Self.refusal }
        try TokenModule.check(code, "a new PIN of the token")
    }
}
