import Base
import Hardware
import ReaderEmulators

/// A reader's driver and an emulated device on a line without delay, in virtual time.
nonisolated struct ReaderBench {
    private(set) var driver: any CardReaderDriver
    var chip: any CardReaderEmulator
    private(set) var now = Instant(nanoseconds: 0)

    /// What is done to the bytes on their way to the host; the parameter counts the chip's transmissions.
    var line: (_ bytes: [UInt8], _ number: Int) -> [UInt8] = { bytes, _ in bytes }
    private var transmissions = 0

    /// What came of it, in order; writes aside.
    private(set) var outputs: [CardReaderOutput] = []
    private(set) var written: [[UInt8]] = []
    private(set) var reopenedAt: Instant?
    /// When a device that talks by itself tells its card again.
    private var reportDue: Instant?

    init(_ driver: any CardReaderDriver = PN532Driver(), _ chip: any CardReaderEmulator = PN532Emulator()) {
        self.driver = driver
        self.chip = chip
    }

    var cards: [[UInt8]] {
        outputs.compactMap { if case .card(let uid) = $0 { uid } else { nil } }
    }

    var sightings: [[UInt8]] {
        outputs.compactMap { if case .sighting(let uid) = $0 { uid } else { nil } }
    }

    mutating func open() {
        perform(driver.handle(.opened, now: now))
    }

    mutating func close() {
        perform(driver.handle(.closed, now: now))
    }

    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while let due = [driver.nextDeadline, reportDue].compactMap({ $0 }).min(), due <= end {
            now = due
            if due == reportDue {
                reportDue = chip.reportInterval.map { now + $0 }
                transmit(chip.report())
            } else {
                perform(driver.handle(.timer, now: now))
            }
        }
        now = end
    }

    mutating func place(_ uid: [UInt8]) {
        transmit(chip.place(uid: uid))
        reportDue = chip.reportInterval.map { now + $0 }
    }

    mutating func feed(_ bytes: [UInt8]) {
        if !bytes.isEmpty { perform(driver.handle(.bytes(bytes), now: now)) }
    }

    private mutating func transmit(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        transmissions += 1
        feed(line(bytes, transmissions))
    }

    private mutating func perform(_ new: [CardReaderOutput]) {
        for output in new {
            if case .write(let bytes) = output {
                written.append(bytes)
                transmit(chip.receive(bytes))
            } else {
                outputs.append(output)
                if case .reopen = output { reopenedAt = now }
            }
        }
    }
}
