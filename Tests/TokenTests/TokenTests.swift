import Crypto
import Testing
import Wire

@testable import Token

@Suite(.serialized) struct TokenTests {
    private static let octets = [UInt8]("RealMessage1 | NonceRData | MACedIDForI".utf8)
    private static let hashes: [SignatureHashAlgorithm] = [.sha1, .sha256, .sha384, .sha512]
    private let pin = Secret(copying: [UInt8](SoftToken.pin.utf8))

    private func open(_ uri: String, pin: Secret?) throws -> Token {
        try Token(TokenURI(parsing: uri), pin: pin)
    }

    @Test func whatItSignsIsBelieved() throws {
        let soft = try SoftToken("signs")
        let contents = try open(soft.uri(), pin: pin).contents()
        #expect(contents.problems.isEmpty)
        #expect(Set(contents.certificates.map { $0.label }) == ["rsa", "ec"])
        for certificate in contents.certificates.map({ $0.object }) {
            let key = try #require(
                contents.keys.first { certificate.isAbout($0.object) }?.object)
            #expect(key.isInDevice)
            // Everything that the kind of key signs with for IKE.
            let schemes = key.kind.schemes(announced: Self.hashes)
            #expect(schemes.count >= 4)
            for scheme in schemes {
                let authentication = try key.sign(Self.octets, by: scheme)
                let verified = try certificate.publicKey.verify(
                    authentication, of: Self.octets, offered: Self.hashes)
                #expect(verified == scheme)
                #expect(throws: CryptoError.self) {
                    try certificate.publicKey.verify(
                        authentication, of: Self.octets + [0], offered: Self.hashes)
                }
            }
        }
    }

    @Test func theURIChooses() throws {
        let soft = try SoftToken("chooses")
        for (attribute, label) in [(";object=rsa", "rsa"), (";id=%02", "ec")] {
            let contents = try open(soft.uri(attribute), pin: pin).contents()
            #expect(contents.certificates.map { $0.label } == [label])
            #expect(contents.keys.map { $0.label } == [label])
        }
        let none = try open(soft.uri(";object=none"), pin: pin).contents()
        #expect(none.certificates.isEmpty)
        #expect(none.keys.isEmpty)
    }

    @Test func aTokenMayComeLater() throws {
        let soft = try SoftToken("later", ids: [("ec", "02")])
        try soft.pull()
        let token = try open(soft.uri(), pin: pin)
        #expect(!token.isPresent)
        #expect(throws: CryptoError.token(reason: "the token is not present")) {
            try token.contents()
        }
        try soft.plug()
        #expect(token.isPresent)
        #expect(try token.contents().keys.count == 1)
    }

    @Test func aTokenMayBePulledAndComeBack() throws {
        let soft = try SoftToken("back", ids: [("ec", "02")])
        let token = try open(soft.uri(), pin: pin)
        let contents = try token.contents()
        let key = try #require(contents.keys.first?.object)
        let certificate = try #require(contents.certificates.first?.object)
        let scheme = SignatureScheme.ecdsaSHA256
        _ = try key.sign(Self.octets, by: scheme)
        try soft.pull()
        #expect(throws: CryptoError.self) { try key.sign(Self.octets, by: scheme) }
        try soft.plug()
        try certificate.publicKey.verify(
            key.sign(Self.octets, by: scheme), of: Self.octets, offered: Self.hashes)
    }

    @Test func aWrongPINIsTriedOnce() throws {
        let soft = try SoftToken("wrong", ids: [("ec", "02")])
        let wrong = try open(soft.uri(), pin: Secret(copying: [UInt8]("9999".utf8)))
        let refusal = CryptoError.token(reason: "the token refuses the PIN")
        #expect(throws: refusal) { try wrong.contents() }
        // It is there, but not to be tried by anybody who has no new PIN.
        #expect(!wrong.isPresent)
        let none = try open(soft.uri(), pin: nil)
        #expect(throws: CryptoError.token(reason: "the token needs a PIN; expected one")) {
            try none.contents()
        }
        let own = try TokenURI(parsing: soft.uri() + "&pin-value=\(SoftToken.pin)")
        #expect(try Token(own, pin: nil).contents().keys.count == 1)
    }

    @Test func listsTokens() throws {
        let soft = try SoftToken("listed", ids: [])
        let info = try #require(
            try TokenModule(path: SoftToken.module).tokens().first { $0.label == soft.label })
        #expect(info.manufacturer == "SoftHSM project")
        #expect(info.serial.count == 16)
        #expect(info.pin == .set)
        #expect(try TokenURI(parsing: "pkcs11:serial=\(info.serial)").matches(info))
        #expect(try !TokenURI(parsing: "pkcs11:serial=0").matches(info))
    }

    @Test func aMissingModuleIsNamed() {
        let error = #expect(throws: CryptoError.self) { try TokenModule(path: "/none.so") }
        #expect(error?.description.hasPrefix("PKCS#11 module: /none.so: ") ?? false)
    }
}

struct TokenURITests {
    @Test func readsTheExamplesOfRFC7512() throws {
        // Section 3.
        let first = try TokenURI(
            parsing: "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;"
                + "manufacturer=Snake%20Oil,%20Inc.;model=1.0;object=my-certificate;type=cert;"
                + "id=%69%95%3E%5C%F4%BD%EC%91;serial=?pin-source=file:/etc/token_pin")
        #expect(first.token == "The Software PKCS#11 Softtoken")
        #expect(first.manufacturer == "Snake Oil, Inc.")
        #expect(first.model == "1.0")
        #expect(first.serial == "")
        #expect(first.object == [UInt8]("my-certificate".utf8))
        #expect(first.id == [0x69, 0x95, 0x3E, 0x5C, 0xF4, 0xBD, 0xEC, 0x91])
        #expect(first.pinSource == "/etc/token_pin")
        let second = try TokenURI(
            parsing: "pkcs11:object=my-sign-key;type=private"
                + "?module-path=/mnt/libmypkcs11.so.1&pin-value=the-pin")
        #expect(second.modulePath == "/mnt/libmypkcs11.so.1")
        #expect(second.pin == Secret(copying: [UInt8]("the-pin".utf8)))
        #expect(try TokenURI(parsing: "pkcs11:") == TokenURI())
    }

    @Test(arguments: [
        "", "pkcs12:", "pkcs11:token", "pkcs11:token=%4", "pkcs11:token=%zz", "pkcs11:tken=x",
    ])
    func refusesWhatIsNone(text: String) {
        let error = #expect(throws: TokenURI.Malformed.self) { try TokenURI(parsing: text) }
        #expect(error?.reason.contains("URI") ?? false)
    }
}
