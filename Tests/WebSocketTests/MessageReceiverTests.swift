import Testing

@testable import WebSocket

/// What the Autobahn cases do not reach, or reach only where TCP happens to split the stream.
@Suite("messages from a client")
struct MessageReceiverTests {
    private typealias Event = MessageReceiver.Event

    /// All events, whole and byte by byte: the same.
    private func events(_ bytes: [UInt8], limit: Int = 1000) -> [Event] {
        var whole = MessageReceiver(sizeLimit: limit)
        let expected = whole.receive(bytes)
        var torn = MessageReceiver(sizeLimit: limit)
        var events: [Event] = []
        for byte in bytes { events += torn.receive([byte]) }
        #expect(events == expected)
        return expected
    }

    private func violation(_ events: [Event]) -> UInt16? {
        guard events.count == 1, case .violation(let code, _) = events[0] else { return nil }
        return code
    }

    @Test("frames behind one another are messages behind one another")
    func several() {
        let bytes = clientText("one") + clientFrame(0x82, [0, 255]) + clientText("") + clientText("two")
        #expect(events(bytes) == [.text(Array("one".utf8)), .binary([0, 255]), .text([]), .text(Array("two".utf8))])
    }

    @Test("fragments are one message, with pings between them answered at once")
    func fragments() {
        let bytes =
            clientFrame(0x01, Array("a€".utf8.dropLast())) + clientFrame(0x89, [7]) + clientFrame(0x00, [])
            + clientFrame(0x80, Array("€b".utf8.dropFirst(2)))
        #expect(events(bytes) == [.ping([7]), .text(Array("a€b".utf8))])
    }

    @Test("a close reason is checked wherever it is split, and its code handed on")
    func closeReasons() {
        #expect(events(clientFrame(0x88, [0x03, 0xE8] + "再见 €".utf8)) == [.close(code: 1000)])
        #expect(events(clientFrame(0x88, [])) == [.close(code: nil)])
        #expect(violation(events(clientFrame(0x88, [0x03]))) == 1002)
        #expect(violation(events(clientFrame(0x88, [0x03, 0xE8, 0xC3]))) == 1007)
        #expect(violation(events(clientFrame(0x88, [0x03, 0xE8, 0xED, 0xA0, 0x80]))) == 1007)
        #expect(events(clientFrame(0x88, [0x03, 0xF5])) == [.close(code: 1013)])
        for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535] {
            #expect(violation(events(clientFrame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)]))) == 1002)
        }
    }

    @Test("nothing is read behind a close frame")
    func afterClose() {
        #expect(events(clientFrame(0x88, []) + clientText("late")) == [.close(code: nil)])
    }

    @Test("a message may have as many bytes as the limit, in one frame or many, and not one more")
    func limit() {
        let full = [UInt8](repeating: 0, count: 1000)
        #expect(events(clientFrame(0x82, full)) == [.binary(full)])
        #expect(events(clientFrame(0x82, full + [0])) == [.tooLarge])
        let pieces = clientFrame(0x02, full)
        #expect(events(pieces + clientFrame(0x80, [])) == [.binary(full)])
        #expect(events(pieces + clientFrame(0x80, [0])) == [.tooLarge])
        #expect(events(clientText("a") + clientFrame(0x82, full)) == [.text(Array("a".utf8)), .binary(full)])
    }

    @Test("a frame that announces an absurd length is too large as soon as its payload begins")
    func absurdLength() {
        var receiver = MessageReceiver(sizeLimit: 1000)
        #expect(receiver.receive([0x82, 0xFF, 0x7F, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4, 0]) == [.tooLarge])
    }

    @Test("what the rules forbid is a protocol error")
    func violations() {
        #expect(violation(events([0x81, 0x01, 0x61])) == 1002, "no mask")
        #expect(violation(events(clientFrame(0xC1, [0x61]))) == 1002, "a reserved bit")
        #expect(violation(events(clientFrame(0x83, []))) == 1002, "an unknown opcode")
        #expect(violation(events(clientFrame(0x80, []))) == 1002, "a continuation of nothing")
        #expect(violation(events(clientFrame(0x01, []) + clientText("x"))) == 1002, "a message within another")
        #expect(violation(events(clientFrame(0x09, []))) == 1002, "a fragmented ping")
        #expect(violation(events([0x89, 0x80 | 126, 0, 126, 1, 2, 3, 4])) == 1002, "a ping of 126 bytes")
        #expect(violation(events([0x81, 0x80 | 126, 0, 5, 1, 2, 3, 4, 0])) == 1002, "a length in more bytes than it needs")
        #expect(violation(events(clientFrame(0x81, [0xFF]))) == 1007)
        #expect(violation(events(clientFrame(0x81, [0xE2, 0x82]))) == 1007, "text that ends within a character")
    }
}
