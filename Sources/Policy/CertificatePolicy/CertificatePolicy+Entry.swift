import Crypto

extension CertificatePolicy {
    /// What the attributes of an entry mean.
    public init(_ entry: PolicyEntry) {
        self.init()
        func truth(_ attribute: PolicyAttribute) -> Bool? {
            entry[attribute].flatMap { PolicyValue.truth($0) }
        }
        func proxy(_ attribute: PolicyAttribute) -> FetchPolicy.Proxy? {
            (entry[attribute] ?? entry[.httpProxy]).flatMap { PolicyValue.proxy($0) }
        }
        chain.ignoresDate = truth(.ignoreDate) ?? chain.ignoresDate
        chain.validityAdjustment =
            entry[.validityAdjustment].flatMap { PolicyValue.seconds($0) }
            ?? chain.validityAdjustment
        chain.ignoresUnknownExtendedKeyUsage =
            truth(.ignoreUnknownEKU) ?? chain.ignoresUnknownExtendedKeyUsage
        chain.ignoresTrustAnchor = truth(.ignoreTrustAnchor) ?? chain.ignoresTrustAnchor
        chain.trustsIntermediateAuthorities =
            truth(.trustIntermediates) ?? chain.trustsIntermediateAuthorities
        chain.longestPath =
            entry[.longestPath].flatMap { PolicyValue.pathLength($0) } ?? chain.longestPath
        if let text = entry[.trustAnchorName], !PolicyValue.isSearch(text),
            let name = PolicyValue.name(text)
        {
            chain.anchors = .named(
                name,
                serialNumber: entry[.trustAnchorSerial].flatMap { PolicyValue.serialNumber($0) })
        }
        chain.keyUsage = entry[.keyUsage].flatMap { PolicyValue.keyUsage($0) } ?? []
        chain.extendedKeyUsage =
            (entry[.ekuNames].flatMap { PolicyValue.purposes(named: $0) } ?? [])
            + (entry[.ekuOIDs].flatMap { PolicyValue.purposes(numbered: $0) } ?? [])

        fetching.isSoft = truth(.ignoreResponderTimeout) ?? fetching.isSoft
        fetching.patience =
            entry[.responderTimeout].flatMap { PolicyValue.timeout($0) } ?? fetching.patience

        fetching.proxy = entry[.httpProxy].flatMap { PolicyValue.proxy($0) }
        fetching.responder = entry[.ocspResponder]
        fetching.responderProxy = proxy(.ocspProxy)
        fetching.asksResponderOfCertificate =
            truth(.ocspUseCertificateResponder) ?? fetching.asksResponderOfCertificate
        responses.responseLifetime =
            entry[.ocspResponseLifetime].flatMap { PolicyValue.seconds($0) }
        responses.ignoresSignature = truth(.ocspIgnoreSignature) ?? responses.ignoresSignature
        if let name = entry[.ocspResponderName].flatMap({ PolicyValue.name($0) }),
            let serial = entry[.ocspResponderSerial].flatMap({ PolicyValue.serialNumber($0) })
        {
            responses.responderReference = OCSPPolicy.ResponderReference(
                issuer: name, serialNumber: serial)
        }

        // Who names lists wants them to decide; without a word about them they count as they are.
        if entry.has(PolicyAttribute.ofLists), !fetching.isSoft {
            chain.revocationLists = .required
        }
        fetching.fetchesRevocationLists = truth(.crlGetURI) ?? fetching.fetchesRevocationLists
        fetching.listProxy = proxy(.crlProxy)
        chain.ignoresRevocationListDate =
            truth(.crlIgnoreDate) ?? chain.ignoresRevocationListDate
        chain.ignoresRevocationListSignature =
            truth(.crlIgnoreSignature) ?? chain.ignoresRevocationListSignature
        lists = RevocationListFiles(
            directory: entry[.crlDirectory],
            name: entry[.crlFileName].flatMap { PolicyValue.isSearch($0) ? nil : $0 })
    }
}
