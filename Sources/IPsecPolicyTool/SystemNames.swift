import CLinux

/// What services(5) and protocols(5) say.
enum SystemNames {
    /// The port of a service, of whatever protocol.
    static func port(_ name: String) -> UInt16? {
        getservbyname(name, nil).map {
            UInt16(bigEndian: UInt16(truncatingIfNeeded: $0.pointee.s_port))
        }
    }

    /// The number of a protocol.
    static func nextLayer(_ name: String) -> UInt8? {
        getprotobyname(name).flatMap { UInt8(exactly: $0.pointee.p_proto) }
    }

    /// The name of a port.
    static func service(_ port: UInt16, _ nextLayer: String) -> String? {
        getservbyport(Int32(port.bigEndian), nextLayer).flatMap {
            $0.pointee.s_name.map { String(cString: $0) }
        }
    }

    /// The name of a protocol.
    static func nextLayer(_ number: UInt8) -> String? {
        getprotobynumber(Int32(number)).flatMap {
            $0.pointee.p_name.map { String(cString: $0) }
        }
    }
}
