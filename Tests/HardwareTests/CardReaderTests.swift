import Base
import Foundation
import Kernel
import OperatingSystem
import ReaderDrivers
import ReaderEmulators
import TestSupport
import Testing

@testable import Hardware

@Suite("Card reader on a pseudo-terminal", .timeLimit(.minutes(5)))
struct CardReaderTests {
    let folder: TemporaryFolder
    let device: String
    let far: ReaderOnTerminal
    let log = Log()
    let reader: CardReader

    /// What the reader reported, and a wake-up for each.
    final class Log {
        let wakeups = Inbox<Void>()
        var cards: [[UInt8]] = []
        var sightings = 0
        var states: [DeviceState] = []
        var notices: [String] = []

        func wait(until condition: () -> Bool) async throws {
            while !condition() { try await wakeups.next() }
        }
    }

    init() throws {
        folder = TemporaryFolder()
        device = folder.path + "/reader0"
        far = ReaderOnTerminal(link: device, chip: PN532Emulator())
        reader = Self.makeReader(device, log)
    }

    static func makeReader(
        _ device: String, _ log: Log, recovery: RecoveryLadder = RecoveryLadder(start: Clocks.now().instant),
        powerCycleCommand: [String] = []
    ) -> CardReader {
        CardReader(
            id: "door", device: device, baud: 115_200, protocol: .pn532, settings: CardReaderSettings(),
            powerCycleCommand: powerCycleCommand, recovery: recovery,
            onCard: { uid, _ in
                log.cards.append(uid); log.wakeups.put(())
            },
            onSighting: { _, _ in
                log.sightings += 1; log.wakeups.put(())
            },
            onState: { state in
                log.states.append(state); log.wakeups.put(())
            },
            onNotice: { notice in
                log.notices.append(notice.text); log.wakeups.put(())
            })
    }

    @Test("a card on a plugged-in reader is one tap")
    func tap() async throws {
        try far.plug()
        far.place(uid: [1, 2, 3, 4])
        reader.start()
        try await log.wait { !log.cards.isEmpty }
        far.place(uid: [1, 2, 3, 4, 5, 6, 7])
        try await log.wait { log.cards.count == 2 }
        #expect(log.cards == [[1, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7]])
        #expect(reader.state == .ready)
        #expect(log.notices.last == "reader door: PN532 on \(device) is ready (PN532 firmware 1.6)")
        #expect(reader.reads == 2)
        #expect(reader.lastSeen != nil)
    }

