import CLinux
import IPsec
import Net
import Testing
import Wire

@testable import Kernel

/// The request that writes an SA anew, made of what a kernel told of it.
@Suite struct MoveRequestTests {
    /// A message about an SA, its attributes by type: their order means nothing.
    private struct State {
        let type: UInt16
        let flags: UInt16
        let info: xfrm_usersa_info
        let header: [UInt8]
        var attributes: [UInt16: [UInt8]] = [:]

        init(_ octets: [UInt8]) throws {
            let message = try #require(OneMessage(octets))
            type = message.header.nlmsg_type
            flags = message.header.nlmsg_flags
            let size = MemoryLayout<xfrm_usersa_info>.size
            info = try #require(message.payload.load(xfrm_usersa_info.self))
            header = Array(message.payload.prefix(size))
            var attributes = NetlinkAttributes(from: size)
            while let attribute = attributes.next(of: message.payload.span) {
                // The kernel would take the last of two.
                #expect(self.attributes[attribute.type] == nil)
                self.attributes[attribute.type] = Array(message.payload[attribute.value])
            }
        }

        subscript(_ type: xfrm_attr_type_t) -> [UInt8]? {
            attributes[UInt16(truncatingIfNeeded: type.rawValue)]
        }
    }

    private static let ports = SADEntry.UDPEncapsulation(sourcePort: 4500, destinationPort: 4500)

