import Net
import Testing
import Wire

@testable import IKE

/// A pair of which `b` takes peers from everywhere, and a request of `a`'s that never arrived, with
/// which strangers begin IKE SAs of their own.
struct Strangers {
    let pair: Pair
    /// A genuine IKE_SA_INIT request.
    let request: [UInt8]

    init(settings: Engine.Settings = Engine.Settings(debug: .op)) throws {
        let rule = """
            { label "peer" local_addr 10.9.0.2 remote_addr 0.0.0.0/0 auth_method preshared
              ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 } }
            """
        pair = try Pair(Pair.Setup(settings: settings))
        let simulation = pair.simulation
        simulation.handle(
            .configuration(try configuration(rule), pair.b.engine.presharedKeys), pair.b)
        let here = pair.a.address
        var requests: [[UInt8]] = []
        simulation.interceptor = { datagram in
            if datagram.local.address == here { requests.append(datagram.octets) }
            return nil
        }
        pair.ping(from: pair.a)
        simulation.run(for: .milliseconds(100)) { !requests.isEmpty }
        simulation.interceptor = nil
        request = try #require(requests.first)
    }

    var gateway: SocketAddress { SocketAddress(pair.b.address, port: 500) }

    /// Each from an address of its own.
    static func address(_ index: Int) -> IPAddress {
        .v4(0x0B00_0000 + UInt32(truncatingIfNeeded: index))
    }

    /// The request under another SPI, so that it is another beginning.
    func request(_ index: Int) -> [UInt8] {
        var octets = request
        for place in 0..<4 { octets[place] ^= UInt8(truncatingIfNeeded: index >> (8 * place)) }
        octets[7] ^= 0xFF
        return octets
    }

    /// Has so many begin; what the gateway answers at once.
    @discardableResult
    func knock(_ indices: Range<Int>, from place: (Int) -> IPAddress = address) -> [Datagram] {
        let before = pair.simulation.sent.count
        for index in indices {
            pair.simulation.inject(
                request(index), from: SocketAddress(place(index), port: 500), to: gateway)
        }
        return Array(pair.simulation.sent[before...])
    }

    /// What the gateway has counted.
    var counters: FrontDoorCounters { pair.b.engine.door.counters }
}

extension Datagram {
    /// The cookie that it asks for, when it does.
    var cookie: [UInt8]? {
        guard let message = try? Message(decoding: octets.span),
            case .notify(let notify)? = message.payloads.first, notify.type == .cookie
        else { return nil }
        return notify.data
    }
}
