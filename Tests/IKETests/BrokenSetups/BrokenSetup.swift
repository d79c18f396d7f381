import Crypto
import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// A set-up that cannot work: how it is made, and what an administrator of either end must be told.
struct BrokenSetup: Sendable, CustomTestStringConvertible {
    /// Whom an administrator asks.
    enum End: Sendable { case a, b }

    /// What one end must say.
    struct Telling: Sendable {
        let end: End
        /// What the log says, and the explanation, in the same words; the cause is in them.
        var failure: String?
        /// What the explanation says beside: what is lacking, and in short how it is.
        var lack: String?
        var state: Explanation.State
        /// The peer's address as this end sees it, where a NAT hides the other.
        var peer: String?
    }

    let name: String
    let tellings: [Telling]
    /// Builds it and has packets wait for SAs.
    let make: @Sendable () throws -> Pair

    var testDescription: String { name }

    init(
        _ name: String, _ tellings: Telling..., make: @escaping @Sendable () throws -> Pair
    ) {
        self.name = name
        self.tellings = tellings
        self.make = make
    }

    /// A pair whose end a has a packet for b.
    static func pinging(_ setup: Pair.Setup) throws -> Pair {
        let pair = try Pair(setup)
        pair.ping(from: pair.a)
        return pair
    }

    /// The same with certificates.
    static func certified(
        _ a: Credentials, _ b: Credentials, ruleA: String = "auth_method cert",
        ruleB: String = "auth_method cert", clockOffset: Int64 = 0
    ) throws -> Pair {
        var setup = Pair.Setup(ruleA: ruleA, ruleB: ruleB)
        setup.credentialsA = a
        setup.credentialsB = b
        setup.clockOffset = clockOffset
        return try pinging(setup)
    }

    /// Policies that differ from end to end, each with its inbound twin unless it says otherwise.
    static func policies(
        a: [(String, String, Template)], b: [(String, String, Template)], twins: Bool = true
    ) -> PolicySet {
        PolicySet { hostA, hostB in
            for (host, peer, policies) in [(hostA, hostB, a), (hostB, hostA, b)] {
                for (place, (here, there, template)) in policies.enumerated() {
                    var outbound = template
                    outbound.source = host.address
                    outbound.destination = peer.address
                    var inbound = template
                    inbound.source = peer.address
                    inbound.destination = host.address
                    let selector = Selector(source: prefix(here), destination: prefix(there))
                    let index = UInt32(place) * 8
                    host.kernel.add(
                        SecurityPolicy(
                            index: index + 1, direction: .outbound, selector: selector,
                            action: .protect(outbound)))
                    guard twins || host === hostA else { continue }
                    host.kernel.add(
                        SecurityPolicy(
                            index: index + 2, direction: .inbound, selector: selector.reversed,
                            action: .protect(inbound)))
                }
            }
        }
    }

    static let esp = Template(protocolID: .esp, mode: .tunnel, reqid: 1)
}

extension Host {
    /// What the engine explains of a peer.
    func explain(_ peer: IPAddress, at now: Instant) -> Explanation {
        _ = engine.handle(.addresses([address]), at: now)
        return engine.explain(
            local: address, remote: peer,
            way: Explanation.Way(source: address, hasSocket: true), at: now)
    }
}

extension Explanation {
    /// Everything that is told of rules, lacks and failures.
    var told: String {
        ([verdict] + (passed + shadowed).map { "rule '\($0.rule.label)': \($0.why)" }
            + lacks.map { $0.words } + failures.map { $0.description })
            .joined(separator: "\n")
    }
}