    private func relocated(
        _ captured: [UInt8], to source: String, _ destination: String,
        _ encapsulation: SADEntry.UDPEncapsulation? = nil
    ) throws -> (sa: RelocatedSA, request: State) {
        let message = try #require(OneMessage(captured))
        var sa = try #require(
            RelocatedSA(
                message.payload.span,
                to: SARelocation(
                    source: try address(source), destination: try address(destination),
                    encapsulation: encapsulation)))
        sa.request.complete(sequence: 1)
        return (sa, try State(sa.request.octets))
    }

    /// All that is not an address stays as the kernel had it.
    private func expectTheRestToStay(
        _ request: State, as captured: [UInt8], _ location: SourceLocation = #_sourceLocation
    ) throws {
        let before = try State(captured)
        var header = before.header
        for (offset, length) in [(56, 16), (80, 16)] {
            // `id.daddr` and `saddr` of xfrm_usersa_info.
            header.replaceSubrange(
                offset..<offset + length, with: request.header[offset..<offset + length])
        }
        // Its family.
        header[212...213] = request.header[212...213]
        #expect(request.header == header, sourceLocation: location)
        var attributes = before.attributes
        if Int(request.type) == XFRM_MSG_NEWSA {
            // The number of the last packet sent: the first field of one, the second of the other.
            attributes.leap(XFRMA_REPLAY_VAL, at: 0)
            attributes.leap(XFRMA_REPLAY_ESN_VAL, at: 4)
        }
        for type in [XFRMA_ENCAP, XFRMA_LTIME_VAL] {
            let type = UInt16(truncatingIfNeeded: type.rawValue)
            attributes[type] = request.attributes[type]
        }
        #expect(request.attributes == attributes, sourceLocation: location)
        // Its age, which the kernel tells within the header, and takes from an attribute.
        let lifetime = try #require(request[XFRMA_LTIME_VAL], sourceLocation: location)
        #expect(lifetime == Array(before.header[160..<192]), sourceLocation: location)
        #expect(
            lifetime.load(xfrm_lifetime_cur.self)?.add_time != 0, sourceLocation: location)
    }

    @Test func anotherDestinationIsWrittenBeforeTheOldSAGoes() throws {
        let (sa, request) = try relocated(
            CapturedAnswer.extendedState, to: "192.0.2.1", "198.51.100.2")
        #expect(sa.manner == .beforehand && sa.hasKeys)
        #expect(Int(request.type) == XFRM_MSG_NEWSA)
        #expect(Int32(request.flags) == NLM_F_REQUEST | NLM_F_ACK)
        #expect(
            SADEntry.ID(request.info)
                == SADEntry.ID(
                    destination: try address("198.51.100.2"), protocolID: .esp,
                    spi: ChildSPI(0xC0FF_EE02)))
        #expect(
            IPAddress(request.info.saddr, family: request.info.family)
                == (try address("192.0.2.1")))
        try expectTheRestToStay(request, as: CapturedAnswer.extendedState)
        // The sequence numbers, with their upper halves.
        let replay = try #require(request[XFRMA_REPLAY_ESN_VAL])
        let numbers = (0..<6).map { replay.load(UInt32.self, at: 4 * $0) }
        #expect(numbers == [2, 0x1029, 0x10, 2, 1, 64])
        #expect(request[XFRMA_ENCAP] == nil)
    }

    @Test func anotherSourceAloneTakesThePlaceOfTheOldSA() throws {
        let (sa, request) = try relocated(
            CapturedAnswer.extendedState, to: "198.51.100.1", "192.0.2.2")
        #expect(sa.manner == .afterwards)
        #expect(Int(request.type) == XFRM_MSG_NEWSA)
        try expectTheRestToStay(request, as: CapturedAnswer.extendedState)
    }

    @Test func otherPortsAreAnUpdateInPlace() throws {
        let (sa, request) = try relocated(
            CapturedAnswer.encapsulatedState, to: "192.0.2.1", "192.0.2.2", Self.ports)
        #expect(sa.manner == .update)
        #expect(Int(request.type) == XFRM_MSG_UPDSA)
        let encapsulation = try #require(request[XFRMA_ENCAP]?.load(xfrm_encap_tmpl.self))
        #expect(encapsulation.encap_type == 2)
        #expect(encapsulation.encap_sport == UInt16(4500).bigEndian)
        #expect(encapsulation.encap_dport == UInt16(4500).bigEndian)
        try expectTheRestToStay(request, as: CapturedAnswer.encapsulatedState)
        #expect(request[XFRMA_MARK] != nil)
    }

    @Test func encapsulationComesAndGoes() throws {
        let (gone, without) = try relocated(
            CapturedAnswer.encapsulatedState, to: "192.0.2.1", "192.0.2.2")
        #expect(gone.manner == .afterwards)
        #expect(without[XFRMA_ENCAP] == nil)
        try expectTheRestToStay(without, as: CapturedAnswer.encapsulatedState)
        let (come, with) = try relocated(
            CapturedAnswer.extendedState, to: "192.0.2.1", "192.0.2.2", Self.ports)
        #expect(come.manner == .afterwards)
        #expect(with[XFRMA_ENCAP] != nil)
        try expectTheRestToStay(with, as: CapturedAnswer.extendedState)
    }

    @Test func anSAMayChangeItsFamily() throws {
        let (sa, request) = try relocated(
            CapturedAnswer.authenticatedState, to: "192.0.2.1", "192.0.2.2")
        #expect(sa.manner == .beforehand)
        #expect(Int32(request.info.family) == AF_INET)
        try expectTheRestToStay(request, as: CapturedAnswer.authenticatedState)
        #expect(request[XFRMA_REPLAY_VAL]?.load(UInt32.self) == 0x1077)
    }

    struct Leap: Sendable {
        let isExtended: Bool
        /// The lower and the upper half.
        let before: [UInt32]
        let after: [UInt32]

        static let all = [
            Leap(isExtended: true, before: [UInt32.max - 95, 7], after: [4000, 8]),
            Leap(isExtended: true, before: [.max, .max], after: [.max, .max]),
            Leap(isExtended: true, before: [0, 1], after: [4096, 1]),
            Leap(isExtended: false, before: [UInt32.max - 95, 0], after: [.max, 0]),
        ]
    }

    /// Numbers of 64 bits go on into their upper half; those of 32 end at the last.
    @Test(arguments: Leap.all) func theSequenceNumberLeapsAhead(example: Leap) throws {
        var state = xfrm_replay_state_esn()
        state.bmp_len = 1
        (state.oseq, state.oseq_hi) = (example.before[0], example.before[1])
        let bitmap: [UInt8] = [0xAA, 0xBB, 0xCC, 0xDD]
        let octets = withUnsafeBytes(of: state) { Array($0) } + bitmap
        let leapt = RelocatedSA.leap(
            UInt16(truncatingIfNeeded: XFRMA_REPLAY_ESN_VAL.rawValue), octets.span,
            flags: example.isExtended ? UInt8(XFRM_STATE_ESN) : 0)
        let numbers = try #require(leapt)
        #expect(numbers.count == octets.count && Array(numbers.suffix(4)) == bitmap)
        #expect(numbers.load(UInt32.self, at: 4) == example.after[0])
        #expect(numbers.load(UInt32.self, at: 12) == example.after[1])
    }

    /// A kernel that is locked down for confidentiality writes zeros in the place of keys.
    @Test(
        arguments: [
            (CapturedAnswer.encapsulatedState, 36), (CapturedAnswer.extendedState, 16),
            (CapturedAnswer.extendedState, 32), (CapturedAnswer.authenticatedState, 20),
        ] as [([UInt8], UInt8)])
    func keysThatAreZerosAreNoKeys(captured: [UInt8], length: UInt8) throws {
        let key = Array(0..<length)
        var octets = captured
        for start in octets.indices where octets[start...].starts(with: key) {
            octets.replaceSubrange(
                start..<start + key.count, with: repeatElement(0, count: key.count))
        }
        #expect(octets != captured)
        #expect(try relocated(captured, to: "192.0.2.1", "192.0.2.2").sa.hasKeys)
        #expect(try !relocated(octets, to: "192.0.2.1", "192.0.2.2").sa.hasKeys)
    }

    /// ENCR_NULL has none to be told (RFC 2410).
    @Test func aCipherWithoutKeyLacksNone() throws {
        let message = try #require(OneMessage(CapturedAnswer.authenticatedState))
        var octets = Array(message.payload)
        var name = Array("ecb(cipher_null)".utf8)
        name += [UInt8](repeating: 0, count: MemoryLayout<xfrm_algo>.size - name.count)
        octets += [UInt8(truncatingIfNeeded: 4 + name.count), 0, 2, 0] + name
        let sa = RelocatedSA(
            octets.span,
            to: SARelocation(
                source: try address("192.0.2.1"), destination: try address("192.0.2.2"),
                encapsulation: nil))
        #expect(sa?.hasKeys == true)
    }

    @Test func whatIsCutShortIsNoSA() throws {
        let message = try #require(OneMessage(CapturedAnswer.extendedState))
        let place = SARelocation(
            source: try address("192.0.2.1"), destination: try address("192.0.2.2"),
            encapsulation: nil)
        for count in 0..<MemoryLayout<xfrm_usersa_info>.size {
            #expect(RelocatedSA([UInt8](message.payload.prefix(count)).span, to: place) == nil)
        }
    }
}

extension [UInt16: [UInt8]] {
    /// Adds 4096 to the number at an offset in an attribute, where there is one that is not 0.
    fileprivate mutating func leap(_ type: xfrm_attr_type_t, at offset: Int) {
        let type = UInt16(truncatingIfNeeded: type.rawValue)
        guard let number = self[type]?.load(UInt32.self, at: offset), number != 0 else { return }
        withUnsafeBytes(of: number + 4096) { octets in
            self[type]?.replaceSubrange(offset..<offset + 4, with: octets)
        }
    }
}
