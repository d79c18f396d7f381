import Crypto
import Net
import Wire

@testable import IKE

/// A peer whose every octet a test lays by hand. It computes its keys from RFC 7296 §2.14–2.15
/// with the primitives alone, so that a handshake with it checks the engine's key schedule.
final class HandMadePeer {
    /// The keys of an IKE SA, in the order of RFC 7296 §2.14.
    struct Keys {
        let ai, ar, ei, er, pi, pr: SecretSlice
        let protection: Protection
        let prf: PRF
    }

    /// The algorithms it proposes.
    struct Suite {
        var encryption = EncryptionAlgorithm.aesGCM16
        var integrity = IntegrityAlgorithm.none
        var method = KeyExchangeMethod.curve25519
        /// The Key Length attribute, for ciphers that have one.
        var keyBits: UInt16? = 256

        static let gcm = Suite()
        static let cbc = Suite(encryption: .aesCBC, integrity: .hmacSHA256_128)

        var proposal: Proposal {
            var transforms: [Transform] = [.encryption(encryption, keyLength: keyBits)]
            if integrity != .none { transforms.append(.integrity(integrity)) }
            transforms += [.prf(.hmacSHA256), .keyExchange(method)]
            return Proposal(number: 1, protocol: .ike, spi: [], transforms: transforms)
        }
    }

    static let address = "10.9.0.66"
    static let key = "another horse"

    let simulation: Simulation
    let here: SocketAddress
    let there: SocketAddress
    let role: Role
    /// Who it says it is, and proves to be.
    var identity: Identification
    let suite: Suite
    let primitives: Primitives
    let pair: KeyPair
    /// What it sends as its public value; honest unless a test has another.
    var publicValue: [UInt8]
    /// What it takes for the shared secret, given the gateway's public value.
    var sharedSecret: ([UInt8]) throws -> Secret
    var initiatorSPI = IKESPI(0x1122_3344_5566_7788)
    var responderSPI = IKESPI.zero
    var initiatorNonce = [UInt8](repeating: 0xA5, count: 32)
    var responderNonce = [UInt8](repeating: 0x5A, count: 32)
    private(set) var request: [UInt8] = []
    private(set) var response: [UInt8] = []
    private(set) var keys: Keys?

    init(
        _ siege: Siege, _ role: Role = .initiator, suite: Suite = .gcm,
        address: String = HandMadePeer.address, port: UInt16 = 500,
        spi: UInt64 = 0x1122_3344_5566_7788
    ) throws {
        simulation = siege.simulation
        here = SocketAddress(ip(address), port: port)
        identity = Identification(ip(address))
        there = SocketAddress(siege.gateway.address, port: 500)
        self.role = role
        self.suite = suite
        primitives = try Primitives()
        let pair = try KeyPair.generate(suite.method)
        self.pair = pair
        publicValue = pair.publicValue
        sharedSecret = { try pair.sharedSecret(with: $0) }
        if role == .initiator { initiatorSPI = IKESPI(spi) } else { responderSPI = IKESPI(spi) }
    }

    // MARK: Sending

    /// Puts octets on the wire; what the gateway sends us within a hundredth of a second.
    @discardableResult
    func send(_ octets: [UInt8], from: SocketAddress? = nil) -> [[UInt8]] {
        let before = simulation.sent.count
        let source = from ?? here
        simulation.inject(octets, from: source, to: there)
        simulation.run(for: .milliseconds(10))
        return simulation.sent[before...].filter { $0.remote == source }.map { $0.octets }
    }

    /// The last datagram that the gateway sent us.
    var lastReceived: [UInt8] {
        simulation.sent.last { $0.remote.address == here.address }?.octets ?? []
    }

    // MARK: IKE_SA_INIT

    func header(
        _ exchange: ExchangeType, _ messageID: UInt32, isResponse: Bool = false
    ) -> Header {
        var flags: Header.Flags = role == .initiator ? .initiator : []
        if isResponse { flags.insert(.response) }
        return Header(
            initiatorSPI: initiatorSPI, responderSPI: responderSPI, exchange: exchange,
            flags: flags, messageID: messageID)
    }

