import Base
import ReaderEmulators
import Testing

@testable import ReaderDrivers

@Suite("UHF reader machine")
struct UHFA0MachineTests {
    static let epc = bytes("300833B2DDD9014000000001")
    static let tid = bytes("E2003412013F02000B5A1C22")
    static let tag = UHFA0Emulator.Tag(epc: epc, tid: tid)
    static let ready = CardReaderOutput.ready("firmware 1.9")

    static func tag(_ number: Int) -> UHFA0Emulator.Tag {
        let serial = [UInt8(number >> 8), UInt8(number & 0xFF)]
        return UHFA0Emulator.Tag(
            epc: bytes("30000000000000000000") + serial, tid: bytes("E2801160200000000000") + serial)
    }

    @Test("the module is asked for its firmware, silenced, and then counts tags for ever")
    func start() {
        var bench = ReaderBench.uhf()
        bench.open()
        bench.pass(.seconds(1))
        #expect(bench.requests.prefix(3).map(\.command) == [.getFirmwareVersion, .setBeeperMode, .realTimeInventory])
        #expect(bench.module.beeperMode == 0)
        #expect(bench.count(of: .realTimeInventory) == 101)
        #expect(bench.outputs == [Self.ready])
    }

    @Test("the buzzer sounds on request")
    func beeps() {
        var bench = ReaderBench.uhf { $0.beeps = true }
        bench.open()
        #expect(bench.module.beeperMode == 1)
    }

    @Test("the transmit power is set where it differs")
    func power() {
        var bench = ReaderBench.uhf { $0.transmitPowerDBm = 20 }
        bench.open()
        #expect(bench.module.outputPower == 20)
        #expect(bench.outputs == [Self.ready])
        bench.close()
        bench.open()
        #expect(bench.count(of: .getOutputPower) == 2 && bench.count(of: .setOutputPower) == 1)
    }

    @Test("one antenna of four with another power is reason enough to set it")
    func powers() {
        var bench = ReaderBench.uhf { $0.transmitPowerDBm = 26 }
        bench.line = { answered, sent in
            sent.command == .getOutputPower ? answer(.getOutputPower, [26, 26, 26, 20]) : answered
        }
        bench.open()
        #expect(bench.count(of: .setOutputPower) == 1)
    }

    @Test("a power that the module cannot send with is told, and cards are read nevertheless")
    func refusedPower() {
        var bench = ReaderBench.uhf { $0.transmitPowerDBm = 33 }
        bench.module.tags = [Self.tag]
        bench.open()
        let refusal = "transmit power of 33 dBm refused: output power out of range; set one that this module can send with"
        #expect(bench.states == [.ready("firmware 1.9; \(refusal)")])
        #expect(bench.cards == [Self.epc])
    }

    @Test("a module without a buzzer is told, and reads cards")
    func refusedBeeper() {
        var bench = ReaderBench.uhf()
        bench.line = { answered, sent in sent.command == .setBeeperMode ? answer(.setBeeperMode, [0x11]) : answered }
        bench.open()
        #expect(bench.outputs == [.ready("firmware 1.9; buzzer setting refused: command failed")])
    }

    @Test("each later report of a tag in the field is a sighting", arguments: [CardReaderSettings.Identity.epc, .tid])
    func staying(identity: CardReaderSettings.Identity) {
        var bench = ReaderBench.counting(identity)
        bench.module.tags = [Self.tag]
        bench.pass(.seconds(5))
        let uid = identity == .epc ? Self.epc : Self.tid
        #expect(bench.cards == [uid])
        #expect(bench.sightings.count == 499 && bench.sightings.allSatisfy { $0 == uid })
    }

    @Test("a TID is read once for each stay")
    func oneRead() {
        var bench = ReaderBench.counting(.tid)
        for _ in 0..<3 {
            bench.module.tags = [Self.tag]
            bench.pass(.seconds(2))
            bench.module.tags = []
            bench.pass(.seconds(3))
        }
        #expect(bench.cards == [Self.tid, Self.tid, Self.tid])
        #expect(bench.count(of: .read) == 3)
    }

    @Test("a copy of a card's EPC on another chip does not pass for the card")
    func copiedEPC() {
        var bench = ReaderBench.counting(.tid)
        bench.module.tags = [Self.tag]
        bench.pass(.seconds(1))
        bench.module.tags = []
        bench.pass(.seconds(3))
        let copy = UHFA0Emulator.Tag(epc: Self.epc, tid: Self.tag(1).tid)
        bench.module.tags = [copy]
        bench.pass(.seconds(1))
        #expect(bench.cards == [Self.tid, copy.tid])
    }

    @Test("two tags with the same EPC are two cards by their TIDs")
    func twins() {
        var bench = ReaderBench.counting(.tid)
        let twin = UHFA0Emulator.Tag(epc: Self.epc, tid: Self.tag(1).tid)
        bench.module.tags = [Self.tag, twin]
        bench.pass(.seconds(1))
        #expect(bench.cards == [Self.tid, twin.tid])
    }

