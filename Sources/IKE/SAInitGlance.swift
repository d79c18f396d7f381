import Wire

/// Where in an IKE_SA_INIT request stands what a cookie is about, found in the raw octets without
/// decoding the rest: a flood must not be worth more than that.
struct SAInitGlance {
    let initiatorSPI: IKESPI
    /// The nonce's octets.
    let nonce: Range<Int>
    /// Those of the cookie, which is the first payload where there is one (RFC 7296 §2.6).
    let cookie: Range<Int>?

    /// Payloads before the nonce in an honest request are few.
    private static let mostPayloads = 16
    private static let headerLength = 4
    /// Protocol, SPI size and type of a notify.
    private static let notifyLength = 4

    /// `nil` when there is no nonce of a right length where one is to be expected.
    init?(_ octets: Span<UInt8>, _ header: Header) {
        var cookie: Range<Int>?
        var type = header.firstPayload
        var start = Header.octetCount
        for index in 0..<Self.mostPayloads {
            guard start + Self.headerLength <= octets.count else { return nil }
            let length = Int(octets[start + 2]) << 8 | Int(octets[start + 3])
            let end = start + length
            guard length >= Self.headerLength, end <= octets.count else { return nil }
            let body = start + Self.headerLength
            if type == .nonce {
                guard Nonces.allowedLengths.contains(end - body) else { return nil }
                initiatorSPI = header.initiatorSPI
                nonce = body..<end
                self.cookie = cookie
                return
            }
            if type == .notify, index == 0, end - body >= Self.notifyLength, octets[body + 1] == 0,
                UInt16(octets[body + 2]) << 8 | UInt16(octets[body + 3])
                    == NotifyType.cookie.rawValue
            {
                cookie = body + Self.notifyLength..<end
            }
            type = PayloadType(rawValue: octets[start])
            start = end
        }
        return nil
    }
}
