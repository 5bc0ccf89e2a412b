import Foundation
import Hardware
import Kernel
import Testing
import ValidatorCore

/// A PN532 on a pseudo-terminal that can be plugged and unplugged under one name.
final class ReaderOnTerminal {
    private let link: String
    var chip = PN532Emulator()
    private var terminal: PseudoTerminal?
    private var source: ReadSource?

    init(link: String) { self.link = link }

    func plug() throws {
        let terminal = try PseudoTerminal()
        source = ReadSource(owning: try terminal.controller.duplicate()) { [weak self] in self?.answer() }
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: terminal.path)
        self.terminal = consume terminal
    }

    func unplug() throws {
        try FileManager.default.removeItem(atPath: link)
        source = nil
        terminal = nil
    }

    func send(_ bytes: [UInt8]) {
        _ = source?.write(bytes.span)
    }

    private func answer() {
        if case .bytes(let bytes) = source?.read(atMost: 4096) { send(chip.receive(bytes)) }
    }
}

@Suite("Card reader on a pseudo-terminal", .timeLimit(.minutes(5)))
struct CardReaderTests {
    let folder: TestFolder
    let device: String
    let far: ReaderOnTerminal
    let log = Log()
    let reader: CardReader

    /// What the reader reported, and a wake-up for each.
    final class Log {
        let wakeups = Inbox<Void>()
        var cards: [[UInt8]] = []
        var states: [CardReader.State] = []
        var notices: [String] = []

        func wait(until condition: () -> Bool) async throws {
            while !condition() { try await wakeups.next() }
        }
    }

    init() throws {
        folder = try TestFolder()
        device = folder.path + "/reader0"
        far = ReaderOnTerminal(link: device)
        reader = CardReader(
            id: "door", device: device, baud: 115_200, protocol: .pn532,
            onCard: { [log] uid, _ in
                log.cards.append(uid); log.wakeups.put(())
            },
            onState: { [log] state in
                log.states.append(state); log.wakeups.put(())
            },
            onNotice: { [log] notice in
                log.notices.append(notice.text); log.wakeups.put(())
            })
    }

    @Test("a card on a plugged-in reader is one tap")
    func tap() async throws {
        try far.plug()
        _ = far.chip.place(uid: [1, 2, 3, 4])
        reader.start()
        try await log.wait { !log.cards.isEmpty }
        _ = far.chip.place(uid: [1, 2, 3, 4, 5, 6, 7])
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
        _ = far.chip.place(uid: [1, 2, 3, 4])
        reader.start()
        try await log.wait { !log.cards.isEmpty }
        try far.unplug()
        try await log.wait { reader.state == .absent }
        #expect(log.notices.contains("reader door: \(device) hung up; plug the device in again; reopening in 250 ms"))
        try far.plug()
        try await log.wait { reader.state == .ready }
        _ = far.chip.place(uid: [9, 9, 9, 9])
        try await log.wait { log.cards.count > 1 }
        #expect(log.cards == [[1, 2, 3, 4], [9, 9, 9, 9]])
        // A machine too busy to answer within 100 ms may have it recover in between.
        #expect(log.states.filter { $0 != .recovering } == [.ready, .absent, .ready])
    }

    @Test("a reader that floods the line with garbage holds up nobody, and still reads cards")
    func flood() async throws {
        try far.plug()
        reader.start()
        try await log.wait { reader.state == .ready }
        let garbage = [UInt8](repeating: 0x00, count: 4096)
        var turns = 0
        let other = Inbox<Void>()
        let timer = OneShotTimer {
            turns += 1; other.put(())
        }
        while turns < 50 {
            far.send(garbage)
            timer.schedule(after: .milliseconds(1))
            try await other.next()
        }
        _ = far.chip.place(uid: [1, 2, 3, 4])
        try await log.wait { log.cards == [[1, 2, 3, 4]] }
        _ = consume timer
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
