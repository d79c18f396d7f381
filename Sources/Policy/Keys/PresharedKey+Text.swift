import Crypto

extension PresharedKey {
    /// The entry of ikev2.preshared(5) with which a label has this key. Erasing the octets is the
    /// caller's.
    public func text(label: String) -> [UInt8] {
        var keys: [(keyword: KeyKeyword, secret: Secret)] = []
        if let local, local == remote {
            keys = [(.key, local)]
        } else {
            if let local { keys.append((.localKey, local)) }
            if let remote { keys.append((.remoteKey, remote)) }
        }
        let head = Array("{\n    label \(Rule.quoted(Array(label.utf8)))\n".utf8)
        var octets: [UInt8] = []
        // At once, so that no part stays behind where it has grown out of.
        octets.reserveCapacity(
            head.count + 2 + keys.reduce(0) { $0 + 24 + 2 * $1.secret.count })
        octets += head
        for (keyword, secret) in keys {
            octets += Array("    \(keyword.name) 0x".utf8)
            unsafe secret.withUnsafeBytes { key in
                for index in key.indices {
                    let octet = unsafe key[index]
                    octets.append(Self.digits[Int(octet >> 4)])
                    octets.append(Self.digits[Int(octet & 15)])
                }
            }
            octets.append(.lineFeed)
        }
        octets += Array("}\n".utf8)
        return octets
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
