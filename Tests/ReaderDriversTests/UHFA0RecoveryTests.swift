import Base
import ReaderEmulators
import Testing

@testable import ReaderDrivers

/// The UHF reader machine when something goes wrong.
extension UHFA0MachineTests {
    @Test("a module that never answers is asked again, and reset before it is set up anew")
    func ladder() {
        var bench = ReaderBench.uhf()
        bench.line = { _, _ in [] }
        bench.open()
        bench.pass(.seconds(60))
        #expect(bench.outputs.last == .reopen(reason: "no answer in 1000 ms"))
        #expect(bench.requests.map(\.command) == [.getFirmwareVersion, .getFirmwareVersion, .reset, .getFirmwareVersion])
    }

    @Test("an error in place of a round is named, and climbs the ladder")
    func errorReply() {
        var bench = ReaderBench.counting()
        bench.line = { answered, sent in
            sent.command == .realTimeInventory ? answer(.realTimeInventory, [0x53]) : answered
        }
        bench.pass(.seconds(5))
        let reason = "the radio chip does not answer"
        #expect(bench.outputs == [Self.ready, .aborted, .recovering(reason: reason), .reopen(reason: reason)])
    }

    @Test("a missing antenna is told once, and the reader is back with it")
    func antennaMissing() {
        var bench = ReaderBench.counting()
        bench.module.tags = [Self.tag]
        bench.pass(.seconds(1))
        bench.line = { answered, sent in
            sent.command == .realTimeInventory ? answer(.realTimeInventory, [0x22]) : answered
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
}
