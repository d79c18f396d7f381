import Policy

/// What ipsecconf has given to the kernel, as it remembers it: the entries in their order, and for
/// each reqid the algorithms, which the kernel's policies do not say exactly.
public struct LoadedPolicy: Equatable, Sendable {
    /// One entry.
    public struct Item: Equatable, Sendable {
        /// Its number, by which it is deleted.
        public let number: UInt32
        /// Its place in the order of priorities; it grows along the file.
        public let place: UInt32
        /// The reqid of its policies; 0 where they protect nothing.
        public let reqid: UInt32
        /// The interface of its tunnel; `nil` for packets of this host.
        public let interface: String?
        /// The entry in the form of ipsecinit.conf(5).
        public let text: String

        /// An entry as it was loaded.
        public init(
            number: UInt32, place: UInt32, reqid: UInt32, interface: String?, text: String
        ) {
            self.number = number
            self.place = place
            self.reqid = reqid
            self.interface = interface
            self.text = text
        }
    }

    /// The entries in the order of their places.
    public var items: [Item] = []
    /// The algorithms of the reqids.
    public var algorithms: [UInt32: PolicyAlgorithms] = [:]
    /// The reqid that is given out next. None is given out twice as long as the file stands: an
    /// SA of the former owner would serve the new one.
    public var nextReqid = PolicyNumbers.reqids.lowerBound + 1

    /// Nothing loaded.
    public init() {}

    /// What holds while the kernel's policies change from these to newer ones: the newer entries, and
    /// the algorithms of both.
    public func union(_ newer: LoadedPolicy) -> LoadedPolicy {
        var union = newer
        for (reqid, older) in algorithms where union.algorithms[reqid] == nil {
            union.algorithms[reqid] = older
        }
        return union
    }
}
