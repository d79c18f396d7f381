import CCryptoki
import Crypto

/// A token, by its URI: what is on it, and signatures by its keys.
///
/// It may be absent, be pulled and come back: each use finds it anew when it must. One thread at a
/// time uses it.
public final class Token: @unchecked Sendable {
    /// An object with the label that it has there.
    public struct Labelled<Object: Sendable & Equatable>: Sendable, Equatable {
        /// The label; empty when it has none.
        public let label: String
        /// The object.
        public let object: Object
    }

    /// What is on it.
    public struct Contents: Sendable, Equatable {
        /// Its certificates, or those that the URI chooses.
        public let certificates: [Labelled<X509Certificate>]
        /// Its private keys, or those that the URI chooses.
        public let keys: [Labelled<PrivateKey>]
        /// What cannot be used, and why.
        public let problems: [String]
    }

    let uri: TokenURI
    let pin: Secret?
    private let module: TokenModule
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private var session: TokenSession?
    /// A wrong PIN is not tried again: three of them lock most tokens.
    private var isRefused = false

    /// The token that a URI means, present or not. Its PIN is that of the URI, or the one given.
    public init(_ uri: TokenURI, pin: Secret?) throws(CryptoError) {
        self.uri = uri
        self.pin = uri.pin ?? pin
        module = try TokenModule(path: uri.modulePath ?? TokenModule.defaultPath)
        lock = .allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    /// Whether it is there, and not known to refuse the PIN.
    public var isPresent: Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        guard !isRefused else { return false }
        guard session == nil else { return true }
        do throws(CryptoError) {
            try module.restart()
            return try module.slots().contains { uri.matches($0.info) }
        } catch {
            return false
        }
    }

    /// Reads the certificates and finds the keys.
    ///
    /// A PIN that was refused is tried once more: whoever asks for this may have changed it.
    public func contents() throws(CryptoError) -> Contents {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        isRefused = false
        session = nil
        let session = try openSession(writes: false)
        let chosen: [(type: Int, value: [UInt8]?)] = [
            (CRYPTOKI_LABEL, uri.object), (CRYPTOKI_ID, uri.id),
        ]
        var certificates: [Labelled<X509Certificate>] = []
        var keys: [Labelled<PrivateKey>] = []
        var problems: [String] = []
        for object in try session.objects(CRYPTOKI_CLASS_CERTIFICATE, chosen) {
            guard let der = session.value(CRYPTOKI_VALUE, of: object) else { continue }
            do throws(CryptoError) {
                certificates.append(
                    Labelled(
                        label: session.label(of: object), object: try X509Certificate(der: der)))
            } catch {
                problems.append(error.description)
            }
        }
        for object in try session.objects(CRYPTOKI_CLASS_PRIVATE_KEY, chosen) {
            do throws(CryptoError) {
                guard let publicKey = try session.publicKey(of: object) else {
                    problems.append("a private key does not tell its public half")
                    continue
                }
                let place = KeyPlace(
                    label: session.value(CRYPTOKI_LABEL, of: object),
                    id: session.value(CRYPTOKI_ID, of: object))
                keys.append(
                    Labelled(
                        label: session.label(of: object),
                        object: PrivateKey(publicKey, in: TokenKey(self, place))))
            } catch {
                problems.append(error.description)
            }
        }
        self.session = session
        return Contents(certificates: certificates, keys: keys, problems: problems)
    }

    /// Signs; when the session does not do it, in a new one, as after the token was pulled.
    fileprivate func sign(
        _ input: DeviceInput, _ place: KeyPlace
    ) throws(CryptoError) -> [UInt8] {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        if let session {
            do throws(CryptoError) {
                return try sign(input, place, session)
            } catch {
                self.session = nil
            }
        }
        let session = try openSession(writes: false)
        let signature = try sign(input, place, session)
        self.session = session
        return signature
    }

    private func sign(
        _ input: DeviceInput, _ place: KeyPlace, _ session: TokenSession
    ) throws(CryptoError) -> [UInt8] {
        let keys = try session.objects(
            CRYPTOKI_CLASS_PRIVATE_KEY,
            [(CRYPTOKI_LABEL, place.label), (CRYPTOKI_ID, place.id)])
        guard let key = keys.first else {
            throw .token(reason: "the key is no longer on the token")
        }
        return try session.sign(input, key: key)
    }

    /// Runs what changes the token, in a session for that.
    func writing<Result>(
        _ body: (TokenSession) throws(CryptoError) -> Result
    ) throws(CryptoError) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        session = nil
        let session = try openSession(writes: true)
        let result = try body(session)
        self.session = session
        return result
    }

    /// A key that is there.
    func key(_ publicKey: PublicKey, _ name: ObjectName) -> PrivateKey {
        let place = KeyPlace(label: [UInt8](name.label.utf8), id: name.id)
        return PrivateKey(publicKey, in: TokenKey(self, place))
    }

    private func openSession(writes: Bool) throws(CryptoError) -> TokenSession {
        guard !isRefused else { throw TokenSession.refusal }
        try module.restart()
        let meant = try module.slots().filter { uri.matches($0.info) }
        guard let (slot, info) = meant.first else {
            throw .token(reason: "the token is not present")
        }
        if writes {
            // Nothing is put on, or taken off, whichever happens to be the first.
            guard meant.count == 1 else {
                throw .token(reason: "the URI means \(meant.count) tokens; expected one")
            }
            guard !info.isWriteProtected else {
                throw .token(reason: "the token is write-protected")
            }
        }
        let session = try module.open(slot, writes: writes)
        guard info.pin != .notNeeded else { return session }
        guard let pin else {
            throw .token(reason: "the token needs a PIN; expected one")
        }
        do throws(CryptoError) {
            try session.login(pin)
        } catch {
            isRefused = error == TokenSession.refusal
            throw error
        }
        return session
    }
}

/// What a key is found by.
private struct KeyPlace: Sendable {
    let label: [UInt8]?
    let id: [UInt8]?
}

/// A private key on a token.
private final class TokenKey: KeyDevice {
    private let token: Token
    private let place: KeyPlace

    init(_ token: Token, _ place: KeyPlace) {
        self.token = token
        self.place = place
    }

    func sign(_ input: DeviceInput) throws(CryptoError) -> [UInt8] {
        try token.sign(input, place)
    }
}
