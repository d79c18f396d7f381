import COpenSSL
import Testing
import Wire

@testable import Crypto

/// What peers may send for a public value (RFC 6989 §2), and what they may not.
struct PeerValueTests {
    static let safePrimes: [KeyExchangeMethod] = [
        .modp1024, .modp1536, .modp2048, .modp3072, .modp4096, .modp6144, .modp8192,
    ]
    static let withSubgroups: [KeyExchangeMethod] = [.modp1024s160, .modp2048s224, .modp2048s256]
    static let curves: [KeyExchangeMethod] = [
        .ecp192, .ecp224, .ecp256, .ecp384, .ecp521, .brainpool224, .brainpool256, .brainpool384,
        .brainpool512,
    ]

    @Test(arguments: KeyPairTests.methods)
    func refusesEveryOtherLength(method: KeyExchangeMethod) throws {
        let ours = try KeyPair.generate(method)
        let theirs = try KeyPair.generate(method).publicValue
        for count in 0..<theirs.count {
            expectRefusal(of: Array(theirs[..<count]), by: ours)
        }
        for value in [theirs + [0], [0] + theirs, theirs + theirs] {
            expectRefusal(of: value, by: ours)
        }
    }

    @Test(arguments: safePrimes + withSubgroups)
    func modpRefusesValuesOutsideOfTheRange(method: KeyExchangeMethod) throws {
        let ours = try KeyPair.generate(method)
        let prime = try prime(of: method)
        var above = prime
        above[prime.count / 2] += prime[prime.count / 2] == 255 ? 0 : 1
        let wrong = [
            padded([], to: method), padded([1], to: method), adding(-1, to: prime), prime,
            adding(1, to: prime), above, [UInt8](repeating: 255, count: prime.count),
            [2], padded([2], to: method) + [0], [0] + padded([2], to: method),
            Array(padded([2], to: method).dropFirst()),
        ]
        for value in wrong { expectRefusal(of: value, by: ours) }
    }

    // In a group of a safe prime every value in range is one that an honest peer may have.
    @Test(arguments: safePrimes)
    func modpTakesEveryValueInRange(method: KeyExchangeMethod) throws {
        let ours = try KeyPair.generate(method)
        let prime = try prime(of: method)
        for value in [
            padded([2], to: method), padded([1, 0], to: method), adding(-2, to: prime),
        ] {
            #expect(throws: Never.self) { try ours.sharedSecret(with: value) }
        }
    }

    // 2, 3 and p − 2 are in none of the subgroups of RFC 5114, found with Python's pow(); a prime
    // that divides (p − 1) / q is the order of an element that would tell a peer our private value
    // modulo that prime.
    @Test(
        arguments: [
            (.modp1024s160, 7), (.modp1024s160, 223), (.modp2048s224, 5), (.modp2048s224, 43),
            (.modp2048s224, 73), (.modp2048s224, 157), (.modp2048s256, 13), (.modp2048s256, 2549),
        ] as [(KeyExchangeMethod, UInt)])
    func modpRefusesValuesOutsideOfTheSubgroup(method: KeyExchangeMethod, order: UInt) throws {
        let ours = try KeyPair.generate(method)
        let prime = try prime(of: method)
        let theirs = try KeyPair.generate(method).publicValue
        let element = try element(ofOrder: order, modulo: prime)
        let wrong = [
            padded([2], to: method), padded([3], to: method), adding(-2, to: prime), element,
            try product(theirs, element, modulo: prime),
            try product(theirs, adding(-1, to: prime), modulo: prime),
        ]
        for value in wrong { expectRefusal(of: value, by: ours) }
        for value in [theirs, try product(theirs, theirs, modulo: prime)] {
            #expect(throws: Never.self) { try ours.sharedSecret(with: value) }
        }
    }

