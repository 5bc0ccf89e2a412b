import Base
import TestSupport
import Testing

@testable import ReaderDrivers

@Suite("PN532 machine")
struct PN532MachineTests {
    static let uid4: [UInt8] = [0x04, 0xA2, 0xB3, 0xC4]
    static let uid7: [UInt8] = [0x04, 0xA2, 0xB3, 0xC4, 0xD5, 0xE6, 0x80]
    static let uid10: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

    /// A bench whose reader is polling.
    func polling() -> ReaderBench {
        var bench = ReaderBench(.pn532)
        bench.open()
        bench.pass(.milliseconds(100))
        return bench
    }

    @Test("the chip is woken and configured before it polls, and then says what it is")
    func start() {
        var bench = ReaderBench(.pn532)
        bench.open()
        #expect(bench.written.first == [0x55, 0x55] + [UInt8](repeating: 0, count: 14))
        #expect(bench.written.dropFirst().map { $0[6] } == [0x14, 0x02, 0x12, 0x32, 0x4A])
        #expect(bench.outputs == [.ready("PN532 firmware 1.6")])
    }

    @Test(
        "a UID is told without the cascade tags that some firmware leaves in, and one that goes on is not told",
        arguments: [
            // SEL_RES, UID as the chip says it, UID that is told.
            (0x08, [0x04, 0xA2, 0xB3, 0xC4], [0x04, 0xA2, 0xB3, 0xC4]),
            (0x20, [0x08, 1, 2, 3], [0x08, 1, 2, 3]),
            // A whole UID of four bytes may begin with the cascade tag's byte.
            (0x08, [0x88, 0x77, 0x66, 0x55], [0x88, 0x77, 0x66, 0x55]),
            (0x18, [0x88, 0x04, 0xA2, 0xB3], [0x88, 0x04, 0xA2, 0xB3]),
            (0x04, [0x88, 0x04, 0xA2, 0xB3], nil),
            (0x0C, [0x04, 0xA2, 0xB3, 0xC4], nil),
            (0x24, [0x88, 0x04, 0xA2, 0xB3], nil),
            (0x20, Self.uid7, Self.uid7),
            (0x20, [0x88] + Self.uid7, Self.uid7),
            (0x20, [0x04] + Self.uid7, nil),
            (0x20, Self.uid10, Self.uid10),
            (0x20, [0x88, 1, 2, 3, 0x88, 4, 5, 6, 7, 8, 9, 10], Self.uid10),
            (0x20, [0x88, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10], nil),
            (0x20, [], nil), (0x20, [1], nil), (0x20, [1, 2, 3, 4, 5], nil), (0x20, [UInt8](repeating: 7, count: 11), nil),
        ] as [(UInt8, [UInt8], [UInt8]?)])
    func uids(selection: UInt8, uid: [UInt8], told: [UInt8]?) {
        for ats in [[], [0x06, 0x75, 0x77, 0x81, 0x02, 0x80]] as [[UInt8]] {
            let target = PN532Target(([1, 1, 0x00, 0x44, selection, UInt8(uid.count)] + uid + ats)[...])
            // An answer system that follows may be taken for the end of a UID, but then its length says so.
            #expect(target == told.map { .card(uid: $0) } ?? .unreadable)
        }
    }

    @Test("an answer without a UID, or that ends within it, is a card's trouble; one without anything is the chip's")
    func torn() {
        let whole: [UInt8] = [1, 1, 0, 0x44, 0x20, 7] + Self.uid7
        for count in 1..<whole.count { #expect(PN532Target(whole.prefix(count)) == .unreadable) }
        #expect(PN532Target(whole[...]) == .card(uid: Self.uid7))
        #expect(PN532Target([]) == nil)
        #expect(PN532Target([0]) == .emptyField)
    }

    @Test(
        "answers of chips in the field bring their cards",
        arguments: [
            ("pn532-uid-88776655.hex", [[0x88, 0x77, 0x66, 0x55]]),
            ("pn532-two-chips-in-one-card.hex", [[0x00, 0x06, 0x55, 0x37], [0x0A, 0x1B, 0x2C, 0x3D]]),
        ] as [(String, [[UInt8]])])
    func published(name: String, cards: [[UInt8]]) throws {
        var parser = PN532FrameParser()
        let targets = parser.frames(in: try DeviceInput.messages(name).flatMap { $0 }).compactMap { frame -> PN532Target? in
            guard case .information(.toHost, let payload) = frame else { return nil }
            return PN532Target(payload.dropFirst())
        }
        #expect(targets == cards.map { .card(uid: $0) })
    }

    @Test("a card left on the reader is seen by every later poll")
    func cardLeft() {
        var bench = polling()
        bench.place(Self.uid4)
        bench.pass(PN532Machine.pollInterval)
        #expect(bench.sightings.isEmpty)
        bench.pass(PN532Machine.pollInterval * 100)
        #expect(bench.cards == [Self.uid4])
        #expect(bench.sightings == [[UInt8]](repeating: Self.uid4, count: 100))
    }

    @Test("one missed poll before an outage and one after it are no departure either")
    func missesAroundOutage() {
        var bench = polling()
        bench.place(Self.uid4)
        bench.pass(.seconds(1))
        bench.chip.removeCard()
        bench.pass(PN532Machine.pollInterval)
        bench.close()
        bench.pass(.seconds(60))
        bench.open()
        bench.place(Self.uid4)
        bench.pass(.seconds(1))
        #expect(bench.cards == [Self.uid4])
    }

    @Test("a card is told with the last byte of its frame")
    func immediate() {
        var bench = polling()
        bench.line = { _, _ in [] }
        bench.pass(PN532Machine.pollInterval)
        let answer =
            PN532Frame.acknowledge.bytes
            + PN532Frame.information(.toHost, [0x4B, 1, 1, 0, 4, 8, 4] + Self.uid4).bytes
        for byte in answer.dropLast(2) {
            bench.feed([byte])
            #expect(bench.cards.isEmpty)
        }
        bench.feed([answer[answer.count - 2]])
        #expect(bench.cards == [Self.uid4])
    }

    @Test("a command to a chip that never answers is broken off, and the chip woken and configured anew")
    func ladder() {
        var bench = ReaderBench(.pn532)
        bench.line = { _, _ in [] }
        bench.open()
        bench.pass(.seconds(10))
        #expect(bench.outputs.last == .reopen(reason: "no ACK in 100 ms"))
        let wakeUp = PN532Command.wakeUp
        let abort = PN532Frame.acknowledge.bytes
        let configure = PN532Frame.information(.toChip, PN532Command.samConfiguration.payload).bytes
        #expect(bench.written == [wakeUp, configure, abort, configure, abort, wakeUp, configure])
    }

    @Test("a response that never comes after its ACK is an error after 500 ms")
    func lostResponse() {
        var bench = polling()
        bench.line = { bytes, _ in Array(bytes.prefix(6)) }
        bench.pass(.seconds(10))
        #expect(bench.outputs.last == .reopen(reason: "no response in 500 ms"))
    }

    @Test("a chip that refuses a command is started anew")
    func errorFrame() {
        var bench = polling()
        bench.line = { _, _ in PN532Frame.acknowledge.bytes + PN532Frame.error.bytes }
        bench.pass(.seconds(1))
        #expect(
            bench.outputs.dropFirst() == [.aborted, .recovering(reason: "command refused"), .reopen(reason: "command refused")])
    }
}
