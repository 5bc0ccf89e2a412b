import Base
import ReaderDrivers
import ReaderEmulators
import Testing

/// What holds for every driver, with the emulator of its readers at the other end of the line.
@Suite("All reader drivers")
struct DriverContractTests {
    @Test("a reader is ready once, says what it is, and nothing more", arguments: DriverContract.all)
    func ready(contract: DriverContract) {
        var bench = contract.bench()
        bench.open()
        bench.pass(.seconds(30))
        guard case .ready(let text) = bench.outputs.first else {
            Issue.record("it is not ready")
            return
        }
        #expect(bench.outputs.count == 1 && !text.isEmpty)
    }

    // MARK: Cards

    @Test("a card left in the field is one tap, and what is read of it later a sighting", arguments: DriverContract.all)
    func left(contract: DriverContract) {
        var bench = contract.working()
        bench.place(contract.uid(1))
        bench.pass(.seconds(10))
        #expect(bench.cards == [contract.uid(1)])
        #expect(bench.sightings.allSatisfy { $0 == contract.uid(1) })
        if contract.driver.patience != nil { #expect(bench.sightings.count >= 100) }
        #expect(bench.told.isEmpty)
    }

    @Test("a card taken away and put back is two taps", arguments: DriverContract.all)
    func putBack(contract: DriverContract) {
        var bench = contract.working()
        bench.place(contract.uid(1))
        bench.pass(.seconds(1))
        bench.chip.removeCard()
        bench.pass(contract.driver.absence + .milliseconds(100))
        bench.place(contract.uid(1))
        bench.pass(.seconds(1))
        #expect(bench.cards == [contract.uid(1), contract.uid(1)])
    }

    @Test("a card that is missed for a little less is still one tap", arguments: DriverContract.all)
    func missed(contract: DriverContract) {
        var bench = contract.working()
        for _ in 0..<20 {
            bench.place(contract.uid(1))
            bench.pass(.milliseconds(50))
            bench.chip.removeCard()
            bench.pass(contract.driver.absence - .milliseconds(60))
        }
        #expect(bench.cards == [contract.uid(1)])
    }

    @Test("another card is a tap at once, and two that are found by turns are two", arguments: DriverContract.all)
    func turns(contract: DriverContract) {
        var bench = contract.working()
        for _ in 0..<50 {
            bench.place(contract.uid(1))
            bench.pass(.milliseconds(50))
            bench.place(contract.uid(2))
            bench.pass(.milliseconds(50))
        }
        #expect(bench.cards == [contract.uid(1), contract.uid(2)])
    }

    // MARK: The line

    @Test("data torn at any byte is no trouble", arguments: DriverContract.all)
    func torn(contract: DriverContract) {
        let longest = contract.spoken(of: contract.uid(1)).map(\.count).max() ?? 0
        for boundary in 1..<max(longest, 2) {
            var bench = contract.bench()
            bench.cut = { [Array($0.prefix(boundary)), Array($0.dropFirst(boundary))] }
            bench.pause = .milliseconds(20)
            bench.open()
            bench.pass(.seconds(2))
            bench.place(contract.uid(1))
            bench.pass(.seconds(1))
            #expect(bench.cards == [contract.uid(1)], "torn after \(boundary) bytes")
            #expect(bench.states.count == 1, "torn after \(boundary) bytes")
        }
    }

    @Test("data that comes byte by byte is no trouble", arguments: DriverContract.all)
    func trickle(contract: DriverContract) {
        var bench = contract.bench()
        bench.cut = { $0.map { [$0] } }
        bench.pause = .milliseconds(1)
        bench.open()
        bench.pass(.seconds(2))
        bench.place(contract.uid(1))
        bench.pass(.seconds(10))
        #expect(bench.cards == [contract.uid(1)])
        #expect(bench.states.count == 1)
    }

    @Test("noise between frames is no trouble", arguments: DriverContract.all, 1...5 as ClosedRange<UInt64>)
    func noise(contract: DriverContract, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bench = contract.working()
        bench.cut = { [$0, random.noise(1...2, like: $0)] }
        bench.pause = .milliseconds(1)
        bench.place(contract.uid(1))
        bench.pass(.seconds(5))
        #expect(bench.cards == [contract.uid(1)])
        #expect(bench.told.isEmpty)
    }

    @Test("a lost answer now and then is made up for without a word", arguments: DriverContract.repeated)
    func lost(contract: DriverContract) {
        var bench = contract.working()
        bench.line = { bytes, sent in sent.number.isMultiple(of: 7) ? [] : bytes }
        bench.place(contract.uid(1))
        bench.pass(.seconds(20))
        #expect(bench.cards == [contract.uid(1)])
        #expect(bench.told.isEmpty)
        #expect(bench.outputs.contains(.aborted) == (contract.driver.patience != nil))
    }

    @Test("a line that garbles every third answer still brings each card once", arguments: DriverContract.repeated)
    func garbled(contract: DriverContract) {
        var bench = contract.working()
        bench.line = { bytes, sent in
            var garbled = bytes
            if sent.number.isMultiple(of: 3) { garbled[garbled.count / 2] ^= 0x80 }
            return garbled
        }
        for number in 0..<5 as Range<UInt8> {
            bench.place(contract.uid(number))
            bench.pass(.seconds(8))
            bench.chip.removeCard()
            bench.pass(.seconds(8))
            if !bench.isOpen { bench.open() }
        }
        #expect(bench.cards == (0..<5).map { contract.uid($0) })
    }

    @Test("answers that nobody asked for are no taps, and are not answered", arguments: DriverContract.asked)
    func unasked(contract: DriverContract) {
        let answers = contract.spoken(of: contract.uid(1))
        var bench = contract.working()
        let before = bench.written.count
        for _ in 0..<100 { bench.feed(answers.flatMap { $0 }) }
        #expect(bench.outputs.isEmpty && bench.written.count == before)
    }

    @Test("hundreds of random lines do not keep it from coming back", arguments: DriverContract.all, [1, 2] as [UInt64])
    func randomLines(contract: DriverContract, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let telling = contract.spoken(of: contract.uid(2)).first ?? []
        var bench = contract.working()
        for _ in 0..<500 {
            bench.feed(random.noise(0...200, like: telling))
            bench.pass(.milliseconds(Int.random(in: 0...50, using: &random)))
            if !bench.isOpen { bench.open() }
        }
        for _ in 0..<2 {
            bench.pass(.seconds(5))
            if !bench.isOpen { bench.open() }
        }
        bench.outputs = []
        bench.place(contract.uid(1))
        bench.pass(.seconds(5))
        #expect(bench.cards == [contract.uid(1)])
    }

    // MARK: Recovery

    @Test("a reader that never says anything is asked again, set up anew, and left; one that cannot be asked is ready")
    func silent() {
        for driver in ReaderDriver.all {
            var bench = ReaderBench(driver)
            bench.line = { _, _ in [] }
            bench.open()
            bench.pass(.seconds(3600))
            guard let patience = driver.patience else {
                #expect(bench.told.count == 1 && bench.isOpen && bench.written.isEmpty, "\(driver.name)")
                continue
            }
            guard case .reopen(let reason) = bench.outputs.last else {
                Issue.record("\(driver.name) ends with \(bench.outputs)")
                continue
            }
            #expect(bench.outputs == [.aborted, .recovering(reason: reason), .reopen(reason: reason)])
            #expect(bench.reopenedAt == Instant(nanoseconds: 0) + patience)
            #expect(bench.machine.nextDeadline == nil)
        }
    }

    @Test(
        "a reader that falls silent and is back in time is set up anew, and its card is no new tap",
        arguments: DriverContract.asked)
    func backInTime(contract: DriverContract) {
        var bench = contract.working()
        bench.place(contract.uid(1))
        bench.pass(.seconds(1))
        bench.outputs.removeAll { $0 == .sighting(uid: contract.uid(1)) }
        // The answer to a poll, and that to its repetition.
        var lost = 0
        bench.line = { bytes, _ in
            lost += 1
            return lost <= 2 ? [] : bytes
        }
        bench.pass(.seconds(5))
        guard bench.told.count == 2, case .recovering = bench.told[0], case .ready = bench.told[1] else {
            Issue.record("it tells \(bench.told)")
            return
        }
        #expect(bench.outputs.prefix(2) == [.card(uid: contract.uid(1)), .aborted])
        #expect(bench.cards == [contract.uid(1)])
        bench.place(contract.uid(2))
        bench.pass(.seconds(1))
        #expect(bench.cards == [contract.uid(1), contract.uid(2)])
    }

    @Test(
        "a reader that is back after its port was opened anew goes on, and its card is no new tap",
        arguments: DriverContract.asked)
    func backAfterReopening(contract: DriverContract) {
        var bench = contract.working()
        bench.place(contract.uid(1))
        bench.pass(.seconds(1))
        bench.line = { _, _ in [] }
        bench.pass { !$0.isOpen }
        bench.pass(.seconds(60))
        bench.line = { bytes, _ in bytes }
        bench.open()
        bench.pass(.seconds(2))
        guard bench.told.count == 3, case .ready = bench.told[2] else {
            Issue.record("it tells \(bench.told)")
            return
        }
        #expect(bench.cards == [contract.uid(1)])
        // The ladder begins at its first step again.
        bench.outputs = []
        bench.line = { _, _ in [] }
        bench.pass { $0.outputs.contains { if case .sighting = $0 { false } else { true } } }
        #expect(bench.outputs.last == .aborted)
    }

    // MARK: The port

    @Test("an outage is no departure of the card that lies there", arguments: DriverContract.all)
    func outage(contract: DriverContract) {
        var bench = contract.working()
        bench.place(contract.uid(1))
        bench.pass(.milliseconds(100))
        bench.close()
        bench.pass(.seconds(60))
        bench.open()
        bench.place(contract.uid(1))
        bench.pass(.seconds(2))
        #expect(bench.cards == [contract.uid(1)])
    }

    @Test("a card that was taken away in an outage may come back", arguments: DriverContract.all)
    func departure(contract: DriverContract) {
        var bench = contract.working()
        bench.place(contract.uid(1))
        bench.pass(.seconds(1))
        bench.close()
        bench.chip.removeCard()
        bench.open()
        bench.pass(.seconds(5))
        bench.place(contract.uid(1))
        bench.pass(.seconds(1))
        #expect(bench.cards == [contract.uid(1), contract.uid(1)])
    }

    @Test("a closed port waits for nothing, and the next one is as new", arguments: DriverContract.all)
    func closed(contract: DriverContract) {
        let speech = contract.spoken(of: contract.uid(2)).first ?? []
        let working = contract.working()
        for count in 0..<speech.count {
            var bench = working
            bench.feed(Array(speech.prefix(count)))
            bench.close()
            #expect(bench.machine.nextDeadline == nil)
            bench.outputs = []
            bench.pass(.seconds(600))
            #expect(bench.outputs.isEmpty)
            bench.open()
            bench.pass(.seconds(2))
            #expect(bench.told.count == 1 && bench.outputs.count == 1, "closed after \(count) bytes: \(bench.outputs)")
            bench.place(contract.uid(1))
            bench.pass(.seconds(1))
            #expect(bench.cards == [contract.uid(1)], "closed after \(count) bytes")
        }
    }
}