    @Test("a reader that appears later is taken into use")
    func appears() async throws {
        reader.start()
        try await log.wait { !log.notices.isEmpty }
        #expect(
            log.notices == [
                "reader door: \(device) is not there; plug the device in, or correct `device`; reopening in 250 ms"
            ])
        try far.plug()
        try await log.wait { reader.state == .ready }
    }

    @Test("a reader that is unplugged and plugged in again goes on, and the card left on it is no new tap")
    func unplugged() async throws {
        try far.plug()
        far.place(uid: [1, 2, 3, 4])
        reader.start()
        try await log.wait { !log.cards.isEmpty }
        try far.unplug()
        try await log.wait { reader.state == .absent }
        #expect(log.notices.contains("reader door: \(device) hung up; plug the device in again; reopening in 250 ms"))
        try far.plug()
        try await log.wait { reader.state == .ready }
        far.place(uid: [9, 9, 9, 9])
        try await log.wait { log.cards.count > 1 }
        #expect(log.cards == [[1, 2, 3, 4], [9, 9, 9, 9]])
        // A machine too busy to answer within 100 ms may have it recover in between.
        #expect(log.states.count { $0 == .absent } == 1)
    }

    @Test("a card left on the reader is seen again and again")
    func sightings() async throws {
        try far.plug()
        far.place(uid: [1, 2, 3, 4])
        reader.start()
        try await log.wait { log.sightings >= 20 }
        #expect(log.cards == [[1, 2, 3, 4]])
        #expect(reader.reads == 1)
    }

    @Test("a reader whose link comes to lead to another terminal is followed there at once")
    func moved() async throws {
        try far.plug()
        reader.start()
        try await log.wait { reader.state == .ready }
        let other = ReaderOnTerminal(link: device, chip: PN532Emulator())
        other.place(uid: [5, 6, 7, 8])
        try other.plug()
        try await log.wait { log.cards == [[5, 6, 7, 8]] }
        #expect(reader.recovery.reopenings == 1)
        #expect(!log.notices.contains { $0.contains("reopening in") })
    }

    @Test("a reader that comes back under another name of its terminal does not wait for the next attempt")
    func replugged() async throws {
        try far.plug()
        reader.start()
        try await log.wait { reader.state == .ready }
        for _ in 0..<6 {
            try far.unplug()
            try await log.wait { reader.state == .absent }
            try far.plug()
            try await log.wait { reader.state == .ready }
        }
        // Without a new beginning at each return the pauses would have grown to seconds by now.
        #expect(!log.notices.contains { $0.contains("reopening in 2000 ms") })
        #expect(reader.recovery.reopenings == 6)
    }

    @Test("a reader that floods the line with garbage still reads cards, and so does another one")
    func flood() async throws {
        try far.plug()
        let neighbour = ReaderOnTerminal(link: folder.path + "/reader1", chip: PN532Emulator())
        let neighbourLog = Log()
        let neighbourReader = Self.makeReader(folder.path + "/reader1", neighbourLog)
        try neighbour.plug()
        reader.start()
        neighbourReader.start()
        try await log.wait { reader.state == .ready }
        let flood = try Flood(try #require(far.descriptor))
        for round in 1...5 as ClosedRange<UInt8> {
            neighbour.place(uid: [round, 2, 3, 4])
            try await neighbourLog.wait { neighbourLog.cards.last == [round, 2, 3, 4] }
        }
        #expect(neighbourLog.cards.count == 5)
        _ = consume flood
        far.place(uid: [1, 2, 3, 4])
        try await log.wait { log.cards == [[1, 2, 3, 4]] }
    }

    @Test("each step of bringing a reader back is counted")
    func counts() async throws {
        let terminal = try PseudoTerminal()
        try FileManager.default.createSymbolicLink(atPath: device, withDestinationPath: terminal.path)
        reader.start()
        while reader.recovery.reopenings == 0 {
            await Task.yield()
            try Task.checkCancellation()
        }
        #expect(reader.recovery.aborts >= 1)
        #expect(reader.recovery.reinitialisations >= 1)
        #expect(reader.recovery.powerCycles == 0)
    }

    /// One whose first minute is over, with attempts that fail at once.
    func cyclePower(by command: [String]) async throws -> CardReader {
        let long = RecoveryLadder(start: Clocks.now().instant - RecoveryLadder.powerCycleInterval)
        let reader = Self.makeReader(device, log, recovery: long, powerCycleCommand: command)
        reader.start()
        while reader.recovery.powerCycles == 0 {
            try FileManager.default.createSymbolicLink(atPath: device, withDestinationPath: "/nowhere")
            try FileManager.default.removeItem(atPath: device)
            await Task.yield()
            try Task.checkCancellation()
        }
        return reader
    }

    @Test("a reader that opening does not bring back has its power cycled")
    func powerCycle() async throws {
        let terminal = try PseudoTerminal()
        let command = ["/bin/ln", "-s", terminal.path, device]
        let reader = try await cyclePower(by: command)
        try await log.wait { log.notices.contains("reader door: PN532: no ACK in 100 ms on \(device); reopening in 250 ms") }
        #expect(log.notices.contains("reader door: opening \(device) anew does not help; cycling its power by /bin/ln"))
        #expect(reader.recovery.powerCycles == 1)
    }

    @Test(
        "a power cycle that fails says so",
        arguments: [
            (["/bin/false"], "/bin/false ended with exit code 1; run `power_cycle_command` by hand to see why, or correct it"),
            (["/nowhere/uhubctl"], "start /nowhere/uhubctl: No such file or directory; correct `power_cycle_command`"),
        ])
    func powerCycleFails(command: [String], notice: String) async throws {
        let reader = try await cyclePower(by: command)
        try await log.wait { log.notices.contains("reader door: \(notice)") }
        #expect(reader.recovery.powerCycles == 1)
    }

    @Test("a chip that does not answer is tried again and again, and told once")
    func silentChip() async throws {
        let terminal = try PseudoTerminal()
        try FileManager.default.createSymbolicLink(atPath: device, withDestinationPath: terminal.path)
        let attempts = Inbox<Void>()
        let source = ReadSource(owning: try terminal.controller.duplicate(), onReadable: { attempts.put(()) })
        reader.start()
        var wakeUps = 0
        while wakeUps < 4 {
            try await attempts.next()
            if case .bytes(let bytes) = source.read(atMost: 4096) { wakeUps += bytes.count { $0 == 0x55 } / 2 }
        }
        #expect(log.notices == ["reader door: PN532: no ACK in 100 ms on \(device); reopening in 250 ms"])
        #expect(log.states == [.recovering])
    }
}
