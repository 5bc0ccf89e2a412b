import Base
import ReaderEmulators

@testable import Hardware

/// A driver of an A0-framed UHF reader and an emulated module on a line without delay, in virtual time.
nonisolated struct UHFA0Bench {
    var driver: UHFA0Driver
    var module = UHFA0Emulator()
    private(set) var now = Instant(nanoseconds: 0)

    /// What becomes of the module's answer to a frame on its way to the host.
    var line: (_ answer: [UInt8], _ request: UHFA0Frame) -> [UInt8] = { answer, _ in answer }

    /// What came of it, in order; writes aside.
    var outputs: [CardReaderOutput] = []
    var requests: [UHFA0Frame] = []
    private(set) var reopenedAt: Instant?

    init(_ identity: CardReaderSettings.Identity = .epc, change: (inout CardReaderSettings) -> Void = { _ in }) {
        var settings = CardReaderSettings()
        settings.identity = identity
        change(&settings)
        driver = UHFA0Driver(settings)
    }

    /// A bench whose reader counts tags.
    static func counting(_ identity: CardReaderSettings.Identity = .epc) -> UHFA0Bench {
        var bench = UHFA0Bench(identity)
        bench.open()
        bench.pass(.milliseconds(100))
        return bench
    }

    var cards: [[UInt8]] {
        outputs.compactMap { if case .card(let uid) = $0 { uid } else { nil } }
    }

    var sightings: [[UInt8]] {
        outputs.compactMap { if case .sighting(let uid) = $0 { uid } else { nil } }
    }

    var unreadable: Int {
        outputs.count { $0 == .unreadable }
    }

    /// Neither cards, sightings nor tags that could not be read.
    var states: [CardReaderOutput] {
        outputs.filter {
            switch $0 {
            case .card, .sighting, .unreadable: false
            default: true
            }
        }
    }

    func count(of command: UHFA0Command) -> Int {
        requests.count { $0.command == command }
    }

    mutating func open() {
        perform(driver.handle(.opened, now: now))
    }

    mutating func close() {
        perform(driver.handle(.closed, now: now))
    }

    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while let deadline = driver.nextDeadline, deadline <= end {
            now = max(now, deadline)
            perform(driver.handle(.timer, now: now))
        }
        now = end
    }

    mutating func feed(_ bytes: [UInt8]) {
        if !bytes.isEmpty { perform(driver.handle(.bytes(bytes), now: now)) }
    }

    private mutating func perform(_ new: [CardReaderOutput]) {
        for output in new {
            if case .write(let bytes) = output {
                var parser = UHFA0FrameParser()
                for frame in parser.frames(in: bytes) {
                    requests.append(frame)
                    feed(line(module.receive(frame.bytes), frame))
                }
            } else {
                outputs.append(output)
                if case .reopen = output { reopenedAt = now }
            }
        }
    }
}

/// What a module would send.
nonisolated func answer(_ command: UHFA0Command, _ data: [UInt8]) -> [UInt8] {
    UHFA0Frame(address: 0x01, command, data).bytes
}