    @Test(arguments: curves)
    func ecpRefusesWhatIsNoPoint(method: KeyExchangeMethod) throws {
        let ours = try KeyPair.generate(method)
        let point = try KeyPair.generate(method).publicValue
        let half = point.count / 2
        let prime = try prime(of: method)
        let x = Array(point[..<half])
        let y = Array(point[half...])
        let zero = [UInt8](repeating: 0, count: half)
        var otherX = point
        otherX[half - 1] ^= 1
        var otherY = point
        otherY[point.count - 1] ^= 1
        let wrong: [[UInt8]] = [
            // Encodings of other kinds: the point at infinity, both coordinates, one (SEC 1 §2.3).
            [], [0], [4], [4] + point, x, [2] + x, [3] + x,
            // The point at infinity as some write it, and edges of the field.
            zero + zero, zero + adding(1, to: zero), adding(1, to: zero) + zero, x + zero,
            zero + y, prime + prime, x + prime, prime + y, adding(-1, to: prime) + zero,
            adding(1, to: prime) + y, [UInt8](repeating: 0xff, count: point.count),
            // Off the curve.
            otherX, otherY, y + x, x + x,
        ]
        for value in wrong { expectRefusal(of: value, by: ours) }
        #expect(throws: Never.self) { try ours.sharedSecret(with: point) }
        #expect(throws: Never.self) {
            try ours.sharedSecret(with: x + negated(y, modulo: prime))
        }
    }

    // x + p encodes the same point in the numbers, but is no coordinate. P-521 and the Brainpool
    // curves leave room for it in their octets.
    @Test(arguments: [
        KeyExchangeMethod.ecp521, .brainpool224, .brainpool256, .brainpool384, .brainpool512,
    ])
    func ecpRefusesCoordinatesAboveThePrime(method: KeyExchangeMethod) throws {
        let ours = try KeyPair.generate(method)
        let prime = try prime(of: method)
        var refused = 0
        while refused < 4 {
            let point = try KeyPair.generate(method).publicValue
            let half = point.count / 2
            if let x = sum(Array(point[..<half]), prime) {
                expectRefusal(of: x + Array(point[half...]), by: ours)
                refused += 1
            }
            if let y = sum(Array(point[half...]), prime) {
                expectRefusal(of: Array(point[..<half]) + y, by: ours)
                refused += 1
            }
        }
    }

    // The low-order points of Curve25519, RFC 7748 §6.1 and Bernstein's list at
    // <https://cr.yp.to/ecdh.html#validate>: 0, 1, two of order 8, p − 1, p, p + 1.
    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ])
    func curve25519RefusesPointsOfASmallOrder(point: String) throws {
        let ours = try KeyPair.generate(.curve25519)
        expectRefusal(of: hex(point), by: ours)
    }

    // 0, 1, p − 1, p and p + 1 for p = 2^448 − 2^224 − 1 (RFC 7748 §4.2): the point of order two and
    // those of order four, of Curve448 and of its twist.
    @Test(arguments: [
        String(repeating: "00", count: 56),
        "01" + String(repeating: "00", count: 55),
        "fe" + String(repeating: "ff", count: 27) + "fe" + String(repeating: "ff", count: 27),
        String(repeating: "ff", count: 28) + "fe" + String(repeating: "ff", count: 27),
        String(repeating: "00", count: 28) + String(repeating: "ff", count: 28),
    ])
    func curve448RefusesPointsOfASmallOrder(point: String) throws {
        let ours = try KeyPair.generate(.curve448)
        expectRefusal(of: hex(point), by: ours)
    }

    // RFC 7748 §5: values that are not reduced are taken for what they are modulo p, and the
    // highest bit of Curve25519's means nothing.
    @Test(
        arguments: [
            (.curve25519, "ef" + String(repeating: "ff", count: 30) + "7f"),
            (.curve25519, "02" + String(repeating: "00", count: 30) + "80"),
            (
                .curve448,
                "01" + String(repeating: "00", count: 27) + String(repeating: "ff", count: 28)
            ),
        ] as [(KeyExchangeMethod, String)])
    func montgomeryTakesTwoInEveryWriting(method: KeyExchangeMethod, two: String) throws {
        let ours = try KeyPair.generate(method)
        let reduced = Array(padded([2], to: method).reversed())
        #expect(
            try ours.sharedSecret(with: hex(two)) == (try ours.sharedSecret(with: reduced)))
    }

    private func expectRefusal(
        of value: [UInt8], by ours: KeyPair, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            throws: CryptoError.invalidPublicValue(ours.method), sourceLocation: sourceLocation
        ) {
            try ours.sharedSecret(with: value)
        }
    }

    /// The prime of the group's field, as long as a coordinate or a public value.
    private func prime(of method: KeyExchangeMethod) throws -> [UInt8] {
        let group = try KeyExchangeGroup.of(method)
        switch group.kind {
        case .modp(let prime, _): return prime
        case .ecp(let length): return try group.number(OSSL_PKEY_PARAM_EC_P, count: length)
        case .montgomery: throw CryptoError.unsupported(algorithm: method.name)
        }
    }
}

