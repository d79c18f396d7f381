import CLinux
import Crypto
import IPsec
import Net
import Testing
import Wire

@testable import Kernel

/// A key of the octets 0, 1, 2 … from a first one.
func key(_ octets: Range<UInt8>) -> SecretSlice { Secret(copying: Array(octets)).all }

/// No key.
let noKey = Secret(copying: [UInt8]()).all

@Suite struct StateRequestTests {
    /// A request about an SA, its attributes by type: their order means nothing.
    private struct Parsed: Equatable {
        var type: UInt16
        var flags: UInt16
        var header: [UInt8]
        var attributes: [UInt16: [UInt8]]

        init(_ octets: [UInt8]) throws {
            let message = try #require(OneMessage(octets))
            type = message.header.nlmsg_type
            flags = message.header.nlmsg_flags
            let payload = message.payload
            let headerSize = MemoryLayout<xfrm_usersa_info>.size
            header = Array(payload.prefix(headerSize))
            attributes = [:]
            for type in UInt16(1)...40 {
                if let range = payload.attribute(type, from: headerSize) {
                    attributes[type] = Array(payload[range])
                }
            }
        }
    }

    private func expect(_ entry: SADEntry, encodesAs captured: [UInt8]) throws {
        var request = try #require(NetlinkRequest(adding: entry))
        request.complete(sequence: 1)
        let ours = try Parsed(request.octets)
        let expected = try Parsed(captured)
        #expect(ours.type == expected.type)
        #expect(ours.flags == expected.flags)
        #expect(ours.header == expected.header)
        #expect(ours.attributes == expected.attributes)
    }

