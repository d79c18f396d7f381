/// An attribute of a certificate policy: what kmfcfg(1) sets, and where kmf-policy.xml(5) has it.
public enum PolicyAttribute: Hashable, CaseIterable, Sendable {
    case ignoreDate, ignoreUnknownEKU, ignoreTrustAnchor, validityAdjustment
    case trustAnchorName, trustAnchorSerial, trustIntermediates, longestPath
    case httpProxy, responderTimeout, ignoreResponderTimeout
    case ocspResponder, ocspProxy, ocspUseCertificateResponder, ocspResponseLifetime
    case ocspIgnoreSignature, ocspResponderName, ocspResponderSerial
    case crlFileName, crlDirectory, crlGetURI, crlProxy, crlIgnoreSignature, crlIgnoreDate
    case keyUsage, ekuNames, ekuOIDs

    /// Its name for kmfcfg(1).
    public var name: String { row.name }
    /// Which element of the file has it, as an attribute of which name.
    var place: (element: PolicyElement, name: String) { (row.element, row.attribute) }
    /// What its value is.
    var kind: PolicyValue { row.kind }

    /// What revocation by OCSP asks for.
    public static let ofOCSP = allCases.filter {
        $0.place.element == .ocspBasic || $0.place.element == .responderCertificate
    }
    /// What revocation by lists asks for.
    public static let ofLists = allCases.filter { $0.place.element == .crl }

    /// The names for kmfcfg(1).
    static let vocabulary = Vocabulary(allCases.map { ($0.name, $0) })

    /// The name that was probably meant.
    public static func nearest(to name: String) -> String? { vocabulary.nearest(to: name) }

    /// What its value is, in a few words.
    public var summary: String { kind.summary }

    /// The attribute that kmfcfg(1) calls so.
    public init?(name: String) {
        guard let attribute = Self.vocabulary[name] else { return nil }
        self = attribute
    }

    private typealias Row = (
        name: String, element: PolicyElement, attribute: String, kind: PolicyValue
    )

    private var row: Row {
        switch self {
        case .ignoreDate: ("ignore-date", .policy, "ignore-date", .truth)
        case .ignoreUnknownEKU: ("ignore-unknown-eku", .policy, "ignore-unknown-eku", .truth)
        case .ignoreTrustAnchor: ("ignore-trust-anchor", .policy, "ignore-trust-anchor", .truth)
        case .validityAdjustment:
            ("validity-adjusttime", .policy, "validity-adjusttime", .duration)
        case .trustAnchorName: ("ta-name", .policy, "ta-name", .nameOrSearch)
        case .trustAnchorSerial: ("ta-serial", .policy, "ta-serial", .serialNumber)
        case .trustIntermediates:
            ("trust-intermediate-cas", .policy, "trust-intermediate-cas", .truth)
        case .longestPath: ("max-cert-path-length", .policy, "max-cert-path-length", .pathLength)
        case .httpProxy: ("http-proxy", .policy, "http-proxy", .proxy)
        case .responderTimeout:
            (
                "cert-revoke-responder-timeout", .policy, "cert-revoke-responder-timeout",
                .timeout
            )
        case .ignoreResponderTimeout:
            (
                "ignore-cert-revoke-responder-timeout", .policy,
                "ignore-cert-revoke-responder-timeout", .truth
            )
        case .ocspResponder: ("ocsp-responder", .ocspBasic, "responder", .url)
        case .ocspProxy: ("ocsp-proxy", .ocspBasic, "proxy", .proxy)
        case .ocspUseCertificateResponder:
            ("ocsp-use-cert-responder", .ocspBasic, "uri-from-cert", .truth)
        case .ocspResponseLifetime:
            ("ocsp-response-lifetime", .ocspBasic, "response-lifetime", .duration)
        case .ocspIgnoreSignature:
            ("ocsp-ignore-response-sign", .ocspBasic, "ignore-response-sign", .truth)
        case .ocspResponderName:
            ("ocsp-responder-cert-name", .responderCertificate, "name", .name)
        case .ocspResponderSerial:
            ("ocsp-responder-cert-serial", .responderCertificate, "serial", .serialNumber)
        case .crlFileName: ("crl-basefilename", .crl, "basefilename", .fileName)
        case .crlDirectory: ("crl-directory", .crl, "directory", .directory)
        case .crlGetURI: ("crl-get-crl-uri", .crl, "get-crl-uri", .truth)
        case .crlProxy: ("crl-proxy", .crl, "proxy", .proxy)
        case .crlIgnoreSignature: ("crl-ignore-crl-sign", .crl, "ignore-crl-sign", .truth)
        case .crlIgnoreDate: ("crl-ignore-crl-date", .crl, "ignore-crl-date", .truth)
        case .keyUsage: ("keyusage", .keyUsage, "use", .keyUsage)
        case .ekuNames: ("ekunames", .ekuName, "name", .purposeNames)
        case .ekuOIDs: ("ekuoids", .ekuOID, "oid", .purposeNumbers)
        }
    }
}
