import Crypto
import Net
import Policy
import Wire

// Messages under the keys of an IKE SA (RFC 7296 §3.14).

extension Engine {
    /// Seals payloads into a message of ours: into fragments, where the peer takes them and one
    /// packet would be too large (RFC 7383 §2.5).
    func seal(
        _ payloads: [Payload], exchange: ExchangeType, messageID: UInt32, isResponse: Bool,
        sa: IKESA, keys: IKEKeys
    ) throws(CryptoError) -> SentMessage {
        var flags: Header.Flags = []
        if sa.role == .initiator { flags.insert(.initiator) }
        if isResponse { flags.insert(.response) }
        let header = Header(
            initiatorSPI: sa.initiatorSPI, responderSPI: sa.responderSPI, exchange: exchange,
            flags: flags, messageID: messageID)
        trace(.sent, header, payloads, sa: sa)
        let protection = keys.suite.protection
        var layouts = SealedLayout.messages(
            header: header, payloads: payloads, ivLength: protection.ivLength,
            blockLength: protection.blockLength, icvLength: protection.icvLength,
            maximumOctets: largestMessage(for: sa))
        if layouts.count > 1 {
            fragmentCounters.sent += 1
            debug(.verbose, "-> \(sa.remote) \(header) goes in \(layouts.count) fragments")
        }
        for index in layouts.indices {
            let iv = Self.iv(
                protection, messageID: messageID, isResponse: isResponse, index: index,
                random: randomOctets)
            try seal(&layouts[index], iv: iv, sa: sa, keys: keys)
        }
        return SentMessage(layouts.map { $0.octets })
    }

    private func seal(
        _ layout: inout SealedLayout, iv: [UInt8], sa: IKESA, keys: IKEKeys
    ) throws(CryptoError) {
        layout.octets.replaceSubrange(layout.iv, with: iv)
        try primitives.seal(
            &layout.octets, associatedData: layout.associatedData, iv: layout.iv,
            text: layout.text, icv: layout.icv, using: keys.suite.protection,
            encryptionKey: keys.encryption(of: sa.role), integrityKey: keys.integrity(of: sa.role))
    }

    /// CBC wants an IV that cannot be foretold; a counter mode one that never comes again under
    /// its key (RFC 5282 §3.1), which message ID, direction and the fragment's index are: what is
    /// retransmitted is the same octets.
    private static func iv(
        _ protection: Protection, messageID: UInt32, isResponse: Bool, index: Int,
        random: (Int) -> [UInt8]
    ) -> [UInt8] {
        guard !protection.wantsUnpredictableIV else { return random(protection.ivLength) }
        let counter =
            UInt64(UInt16(clamping: index)) << 48 | UInt64(isResponse ? 1 : 0) << 32
            | UInt64(messageID)
        return (0..<8).map { UInt8(truncatingIfNeeded: counter >> UInt64(56 - 8 * $0)) }
    }

    /// What opening a message can come to.
    enum OpeningFailure: Error {
        /// Not from the peer, or damaged on the way: as if it had never come.
        case notAuthentic(String)
        /// From the peer, and wrong.
        case malformed(WireError)
    }

    /// Finds what is sealed of a message from the peer.
    func sealedBody(_ octets: Span<UInt8>, sa: IKESA) throws(OpeningFailure) -> SealedBody {
        let message: Message
        do throws(WireError) {
            message = try Message(decoding: octets)
        } catch {
            throw .notAuthentic(error.description)
        }
        guard let sealed = message.sealed else { throw .notAuthentic("nothing in it is sealed") }
        guard sealed.fragment == nil || sa.fragmentation != nil else {
            throw .notAuthentic("fragments were not agreed on")
        }
        return sealed
    }

    /// Opens a message from the peer; `nil` while fragments of it are missing.
    func open(
        _ octets: Span<UInt8>, _ sealed: SealedBody, of header: Header, sa: IKESA, keys: IKEKeys
    ) throws(OpeningFailure) -> [Payload]? {
        if let fragment = sealed.fragment,
            !isWanted(fragment, octetCount: sealed.range.count, of: header, sa: sa)
        {
            return nil
        }
        let (buffer, text) = try unseal(octets, sealed, sa: sa, keys: keys)
        // Whole, the message is here: nothing waits for its fragments any more.
        if sealed.fragment == nil { sa.fragmentation?[header] = nil }
        do throws(WireError) {
            let chain = try PayloadChain.removePadding(buffer.span, text: text)
            guard let fragment = sealed.fragment else {
                return try PayloadChain.decode(
                    buffer.span, within: chain, first: sealed.firstInner)
            }
            let message = keep(
                [UInt8](buffer[chain]), of: fragment, sealed.firstInner, of: header, sa: sa)
            guard let whole = message.text else { return nil }
            return try PayloadChain.decode(whole.span, first: message.firstPayload)
        } catch {
            throw .malformed(error)
        }
    }

    /// Decrypts what is sealed, if it is authentic: the message, and where the text is in it.
    func unseal(
        _ octets: Span<UInt8>, _ sealed: SealedBody, sa: IKESA, keys: IKEKeys
    ) throws(OpeningFailure) -> (octets: [UInt8], text: Range<Int>) {
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
        return (buffer, ranges.text)
    }

    /// Sends a request under the SA's keys; the window must be free.
    func request(_ exchange: ExchangeType, _ payloads: [Payload], sa: IKESA, keys: IKEKeys) {
        guard let messageID = sa.window.requestID else {
            fail(sa, "there is no message ID left")
            return
        }
        do throws(CryptoError) {
            let message = try seal(
                payloads, exchange: exchange, messageID: messageID, isResponse: false, sa: sa,
                keys: keys)
            statistics.exchanges.countRequest(exchange, .initiator)
            send(message, messageID: messageID, sa: sa)
        } catch {
            fail(sa, "sealing a request: \(error)")
        }
    }

    /// Sends a request and keeps it for retransmission.
    func send(_ message: SentMessage, messageID: UInt32, sa: IKESA) {
        sa.window.sent(
            message, messageID: messageID, at: now, waitingFor: settings.responseWaitTime,
            jitter: randomJitter())
        transmit(message, local: sa.local, remote: sa.remote)
        rearm(sa)
    }

    /// Answers the request under way.
    func respond(_ exchange: ExchangeType, _ payloads: [Payload], sa: IKESA, keys: IKEKeys) {
        statistics.count(answering: exchange, payloads)
        do throws(CryptoError) {
            let message = try seal(
                payloads, exchange: exchange, messageID: sa.window.expectedID, isResponse: true,
                sa: sa, keys: keys)
            sa.window.responded(with: message)
            // The way that the request came (RFC 7296 §2.11).
            transmit(message, local: sa.requestPair.local, remote: sa.requestPair.remote)
        } catch {
            fail(sa, "sealing a response: \(error)")
        }
    }

    /// Puts a message on the wire, once more or for the first time.
    func transmit(_ message: SentMessage, local: SocketAddress, remote: SocketAddress) {
        for octets in message.datagrams {
            emit(.send(Datagram(octets: octets, local: local, remote: remote)))
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