// Arithmetic on numbers in network order.
extension PeerValueTests {
    /// A number a little larger or smaller.
    private func adding(_ difference: Int, to number: [UInt8]) -> [UInt8] {
        var carry = difference
        var sum = number
        for index in number.indices.reversed() {
            let octet = Int(number[index]) + carry
            sum[index] = UInt8(octet & 255)
            carry = octet >> 8
        }
        return sum
    }

    /// The sum of two numbers of one length, when it is no longer than they are.
    private func sum(_ a: [UInt8], _ b: [UInt8]) -> [UInt8]? {
        var carry = 0
        var sum = a
        for index in a.indices.reversed() {
            let octet = Int(a[index]) + Int(b[index]) + carry
            sum[index] = UInt8(octet & 255)
            carry = octet >> 8
        }
        return carry == 0 ? sum : nil
    }

    /// The prime less the number.
    private func negated(_ number: [UInt8], modulo prime: [UInt8]) -> [UInt8] {
        var borrow = 0
        var difference = prime
        for index in prime.indices.reversed() {
            let octet = Int(prime[index]) - Int(number[index]) - borrow
            difference[index] = UInt8(octet & 255)
            borrow = octet < 0 ? 1 : 0
        }
        return difference
    }

    private func product(
        _ a: [UInt8], _ b: [UInt8], modulo prime: [UInt8]
    ) throws -> [UInt8] {
        try withNumbers(a, b, prime) { a, b, prime, result, context in
            BN_mod_mul(result, a, b, prime, context)
        }
    }

    /// A power of 2 or 3 that has the order, a prime that divides p − 1.
    private func element(ofOrder order: UInt, modulo prime: [UInt8]) throws -> [UInt8] {
        let cofactor = try withNumbers(adding(-1, to: prime), [], prime) {
            number, _, _, result, _ in
            guard BN_copy(result, number) != nil, BN_div_word(result, order) == 0 else { return 0 }
            return 1
        }
        for base: UInt8 in [2, 3] {
            let power = try withNumbers([base], cofactor, prime) { a, b, prime, result, context in
                BN_mod_exp(result, a, b, prime, context)
            }
            if power.last != 1 || power.dropLast().contains(where: { $0 != 0 }) { return power }
        }
        throw CryptoError.failed(operation: "an element of order \(order)", reason: "none found")
    }

    private func withNumbers(
        _ a: [UInt8], _ b: [UInt8], _ c: [UInt8],
        _ body: (OpaquePointer, OpaquePointer, OpaquePointer, OpaquePointer, OpaquePointer) -> Int32
    ) throws -> [UInt8] {
        let context = try #require(BN_CTX_new())
        let numbers = try [a, b, c].map { (octets: [UInt8]) in
            try #require(BN_bin2bn(octets, Int32(octets.count), nil))
        }
        let result = try #require(BN_new())
        defer {
            for number in numbers + [result] { BN_free(number) }
            BN_CTX_free(context)
        }
        try #require(body(numbers[0], numbers[1], numbers[2], result, context) == 1)
        var octets = [UInt8](repeating: 0, count: c.count)
        try #require(BN_bn2binpad(result, &octets, Int32(octets.count)) == octets.count)
        return octets
    }
}
