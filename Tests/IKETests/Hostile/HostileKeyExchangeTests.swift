import Crypto
import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// Key exchanges that nobody honest would make, whole on the wire: in IKE_SA_INIT and in
/// CREATE_CHILD_SA, from initiators and from responders.
@Suite struct HostileKeyExchangeTests {
    /// Every group that can be configured.
    static let methods: [KeyExchangeMethod] = [
        .modp1024, .modp1536, .modp2048, .modp3072, .modp4096, .modp6144, .modp8192,
        .modp1024s160, .modp2048s224, .modp2048s256, .ecp192, .ecp224, .ecp256, .ecp384, .ecp521,
        .brainpool224, .brainpool256, .brainpool384, .brainpool512, .curve25519, .curve448,
    ]
    /// Of RFC 2409 and RFC 3526: the generator is 2.
    static let safePrimes = methods.prefix(7)

    private func siege(_ method: KeyExchangeMethod, globals: String = "") throws -> Siege {
        try Siege(
            globals: globals,
            algorithms: "ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 "
                + "dh_group \(method.rawValue) }")
    }

    private func peer(
        _ siege: Siege, _ method: KeyExchangeMethod, _ role: Role = .initiator
    ) throws -> HandMadePeer {
        try HandMadePeer(siege, role, suite: HandMadePeer.Suite(method: method))
    }

    private func with(
        _ method: KeyExchangeMethod, _ value: [UInt8], _ payloads: [Payload]
    ) -> [Payload] {
        payloads.map {
            $0.type == .keyExchange
                ? .keyExchange(KeyExchange(method: method, value: value)) : $0
        }
    }

    // MARK: IKE_SA_INIT requests

