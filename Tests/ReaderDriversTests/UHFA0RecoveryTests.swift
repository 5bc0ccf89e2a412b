import Base
import ReaderEmulators
import Testing

@testable import Hardware

/// The UHF reader driver when something goes wrong.
nonisolated extension UHFA0DriverTests {
    @Test("an outage of the reader is no departure of the tags in its field")
    func outage() {
        var bench = UHFA0Bench.counting(.tid)
        bench.module.tags = [Self.tag]
        bench.pass(.seconds(1))
        bench.close()
        #expect(bench.driver.nextDeadline == nil)
        bench.pass(.seconds(600))
        bench.open()
        bench.pass(.seconds(1))
        #expect(bench.cards == [Self.tid])
    }

    @Test("a module that never answers is asked again, reset, and left")
    func ladder() {
        var bench = UHFA0Bench()
        bench.line = { _, _ in [] }
        bench.open()
        bench.pass(.seconds(60))
        let reason = "no answer in 1000 ms"
        #expect(bench.outputs == [.aborted, .recovering(reason: reason), .reopen(reason: reason)])
        #expect(bench.requests.map(\.command) == [.getFirmwareVersion, .getFirmwareVersion, .reset, .getFirmwareVersion])
        #expect(bench.reopenedAt == Instant(nanoseconds: 4_000_000_000))
    }

    @Test("one lost answer is made up for without a word")
    func lostAnswer() {
        var bench = UHFA0Bench.counting()
        bench.module.tags = [Self.tag]
        var lost = 0
        bench.line = { answered, _ in
            lost += 1
            return lost.isMultiple(of: 50) ? [] : answered
        }
        bench.pass(.seconds(15))
        #expect(bench.cards == [Self.epc])
        #expect(Set(bench.states) == [Self.ready, .aborted])
    }

    @Test("a module that was away for a moment is reset and set up anew, without opening the port anew")
    func recovery() {
        var bench = UHFA0Bench.counting()
        bench.line = { _, _ in [] }
        bench.pass(.milliseconds(2500))
        bench.line = { answered, _ in answered }
        bench.pass(.seconds(2))
        #expect(bench.outputs == [Self.ready, .aborted, .recovering(reason: "no answer in 1000 ms"), Self.ready])
        #expect(bench.count(of: .reset) == 1)
    }

    @Test("an error in place of a round is named, and climbs the ladder")
    func errorReply() {
        var bench = UHFA0Bench.counting()
        bench.line = { answered, request in
            request.command == .realTimeInventory ? answer(.realTimeInventory, [0x53]) : answered
        }
        bench.pass(.seconds(5))
        let reason = "the radio chip does not answer"
        #expect(bench.outputs == [Self.ready, .aborted, .recovering(reason: reason), .reopen(reason: reason)])
    }

    @Test("a missing antenna is told once, and the reader is back with it")
    func antennaMissing() {
        var bench = UHFA0Bench.counting()
        bench.module.tags = [Self.tag]
        bench.pass(.seconds(1))
        bench.line = { answered, request in
            request.command == .realTimeInventory ? answer(.realTimeInventory, [0x22]) : answered
        }
        let before = bench.requests.count
        bench.pass(.seconds(60))
        #expect(bench.requests.count == before + 60)
        bench.line = { answered, _ in answered }
        bench.pass(.seconds(2))
        let complaint = CardReaderOutput.recovering(reason: "antenna missing (check its cable and plugs)")
        #expect(bench.states == [Self.ready, complaint, Self.ready])
        #expect(bench.cards == [Self.epc])
    }

    @Test(
        "a line that garbles every third answer still brings each card once",
        arguments: [CardReaderSettings.Identity.epc, .tid])
    func garbledLine(identity: CardReaderSettings.Identity) {
        var bench = UHFA0Bench.counting(identity)
        var transmissions = 0
        bench.line = { answered, _ in
            transmissions += 1
            guard transmissions.isMultiple(of: 3), !answered.isEmpty else { return answered }
            var garbled = answered
            garbled[garbled.count / 2] ^= 0x55
            return garbled
        }
        for number in 0..<4 {
            bench.module.tags = [Self.tag(number)]
            bench.pass(.seconds(8))
            bench.module.tags = []
            bench.pass(.seconds(8))
            if bench.driver.nextDeadline == nil { bench.open() }
        }
        let tags = (0..<4).map { Self.tag($0) }
        #expect(bench.cards == (identity == .epc ? tags.map(\.epc) : tags.compactMap(\.tid)))
    }

    @Test(
        "hundreds of random lines neither crash it nor keep it from coming back",
        arguments: [CardReaderSettings.Identity.epc, .tid])
    func randomLines(identity: CardReaderSettings.Identity) {
        var random = SplitMix64(seed: 0x0F0A)
        var bench = UHFA0Bench.counting(identity)
        for _ in 0..<500 {
            bench.feed(random.tagLine(upTo: 200))
            bench.pass(.milliseconds(Int.random(in: 0...50, using: &random)))
            if bench.driver.nextDeadline == nil { bench.open() }
        }
        bench.pass(.seconds(5))
        if bench.driver.nextDeadline == nil { bench.open() }
        bench.pass(.seconds(5))
        bench.outputs = []
        bench.module.tags = [Self.tag]
        bench.pass(.seconds(3))
        #expect(bench.cards == [identity == .epc ? Self.epc : Self.tid])
    }
}
