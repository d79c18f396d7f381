import Net

/// One entry of SUPPORTED_AUTH_METHODS: how a peer may prove who it is (RFC 9593 §3.2).
public struct AuthenticationAnnouncement: Hashable, Sendable {
    /// The method.
    public let method: AuthenticationMethod
    /// Which authority of the CERTREQ payloads beside it is to have certified the key, from 1; 0 for
    /// any of them.
    public let authority: UInt8
    /// For method 14 the AlgorithmIdentifier in DER; empty for the others.
    public let algorithm: [UInt8]

    /// An entry from its parts.
    public init(method: AuthenticationMethod, authority: UInt8 = 0, algorithm: [UInt8] = []) {
        self.method = method
        self.authority = authority
        self.algorithm = algorithm
    }
}

extension AuthenticationAnnouncement {
    /// The entries in the data of a notify, in their order. What is cut off is not one.
    public static func list(_ data: [UInt8]) -> [AuthenticationAnnouncement] {
        var entries: [AuthenticationAnnouncement] = []
        var rest = data[...]
        while let first = rest.first, first >= 2, rest.count >= Int(first) {
            let entry = rest.prefix(Int(first))
            rest = rest.dropFirst(Int(first))
            let values = entry.dropFirst()
            entries.append(
                AuthenticationAnnouncement(
                    method: AuthenticationMethod(rawValue: values.first ?? 0),
                    authority: values.dropFirst().first ?? 0,
                    algorithm: [UInt8](values.dropFirst(2))))
        }
        return entries
    }

    /// Adds the entry to the data of a notify.
    public func append(to data: inout [UInt8]) {
        // Methods without public keys have no authority (§3.2.1).
        guard method != .sharedKey, method != .null else {
            data += [2, method.rawValue]
            return
        }
        // No AlgorithmIdentifier that is known has as many octets.
        let algorithm = self.algorithm.prefix(252)
        data += [UInt8(truncatingIfNeeded: 3 + algorithm.count), method.rawValue, authority]
        data += algorithm
    }
}