    @Test(arguments: methods)
    func aPublicValueOutsideTheGroupLeavesNothing(method: KeyExchangeMethod) throws {
        let siege = try siege(method)
        let peer = try peer(siege, method)
        for value in try BadPublicValues(method).all() {
            let answers = peer.send(peer.saInit(with(method, value, peer.saInitPayloads)))
            for answer in answers {
                let notifies = try Message(decoding: answer.span).payloads.notifies
                #expect(
                    !notifies.isEmpty && notifies.allSatisfy { $0.isError },
                    "\(method.name): \(value.count) octets taken")
            }
            #expect(siege.footprint == Siege.empty, "\(method.name): \(value.prefix(4))")
        }
        #expect(siege.gateway.engine.nextDeadline == nil)
        #expect(siege.lines.count <= 2)
        #expect(try peer.establish())
        #expect(siege.servesTheHonestPeer())
    }

    // MARK: Leading zeros

    /// Whoever has the private value 1 sends 2, and shares with us our own public value.
    @Test(arguments: safePrimes)
    func aPublicValueThatIsAllLeadingZerosButOneIsTaken(method: KeyExchangeMethod) throws {
        let siege = try siege(method)
        let peer = try peer(siege, method)
        peer.publicValue = try BadPublicValues(method).number(2)
        peer.sharedSecret = { Secret(copying: $0) }
        #expect(try peer.establish())
        #expect(siege.footprint.entries.count == 2)
    }

    @Test(arguments: safePrimes)
    func aSecretThatBeginsWithZeroIsOneAtBothEnds(method: KeyExchangeMethod) throws {
        let siege = try siege(method)
        let peer = try peer(siege, method, .responder)
        try peer.takeRequest(siege.provoke())
        let request = try Message(decoding: peer.request.span)
        var theirs: [UInt8] = []
        for case .keyExchange(let value) in request.payloads { theirs = value.value }
        let (publicValue, secret) = try #require(
            try BadPublicValues(method).withSecretThatBeginsWithZero(sharedWith: theirs))
        #expect(secret.first == 0)
        peer.publicValue = publicValue
        peer.sharedSecret = { _ in Secret(copying: secret) }
        let auth = try #require(try peer.answer().first)
        #expect(try peer.open(auth).header.exchange == .ikeAuth)
        peer.send(try peer.seal(try peer.authPayloads(), .ikeAuth, 1, isResponse: true))
        #expect(siege.footprint.entries.count == 2)
    }

    // MARK: IKE_SA_INIT responses

    @Test(arguments: methods)
    func anAnswerWithAValueOutsideTheGroupLeavesNothing(method: KeyExchangeMethod) throws {
        for value in try BadPublicValues(method).all() {
            let siege = try siege(method)
            let peer = try peer(siege, method, .responder)
            try peer.takeRequest(siege.provoke())
            peer.sharedSecret = { _ in Secret(copying: [1]) }
            #expect(try peer.answer(with(method, value, peer.saInitPayloads)).isEmpty)
            #expect(siege.lines.last?.contains("key exchange: ") == true, "\(siege.lines)")
            #expect(siege.footprint == Siege.empty)
            #expect(siege.gateway.engine.nextDeadline == nil)
        }
    }

    // MARK: CREATE_CHILD_SA

    /// What asks for a Child SA with a key exchange of its own.
    private func childRequest(
        _ peer: HandMadePeer, _ groups: [KeyExchangeMethod], _ keyExchange: KeyExchange?
    ) -> [Payload] {
        var payloads = peer.childPayloads()
        payloads[0] = .securityAssociation([
            Proposal(
                number: 1, protocol: .esp, spi: ChildSPI(0xC0FF_EE02).octets,
                transforms: [.encryption(.aesGCM16, keyLength: 256)]
                    + groups.map { .keyExchange($0) } + [.esn(.no)])
        ])
        return [.nonce(peer.initiatorNonce)] + payloads
            + (keyExchange.map { [.keyExchange($0)] } ?? [])
    }

    /// RFC 7296 §2.21.3: INVALID_SYNTAX ends the SA at both ends.
    @Test(arguments: [
        KeyExchangeMethod.modp2048, .modp2048s224, .ecp256, .ecp521, .brainpool256, .curve25519,
        .curve448,
    ])
    func aValueOutsideTheGroupEndsTheSAAtBothEnds(method: KeyExchangeMethod) throws {
        for value in try BadPublicValues(method).all() {
            let siege = try siege(method)
            let peer = try peer(siege, method)
            #expect(try peer.establish())
            let answer = try peer.ask(
                childRequest(peer, [method], KeyExchange(method: method, value: value)),
                .createChildSA, 2)
            #expect(answer?.notifies == [.invalidSyntax], "\(value.count) \(value.prefix(4))")
            #expect(siege.gateway.logText.contains("not valid for \(method.name); the IKE SA ends"))
            #expect(siege.footprint.entries.isEmpty && siege.gateway.establishedSAs.isEmpty)
            #expect(siege.aftermath() == Siege.empty)
        }
    }

    /// A gateway whose rule has `childsa_pfs`, an established peer, and the gateway's request for a
    /// further Child SA.
    private func asked(_ groups: String) throws -> (Siege, HandMadePeer, request: UInt32) {
        let siege = try Siege(globals: "childsa_pfs \(groups)\n")
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish())
        let acquire = Acquire(
            sequence: 9, source: siege.gateway.address, destination: peer.here.address,
            flow: Selector(source: prefix("10.2.0.1"), destination: prefix("10.6.0.1")),
            policy: Selector(source: prefix("10.2.0.0/24"), destination: prefix("10.6.0.0/24")),
            template: Template(
                protocolID: .esp, mode: .tunnel, source: siege.gateway.address,
                destination: peer.here.address, reqid: 6))
        siege.simulation.handle(.acquire(acquire), siege.gateway)
        siege.simulation.run(for: .milliseconds(10))
        let request = try peer.open(peer.lastReceived)
        #expect(request.header.exchange == .createChildSA && !request.header.isResponse)
        return (siege, peer, request.header.messageID)
    }

    /// The group of the request that the gateway has out, and its message ID.
    private func wish(
        _ peer: HandMadePeer
    ) throws -> (method: KeyExchangeMethod?, messageID: UInt32) {
        let request = try peer.open(peer.lastReceived)
        for case .keyExchange(let value) in request.payloads {
            return (value.method, request.header.messageID)
        }
        return (nil, request.header.messageID)
    }

    private func askForGroup(_ peer: HandMadePeer, _ data: [UInt8], _ messageID: UInt32) throws
        -> [[UInt8]]
    {
        peer.send(
            try peer.seal(
                [.notify(Notify(.invalidKEPayload, data: data))], .createChildSA, messageID,
                isResponse: true))
    }

    @Test func aPeerThatKeepsAskingForAnotherGroupIsGivenUp() throws {
        let (siege, peer, first) = try asked("19 31")
        #expect(try wish(peer).method == .ecp256)
        var messageID = first
        for round in 0..<Initiation.mostRestarts {
            let group: KeyExchangeMethod = round % 2 == 0 ? .curve25519 : .ecp256
            #expect(try askForGroup(peer, group.octets, messageID).count == 1)
            #expect(try wish(peer) == (group, messageID + 1))
            messageID += 1
        }
        #expect(try askForGroup(peer, KeyExchangeMethod.ecp256.octets, messageID).isEmpty)
        #expect(
            siege.lines.last?.contains(
                "no Child SA: the peer says INVALID_KE_PAYLOAD and wants ECP_256; we proposed "
                    + "10.2.0.1 10.2.0.0/24 <-> 10.6.0.1 10.6.0.0/24 in tunnel mode with ESP: ")
                == true, "\(siege.lines)")
        #expect(siege.footprint.entries.count == 2 && siege.footprint.ikeSAs == 1)
        #expect(siege.gateway.establishedSAs.allSatisfy { $0.window.outstanding == nil })
    }

    @Test func aGroupThatWasNeverOfferedIsNotTaken() throws {
        for (data, words) in [
            ([0, 20], " and wants ECP_384"), ([0, 0], " and wants no key exchange"),
            ([0, 31], " and wants CURVE25519"), ([0xFF, 0xFF], " and wants KE_65535"), ([], ""),
            ([0], ""), ([0, 19, 0], ""),
        ] as [([UInt8], String)] {
            let (siege, peer, messageID) = try asked("31 19")
            #expect(try askForGroup(peer, data, messageID).isEmpty)
            #expect(
                siege.lines.last?.contains(
                    "no Child SA: the peer says INVALID_KE_PAYLOAD\(words); we proposed ") == true,
                "\(siege.lines)")
            #expect(siege.footprint.entries.count == 2 && siege.footprint.ikeSAs == 1)
        }
    }

    /// Grants the gateway's request with a group, whatever key exchange goes with it, and expects it
    /// given back: what we cannot use still made an SA at the peer, which is told to delete it.
    private func expectGivenBack(_ method: KeyExchangeMethod, with exchange: KeyExchange?) throws {
        let (siege, peer, messageID) = try asked("\(method.rawValue)")
        let theirs = try peer.open(peer.lastReceived).payloads
        guard
            case .securityAssociation(let proposals)? = theirs.first(where: {
                $0.type == .securityAssociation
            }), let proposal = proposals.first
        else {
            Issue.record("the request is \(theirs)")
            return
        }
        let selectors = theirs.filter {
            $0.type == .initiatorTrafficSelectors || $0.type == .responderTrafficSelectors
        }
        let answer = Proposal(
            number: proposal.number, protocol: .esp, spi: ChildSPI(0xC0FF_EE09).octets,
            transforms: [
                .encryption(.aesGCM16, keyLength: 256), .keyExchange(method), .esn(.no),
            ])
        var payloads: [Payload] = [
            .nonce([UInt8](repeating: 3, count: 32)), .securityAssociation([answer]),
        ]
        if let exchange { payloads.append(.keyExchange(exchange)) }
        let sent = peer.send(
            try peer.seal(payloads + selectors, .createChildSA, messageID, isResponse: true))
        #expect(siege.lines.last?.contains("no Child SA: ") == true, "\(siege.lines)")
        #expect(siege.lines.last?.contains("key exchange") == true, "\(siege.lines)")
        let delete = try peer.open(try #require(sent.first)).payloads
        #expect(
            delete == [
                .delete(.childSAs(.esp, [try #require(ChildSPI(octets: proposal.spi))]))
            ])
        #expect(siege.footprint.entries.count == 2 && siege.footprint.ikeSAs == 1)
    }

    @Test(arguments: [KeyExchangeMethod.modp2048, .ecp256, .curve25519])
    func aGrantWithAValueOutsideTheGroupIsGivenBack(method: KeyExchangeMethod) throws {
        for value in try BadPublicValues(method).all() {
            try expectGivenBack(method, with: KeyExchange(method: method, value: value))
        }
    }

    @Test func aRekeyingWithAValueOutsideTheGroupIsTriedAgain() throws {
        let siege = try Siege(globals: "childsa_pfs 19\n")
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish())
        let id = try #require(
            siege.gateway.kernel.entries.values.first { $0.direction == .inbound }?.id)
        siege.simulation.handle(.expire(Expire(id: id, isHard: false)), siege.gateway)
        siege.simulation.run(for: .milliseconds(10))
        let request = try peer.open(peer.lastReceived)
        #expect(request.payloads.notifies == [.rekeySA])
        let selectors = request.payloads.filter {
            $0.type == .initiatorTrafficSelectors || $0.type == .responderTrafficSelectors
        }
        let answer = Proposal(
            number: 1, protocol: .esp, spi: ChildSPI(0xC0FF_EE09).octets,
            transforms: [
                .encryption(.aesGCM16, keyLength: 256), .keyExchange(.ecp256), .esn(.no),
            ])
        _ = peer.send(
            try peer.seal(
                [
                    .nonce([UInt8](repeating: 3, count: 32)), .securityAssociation([answer]),
                    .keyExchange(
                        KeyExchange(method: .ecp256, value: [UInt8](repeating: 0, count: 64))),
                ] + selectors, .createChildSA, request.header.messageID, isResponse: true))
        #expect(
            siege.lines.last?.contains("is not rekeyed: key exchange: ") == true, "\(siege.lines)")
        #expect(siege.footprint.entries.count == 2)
        // What we cannot use is given back first.
        let delete = try peer.open(peer.lastReceived)
        _ = peer.send(
            try peer.seal([], .informational, delete.header.messageID, isResponse: true))
        siege.simulation.run(for: .seconds(3))
        let next = try peer.open(peer.lastReceived)
        #expect(next.payloads.notifies == [.rekeySA])
        #expect(next.header.messageID == request.header.messageID + 2)
    }

    /// There would be an SA without the forward secrecy that its proposal speaks of.
    @Test func aGrantWithoutItsKeyExchangeIsGivenBack() throws {
        try expectGivenBack(.ecp256, with: nil)
        try expectGivenBack(
            .ecp256, with: KeyExchange(method: .curve25519, value: [UInt8](repeating: 9, count: 32))
        )
    }

    // MARK: Other groups than the one chosen

    @Test func aGroupThatIsNotTheOneChosenIsAskedFor() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        for method: KeyExchangeMethod in [.ecp256, .none, KeyExchangeMethod(rawValue: 0xFFFF)] {
            let answer = peer.send(peer.saInit(with(method, [1, 2, 3], peer.saInitPayloads)))
            let octets = try #require(answer.first)
            let message = try Message(decoding: octets.span)
            guard case .notify(let notify)? = message.payloads.first else {
                Issue.record("the answer is \(message)")
                continue
            }
            #expect(notify.type == .invalidKEPayload)
            #expect(notify.data == bigEndian(KeyExchangeMethod.curve25519.rawValue))
        }
        #expect(siege.footprint == Siege.empty)
        #expect(siege.lines.count == 1)
    }

    @Test func aPeerThatNeverTakesTheGroupAskedForKeepsNothingHere() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        let wrong = peer.saInit(
            with(.ecp256, [UInt8](repeating: 4, count: 64), peer.saInitPayloads))
        for _ in 0..<100 {
            let answer = try #require(peer.send(wrong).first)
            #expect(
                try Message(decoding: answer.span).payloads.notifies == [.invalidKEPayload])
        }
        #expect(siege.footprint == Siege.empty)
        #expect(siege.lines.count == 1)
        #expect(siege.servesTheHonestPeer())
    }

    // MARK: ML-KEM

    /// Draft-ietf-ipsecme-ikev2-mlkem: nothing here does it, whatever the length.
    @Test(arguments: [KeyExchangeMethod.mlKEM512, .mlKEM768, .mlKEM1024])
    func aMethodThatIsNotKnownIsRefusedWhateverItsValue(method: KeyExchangeMethod) throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        for length in [0, 1, 800, 1184, 1183, 1185, 1568, 3000] {
            let value = [UInt8](repeating: 5, count: length)
            var payloads = with(method, value, peer.saInitPayloads)
            // Beside a group that we know, that one is asked for.
            let known = peer.suite.proposal.transforms
            payloads[0] = .securityAssociation([
                Proposal(
                    number: 1, protocol: .ike, spi: [],
                    transforms: known + [.keyExchange(method)])
            ])
            let other = try #require(peer.send(peer.saInit(payloads)).first)
            #expect(
                try Message(decoding: other.span).payloads
                    == [.notify(Notify(.invalidKEPayload, data: [0, 31]))])
            // Alone, and as a further exchange (RFC 9370), there is nothing to choose.
            for transforms in [
                known.map { $0.type == .keyExchange ? .keyExchange(method) : $0 },
                known + [Transform(type: .additionalKeyExchange1, id: method.rawValue)],
            ] {
                payloads[0] = .securityAssociation([
                    Proposal(number: 1, protocol: .ike, spi: [], transforms: transforms)
                ])
                let answer = try #require(peer.send(peer.saInit(payloads)).first)
                #expect(
                    try Message(decoding: answer.span).payloads.notifies == [.noProposalChosen])
            }
        }
        #expect(siege.footprint == Siege.empty)
        #expect(try peer.establish())
    }
}
