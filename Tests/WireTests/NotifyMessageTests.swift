import Testing
import Wire

/// A response of one notify, made without the heap.
@Suite struct NotifyMessageTests {
    @Test(arguments: [
        Header.Flags.initiator, [], [.initiator, .version],
    ])
    func itIsWhatTheEncoderOfMessagesMakes(flags: Header.Flags) {
        let request = Header(
            initiatorSPI: IKESPI(0x0102_0304_0506_0708), responderSPI: IKESPI(0xF1F2),
            version: 0x3F, exchange: .ikeSAInit, flags: flags, messageID: 0x0A0B_0C0D)
        let answer = Header(
            initiatorSPI: request.initiatorSPI, responderSPI: request.responderSPI,
            exchange: .ikeSAInit,
            flags: flags.contains(.initiator) ? .response : [.response, .initiator],
            messageID: request.messageID)
        for count in [0, 1, 2, 17, NotifyMessage.dataCapacity] {
            let data = (0..<count).map { UInt8($0) }
            let expected = Message(
                header: answer, payloads: [.notify(Notify(type: .cookie, data: data))])
            let made = NotifyMessage(answering: request, .cookie, data: data.span)
            #expect(made.encoded() == expected.encoded())
            #expect(made.withOctets { $0.count } == expected.encoded().count)
        }
    }

    @Test func dataWithoutRoomAreLeftOut() throws {
        let request = Header(
            initiatorSPI: IKESPI(1), responderSPI: .zero, exchange: .ikeSAInit,
            flags: .initiator, messageID: 0)
        let data = [UInt8](repeating: 9, count: 65)
        let made = NotifyMessage(answering: request, .cookie, data: data.span).encoded()
        let message = try Message(decoding: made.span)
        #expect(message.payloads == [.notify(Notify(type: .cookie, data: data.dropLast()))])
    }
}
