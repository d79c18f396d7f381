import CCryptoki
import Crypto

extension Token {
    /// Makes a key on the token, under a label that no key there has, nor a certificate when one
    /// is to follow.
    public func generate(
        _ recipe: KeyRecipe, label: String, certified: Bool
    ) throws(CryptoError) -> PrivateKey {
        try writing { session throws(CryptoError) in
            try checkFree(label, Self.keyClasses, session)
            if certified { try checkFree(label, [CRYPTOKI_CLASS_CERTIFICATE], session) }
            let name = ObjectName(label: label, id: uri.id ?? randomOctets(Self.idLength))
            let handle = try session.generate(recipe, name)
            do throws(CryptoError) {
                guard let publicKey = try session.publicKey(of: handle) else {
                    throw .token(reason: "the token does not tell the public half of its new key")
                }
                return key(publicKey, name)
            } catch {
                session.destroyIfPossible(try keys(label, session))
                throw error
            }
        }
    }

    /// Puts a key and certificates there, under a label that nothing of the kind has: all of it or
    /// nothing. A certificate gets the identifier of its key, be it the one given or one that is
    /// there.
    public func add(
        key: PrivateKey?, certificates: [X509Certificate], label: String
    ) throws(CryptoError) {
        try writing { session throws(CryptoError) in
            if !certificates.isEmpty {
                try checkFree(label, [CRYPTOKI_CLASS_CERTIFICATE], session)
            }
            if key != nil { try checkFree(label, Self.keyClasses, session) }
            var owned: [(key: PublicKey, id: [UInt8])] = []
            if let key {
                owned.append((key.publicKey, try id(for: key.publicKey)))
            } else {
                owned = try identifiedKeys(session)
            }
            var made: [cryptoki_word] = []
            do throws(CryptoError) {
                if let key {
                    let name = ObjectName(label: label, id: owned[0].id)
                    made += try session.create(try key.numbers(), name)
                }
                for (index, certificate) in certificates.enumerated() {
                    let id: [UInt8]
                    if let known = owned.first(where: { $0.key == certificate.publicKey }) {
                        id = known.id
                    } else if index == 0 {
                        id = try self.id(for: certificate.publicKey)
                    } else {
                        // Those of authorities, which go with no key here.
                        id = try certificate.publicKey.identifier()
                    }
                    let name = ObjectName(label: label, id: id)
                    made.append(try session.create(certificate, name))
                }
            } catch {
                session.destroyIfPossible(made)
                throw error
            }
        }
    }

    /// Removes certificates, and keys of both halves by their labels; how many objects that were.
    @discardableResult
    public func remove(
        certificates: [Labelled<X509Certificate>], keys labels: [String]
    ) throws(CryptoError) -> Int {
        try writing { session throws(CryptoError) in
            var objects: [cryptoki_word] = []
            for certificate in certificates {
                objects += try session.objects(
                    CRYPTOKI_CLASS_CERTIFICATE,
                    [
                        (CRYPTOKI_LABEL, [UInt8](certificate.label.utf8)), (CRYPTOKI_ID, uri.id),
                        (CRYPTOKI_VALUE, certificate.object.der),
                    ])
            }
            for label in labels { objects += try keys(label, session) }
            try session.destroy(objects)
            return objects.count
        }
    }

    /// The labels of all private keys, also of those that do not tell their public halves.
    public func keyLabels() throws(CryptoError) -> [String] {
        try writing { session throws(CryptoError) in
            try session.objects(
                CRYPTOKI_CLASS_PRIVATE_KEY,
                [(CRYPTOKI_LABEL, uri.object), (CRYPTOKI_ID, uri.id)]
            ).map { session.label(of: $0) }
        }
    }

    /// Changes the PIN.
    public func change(pin new: Secret) throws(CryptoError) {
        try writing { session throws(CryptoError) in
            guard let pin else { throw .token(reason: "the token needs its PIN; expected one") }
            try session.change(pin: pin, to: new)
        }
    }

    private static var keyClasses: [Int] {
        [CRYPTOKI_CLASS_PRIVATE_KEY, CRYPTOKI_CLASS_PUBLIC_KEY]
    }

    /// Octets of an identifier: as many as a hash of a key has.
    private static var idLength: Int { 20 }

    /// The identifier that the URI gives, or one that is made of the key.
    private func id(for key: PublicKey) throws(CryptoError) -> [UInt8] {
        guard let id = uri.id else { return try key.identifier() }
        return id
    }

    private func checkFree(
        _ label: String, _ classes: [Int], _ session: TokenSession
    ) throws(CryptoError) {
        for objectClass in classes {
            let found = try session.objects(
                objectClass, [(CRYPTOKI_LABEL, [UInt8](label.utf8))])
            guard found.isEmpty else {
                let kind = objectClass == CRYPTOKI_CLASS_CERTIFICATE ? "certificate" : "key"
                throw .token(
                    reason: "a \(kind) '\(label)' is on the token already; expected another label")
            }
        }
    }

    /// Both halves of the keys of a label.
    private func keys(_ label: String, _ session: TokenSession) throws(CryptoError)
        -> [cryptoki_word]
    {
        var objects: [cryptoki_word] = []
        for objectClass in Self.keyClasses {
            objects += try session.objects(
                objectClass, [(CRYPTOKI_LABEL, [UInt8](label.utf8)), (CRYPTOKI_ID, uri.id)])
        }
        return objects
    }

    /// The keys that are there and have an identifier.
    private func identifiedKeys(
        _ session: TokenSession
    ) throws(CryptoError) -> [(key: PublicKey, id: [UInt8])] {
        var keys: [(key: PublicKey, id: [UInt8])] = []
        for object in try session.objects(CRYPTOKI_CLASS_PRIVATE_KEY, []) {
            guard let id = session.value(CRYPTOKI_ID, of: object), !id.isEmpty else { continue }
            do throws(CryptoError) {
                if let key = try session.publicKey(of: object) { keys.append((key, id)) }
            } catch {
                // One of a kind that is not used does not keep others from being found.
                continue
            }
        }
        return keys
    }
}
