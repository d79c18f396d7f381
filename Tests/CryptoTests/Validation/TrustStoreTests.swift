import COpenSSL
import Testing

@testable import Crypto

struct TrustStoreTests {
    private func refuses(
        _ made: CertificateMaker.Made, _ reason: ChainRefusal.Reason,
        sourceLocation: SourceLocation = #_sourceLocation, _ validate: () throws -> Void
    ) {
        #expect(
            throws: made.certificate.refused(reason), sourceLocation: sourceLocation,
            performing: validate)
        #expect(ERR_peek_error() == 0, sourceLocation: sourceLocation)
    }

    @Test func findsTheChainWhateverTheOrder() throws {
        let all = try TestHierarchy()
        let chain = [
            all.leaf.certificate, all.lower.certificate, all.upper.certificate,
            all.root.certificate,
        ]
        #expect(try all.validate() == chain)
        #expect(
            try all.validate(intermediates: [all.upper.certificate, all.lower.certificate])
                == chain)
        // With the leaf, the root and strangers among them.
        let strangers = try TestHierarchy()
        #expect(
            try all.validate(
                intermediates: [
                    all.root.certificate, strangers.lower.certificate, all.leaf.certificate,
                    all.upper.certificate, strangers.upper.certificate, all.lower.certificate,
                    all.lower.certificate,
                ]) == chain)
        // The very objects, so that they are shared.
        for (found, given) in zip(try all.validate(), chain) { #expect(found === given) }
    }

    @Test func namesTheIssuerThatIsUnknown() throws {
        let all = try TestHierarchy()
        refuses(all.leaf, .issuerUnknown(all.lower.certificate.subject)) {
            try all.validate(intermediates: [])
        }
        refuses(all.lower, .issuerUnknown(all.upper.certificate.subject)) {
            try all.validate(intermediates: [all.lower.certificate])
        }
        refuses(all.upper, .issuerUnknown(all.root.certificate.subject)) {
            try all.validate(trusting: [])
        }
        refuses(all.root, .selfSignedUntrusted) {
            try all.validate(
                trusting: [], intermediates: all.intermediates + [all.root.certificate])
        }
    }

    @Test func trustsSelfSignedPeersInTheKeystoreOnly() throws {
        let peer = try CertificateMaker("CN=peer").make(.ec("P-256"))
        let store = try TrustStore(certificates: [peer.certificate])
        #expect(
            try store.validate(peer.certificate, at: TestHierarchy.moment).certificates
                == [peer.certificate])
        refuses(peer, .selfSignedUntrusted) {
            _ = try TrustStore(certificates: []).validate(
                peer.certificate, at: TestHierarchy.moment)
        }
        // The same name and another key.
        let impostor = try CertificateMaker("CN=peer").make(.ec("P-256"))
        #expect(throws: ChainRefusal.self) {
            try store.validate(impostor.certificate, at: TestHierarchy.moment)
        }
    }

    @Test func trustsWhateverIsInTheKeystore() throws {
        let all = try TestHierarchy()
        #expect(
            try all.validate(trusting: [all.upper.certificate])
                == [all.leaf.certificate, all.lower.certificate, all.upper.certificate])
        #expect(try all.validate(trusting: [all.leaf.certificate]) == [all.leaf.certificate])
        // Up to the root where it is there: the policy's conditions are about all of them.
        #expect(
            try all.validate(trusting: [all.lower.certificate, all.root.certificate]).last
                == all.root.certificate)
    }

    @Test func thePolicyNarrowsTheAnchors() throws {
        let all = try TestHierarchy()
        var policy = ChainPolicy()
        policy.trustsIntermediateAuthorities = false
        refuses(all.upper, .issuerUnknown(all.root.certificate.subject)) {
            try all.validate(policy, trusting: [all.upper.certificate])
        }
        // It is still there for a chain to pass through.
        #expect(
            try all.validate(
                policy,
                trusting: [
                    all.upper.certificate, all.lower.certificate, all.root.certificate,
                ], intermediates: []
            ).count == 4)

        policy = ChainPolicy()
        policy.anchors = .named(all.root.certificate.subject, serialNumber: nil)
        #expect(try all.validate(policy).count == 4)
        policy.anchors = .named(
            all.root.certificate.subject, serialNumber: all.root.certificate.serialNumber)
        #expect(try all.validate(policy).count == 4)
        policy.anchors = .named(all.root.certificate.subject, serialNumber: [9])
        #expect(throws: ChainRefusal.self) { try all.validate(policy) }
        policy.anchors = .named(try DistinguishedName(parsing: "CN=other"), serialNumber: nil)
        refuses(all.root, .selfSignedUntrusted) { try all.validate(policy) }
        policy.ignoresTrustAnchor = true
        #expect(try all.validate(policy).last == all.root.certificate)
        #expect(try all.validate(policy, trusting: []).count == 3)
        // It remains a chain.
        var forged = all.leaf.certificate.der
        forged[forged.count - 1] ^= 1
        let leaf = CertificateMaker.Made(
            certificate: try X509Certificate(der: forged), key: all.leaf.key)
        refuses(leaf, .wrongSignature) {
            _ = try TrustStore(certificates: [], policy: policy).validate(
                leaf.certificate, intermediates: all.intermediates, at: TestHierarchy.moment)
        }
    }

    @Test func refusesWhatIsOutOfItsTime() throws {
        var leaf = TestHierarchy.gateway()
        leaf.notBefore = 1_400_000_000
        leaf.notAfter = 1_450_000_000
        let all = try TestHierarchy(leaf: leaf)
        let early: Int64 = 1_399_999_990
        let late: Int64 = 1_450_000_010
        refuses(all.leaf, .notYetValid(from: 1_400_000_000)) { try all.validate(at: early) }
        refuses(all.leaf, .expired(at: 1_450_000_000)) { try all.validate(at: late) }
        #expect(try all.validate(at: 1_425_000_000).count == 4)
        var policy = ChainPolicy()
        policy.validityAdjustment = 9
        refuses(all.leaf, .notYetValid(from: 1_400_000_000)) { try all.validate(policy, at: early) }
        refuses(all.leaf, .expired(at: 1_450_000_000)) { try all.validate(policy, at: late) }
        policy.validityAdjustment = 10
        #expect(try all.validate(policy, at: early).count == 4)
        #expect(try all.validate(policy, at: late).count == 4)
        policy.validityAdjustment = 0
        policy.ignoresDate = true
        #expect(try all.validate(policy, at: 0).count == 4)
        #expect(try all.validate(policy, at: 4_000_000_000).count == 4)
        // Authorities too.
        var lower = TestHierarchy.authority("lower")
        lower.notAfter = 1_400_000_000
        let expired = try TestHierarchy(lower: lower)
        refuses(expired.lower, .expired(at: 1_400_000_000)) { try expired.validate() }
    }

    @Test func refusesIssuersThatAreNoAuthorities() throws {
        let noAuthority = try TestHierarchy(
            lower: TestHierarchy.authority("lower", basicConstraints: nil))
        refuses(noAuthority.lower, .notAnAuthority) { try noAuthority.validate() }
        let mayNotSign = try TestHierarchy(
            lower: TestHierarchy.authority("lower", [("keyUsage", "critical,cRLSign")]))
        #expect(throws: ChainRefusal.self) { try mayNotSign.validate() }
        let explicitly = try TestHierarchy(
            lower: TestHierarchy.authority("lower", basicConstraints: "critical,CA:false"))
        refuses(explicitly.lower, .notAnAuthority) { try explicitly.validate() }
    }

    @Test func heedsTheLengthOfPaths() throws {
        let short = try TestHierarchy(
            root: TestHierarchy.authority("root", basicConstraints: "critical,CA:true,pathlen:1"))
        #expect {
            try short.validate()
        } throws: { error in (error as? ChainRefusal)?.reason == .pathTooLong }
        let enough = try TestHierarchy(
            root: TestHierarchy.authority("root", basicConstraints: "critical,CA:true,pathlen:2"))
        #expect(try enough.validate().count == 4)
        var policy = ChainPolicy()
        policy.longestPath = 2
        #expect(try enough.validate(policy).count == 4)
        policy.longestPath = 1
        #expect(throws: ChainRefusal.self) { try enough.validate(policy) }
    }

    @Test func refusesUnknownCriticalExtensions() throws {
        var leaf = TestHierarchy.gateway()
        leaf.rawExtensions = [("1.2.3.4", true, [0x05, 0x00])]
        let all = try TestHierarchy(leaf: leaf)
        refuses(all.leaf, .unknownCriticalExtension) { try all.validate() }
        var lower = TestHierarchy.authority("lower")
        lower.rawExtensions = [("1.2.3.4", true, [0x05, 0x00])]
        let above = try TestHierarchy(lower: lower)
        refuses(above.lower, .unknownCriticalExtension) { try above.validate() }
        leaf.rawExtensions = [("1.2.3.4", false, [0x05, 0x00])]
        #expect(try TestHierarchy(leaf: leaf).validate().count == 4)
    }

    @Test(
        arguments: [
            ("permitted;DNS:example.org", "DNS:gw.example.org", nil),
            ("permitted;DNS:example.org", "DNS:gw.example.com", .nameNotPermitted),
            ("excluded;DNS:example.org", "DNS:gw.example.org", .nameExcluded),
            ("excluded;DNS:example.org", "DNS:gw.example.com", nil),
            ("permitted;IP:192.0.2.0/255.255.255.0", "IP:192.0.2.7", nil),
            ("permitted;IP:192.0.2.0/255.255.255.0", "IP:192.0.3.7", .nameNotPermitted),
            ("excluded;email:example.org", "email:a@example.org", .nameExcluded),
            ("permitted;URI:.example.org", "URI:https://a.example.org/", nil),
            ("permitted;URI:.example.org", "URI:https://a.example.com/", .nameNotPermitted),
        ] as [(String, String, ChainRefusal.Reason?)])
    func heedsNameConstraints(
        constraint: String, name: String, reason: ChainRefusal.Reason?
    ) throws {
        let all = try TestHierarchy(
            upper: TestHierarchy.authority(
                "upper", [("nameConstraints", "critical," + constraint)]),
            leaf: TestHierarchy.gateway([("subjectAltName", name)]))
        guard let reason else {
            #expect(try all.validate().count == 4)
            return
        }
        refuses(all.leaf, reason) { try all.validate() }
    }

    @Test func heedsExcludedDirectoryNames() throws {
        func constrained(_ tag: UInt8, _ name: String) throws -> TestHierarchy {
            var upper = TestHierarchy.authority("upper")
            let subtree = der(0x30, der(0xA4, try DistinguishedName(parsing: name).der))
            upper.rawExtensions = [("2.5.29.30", true, der(0x30, der(tag, subtree)))]
            return try TestHierarchy(upper: upper)
        }
        // Those of the lower authority count too, which comes first.
        let excluded = try constrained(0xA1, "C=US, O=Example")
        refuses(excluded.lower, .nameExcluded) { try excluded.validate() }
        let leafExcluded = try constrained(0xA1, "C=US, O=Example, CN=gw")
        refuses(leafExcluded.leaf, .nameExcluded) { try leafExcluded.validate() }
        // The case of letters makes no difference.
        let capitals = try constrained(0xA1, "C=US, O=EXAMPLE, CN=GW")
        refuses(capitals.leaf, .nameExcluded) { try capitals.validate() }
        let permitted = try constrained(0xA0, "C=US, O=Example")
        #expect(try permitted.validate().count == 4)
        let elsewhere = try constrained(0xA0, "C=DE")
        refuses(elsewhere.lower, .nameNotPermitted) { try elsewhere.validate() }
    }

    @Test func refusesForgedSignatures() throws {
        let all = try TestHierarchy()
        var forged = all.leaf.certificate.der
        forged[forged.count - 1] ^= 1
        let leaf = CertificateMaker.Made(
            certificate: try X509Certificate(der: forged), key: all.leaf.key)
        refuses(leaf, .wrongSignature) {
            _ = try TrustStore(certificates: [all.root.certificate]).validate(
                leaf.certificate, intermediates: all.intermediates, at: TestHierarchy.moment)
        }
        // An authority of the same name with another key.
        let other = try TestHierarchy()
        #expect(throws: ChainRefusal.self) { try all.validate(trusting: [other.root.certificate]) }
    }

    @Test func refusesMD5() throws {
        let root = try TestHierarchy.authority("root").make(.rsa(1024))
        var maker = TestHierarchy.gateway()
        maker.digest = "MD5"
        let leaf = try maker.make(.ec("P-256"), by: root)
        func validate(_ leaf: CertificateMaker.Made, trusting trusted: CertificateMaker.Made) throws
        {
            _ = try TrustStore(certificates: [trusted.certificate])
                .validate(leaf.certificate, at: TestHierarchy.moment)
        }
        refuses(leaf, .weakHash("MD5")) { try validate(leaf, trusting: root) }
        // Who has it in the keystore says that it is good.
        try validate(leaf, trusting: leaf)
        maker.digest = "SHA1"
        try validate(maker.make(.ec("P-256"), by: root), trusting: root)
    }

    @Test func endsWhereAuthoritiesSignEachOther() throws {
        // Two authorities, each certified by the other alone.
        let (a, b) = (try TestKey.ec("P-256"), try TestKey.ec("P-256"))
        let maker = (TestHierarchy.authority("a"), TestHierarchy.authority("b"))
        let selfA = try maker.0.make(a)
        let selfB = try maker.1.make(b)
        let aByB = try maker.0.make(a, by: selfB)
        let bByA = try maker.1.make(b, by: selfA)
        let leaf = try TestHierarchy.gateway().make(.ec("P-256"), by: aByB)
        #expect(throws: ChainRefusal.self) {
            try TrustStore(certificates: []).validate(
                leaf.certificate, intermediates: [aByB.certificate, bByA.certificate],
                at: TestHierarchy.moment)
        }
        // And a certificate that names itself as issuer, without being so.
        let impostor = try CertificateMaker("C=US, O=Example, CN=gw").make(
            .ec("P-256"), by: CertificateMaker.Made(certificate: leaf.certificate, key: a))
        #expect(throws: ChainRefusal.self) {
            try TrustStore(certificates: []).validate(
                impostor.certificate, intermediates: [impostor.certificate, leaf.certificate],
                at: TestHierarchy.moment)
        }
    }

    @Test func looksAtAHandfulOfCertificates() throws {
        let all = try TestHierarchy()
        let stranger = try CertificateMaker("CN=stranger").make(.ec("P-256")).certificate
        let some = [X509Certificate](repeating: stranger, count: 30)
        #expect(try all.validate(intermediates: some + all.intermediates).count == 4)
        refuses(all.leaf, .tooManyCertificates(33)) {
            try all.validate(intermediates: some + [stranger] + all.intermediates)
        }
    }

    @Test func asksForRequiredIssuers() throws {
        let all = try TestHierarchy()
        let other = try DistinguishedName(parsing: "CN=other")
        for issuer in [all.root, all.upper, all.lower].map({ $0.certificate.subject }) {
            #expect(try all.validate(requiredIssuers: [issuer]).count == 4)
            #expect(try all.validate(requiredIssuers: [other, issuer]).count == 4)
        }
        refuses(all.leaf, .requiredIssuerMissing) { try all.validate(requiredIssuers: [other]) }
        refuses(all.leaf, .requiredIssuerMissing) {
            try all.validate(requiredIssuers: [all.leaf.certificate.subject])
        }
        // Above an anchor that is no root, too.
        #expect(
            try all.validate(
                trusting: [all.upper.certificate, all.root.certificate],
                requiredIssuers: [all.root.certificate.subject]
            ).count == 4)
        #expect(
            try all.validate(
                trusting: [all.upper.certificate],
                requiredIssuers: [all.root.certificate.subject]
            ).count == 3)
    }

    @Test func checksTheUseOfTheKey() throws {
        let cannotSign = try TestHierarchy(
            leaf: TestHierarchy.gateway([("keyUsage", "critical,keyEncipherment")]))
        refuses(cannotSign.leaf, .keyUsage(lacking: ["digitalSignature"])) {
            try cannotSign.validate()
        }
        let binds = try TestHierarchy(
            leaf: TestHierarchy.gateway([("keyUsage", "critical,nonRepudiation")]))
        #expect(try binds.validate().count == 4)
        var policy = ChainPolicy()
        policy.keyUsage = [.digitalSignature, .keyAgreement]
        refuses(binds.leaf, .keyUsage(lacking: ["digitalSignature", "keyAgreement"])) {
            try binds.validate(policy)
        }
        // A certificate without restriction allows everything.
        #expect(try TestHierarchy().validate(policy).count == 4)
    }

    @Test func checksThePurposes() throws {
        let server = try TestHierarchy(
            leaf: TestHierarchy.gateway([("extendedKeyUsage", "critical,serverAuth,clientAuth")]))
        #expect(try server.validate().count == 4)
        var policy = ChainPolicy()
        policy.extendedKeyUsage = [.ipsecIKE]
        refuses(server.leaf, .extendedKeyUsage(lacking: ["ipsecIKE"])) {
            try server.validate(policy)
        }
        let none = try TestHierarchy()
        refuses(none.leaf, .extendedKeyUsage(lacking: ["ipsecIKE"])) { try none.validate(policy) }
        for purposes in ["1.3.6.1.5.5.7.3.17", "anyExtendedKeyUsage", "serverAuth,ipsecIKE"] {
            let good = try TestHierarchy(
                leaf: TestHierarchy.gateway([("extendedKeyUsage", purposes)]))
            #expect(try good.validate(policy).count == 4)
        }
        let unknown = try TestHierarchy(
            leaf: TestHierarchy.gateway([("extendedKeyUsage", "critical,1.2.3.4")]))
        refuses(unknown.leaf, .unknownExtendedKeyUsage(["1.2.3.4"])) { try unknown.validate() }
        policy = ChainPolicy()
        policy.ignoresUnknownExtendedKeyUsage = true
        #expect(try unknown.validate(policy).count == 4)
        let harmless = try TestHierarchy(
            leaf: TestHierarchy.gateway([("extendedKeyUsage", "1.2.3.4")]))
        #expect(try harmless.validate().count == 4)
    }

    @Test func validatesInSeveralTasksAtOnce() async throws {
        let all = try TestHierarchy()
        let list = try RevocationListMaker(revoked: [([1], nil), ([2], nil)]).make(by: all.lower)
        let store = try TrustStore(certificates: [all.root.certificate])
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    let chain = try? store.validate(
                        all.leaf.certificate, intermediates: all.intermediates,
                        revocationLists: [list], at: TestHierarchy.moment)
                    return chain?.certificates.count == 4
                }
            }
            for await isGood in group { #expect(isGood) }
        }
    }
}
