import CLibevent
import CLinux

/// Descriptors that go over a Unix socket beside octets: `SCM_RIGHTS` of unix(7).
public enum PassedDescriptors {
    /// Descriptors for which there is room in one call. Of one who sends more the kernel closes
    /// the rest.
    private static let most = 4

    /// Sends octets, the first of them with a descriptor; gives how many went, as send(2) does.
    public static func send(
        _ octets: ArraySlice<UInt8>, with descriptor: Int32, over socket: Int32
    ) -> Int {
        let size = MemoryLayout<Int32>.size
        return octets.withUnsafeBytes { bytes in
            withRoom(linux_cmsg_space(size)) { control in
                exchange(UnsafeMutableRawBufferPointer(mutating: bytes), control) { message in
                    guard let header = linux_cmsg_first(message),
                        let data = linux_cmsg_data(header)
                    else { return -1 }
                    header.pointee.cmsg_len = linux_cmsg_length(size)
                    header.pointee.cmsg_level = SOL_SOCKET
                    header.pointee.cmsg_type = Int32(linux_scm_rights)
                    UnsafeMutableRawPointer(data).storeBytes(of: descriptor, as: Int32.self)
                    return sendmsg(socket, message, Int32(MSG_NOSIGNAL))
                }
            }
        }
    }

    /// Receives what is there, into the front of the room; gives how much that is, as recv(2)
    /// does, and the descriptors that came with it, which nobody else has to close.
    static func receive(
        into room: inout [UInt8], from socket: Int32
    ) -> (count: Int, descriptors: [Descriptor]) {
        var descriptors: [Descriptor] = []
        let count = room.withUnsafeMutableBytes { bytes in
            withRoom(linux_cmsg_space(most * MemoryLayout<Int32>.size)) { control in
                exchange(bytes, control) { message in
                    let flags = Int32(MSG_DONTWAIT) | Int32(linux_msg_cmsg_cloexec)
                    let count = recvmsg(socket, message, flags)
                    if count >= 0 { descriptors = Self.descriptors(of: message) }
                    return count
                }
            }
        }
        return (count, descriptors)
    }

    private static func descriptors(of message: UnsafeMutablePointer<msghdr>) -> [Descriptor] {
        var descriptors: [Descriptor] = []
        var next = linux_cmsg_first(message)
        while let control = next {
            next = linux_cmsg_next(message, control)
            let header = control.pointee
            guard header.cmsg_level == SOL_SOCKET, header.cmsg_type == Int32(linux_scm_rights),
                let data = UnsafeRawPointer(linux_cmsg_data(control))
            else { continue }
            let length = Int(header.cmsg_len) - Int(linux_cmsg_length(0))
            for offset in stride(from: 0, to: length, by: MemoryLayout<Int32>.size) {
                descriptors.append(
                    Descriptor(owning: data.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
            }
        }
        return descriptors
    }

    /// Room for control messages, aligned as they have to be, and zero.
    private static func withRoom<Result>(
        _ size: Int, _ body: (UnsafeMutableRawBufferPointer) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(byteCount: size, alignment: MemoryLayout<cmsghdr>.alignment) {
            $0.initializeMemory(as: UInt8.self, repeating: 0)
            return body($0)
        }
    }

    /// Makes the header of a message with these octets and this room.
    private static func exchange(
        _ octets: UnsafeMutableRawBufferPointer, _ control: UnsafeMutableRawBufferPointer,
        _ call: (UnsafeMutablePointer<msghdr>) -> Int
    ) -> Int {
        var vector = iovec(iov_base: octets.baseAddress, iov_len: octets.count)
        return withUnsafeMutablePointer(to: &vector) { vector in
            var message = msghdr()
            message.msg_iov = vector
            message.msg_iovlen = 1
            message.msg_control = control.baseAddress
            message.msg_controllen = control.count
            return call(&message)
        }
    }
}