    /// What an honest IKE_SA_INIT message holds.
    var saInitPayloads: [Payload] {
        [
            .securityAssociation([suite.proposal]),
            .keyExchange(KeyExchange(method: pair.method, value: publicValue)),
            .nonce(role == .initiator ? initiatorNonce : responderNonce),
        ]
    }

    /// An IKE_SA_INIT request, as it goes on the wire.
    func saInit(_ payloads: [Payload]? = nil) -> [UInt8] {
        Message(header: header(.ikeSAInit, 0), payloads: payloads ?? saInitPayloads).encoded()
    }

    /// Begins an IKE SA: the gateway is half open afterwards.
    @discardableResult
    func begin(_ payloads: [Payload]? = nil) throws -> Bool {
        request = saInit(payloads)
        guard let answer = send(request).first else { return false }
        let message = try Message(decoding: answer.span)
        guard try take(message, answer) else { return false }
        return true
    }

    /// Takes in the gateway's IKE_SA_INIT request.
    func takeRequest(_ octets: [UInt8]) throws {
        request = octets
        let message = try Message(decoding: octets.span)
        initiatorSPI = message.header.initiatorSPI
        for case .nonce(let nonce) in message.payloads { initiatorNonce = nonce }
    }

    /// Answers the gateway's IKE_SA_INIT request; its IKE_AUTH request comes back.
    func answer(_ payloads: [Payload]? = nil) throws -> [[UInt8]] {
        response =
            Message(
                header: header(.ikeSAInit, 0, isResponse: true),
                payloads: payloads ?? saInitPayloads
            ).encoded()
        let message = try Message(decoding: request.span)
        for case .keyExchange(let theirs) in message.payloads where theirs.method == pair.method {
            try derive(try sharedSecret(theirs.value))
        }
        return send(response)
    }

    private func take(_ message: Message, _ octets: [UInt8]) throws -> Bool {
        response = octets
        responderSPI = message.header.responderSPI
        for case .nonce(let nonce) in message.payloads { responderNonce = nonce }
        for case .keyExchange(let theirs) in message.payloads where theirs.method == pair.method {
            try derive(try sharedSecret(theirs.value))
            return true
        }
        return false
    }

    private func derive(_ secret: Secret) throws {
        guard let prf = PRF(.hmacSHA256),
            let protection = Protection(
                encryption: suite.encryption, keyBits: Int(suite.keyBits ?? 0),
                integrity: suite.integrity)
        else { return }
        let nonces = initiatorNonce + responderNonce
        let seed = try primitives.prf(prf, key: .open(nonces), .secret(secret.all))
        let (a, e, p) = (
            protection.integrityKeyLength, protection.encryptionKeyLength, prf.preferredKeyLength
        )
        let stream = try primitives.prfPlus(
            prf, key: seed.all, seed: nonces + initiatorSPI.octets + responderSPI.octets,
            count: 3 * p + 2 * a + 2 * e)
        var start = p
        func next(_ length: Int) -> SecretSlice {
            defer { start += length }
            return stream.slice(start..<start + length)
        }
        keys = Keys(
            ai: next(a), ar: next(a), ei: next(e), er: next(e), pi: next(p), pr: next(p),
            protection: protection, prf: prf)
    }

    // MARK: Sealing

