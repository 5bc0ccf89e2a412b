import Base
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

    @Test("cascade tags are taken out of a UID, and torn ones refused")
    func cascadeTags() {
        func target(_ uid: [UInt8], ats: [UInt8] = []) -> PN532Target? {
            PN532Target(([1, 1, 0x00, 0x44, 0x20, UInt8(uid.count)] + uid + ats)[...])
        }
        #expect(target([0x88] + Self.uid7) == .card(uid: Self.uid7))
        #expect(target([0x88, 1, 2, 3, 0x88, 4, 5, 6, 7, 8, 9, 10]) == .card(uid: Self.uid10))
        #expect(target(Self.uid7, ats: [0x06, 0x75, 0x77, 0x81, 0x02, 0x80]) == .card(uid: Self.uid7))
        #expect(target([0x88, 0x04, 0xA2, 0xB3]) == nil)
        #expect(target([1, 2, 3, 4, 5]) == nil)
        #expect(target([]) == nil)
        #expect(PN532Target([1, 1, 0, 0x44, 0x20, 7, 1, 2, 3]) == nil)
        #expect(PN532Target([]) == nil)
        #expect(PN532Target([0]) == .emptyField)
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
