import Testing

@testable import Crypto

/// A root, two authorities below it and a gateway.
struct TestHierarchy: Sendable {
    let root: CertificateMaker.Made
    let upper: CertificateMaker.Made
    let lower: CertificateMaker.Made
    let leaf: CertificateMaker.Made

    /// Within the validity of all of them.
    static let moment: Int64 = 1_500_000_000

    init(
        root rootMaker: CertificateMaker = Self.authority("root"),
        upper upperMaker: CertificateMaker = Self.authority("upper"),
        lower lowerMaker: CertificateMaker = Self.authority("lower"),
        leaf leafMaker: CertificateMaker = Self.gateway()
    ) throws {
        root = try rootMaker.make(.ec("P-256"))
        upper = try upperMaker.make(.ec("P-256"), by: root)
        lower = try lowerMaker.make(.ec("P-256"), by: upper)
        leaf = try leafMaker.make(.ec("P-256"), by: lower)
    }

    static func authority(
        _ name: String, _ extensions: [(name: String, value: String)] = [],
        basicConstraints: String? = "critical,CA:true"
    ) -> CertificateMaker {
        var maker = CertificateMaker(
            "C=US, O=Example, CN=\(name)",
            (basicConstraints.map { [("basicConstraints", $0)] } ?? []) + extensions + [
                ("subjectKeyIdentifier", "hash"), ("authorityKeyIdentifier", "keyid"),
            ])
        maker.serial = Array(name.utf8.prefix(2))
        return maker
    }

    static func gateway(
        _ extensions: [(name: String, value: String)] = [("subjectAltName", "DNS:gw.example.org")]
    ) -> CertificateMaker {
        CertificateMaker(
            "C=US, O=Example, CN=gw", extensions + [("authorityKeyIdentifier", "keyid")])
    }

    var intermediates: [X509Certificate] { [lower.certificate, upper.certificate] }

    /// Checks the gateway's certificate against a keystore with the root alone.
    @discardableResult
    func validate(
        _ policy: ChainPolicy = ChainPolicy(), trusting trusted: [X509Certificate]? = nil,
        intermediates: [X509Certificate]? = nil, lists: [RevocationList] = [],
        requiredIssuers: [DistinguishedName] = [], at moment: Int64 = TestHierarchy.moment
    ) throws(ChainRefusal) -> [X509Certificate] {
        let store: TrustStore
        do {
            store = try TrustStore(certificates: trusted ?? [root.certificate], policy: policy)
        } catch {
            throw leaf.certificate.refused(.other("\(error)"))
        }
        return try store.validate(
            leaf.certificate, intermediates: intermediates ?? self.intermediates,
            revocationLists: lists, requiredIssuers: requiredIssuers, at: moment
        ).certificates
    }
}