    /// Seals any octets as the text of an SK payload, or of SKF with these numbers (RFC 7383 §2.5);
    /// whatever goes before it stands in clear.
    func seal(
        text: [UInt8], first: PayloadType, _ header: Header, outer: [UInt8] = [],
        outerFirst: PayloadType? = nil, fragment: (number: UInt16, total: UInt16)? = nil
    ) throws -> [UInt8] {
        guard let keys else { return [] }
        let protection = keys.protection
        let numbers = fragment.map { bigEndian($0.number) + bigEndian($0.total) } ?? []
        let body = numbers.count + protection.ivLength + text.count + protection.icvLength
        var octets = header.initiatorSPI.octets + header.responderSPI.octets
        octets += [
            (outerFirst ?? (fragment == nil ? .encrypted : .encryptedFragment)).rawValue,
            header.version, header.exchange.rawValue, header.flags.rawValue,
        ]
        octets += bigEndian(header.messageID)
        octets += bigEndian(UInt32(28 + outer.count + 4 + body)) + outer
        octets += [first.rawValue, 0] + bigEndian(UInt16(4 + body)) + numbers
        let start = octets.count
        octets += (0..<protection.ivLength).map {
            UInt8(truncatingIfNeeded: header.messageID &+ 16 * UInt32(fragment?.number ?? 0))
                &+ UInt8($0)
        }
        octets += text + [UInt8](repeating: 0, count: protection.icvLength)
        let textStart = start + protection.ivLength
        let isInitiator = role == .initiator
        try primitives.seal(
            &octets, associatedData: 0..<start, iv: start..<textStart,
            text: textStart..<textStart + text.count,
            icv: octets.count - protection.icvLength..<octets.count, using: protection,
            encryptionKey: isInitiator ? keys.ei : keys.er,
            integrityKey: isInitiator ? keys.ai : keys.ar)
        return octets
    }

    /// Seals a chain of payloads with honest padding.
    func seal(chain: [UInt8], first: PayloadType, _ header: Header) throws -> [UInt8] {
        try seal(text: padded(chain), first: first, header)
    }

    private func padded(_ chain: [UInt8]) -> [UInt8] {
        let block = keys?.protection.blockLength ?? 1
        let padding = (block - (chain.count + 1) % block) % block
        return chain + [UInt8](repeating: 0, count: padding) + [UInt8(padding)]
    }

    /// Seals a part of a chain of payloads as a fragment.
    func seal(
        part: [UInt8], _ number: UInt16, of total: UInt16, first: PayloadType = .none,
        _ header: Header
    ) throws -> [UInt8] {
        try seal(text: padded(part), first: first, header, fragment: (number, total))
    }

    /// Seals payloads in so many fragments.
    func fragments(
        _ total: UInt16, _ payloads: [Payload], _ exchange: ExchangeType, _ messageID: UInt32,
        isResponse: Bool = false
    ) throws -> [[UInt8]] {
        var chain: [UInt8] = []
        PayloadChain.encode(payloads, to: &chain)
        let size = (chain.count + Int(total) - 1) / Int(total)
        return try (0..<total).map { index in
            try seal(
                part: [UInt8](chain.dropFirst(Int(index) * size).prefix(size)), index + 1,
                of: total, first: index == 0 ? payloads.first?.type ?? .none : .none,
                header(exchange, messageID, isResponse: isResponse))
        }
    }

    /// Seals payloads.
    func seal(
        _ payloads: [Payload], _ exchange: ExchangeType, _ messageID: UInt32,
        isResponse: Bool = false
    ) throws -> [UInt8] {
        var chain: [UInt8] = []
        PayloadChain.encode(payloads, to: &chain)
        return try seal(
            chain: chain, first: payloads.first?.type ?? .none,
            header(exchange, messageID, isResponse: isResponse))
    }

    /// Opens a message of the gateway's.
    func open(_ octets: [UInt8]) throws -> (header: Header, payloads: [Payload]) {
        let message = try Message(decoding: octets.span)
        guard let keys, let sealed = message.sealed,
            let ranges = SealedRanges(
                sealed: sealed, ivLength: keys.protection.ivLength,
                blockLength: keys.protection.blockLength, icvLength: keys.protection.icvLength)
        else { return (message.header, message.payloads) }
        var buffer = octets
        let isInitiator = role == .initiator
        try primitives.open(
            &buffer, associatedData: ranges.associatedData, iv: ranges.iv, text: ranges.text,
            icv: ranges.icv, using: keys.protection,
            encryptionKey: isInitiator ? keys.er : keys.ei,
            integrityKey: isInitiator ? keys.ar : keys.ai)
        let chain = try PayloadChain.removePadding(buffer.span, text: ranges.text)
        return (
            message.header,
            try PayloadChain.decode(buffer.span, within: chain, first: sealed.firstInner)
        )
    }

