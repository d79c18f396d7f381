import Console
import Crypto
import Daemon
import Keystore

/// `signcsr`: an authority certifies the key of a request.
struct Signing {
    private let request: Request
    private let store: Store

    init(_ request: Request) throws(Failure) {
        self.request = request
        store = try Store(request)
    }

    func run() throws(Failure) {
        let isPEM = try request.word(.format, [("pem", true), ("der", false)])
        let digest = try request.digest()
        let serial = try request.serialNumber()
        let label = try store.label(.outlabel)
        if let label { try store.checkFree(label, [.certificates]) }
        let asked = try certificateRequest()
        let names = try Failure.ofCrypto(request[.csr]) { () throws(CryptoError) in
            try asked.alternativeNames()
        }
        let terms = try request.terms(subject: asked.subject, names: names)
        let reading = try store.read(pin: try store.pin())
        let authority = try authority(reading)
        let validity = try validity(within: authority.certificate)
        let (text, der) = try Failure.ofCrypto { () throws(CryptoError) in
            let certificate = try X509Certificate.issue(
                terms, about: asked.publicKey, serial: serial, validity: validity,
                by: authority.issuer, digest: digest)
            var text: [UInt8] = []
            for link in [certificate] + chain(of: authority.certificate, in: reading) {
                text += try PEM.text("CERTIFICATE", link.der)
            }
            return (text, certificate.der)
        }
        if let label { try store.write([(Secret(copying: text), label, .certificates)]) }
        guard label == nil || request[.outcert] != nil else { return }
        do throws(Failure) {
            try UserFile.write(
                Secret(copying: isPEM ? text : der), to: request[.outcert], mode: 0o644,
                replacing: try store.replaces())
        } catch {
            if let label { try store.takeBack(label, .certificates) }
            throw error
        }
    }

    private func certificateRequest() throws(Failure) -> CertificateRequest {
        let file = request[.csr] ?? "-"
        let octets = try UserFile.read(file)
        let asked = try Failure.ofCrypto(file) { () throws(CryptoError) in
            try CertificateRequest(reading: octets.revealed())
        }
        guard asked.isSignedByItsKey else {
            throw Failure(
                "\(file.printable): the request is not signed by the key that it is about; "
                    + "expected one that its owner has made")
        }
        return asked
    }

    /// The authority that signkey= or issuer= names.
    private func authority(
        _ reading: KeystoreReading
    ) throws(Failure) -> (certificate: X509Certificate, issuer: X509Certificate.Issuer) {
        let label = request[.signkey]
        let name = try request.distinguishedName(.issuer)
        guard label != nil || name != nil else {
            throw Request.usage("signcsr needs signkey= or issuer=: \(Option.signkey.value)")
        }
        let what = (label ?? request[.issuer] ?? "").printable
        let found = reading.certificates.filter {
            (label == nil || $0.label == label) && (name == nil || $0.object.subject == name)
        }
        guard !found.isEmpty else {
            throw Failure("no certificate '\(what)' in \(store.directory.printable)")
        }
        let owned = found.compactMap { filed in
            reading.keys.first { filed.object.isAbout($0.object) }.flatMap { key in
                X509Certificate.Issuer(filed.object, key: key.object).map { (filed.object, $0) }
            }
        }
        guard !owned.isEmpty else {
            throw Failure("'\(what)' has no private key here; expected one that signs")
        }
        guard let (certificate, issuer) = owned.first(where: { Self.maySign($0.0) }) else {
            throw Failure(
                "'\(what)' is no authority; expected a certificate made with "
                    + "keyusage=critical:keyCertSign,cRLSign")
        }
        guard certificate.validity.distance(from: Clock.now) == 0 else {
            throw Failure(
                "'\(what)' holds from \(Clock.text(certificate.validity.notBefore)) to "
                    + "\(Clock.text(certificate.validity.notAfter)); expected a valid one")
        }
        return (certificate, issuer)
    }

    private static func maySign(_ certificate: X509Certificate) -> Bool {
        certificate.isAuthority && certificate.keyUsage?.contains(.keyCertSign) ?? true
    }

    /// The lifetime asked for, not beyond the end of the authority's own.
    private func validity(within authority: X509Certificate) throws(Failure) -> Validity {
        let asked = try request.validity(from: Clock.now)
        let end = authority.validity.notAfter
        guard asked.notAfter > end else { return asked }
        Terminal.complain(
            "ikev2cert: the certificate holds until \(Clock.text(end)) only, as its authority's does"
        )
        return Validity(notBefore: asked.notBefore, notAfter: end)
    }

    /// The authority's certificate and those above it, as far as they are in the keystore.
    private func chain(
        of authority: X509Certificate, in reading: KeystoreReading
    ) -> [X509Certificate] {
        var chain = [authority]
        while let last = chain.last, last.subject != last.issuer,
            let next = reading.keystore.certificates.first(where: {
                $0.subject == last.issuer && !chain.contains($0)
            })
        { chain.append(next) }
        return chain
    }
}
