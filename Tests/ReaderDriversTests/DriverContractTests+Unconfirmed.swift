import ReaderDrivers
import Testing

/// What is no card, or not yet.
extension DriverContractTests {
    @Test(
        "what lies there and cannot be read is a failed read, no card and no trouble of the reader's",
        arguments: DriverContract.all)
    func unreadable(contract: DriverContract) {
        var bench = contract.working()
        bench.placeUnreadable()
        bench.pass(.seconds(10))
        #expect(bench.outputs.contains(.unreadable) && Set(bench.outputs) == [.unreadable])
        #expect(bench.outputs.count <= 10, "one that stays is not counted at every poll")
        bench.place(contract.uid(1))
        bench.pass(.seconds(1))
        #expect(bench.cards == [contract.uid(1)] && bench.states.isEmpty)
    }

    @Test("a card that now and then cannot be read while it stays is one tap", arguments: DriverContract.asked)
    func unreadableForAWhile(contract: DriverContract) {
        var bench = contract.working()
        for _ in 0..<5 {
            bench.place(contract.uid(1))
            bench.pass(.milliseconds(500))
            bench.placeUnreadable()
            bench.pass(.milliseconds(500))
        }
        #expect(bench.cards == [contract.uid(1)] && bench.states.isEmpty)
    }

    @Test("a number of zeros is no card, however long it is", arguments: DriverContract.all)
    func zeros(contract: DriverContract) {
        let zeros = [UInt8](repeating: 0, count: contract.size)
        var bench = contract.working()
        bench.place(zeros)
        bench.pass(.seconds(5))
        #expect(bench.cards.isEmpty && bench.sightings.isEmpty && bench.states.isEmpty)
        #expect(bench.outputs.contains(.unreadable))
    }

    @Test("a card counts at the read that was wanted of it, and once", arguments: DriverContract.repeated, 2...3)
    func confirmed(contract: DriverContract, wanted: Int) {
        var plain = contract.working()
        var careful = contract.working(confirmReads: wanted)
        plain.place(contract.uid(1))
        plain.pass(.seconds(5))
        careful.place(contract.uid(1))
        careful.pass(.seconds(5))
        #expect(careful.cards == [contract.uid(1)])
        #expect(careful.sightings.count == plain.sightings.count - (wanted - 1))
    }

    @Test(
        "a number that is read once and never again does not count where two reads are wanted", arguments: DriverContract.repeated
    )
    func phantom(contract: DriverContract) {
        var bench = contract.working(confirmReads: 2)
        for number in 1...20 as ClosedRange<UInt8> {
            bench.place(contract.uid(number))
            let told = bench.chip.encoded(uid: contract.uid(number))
            bench.pass { $0.sent.last?.firstRange(of: told) != nil }
            bench.chip.removeCard()
            bench.pass(contract.driver.absence * 2)
        }
        #expect(bench.cards.isEmpty && bench.told.isEmpty)
    }
}