    /// Sends a sealed request; the payloads of the answer, or `nil` when there is none.
    func ask(
        _ payloads: [Payload], _ exchange: ExchangeType, _ messageID: UInt32,
        from: SocketAddress? = nil
    ) throws -> [Payload]? {
        guard let answer = send(try seal(payloads, exchange, messageID), from: from).first else {
            return nil
        }
        return try open(answer).payloads
    }

    // MARK: IKE_AUTH

    /// The proof of RFC 7296 §2.15.
    func proof(_ identity: Identification, key: String = HandMadePeer.key) throws -> Authentication
    {
        guard let keys else { return Authentication(method: .sharedKey, data: []) }
        let isInitiator = role == .initiator
        let maced = try primitives.prf(
            keys.prf, key: .secret(isInitiator ? keys.pi : keys.pr), .open(identity.octets))
        let padded = try primitives.prf(
            keys.prf, key: .open(Array(key.utf8)), .open(Array("Key Pad for IKEv2".utf8)))
        let code = try primitives.prf(
            keys.prf, key: .secret(padded.all), .open(isInitiator ? request : response),
            .open(isInitiator ? responderNonce : initiatorNonce), .secret(maced.all))
        return Authentication(method: .sharedKey, data: code.revealed())
    }

    /// Who it is, and the proof by a key of its own (RFC 7427).
    func signedProof(by key: PrivateKey) throws -> [Payload] {
        let isInitiator = role == .initiator
        guard let keys,
            let scheme = key.kind.schemes(announced: Verification.hashes).first
        else { return [] }
        let maced = try primitives.prf(
            keys.prf, key: .secret(isInitiator ? keys.pi : keys.pr), .open(identity.octets))
        let octets =
            (isInitiator ? request + responderNonce : response + initiatorNonce)
            + maced.revealed()
        return [
            isInitiator ? .initiatorID(identity) : .responderID(identity),
            .authentication(try key.sign(octets, by: scheme)),
        ]
    }

    /// The payloads that ask for a Child SA, or grant one.
    func childPayloads(
        spi: UInt32 = 0xC0FF_EE01, ours: [TrafficSelector]? = nil, theirs: [TrafficSelector]? = nil
    ) -> [Payload] {
        let ours = ours ?? [TrafficSelector(addresses: prefix("10.6.0.0/24"))]
        let theirs = theirs ?? [TrafficSelector(addresses: prefix("10.2.0.0/24"))]
        return [
            .securityAssociation([
                Proposal(
                    number: 1, protocol: .esp, spi: ChildSPI(spi).octets,
                    transforms: [.encryption(.aesGCM16, keyLength: 256), .esn(.no)])
            ]), .initiatorTrafficSelectors(role == .initiator ? ours : theirs),
            .responderTrafficSelectors(role == .initiator ? theirs : ours),
        ]
    }

    /// What an honest IKE_AUTH message holds.
    func authPayloads(spi: UInt32 = 0xC0FF_EE01) throws -> [Payload] {
        [
            role == .initiator ? .initiatorID(identity) : .responderID(identity),
            .authentication(try proof(identity)),
        ] + childPayloads(spi: spi)
    }

    /// Both exchanges as initiator; whether the gateway granted a Child SA.
    func establish(
        spi: UInt32 = 0xC0FF_EE01, announcing more: [Payload] = [], saying inAuth: [Payload] = []
    ) throws -> Bool {
        guard try begin(saInitPayloads + more),
            let answer = try ask(authPayloads(spi: spi) + inAuth, .ikeAuth, 1)
        else { return false }
        return answer.contains { if case .securityAssociation = $0 { true } else { false } }
    }
}

/// The octets of an integer in network order.
func bigEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) }
}

/// A generic payload header and a body; `length` can lie about them.
func rawPayload(
    next: UInt8 = 0, critical: Bool = false, _ body: [UInt8], length: UInt16? = nil
) -> [UInt8] {
    [next, critical ? 0x80 : 0] + bigEndian(length ?? UInt16(body.count + 4)) + body
}

extension [Payload] {
    /// The types of the notifies.
    var notifies: [NotifyType] {
        compactMap { if case .notify(let notify) = $0 { notify.type } else { nil } }
    }
}
