/// What ikev2cert can be asked to do.
enum Verb: CaseIterable {
    case setpin, tokens, gencert, gencsr, signcsr, list, `import`, export, delete

    var name: String {
        switch self {
        case .setpin: "setpin"
        case .tokens: "tokens"
        case .gencert: "gencert"
        case .gencsr: "gencsr"
        case .signcsr: "signcsr"
        case .list: "list"
        case .import: "import"
        case .export: "export"
        case .delete: "delete"
        }
    }

    /// One line for the list of verbs.
    var purpose: String {
        switch self {
        case .setpin: "encrypt the private keys under a PIN, another one, or none"
        case .tokens: "show the tokens that are there"
        case .gencert: "make a key and a certificate that it signs itself"
        case .gencsr: "make a key and a request to have it certified"
        case .signcsr: "certify the key of a request, as an authority"
        case .list: "show certificates, keys and revocation lists"
        case .import: "put certificates, keys or a revocation list into the keystore"
        case .export: "copy certificates or a key out of the keystore"
        case .delete: "remove certificates, keys or a revocation list"
        }
    }

    /// The options that must be given.
    var required: [Option] {
        switch self {
        case .gencert, .gencsr: [.label]
        case .signcsr: [.csr]
        case .import: [.infile]
        case .export: [.label, .outfile]
        case .setpin, .tokens, .list, .delete: []
        }
    }

    /// The options that may be given, beside those that every verb takes.
    var optional: [Option] {
        let key: [Option] = [.keytype, .curve, .keylen]
        let terms: [Option] = [.subject, .altname, .keyusage, .eku]
        return switch self {
        case .setpin: [.token, .newpinfile]
        case .tokens: [.token]
        case .gencert: [.token] + terms + [.lifetime, .serial] + key + [.hash, .replace]
        case .gencsr: [.token] + terms + key + [.hash, .outcsr, .format, .replace]
        case .signcsr:
            [.signkey, .issuer] + terms
                + [.lifetime, .serial, .hash, .outcert, .outlabel, .format, .replace]
        case .list: [.token, .objtype, .label, .subject, .issuer, .serial, .criteria]
        case .import: [.token, .label, .objtype, .format, .passfile, .replace]
        case .export: [.token, .objtype, .format, .passfile, .replace]
        case .delete: [.token, .objtype, .label, .subject, .issuer, .serial, .criteria]
        }
    }

    /// Those that every verb takes.
    static let common: [Option] = [.dir, .pinfile]

    /// Whether `-i` asks for the subject.
    var asksForSubject: Bool { self == .gencert || self == .gencsr || self == .signcsr }
}

/// What can be said about a task, as `name=value`.
enum Option: CaseIterable {
    case label, subject, altname, keyusage, eku, lifetime, serial, keytype, curve, keylen, hash
    case csr, outcsr, signkey, issuer, outcert, outlabel, infile, outfile, format, objtype
    case criteria, token, dir, pinfile, newpinfile, passfile, replace

    var name: String {
        switch self {
        case .label: "label"
        case .subject: "subject"
        case .altname: "altname"
        case .keyusage: "keyusage"
        case .eku: "eku"
        case .lifetime: "lifetime"
        case .serial: "serial"
        case .keytype: "keytype"
        case .curve: "curve"
        case .keylen: "keylen"
        case .hash: "hash"
        case .csr: "csr"
        case .outcsr: "outcsr"
        case .signkey: "signkey"
        case .issuer: "issuer"
        case .outcert: "outcert"
        case .outlabel: "outlabel"
        case .infile: "infile"
        case .outfile: "outfile"
        case .format: "format"
        case .objtype: "objtype"
        case .criteria: "criteria"
        case .token: "token"
        case .dir: "dir"
        case .pinfile: "pinfile"
        case .newpinfile: "newpinfile"
        case .passfile: "passfile"
        case .replace: "replace"
        }
    }

    /// What stands behind the equals sign.
    var value: String {
        switch self {
        case .label: "words that name it in the keystore; of a public key TYPE/IDENTITY"
        case .subject: "DN, such as 'O=Example, CN=gw'"
        case .altname: "[critical:]IP:…|DNS:…|EMAIL:…|URI:…|DN:…[, …]; may be repeated"
        case .keyusage: "[critical:]digitalSignature|keyCertSign|cRLSign|…[, …]"
        case .eku: "[critical:]ipsecIKE|serverAuth|clientAuth|OBJECT-IDENTIFIER…[, …]"
        case .lifetime: "N-day|N-hour|N-year (1-year)"
        case .serial: "hexadecimal digits (random)"
        case .keytype: "rsa|dsa|ec|ed25519 (rsa)"
        case .curve: "secp256r1|secp384r1|secp521r1 (secp256r1)"
        case .keylen: "bits of an RSA or DSA key (2048)"
        case .hash: "sha256|sha384|sha512 (sha256)"
        case .csr: "file of the request, PEM or DER"
        case .outcsr: "file for the request (standard output)"
        case .signkey: "label of the authority"
        case .issuer: "DN of the authority"
        case .outcert: "file for the certificate and its chain (standard output)"
        case .outlabel: "label to keep the certificate under, in the keystore"
        case .infile: "file to read"
        case .outfile: "file to write"
        case .format: "pem|der|pkcs12"
        case .objtype: "cert|key|pubkey|crl|both"
        case .criteria: "valid|expired"
        case .token: "pkcs11:URI of a token, in the keystore's place"
        case .dir: "the keystore (config/keystore of ikev2d.conf)"
        case .pinfile: "file whose first line is the PIN of the keystore or the token"
        case .newpinfile: "file whose first line is the new PIN; an empty line: no PIN"
        case .passfile: "file whose first line is the passphrase of the file read or written"
        case .replace: "yes: what is there already may be overwritten"
        }
    }
}
