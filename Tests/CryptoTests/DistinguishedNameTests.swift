import Testing

@testable import Crypto

struct DistinguishedNameTests {
    // Encoded with Python's cryptography: x509.Name([...]).public_bytes().
    @Test(arguments: [
        (
            "C=US, O=Example, CN=gw",
            "302c310b30090603550406130255533110300e060355040a0c074578616d706c65310b3009060355040"
                + "30c026777"
        ),
        (
            "CN=gw,O=Example,C=US",
            "302c310b300906035504030c0267773110300e060355040a0c074578616d706c65310b3009060355040"
                + "613025553"
        ),
    ])
    func encodesInTheOrderOfTheText(text name: String, der: String) throws {
        let parsed = try DistinguishedName(parsing: name)
        #expect(text(parsed.der) == der)
        #expect(DistinguishedName(der: hex(der)) == parsed)
    }

    @Test(arguments: [
        ("C=US, O=Example, CN=gw", "C=US, O=Example, CN=gw"),
        ("  cn = gw , o = Example Inc.  ", "CN=gw, O=Example Inc."),
        ("CN=gw,OU=a+OU=b", "CN=gw, OU=a + OU=b"),
        ("O=\"Example, Inc.\",CN=gw", "O=Example\\, Inc., CN=gw"),
        ("O=Example\\, Inc.", "O=Example\\, Inc."),
        ("CN=a\\2Cb", "CN=a\\,b"),
        ("CN=a\\+b\\\\c\\\"d", "CN=a\\+b\\\\c\\\"d"),
        ("CN=ends with a space\\ ", "CN=ends with a space\\ "),
        ("CN=Jos\\C3\\A9", "CN=Jos\\C3\\A9"),
        ("CN=José", "CN=Jos\\C3\\A9"),
        ("2.5.4.3=gw", "CN=gw"),
        ("E=a@example.org, DC=example, UID=me", "emailAddress=a@example.org, DC=example, UID=me"),
        ("CN=a=b", "CN=a=b"),
    ])
    func readsAndPrints(text: String, printed: String) throws {
        let name = try DistinguishedName(parsing: text)
        #expect(name.description == printed)
        #expect(try DistinguishedName(parsing: printed) == name)
        #expect(try DistinguishedName(parsing: printed).der == name.der)
    }

    @Test(arguments: [
        "", " ", "gw", "=gw", "CN", "CN=gw,", ",CN=gw", "CN=gw,,O=x", "CN=gw+", "NOSUCH=x",
        "C=USA", "C=", "CN=\"gw", "CN=\"gw\"x", "CN=g\"w", "CN=gw\\", "CN=gw\\4", "CN=gw\\4x",
        "CN=#0c026777", "CN\0=gw", "9.9.9=x", "CN=\\FF", "C+N=x",
        "CN=" + String(repeating: "x", count: 70),
    ])
    func refusesOtherText(text: String) {
        #expect {
            try DistinguishedName(parsing: text)
        } throws: { error in
            if case CryptoError.malformedName = error { true } else { false }
        }
    }

    @Test func refusesANameThatIsTooLong() {
        let many = [String](repeating: "OU=an organizational unit", count: 200)
        #expect(throws: CryptoError.malformedName(reason: "it is too long")) {
            try DistinguishedName(parsing: many.joined(separator: ","))
        }
    }

    @Test func comparesAsCertificatesDo() throws {
        // The same name with a PrintableString, in capitals and with more spaces.
        let utf8 = try DistinguishedName(parsing: "O=Example Inc")
        let printable = try #require(
            DistinguishedName(
                der: hex("3018 3116 3014 0603 55040a 130d") + [UInt8]("EXAMPLE   INC".utf8)))
        #expect(utf8 == printable)
        #expect(utf8.hashValue == printable.hashValue)
        #expect(utf8.der != printable.der)
        #expect(try utf8 != DistinguishedName(parsing: "O=Example Ink"))
        #expect(
            try DistinguishedName(parsing: "O=a, CN=b") != DistinguishedName(parsing: "CN=b, O=a"))
    }

    @Test func printsNothingThatATerminalObeys() throws {
        // CN, a UTF8String with an escape sequence, a newline, a NUL and a bidirectional override.
        let value = hex("1b5b324a 0a 00 e280ae 78")
        let name = try #require(
            DistinguishedName(der: hex("3015 3113 3011 0603 550403 0c0a") + value))
        #expect(name.description == "CN=\\1B[2J\\0A\\00\\E2\\80\\AEx")
    }

    @Test func takesOneWholeEncodingOnly() throws {
        let der = try DistinguishedName(parsing: "C=US, O=Example, CN=gw").der
        for count in 0..<der.count {
            #expect(DistinguishedName(der: Array(der[..<count])) == nil)
        }
        #expect(DistinguishedName(der: der + [0]) == nil)
        #expect(DistinguishedName(der: [UInt8](repeating: 0x30, count: 200)) == nil)
        #expect(DistinguishedName(der: [UInt8](repeating: 0xff, count: 200)) == nil)
        for index in der.indices {
            for bit in 0..<8 {
                var changed = der
                changed[index] ^= 1 << bit
                // Whatever comes of it can be printed and is equal to itself.
                guard let name = DistinguishedName(der: changed) else { continue }
                #expect(name.description.utf8.allSatisfy { (0x20...0x7e).contains($0) })
                #expect(name == DistinguishedName(der: changed))
            }
        }
    }
}