    @Test func tunnelWithEverythingIsWhatIPSends() throws {
        let entry = SADEntry(
            direction: .inbound, source: try address("192.0.2.1"),
            id: SADEntry.ID(
                destination: try address("192.0.2.2"), protocolID: .esp,
                spi: ChildSPI(0xC0FF_EE01)),
            mode: .tunnel, reqid: 42, interfaceID: 9, mark: Mark(value: 7, mask: 0xFF),
            suite: try #require(
                ChildSuite(.aead(.aesGCM16, keyBits: 256), extendedSequenceNumbers: false)),
            encryptionKey: key(0..<36), integrityKey: noKey,
            encapsulation: SADEntry.UDPEncapsulation(sourcePort: 4500, destinationPort: 1025),
            lifetime: SADEntry.Lifetime(
                softSeconds: 25920, hardSeconds: 28800, softOctets: 900_000,
                hardOctets: 1_000_000),
            // ip(8) turns the number round; the kernel's acquires carry it in host order.
            replayWindow: 64, sequence: UInt32(5).bigEndian)
        try expect(entry, encodesAs: CapturedRequest.addTunnel)
    }

    @Test func transportWithSelectorAndESNIsWhatIPSends() throws {
        let source = try address("2001:db8::1")
        let destination = try address("2001:db8::2")
        let entry = SADEntry(
            direction: .inbound, source: source,
            id: SADEntry.ID(destination: destination, protocolID: .esp, spi: ChildSPI(0x1001)),
            mode: .transport, reqid: 1,
            selector: Selector(
                source: IPRange(source), destination: IPRange(destination),
                destinationPorts: PortRange(443), protocolID: 6),
            suite: try #require(
                ChildSuite(
                    .encryption(.aesCBC, keyBits: 128, .hmacSHA256_128),
                    extendedSequenceNumbers: true)),
            encryptionKey: key(0..<16), integrityKey: key(16..<48), replayWindow: 32)
        try expect(entry, encodesAs: CapturedRequest.addTransport)
    }

    @Test func authenticationHeaderIsWhatIPSends() throws {
        let source = try address("192.0.2.1")
        let destination = try address("192.0.2.2")
        let entry = SADEntry(
            direction: .inbound, source: source,
            id: SADEntry.ID(destination: destination, protocolID: .ah, spi: ChildSPI(0x1002)),
            mode: .transport,
            selector: Selector(source: IPRange(source), destination: IPRange(destination)),
            suite: try #require(
                ChildSuite(.integrity(.hmacSHA512_256), extendedSequenceNumbers: false)),
            encryptionKey: noKey, integrityKey: key(0..<64), replayWindow: 32)
        try expect(entry, encodesAs: CapturedRequest.addAH)
    }

    @Test func removalIsWhatIPSends() throws {
        var request = NetlinkRequest(
            type: XFRM_MSG_DELSA,
            SADEntry.ID(
                destination: try address("192.0.2.2"), protocolID: .esp,
                spi: ChildSPI(0xC0FF_EE01)),
            source: try address("192.0.2.1"), mark: Mark(value: 7, mask: 0xFF))
        request.complete(sequence: 0)
        var expected = CapturedRequest.delete
        expected.replaceSubrange(8..<12, with: [0, 0, 0, 0])  // the sequence number
        #expect(request.octets == expected)
    }

    // MARK: Algorithms, under the names of the kernel's net/xfrm/xfrm_algo.c

    @Test(
        arguments: [
            (.aesGCM8, 128, "rfc4106(gcm(aes))", 160, 64),
            (.aesGCM12, 192, "rfc4106(gcm(aes))", 224, 96),
            (.aesGCM16, 256, "rfc4106(gcm(aes))", 288, 128),
            (.aesCCM8, 128, "rfc4309(ccm(aes))", 152, 64),
            (.aesCCM12, 192, "rfc4309(ccm(aes))", 216, 96),
            (.aesCCM16, 256, "rfc4309(ccm(aes))", 280, 128),
            (.chacha20Poly1305, 256, "rfc7539esp(chacha20,poly1305)", 288, 128),
        ] as [(EncryptionAlgorithm, UInt16, String, UInt32, UInt32)])
    func combinedAlgorithms(
        cipher: EncryptionAlgorithm, bits: UInt16, name: String, keyBits: UInt32, icvBits: UInt32
    ) throws {
        let attributes = try attributes(of: .aead(cipher, keyBits: bits))
        let algorithm = try #require(attributes[UInt16(XFRMA_ALG_AEAD.rawValue)])
        #expect(String(decoding: algorithm.prefix { $0 != 0 }, as: UTF8.self) == name)
        #expect(algorithm.load(UInt32.self, at: 64) == keyBits)
        #expect(algorithm.load(UInt32.self, at: 68) == icvBits)
        #expect(algorithm.count == 72 + Int(keyBits) / 8)
        #expect(attributes[UInt16(XFRMA_ALG_CRYPT.rawValue)] == nil)
        #expect(attributes[UInt16(XFRMA_ALG_AUTH_TRUNC.rawValue)] == nil)
    }

    @Test(
        arguments: [
            (.aesCBC, 256, "cbc(aes)", 256), (.aesCTR, 128, "rfc3686(ctr(aes))", 160),
            (.tripleDES, 192, "cbc(des3_ede)", 192), (.null, 0, "ecb(cipher_null)", 0),
        ] as [(EncryptionAlgorithm, UInt16, String, UInt32)])
    func ciphers(
        cipher: EncryptionAlgorithm, bits: UInt16, name: String, keyBits: UInt32
    ) throws {
        let attributes = try attributes(
            of: .encryption(cipher, keyBits: bits, .hmacSHA256_128))
        let algorithm = try #require(attributes[UInt16(XFRMA_ALG_CRYPT.rawValue)])
        #expect(String(decoding: algorithm.prefix { $0 != 0 }, as: UTF8.self) == name)
        #expect(algorithm.load(UInt32.self, at: 64) == keyBits)
        #expect(algorithm.count == 68 + Int(keyBits) / 8)
        #expect(attributes[UInt16(XFRMA_ALG_AUTH_TRUNC.rawValue)] != nil)
    }

    @Test(
        arguments: [
            (.hmacMD5_96, "hmac(md5)", 128, 96), (.hmacSHA1_96, "hmac(sha1)", 160, 96),
            (.hmacSHA256_128, "hmac(sha256)", 256, 128),
            (.hmacSHA384_192, "hmac(sha384)", 384, 192),
            (.hmacSHA512_256, "hmac(sha512)", 512, 256), (.aesXCBC_96, "xcbc(aes)", 128, 96),
            (.aesCMAC_96, "cmac(aes)", 128, 96),
        ] as [(IntegrityAlgorithm, String, UInt32, UInt32)])
    func integrityAlgorithms(
        integrity: IntegrityAlgorithm, name: String, keyBits: UInt32, icvBits: UInt32
    ) throws {
        let attributes = try attributes(of: .integrity(integrity))
        let algorithm = try #require(attributes[UInt16(XFRMA_ALG_AUTH_TRUNC.rawValue)])
        #expect(String(decoding: algorithm.prefix { $0 != 0 }, as: UTF8.self) == name)
        #expect(algorithm.load(UInt32.self, at: 64) == keyBits)
        #expect(algorithm.load(UInt32.self, at: 68) == icvBits)
        #expect(algorithm.count == 72 + Int(keyBits) / 8)
    }

    private func attributes(of protection: ChildSuite.Protection) throws -> [UInt16: [UInt8]] {
        try Parsed(request(try entry(protection)).octets).attributes
    }

    private func entry(
        _ protection: ChildSuite.Protection, esn: Bool = false,
        direction: SADEntry.Direction = .inbound, mode: Mode = .tunnel, window: UInt32 = 64
    ) throws -> SADEntry {
        let suite = try #require(ChildSuite(protection, extendedSequenceNumbers: esn))
        return SADEntry(
            direction: direction, source: try address("192.0.2.1"),
            id: SADEntry.ID(
                destination: try address("192.0.2.2"), protocolID: suite.protocolID,
                spi: ChildSPI(0x1234)),
            mode: mode, suite: suite, encryptionKey: key(0..<UInt8(suite.encryptionKeyLength)),
            integrityKey: key(0..<UInt8(suite.integrityKeyLength)), replayWindow: window)
    }

    private func request(_ entry: SADEntry) throws -> NetlinkRequest {
        var request = try #require(NetlinkRequest(adding: entry))
        request.complete(sequence: 1)
        return request
    }

    // MARK: Replay windows: what net/xfrm/xfrm_replay.c takes

    @Test(
        arguments: [
            (SADEntry.Direction.inbound, false, 0, 0, nil),
            (.inbound, false, 32, 32, nil),
            (.inbound, false, 33, 0, 33),
            (.inbound, false, 1 << 20, 0, 4096),
            (.inbound, true, 0, 0, 1),
            (.inbound, true, 32, 0, 32),
            (.outbound, false, 64, 0, nil),
            (.outbound, true, 64, 0, 1),
        ] as [(SADEntry.Direction, Bool, UInt32, UInt8, UInt32?)])
    func replayWindow(
        direction: SADEntry.Direction, esn: Bool, window: UInt32, field: UInt8, bitmap: UInt32?
    ) throws {
        let entry = try entry(
            .aead(.aesGCM16, keyBits: 128), esn: esn, direction: direction, window: window)
        let parsed = try Parsed(request(entry).octets)
        let info = try #require(parsed.header.load(xfrm_usersa_info.self))
        #expect(info.replay_window == field)
        #expect((info.flags & UInt8(XFRM_STATE_ESN) != 0) == esn)
        let state = parsed.attributes[UInt16(XFRMA_REPLAY_ESN_VAL.rawValue)]
        #expect(state?.load(UInt32.self, at: 20) == bitmap)
        if let bitmap, let state {
            #expect(state.load(UInt32.self, at: 0) == (bitmap + 31) / 32)
            #expect(state.count == 24)
        }
    }

    @Test func tunnelOfBothFamiliesWithoutSelector() throws {
        let parsed = try Parsed(
            request(try entry(.aead(.aesGCM16, keyBits: 128))).octets)
        let info = try #require(parsed.header.load(xfrm_usersa_info.self))
        #expect(info.flags & UInt8(XFRM_STATE_AF_UNSPEC) != 0)
        #expect(info.sel.family == 0)
    }

    @Test func erasedRequestHoldsNothing() throws {
        var request = try request(entry(.aead(.aesGCM16, keyBits: 128)))
        request.erase()
        #expect(request.octets.isEmpty)
    }
}
