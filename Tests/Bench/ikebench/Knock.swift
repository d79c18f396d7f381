import Crypto
import IKE
import Net
import Wire

/// A stranger's IKE_SA_INIT request: a genuine one, which another SPI makes another.
struct Knock {
    private(set) var octets: [UInt8]

    init(_ group: Group) throws {
        let engine = try Setting.engine(group)
        let now = Instant(nanoseconds: 1)
        let acquire = Setting.acquire(.v4(10 << 24 | 2), .v4(10 << 24 | 1), sequence: 1)
        var effects = engine.handle(.acquire(acquire), at: now)
        var request: [UInt8] = []
        while let effect = effects.popLast() {
            switch effect {
            case .compute(let id, let job):
                effects += engine.handle(.jobDone(id, job.run()), at: now)
            case .send(let datagram): request = datagram.octets
            default: break
            }
        }
        guard request.count > Header.octetCount else { throw Failure("no IKE_SA_INIT request") }
        octets = request
    }

    /// Puts a number into the SPI.
    mutating func number(_ number: UInt32) {
        for index in 0..<4 {
            octets[index] = UInt8(truncatingIfNeeded: number >> (8 * UInt32(index)))
        }
    }

    /// The request with a cookie, which goes first (RFC 7296 §2.6).
    func with(cookie: [UInt8]) throws -> [UInt8] {
        let message = try Message(decoding: octets.span)
        let notify = Payload.notify(Notify(type: .cookie, data: cookie))
        return Message(header: message.header, payloads: [notify] + message.payloads).encoded()
    }

    /// The header alone.
    func withoutPayloads() throws -> [UInt8] {
        Message(header: try Header(decoding: octets.span), payloads: []).encoded()
    }

    /// The request in another version.
    func with(version: UInt8) -> [UInt8] {
        var octets = octets
        octets[17] = version
        return octets
    }

    /// The cookie that an answer asks for.
    static func cookie(in answer: [UInt8]) throws -> [UInt8] {
        guard case .notify(let notify)? = try Message(decoding: answer.span).payloads.first,
            notify.type == .cookie
        else { throw Failure("no cookie is asked for") }
        return notify.data
    }

    /// Whether an answer asks for a cookie, told as a flood has the time to.
    static func asksForCookie(_ answer: Span<UInt8>) -> Bool {
        let type = NotifyType.cookie.rawValue
        return answer.count > Header.octetCount + 8
            && answer[16] == PayloadType.notify.rawValue
            && answer[18] == ExchangeType.ikeSAInit.rawValue
            && answer[Header.octetCount + 6] == UInt8(truncatingIfNeeded: type >> 8)
            && answer[Header.octetCount + 7] == UInt8(truncatingIfNeeded: type)
    }
}
