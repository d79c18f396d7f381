import COpenSSL

/// Octets nobody can foresee, for nonces, SPIs and initialization vectors; none for a count below
/// one.
///
/// A daemon that cannot draw random octets has nothing safe left to do: then the process ends.
public func randomOctets(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: max(0, count)) { room, filled in
        guard let count = Int32(exactly: room.count), RAND_bytes(room.baseAddress, count) == 1
        else {
            fatalError("libcrypto gives no random octets")
        }
        filled = room.count
    }
}