    @Test("a tag whose TID cannot be read is told when it can, tried less often after three failures, and counted")
    func unreadable() {
        var bench = ReaderBench.counting(.tid)
        bench.module.tags = [UHFA0Emulator.Tag(epc: Self.epc, tid: nil), Self.tag(1)]
        bench.pass(.seconds(11))
        #expect(bench.cards == [Self.tag(1).tid])
        #expect(bench.unreadable == 5)
        bench.module.tags = [Self.tag]
        bench.pass(.seconds(5))
        #expect(bench.cards == [Self.tag(1).tid, Self.tid])
        #expect(bench.states == [Self.ready])
    }

    @Test(
        "what is no serial number is not taken for one",
        arguments: [[UInt8](repeating: 0, count: 12), [UInt8](repeating: 0xFF, count: 12), bytes("E20034120133")])
    func noSerialNumber(tid: [UInt8]) {
        var bench = ReaderBench.counting(.tid)
        bench.module.tags = [UHFA0Emulator.Tag(epc: Self.epc, tid: tid)]
        bench.pass(.seconds(1))
        #expect(bench.cards.isEmpty && bench.unreadable == 3)
    }

    @Test("a tag at which the module falls silent is tried less often after three resets")
    func silencingTag() {
        var bench = ReaderBench.counting(.tid)
        bench.module.tags = [Self.tag]
        bench.line = { answered, sent in sent.command == .read ? [] : answered }
        bench.pass(.seconds(60))
        #expect(bench.count(of: .reset) < 12 && bench.reopenedAt == nil)
        bench.line = { answered, _ in answered }
        bench.pass(.seconds(6))
        #expect(bench.cards == [Self.tid])
    }

    @Test("a tag without an EPC is not told by it")
    func blank() {
        var bench = ReaderBench.counting()
        bench.module.tags = [UHFA0Emulator.Tag(epc: [], tid: Self.tid)]
        bench.pass(.seconds(1))
        #expect(bench.outputs == [Self.ready])
    }

    @Test("many tags that come at once are all read, a few after each round")
    func crowd() {
        var bench = ReaderBench.counting(.tid)
        bench.module.tags = (0..<100).map { Self.tag($0) }
        bench.pass(.milliseconds(10))
        #expect(bench.cards.count == TagReadQueue.readsPerRound)
        bench.pass(.milliseconds(200))
        #expect(Set(bench.cards) == Set((0..<100).compactMap { Self.tag($0).tid }) && bench.cards.count == 100)
    }

    @Test("10,000 tags in the field are one card each")
    func tenThousand() {
        var bench = ReaderBench.counting()
        bench.module.tags = (0..<10_000).map { Self.tag($0) }
        bench.pass(.milliseconds(20))
        #expect(bench.cards.count == 10_000 && bench.sightings.count == 10_000)
        #expect(bench.cards == bench.module.tags.map(\.epc))
    }

    @Test("a round that ends with `no tag` is a round")
    func noTag() {
        var bench = ReaderBench.uhf()
        bench.line = { answered, sent in
            sent.command == .realTimeInventory ? answer(.realTimeInventory, [0x36]) : answered
        }
        bench.open()
        bench.pass(.seconds(1))
        #expect(bench.outputs == [Self.ready])
    }

    @Test("a long round is not cut short while it reports tags")
    func longRound() {
        var bench = ReaderBench.counting()
        bench.line = { _, _ in [] }
        bench.pass(.milliseconds(10))
        let asked = bench.requests.count
        for number in 0..<100 {
            bench.feed(answer(.realTimeInventory, [0x04, 0x30, 0x00] + Self.tag(number).epc + [0x45]))
            bench.pass(.milliseconds(900))
        }
        #expect(bench.cards.count == 100 && bench.requests.count == asked)
        bench.pass(.milliseconds(200))
        #expect(bench.outputs.last == .aborted)
    }

    @Test("a tag is told with the last byte of its report, before the round is over")
    func immediate() {
        var bench = ReaderBench.counting()
        bench.line = { _, _ in [] }
        bench.pass(.milliseconds(10))
        let report = answer(.realTimeInventory, [0x04, 0x30, 0x00] + Self.epc + [0x45])
        for byte in report.dropLast() { bench.feed([byte]) }
        #expect(bench.cards.isEmpty)
        bench.feed([report.last!])
        #expect(bench.cards == [Self.epc])
    }

    @Test("an adapter's echo is not taken for an answer")
    func echo() {
        var bench = ReaderBench.uhf(.tid)
        bench.module.tags = [Self.tag]
        bench.line = { answered, sent in sent.request + answered }
        bench.open()
        bench.pass(.seconds(5))
        #expect(bench.states == [Self.ready])
        #expect(bench.cards == [Self.tid])
    }
}
