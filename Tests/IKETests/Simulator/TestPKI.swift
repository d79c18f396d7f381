import Crypto
import Foundation
import Policy
import Wire

@testable import IKE

/// Certificates for tests, made by openssl(1) when they are first wanted.
final class TestPKI: Sendable {
    /// What a key is.
    enum Kind: String, CaseIterable, Sendable {
        case rsa2048 = "rsa:2048"
        case p256 = "ec:prime256v1"
        case p384 = "ec:secp384r1"
        case p521 = "ec:secp521r1"
        case ed25519 = "ed25519"
        case ed448 = "ed448"
        case dsa = "dsa:2048"
        /// RSASSA-PSS only, with SHA-384.
        case rsaPSS = "pss:2048"
    }

    /// A certificate and its key.
    struct Made: Sendable {
        let certificate: X509Certificate
        let key: PrivateKey
        let name: String
    }

    static let shared = TestPKI()

    private let directory: URL
    private let lock = NSLock()
    nonisolated(unsafe) private var made: [String: Made] = [:]

    private init() {
        directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("ikev2d-pki-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    /// A certificate for a host, signed by its own key unless there is an issuer; one without a
    /// name has an empty subject.
    func host(
        _ host: String, _ kind: Kind = .p256, by issuer: Made? = nil, names: [String]? = nil,
        extensions: [String] = []
    ) throws -> Made {
        let names = names ?? ["DNS:\(host)", "email:op@\(host)"]
        return try make(
            host.isEmpty ? "/" : "/O=Example/CN=\(host)", kind, by: issuer,
            extensions: [
                "subjectAltName=" + names.joined(separator: ","), "keyUsage=digitalSignature",
                "subjectKeyIdentifier=hash",
            ] + extensions)
    }

    /// An authority, a root unless there is an issuer.
    func authority(_ name: String, by issuer: Made? = nil) throws -> Made {
        try make(
            "/O=Example/CN=\(name)", .p256, by: issuer,
            extensions: [
                "basicConstraints=critical,CA:true", "keyUsage=critical,keyCertSign,cRLSign",
            ])
    }

    private func make(
        _ subject: String, _ kind: Kind, by issuer: Made?, extensions: [String]
    ) throws -> Made {
        try lock.withLock {
            let id = ([subject, kind.rawValue, issuer?.name ?? ""] + extensions)
                .joined(separator: "|")
            if let known = made[id] { return known }
            let name = "\(made.count)"
            try makeKey(kind, name)
            var request = ["req", "-new", "-key", "\(name).key", "-subj", subject]
            for text in extensions { request += ["-addext", text] }
            if let issuer {
                try openssl(request + ["-out", "\(name).csr"])
                try openssl([
                    "x509", "-req", "-in", "\(name).csr", "-copy_extensions", "copyall", "-days",
                    "3650", "-CA", "\(issuer.name).pem", "-CAkey", "\(issuer.name).key",
                    "-CAcreateserial", "-out", "\(name).pem",
                ])
            } else {
                try openssl(request + ["-x509", "-days", "3650", "-out", "\(name).pem"])
            }
            try openssl(["x509", "-in", "\(name).pem", "-outform", "DER", "-out", "\(name).der"])
            let new = Made(
                certificate: try X509Certificate(der: contents("\(name).der")),
                key: try PrivateKey(reading: Secret(copying: contents("\(name).key"))), name: name)
            made[id] = new
            return new
        }
    }

    // MARK: What authorities say of their certificates

    /// The list of an authority, in DER.
    func list(of authority: Made, revoking revoked: [Made] = []) throws -> [UInt8] {
        try lock.withLock {
            try register(authority, revoked)
            try openssl([
                "ca", "-config", "register.cnf", "-gencrl", "-crldays", "7", "-cert",
                "\(authority.name).pem", "-keyfile", "\(authority.name).key", "-out", "list.pem",
            ])
            try openssl(["crl", "-in", "list.pem", "-outform", "DER", "-out", "list.der"])
            return try contents("list.der")
        }
    }

    /// The OCSP response of an authority to a request, both in DER.
    func response(
        to request: [UInt8], by authority: Made, revoking revoked: [Made] = [], good: [Made] = []
    ) throws -> [UInt8] {
        try lock.withLock {
            try register(authority, revoked, good)
            try Data(request).write(to: directory.appendingPathComponent("request.der"))
            try openssl([
                "ocsp", "-index", "register", "-CA", "\(authority.name).pem", "-rsigner",
                "\(authority.name).pem", "-rkey", "\(authority.name).key", "-reqin", "request.der",
                "-respout", "response.der", "-ndays", "1",
            ])
            return try contents("response.der")
        }
    }

    /// SHA-1 over octets.
    func sha1(of octets: [UInt8]) throws -> [UInt8] {
        try lock.withLock {
            try Data(octets).write(to: directory.appendingPathComponent("octets"))
            try openssl(["dgst", "-sha1", "-binary", "-out", "digest", "octets"])
            return try contents("digest")
        }
    }

    /// Writes the register of what an authority has signed, as openssl-ca(1) keeps it.
    private func register(_ authority: Made, _ revoked: [Made], _ good: [Made] = []) throws {
        func line(_ made: Made, _ state: String) -> String {
            "\(state)\t\(made.certificate.serialText)\tunknown\t/CN=any\n"
        }
        var text = ""
        for made in revoked { text += line(made, "R\t491231235959Z\t250101000000Z,keyCompromise") }
        for made in good { text += line(made, "V\t491231235959Z\t") }
        try Data(text.utf8).write(to: directory.appendingPathComponent("register"))
        try Data(
            """
            [ca]
            default_ca = register
            [register]
            database = register
            default_md = sha256
            """.utf8
        ).write(to: directory.appendingPathComponent("register.cnf"))
    }

    private func makeKey(_ kind: Kind, _ name: String) throws {
        let parts = kind.rawValue.split(separator: ":")
        switch parts[0] {
        case "rsa":
            try openssl([
                "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:\(parts[1])", "-out",
                "\(name).key",
            ])
        case "pss":
            try openssl([
                "genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:\(parts[1])",
                "-pkeyopt", "rsa_pss_keygen_md:sha384", "-pkeyopt",
                "rsa_pss_keygen_mgf1_md:sha384", "-pkeyopt", "rsa_pss_keygen_saltlen:48", "-out",
                "\(name).key",
            ])
        case "ec":
            try openssl([
                "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:\(parts[1])", "-out",
                "\(name).key",
            ])
        case "dsa":
            try openssl([
                "genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:2048",
                "-pkeyopt", "dsa_paramgen_q_bits:256", "-out", "\(name).params",
            ])
            try openssl(["genpkey", "-paramfile", "\(name).params", "-out", "\(name).key"])
        default:
            try openssl(["genpkey", "-algorithm", kind.rawValue, "-out", "\(name).key"])
        }
    }

    private func contents(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: directory.appendingPathComponent(name)))
    }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = directory
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(arguments: arguments)
        }
    }

    struct Failure: Error {
        let arguments: [String]
    }
}

extension Credentials {
    /// What a host has: certificates of its own with their keys, and others that it believes.
    static func of(
        _ own: [TestPKI.Made], believing others: [TestPKI.Made] = [],
        policy: CertificatePolicy = CertificatePolicy()
    ) throws -> Credentials {
        try Credentials(
            identities: own.map { ($0.certificate, $0.key) },
            certificates: (own + others).map { $0.certificate }, revocationLists: [],
            policy: policy)
    }
}
