import CLinux

/// Octets that are erased when nobody has them any more: keys, PINs, and files with keys in them.
public final class SensitiveOctets: @unchecked Sendable {
    // Changed by nobody before the end: that makes it safe to share between threads.
    private var octets: [UInt8]

    /// Takes octets over, of which the caller keeps no copy.
    public init(_ octets: [UInt8]) {
        self.octets = octets
    }

    deinit { octets.erase() }

    /// Number of octets.
    public var count: Int { octets.count }

    /// A copy, whose erasing is the caller's.
    public func copy() -> [UInt8] { octets.map { $0 } }

    /// Two digits for each octet: only for what leaves the process.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    /// Adds the octets to others.
    func append(to others: inout [UInt8]) { others += octets }
}

extension SensitiveOctets: Hashable {
    /// Whether the octets are the same.
    public static func == (a: SensitiveOctets, b: SensitiveOctets) -> Bool {
        a.octets == b.octets
    }

    /// Feeds the octets to the hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(octets) }
}

extension [UInt8] {
    /// Overwrites the octets, in a way that no compiler leaves out. Whoever else has the same
    /// array keeps its own.
    public mutating func erase() {
        unsafe withUnsafeMutableBytes { room in
            if let start = room.baseAddress { unsafe explicit_bzero(start, room.count) }
        }
    }
}
