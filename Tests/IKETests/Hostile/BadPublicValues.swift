import COpenSSL
import Wire

@testable import Crypto

/// Public values that nobody honest sends (RFC 6989 §2), and odd ones that somebody honest might.
struct BadPublicValues {
    let method: KeyExchangeMethod
    let length: Int
    private let kind: KeyExchangeGroup.Kind

    init(_ method: KeyExchangeMethod) throws {
        self.method = method
        let group = try KeyExchangeGroup.of(method)
        length = group.publicValueLength
        kind = group.kind
    }

    /// Values that are none of the group.
    func all() throws -> [[UInt8]] {
        let genuine = try KeyPair.generate(method).publicValue
        // Empty, cut at either end, longer at either end, and as long as a payload may be.
        var values = [
            [], [1], [UInt8](genuine.dropFirst()), [UInt8](genuine.dropLast()), [0] + genuine,
            genuine + [0], genuine + genuine, [UInt8](repeating: 2, count: 4000),
        ]
        switch kind {
        case .modp(let prime, let subgroups):
            // 0, 1, p − 1, p, p + 1, and the largest number.
            values += [number(0), number(1), below(prime), prime, above(prime)]
            values.append([UInt8](repeating: 0xFF, count: length))
            // 2 and 3 are in none of the subgroups of RFC 5114.
            if case .small = subgroups { values += [number(2), number(3)] }
        case .ecp(let half):
            values += points(x: [UInt8](genuine.prefix(half)), y: [UInt8](genuine.dropFirst(half)))
        case .montgomery where length == 32:
            // RFC 7748 §6.1: points of small order give a secret of zeros. These are u = 0, 1,
            // p − 1, p and p + 1 with p = 2^255 − 19, and the two of order 8.
            values.append([UInt8](repeating: 0, count: 32))
            values.append([1] + [UInt8](repeating: 0, count: 31))
            for low: UInt8 in [0xEC, 0xED, 0xEE] {
                values.append([low] + [UInt8](repeating: 0xFF, count: 30) + [0x7F])
            }
            values += [
                KeyVector.octets(
                    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
                KeyVector.octets(
                    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
            ]
        case .montgomery:
            // The same of Curve448: u = 0, 1, p − 1, p and p + 1 with p = 2^448 − 2^224 − 1.
            values.append([UInt8](repeating: 0, count: 56))
            values.append([1] + [UInt8](repeating: 0, count: 55))
            let ones = [UInt8](repeating: 0xFF, count: 27)
            values.append([0xFE] + ones + [0xFE] + ones)
            values.append([0xFF] + ones + [0xFE] + ones)
            values.append([UInt8](repeating: 0, count: 28) + [0xFF] + ones)
        }
        return values
    }

    /// What is no point, made from one.
    private func points(x: [UInt8], y: [UInt8]) -> [[UInt8]] {
        let zero = [UInt8](repeating: 0, count: x.count)
        var offCurve = x + y
        offCurve[offCurve.count - 1] ^= 1
        // The point at infinity as some write it, and half of it.
        var values: [[UInt8]] = [zero + zero, x + zero, zero + y]
        // The encodings of SEC 1 §2.3.3.
        values += [[0], [4] + x + y, [2] + x, [3] + x]
        // Off the curve, and coordinates above the prime.
        values += [y + x, offCurve]
        values.append([UInt8](repeating: 1, count: length))
        values.append([UInt8](repeating: 0xFF, count: length))
        return values
    }

    /// A small number, padded to the length of the prime (RFC 7296 §2.14).
    func number(_ value: UInt8) -> [UInt8] {
        [UInt8](repeating: 0, count: length - 1) + [value]
    }

    private func below(_ prime: [UInt8]) -> [UInt8] { prime.dropLast() + [(prime.last ?? 1) - 1] }

    private func above(_ prime: [UInt8]) -> [UInt8] {
        var octets = prime
        for index in octets.indices.reversed() {
            octets[index] &+= 1
            if octets[index] != 0 { break }
        }
        return octets
    }

    /// For a MODP group with the generator 2: a public value 2^x and the secret shared with the
    /// owner of `theirs`, of which the first octet is zero; about every 256th x gives one.
    func withSecretThatBeginsWithZero(
        sharedWith theirs: [UInt8]
    ) -> (publicValue: [UInt8], secret: [UInt8])? {
        guard case .modp(let prime, _) = kind, let context = BN_CTX_new(),
            let modulus = BN_bin2bn(prime, Int32(prime.count), nil),
            let peer = BN_bin2bn(theirs, Int32(theirs.count), nil),
            let own = BN_new(), let secret = BN_new()
        else { return nil }
        defer {
            for number in [modulus, peer, own, secret] { BN_free(number) }
            BN_CTX_free(context)
        }
        BN_set_word(own, 1)
        BN_set_word(secret, 1)
        for x in 1..<10_000 {
            guard BN_mod_lshift1(own, own, modulus, context) == 1,
                BN_mod_mul(secret, secret, peer, modulus, context) == 1
            else { return nil }
            // Neither 2^x nor the secret is anything special, but for its first octet.
            if x > 64, BN_num_bits(secret) <= Int32(8 * (length - 1)) {
                return (padded(own), padded(secret))
            }
        }
        return nil
    }

    private func padded(_ number: OpaquePointer) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: length)
        BN_bn2binpad(number, &octets, Int32(length))
        return octets
    }
}
