import Crypto
import Wire

// Messages under the keys of an IKE SA (RFC 7296 §3.14).

extension Engine {
    /// Seals payloads into a message of ours.
    func seal(
        _ payloads: [Payload], exchange: ExchangeType, messageID: UInt32, isResponse: Bool,
        sa: IKESA, keys: IKEKeys
    ) throws(CryptoError) -> [UInt8] {
        var flags: Header.Flags = []
        if sa.role == .initiator { flags.insert(.initiator) }
        if isResponse { flags.insert(.response) }
        let header = Header(
            initiatorSPI: sa.initiatorSPI, responderSPI: sa.responderSPI, exchange: exchange,
            flags: flags, messageID: messageID)
        trace(.sent, header, payloads, sa: sa)
        let protection = keys.suite.protection
        let iv = Self.iv(
            protection, messageID: messageID, isResponse: isResponse, random: randomOctets)
        var layout = SealedLayout(
            header: header, payloads: payloads, ivLength: protection.ivLength,
            blockLength: protection.blockLength, icvLength: protection.icvLength)
        layout.octets.replaceSubrange(layout.iv, with: iv)
        try primitives.seal(
            &layout.octets, associatedData: layout.associatedData, iv: layout.iv,
            text: layout.text, icv: layout.icv, using: protection,
            encryptionKey: keys.encryption(of: sa.role), integrityKey: keys.integrity(of: sa.role))
        return layout.octets
    }

    /// CBC wants an IV that cannot be foretold; a counter mode one that never comes again under
    /// its key (RFC 5282 §3.1), which message ID and direction are: what is retransmitted is the
    /// same octets.
    private static func iv(
        _ protection: Protection, messageID: UInt32, isResponse: Bool, random: (Int) -> [UInt8]
    ) -> [UInt8] {
        guard !protection.wantsUnpredictableIV else { return random(protection.ivLength) }
        let counter = UInt64(isResponse ? 1 : 0) << 32 | UInt64(messageID)
        return (0..<8).map { UInt8(truncatingIfNeeded: counter >> UInt64(56 - 8 * $0)) }
    }

    /// What opening a message can come to.
    enum OpeningFailure: Error {
        /// Not from the peer, or damaged on the way: as if it had never come.
        case notAuthentic(String)
        /// From the peer, and wrong.
        case malformed(WireError)
    }

    /// Opens a message from the peer.
    func open(
        _ octets: Span<UInt8>, sa: IKESA, keys: IKEKeys
    ) throws(OpeningFailure) -> [Payload] {
        let message: Message
        do throws(WireError) {
            message = try Message(decoding: octets)
        } catch {
            throw .notAuthentic(error.description)
        }
        guard let sealed = message.sealed else { throw .notAuthentic("nothing in it is sealed") }
        guard sealed.fragment == nil else { throw .notAuthentic("fragments were not agreed on") }
        let protection = keys.suite.protection
        guard
            let ranges = SealedRanges(
                sealed: sealed, ivLength: protection.ivLength,
                blockLength: protection.blockLength, icvLength: protection.icvLength)
        else { throw .notAuthentic("the SK payload is of a wrong length") }
        var buffer = [UInt8](copying: octets)
        do throws(CryptoError) {
            try primitives.open(
                &buffer, associatedData: ranges.associatedData, iv: ranges.iv, text: ranges.text,
                icv: ranges.icv, using: protection,
                encryptionKey: keys.encryption(of: sa.role.other),
                integrityKey: keys.integrity(of: sa.role.other))
        } catch {
            throw .notAuthentic(error.description)
        }
        do throws(WireError) {
            let chain = try PayloadChain.removePadding(buffer.span, text: ranges.text)
            return try PayloadChain.decode(
                buffer.span, within: chain, first: sealed.firstInner)
        } catch {
            throw .malformed(error)
        }
    }

    /// Sends a request under the SA's keys; the window must be free.
    func request(_ exchange: ExchangeType, _ payloads: [Payload], sa: IKESA, keys: IKEKeys) {
        guard let messageID = sa.window.requestID else {
            fail(sa, "there is no message ID left")
            return
        }
        do throws(CryptoError) {
            let octets = try seal(
                payloads, exchange: exchange, messageID: messageID, isResponse: false, sa: sa,
                keys: keys)
            send(octets, messageID: messageID, sa: sa)
        } catch {
            fail(sa, "sealing a request: \(error)")
        }
    }

    /// Sends a request and keeps it for retransmission.
    func send(_ octets: [UInt8], messageID: UInt32, sa: IKESA) {
        let datagram = Datagram(octets: octets, local: sa.local, remote: sa.remote)
        sa.window.sent(
            datagram, messageID: messageID, at: now, waitingFor: settings.responseWaitTime,
            jitter: randomJitter())
        emit(.send(datagram))
        rearm(sa)
    }

    /// Answers the request under way.
    func respond(_ exchange: ExchangeType, _ payloads: [Payload], sa: IKESA, keys: IKEKeys) {
        do throws(CryptoError) {
            let octets = try seal(
                payloads, exchange: exchange, messageID: sa.window.expectedID, isResponse: true,
                sa: sa, keys: keys)
            sa.window.responded(with: octets)
            emit(.send(Datagram(octets: octets, local: sa.local, remote: sa.remote)))
        } catch {
            fail(sa, "sealing a response: \(error)")
        }
    }
}

extension [UInt8] {
    /// The octets of a span.
    init(copying span: Span<UInt8>) {
        self.init()
        reserveCapacity(span.count)
        for index in span.indices { append(span[index]) }
    }
}
