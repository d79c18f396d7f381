import Net
import Testing
import Wire

@testable import IKE

/// What a message must, may and must not hold, and in what words the log says so.
@Suite struct MessageRuleTests {
    /// One payload of each type.
    private static let samples: [Payload] = [
        .securityAssociation([]), .keyExchange(KeyExchange(method: .curve25519, value: [])),
        .initiatorID(Identification(ip("10.9.0.1"))), .responderID(Identification(ip("10.9.0.2"))),
        .certificate(Certificate(encoding: CertificateEncoding(rawValue: 4), data: [])),
        .certificateRequest(
            CertificateRequest(encoding: CertificateEncoding(rawValue: 4), authorities: [])),
        .authentication(Authentication(method: .sharedKey, data: [])), .nonce([1]),
        .notify(Notify(.initialContact)), .delete(.ikeSA), .vendorID([]),
        .initiatorTrafficSelectors([]), .responderTrafficSelectors([]),
        .configuration(
            Configuration(type: ConfigurationType(rawValue: 1), attributes: [])),
        .eap([]),
        .unknown(UnknownPayload(type: PayloadType(rawValue: 33 + 32), body: [])),
        .unknown(UnknownPayload(type: PayloadType(rawValue: 200), body: [])),
        .unknown(UnknownPayload(type: PayloadType(rawValue: 1), body: [])),
    ]

    private func sample(_ type: PayloadType) -> Payload? {
        Self.samples.first { $0.type == type }
    }

    private func whole(_ rule: MessageRule) -> [Payload] {
        Self.samples.filter { payload in
            let set = PayloadSet(payload.type)
            return !set.isEmpty && rule.required.isSuperset(of: set)
        }
    }

    private func refusal(_ rule: MessageRule, _ payloads: [Payload]) -> Refusal? {
        do throws(Refusal) {
            _ = try rule.sort(payloads)
            return nil
        } catch {
            return error
        }
    }

    @Test func thereIsOneRowForEachMessage() {
        for exchange: ExchangeType in [.ikeSAInit, .ikeAuth, .createChildSA, .informational] {
            for isResponse in [false, true] {
                let rows = MessageRule.table.filter {
                    $0.exchange == exchange && $0.isResponse == isResponse
                }
                #expect(rows.count == 1)
            }
        }
        let unknown = Header(
            initiatorSPI: IKESPI(1), responderSPI: .zero, exchange: .ikeIntermediate, flags: [],
            messageID: 0)
        #expect(MessageRule.rule(for: unknown) == nil)
    }

    @Test func whatIsRequiredIsMissedByName() {
        for rule in MessageRule.table {
            let whole = whole(rule)
            #expect(refusal(rule, whole) == nil, "\(rule.name)")
            for (index, payload) in whole.enumerated() {
                var rest = whole
                rest.remove(at: index)
                #expect(
                    refusal(rule, rest)
                        == Refusal(.invalidSyntax, "\(rule.name) lacks \(payload.type.name)"))
            }
        }
        let all = MessageRule.table.first.map { refusal($0, []) }
        #expect(all??.reason == "IKE_SA_INIT request lacks SA, KE, NONCE")
    }

    @Test func whatMayComeOnceMayNotComeTwice() {
        for rule in MessageRule.table {
            for payload in Self.samples {
                let set = PayloadSet(payload.type)
                let isSingle =
                    !set.isEmpty && rule.required.union(rule.optional).isSuperset(of: set)
                    && !rule.repeatable.isSuperset(of: set)
                let payloads =
                    whole(rule).filter { $0.type != payload.type } + [payload, payload]
                let expected =
                    isSingle
                    ? Refusal(
                        .invalidSyntax, "\(rule.name) holds more than one \(payload.type.name)")
                    : nil
                #expect(refusal(rule, payloads) == expected, "\(rule.name)")
            }
        }
    }

    @Test func whatIsNotExpectedIsIgnored() throws {
        for rule in MessageRule.table {
            let contents = try rule.sort(
                whole(rule)
                    + Self.samples.filter { payload in
                        let set = PayloadSet(payload.type)
                        return set.isEmpty
                            || !rule.required.union(rule.optional).union(rule.repeatable)
                                .isSuperset(of: set)
                    })
            if rule.exchange != .informational { #expect(contents.deletes.isEmpty) }
            if rule.exchange != .ikeAuth {
                #expect(contents.authentication == nil && contents.initiatorID == nil)
            }
        }
    }

    @Test func aResponseWithAnErrorOrACookieMayLackTheRest() {
        for rule in MessageRule.table {
            let mayLack = rule.isResponse || rule.exchange == .informational
            for notify in [Notify(.noProposalChosen), Notify(.cookie, data: [1])] {
                #expect((refusal(rule, [.notify(notify)]) == nil) == mayLack, "\(rule.name)")
            }
            if rule.exchange != .informational {
                #expect(refusal(rule, [.notify(Notify(.initialContact))]) != nil)
            }
        }
    }
}
