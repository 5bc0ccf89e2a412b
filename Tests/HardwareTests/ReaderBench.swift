import Hardware
import ValidatorCore

/// A PN532 driver and an emulated chip on a line without delay, in virtual time.
nonisolated struct ReaderBench {
    var driver = PN532Driver()
    var chip = PN532Emulator()
    private(set) var now = Instant(nanoseconds: 0)

    /// What is done to the bytes on their way to the host; the parameter counts the chip's transmissions.
    var line: (_ bytes: [UInt8], _ number: Int) -> [UInt8] = { bytes, _ in bytes }
    private var transmissions = 0

    /// What came of it, in order; writes aside.
    private(set) var outputs: [CardReaderOutput] = []
    private(set) var written: [[UInt8]] = []
    private(set) var reopenedAt: Instant?

    var cards: [[UInt8]] {
        outputs.compactMap { if case .card(let uid) = $0 { uid } else { nil } }
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
            now = deadline
            perform(driver.handle(.timer, now: now))
        }
        now = end
    }

    mutating func place(_ uid: [UInt8]) {
        feed(chip.place(uid: uid))
    }

    mutating func feed(_ bytes: [UInt8]) {
        if !bytes.isEmpty { perform(driver.handle(.bytes(bytes), now: now)) }
    }

    private mutating func perform(_ new: [CardReaderOutput]) {
        for output in new {
            if case .write(let bytes) = output {
                written.append(bytes)
                let answer = chip.receive(bytes)
                if !answer.isEmpty {
                    transmissions += 1
                    feed(line(answer, transmissions))
                }
            } else {
                outputs.append(output)
                if case .reopen = output { reopenedAt = now }
            }
        }
    }
}
