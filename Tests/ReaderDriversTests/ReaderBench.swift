import Base
import ReaderDrivers
import ReaderEmulators

/// A reader's machine and an emulated device on a line, in virtual time. Without delay, unless the line cuts what it carries.
struct ReaderBench {
    /// What the device sends: in answer to a request, or by itself.
    struct Transmission {
        /// Counts them all, from 1.
        var number: Int
        /// What the host has sent; empty when nothing asked for it.
        var request: [UInt8]
    }

    private(set) var machine: any ReaderMachine
    var chip: any CardReaderEmulator
    private(set) var now = Instant(nanoseconds: 0)

    /// What becomes of the device's bytes on their way to the host.
    var line: (_ bytes: [UInt8], _ sent: Transmission) -> [UInt8] = { bytes, _ in bytes }
    /// Into which reads they are cut, and the time from one to the next.
    var cut: (_ bytes: [UInt8]) -> [[UInt8]] = { [$0] }
    var pause = Duration.zero

    /// What came of it, in order; writes aside.
    var outputs: [CardReaderOutput] = []
    private(set) var written: [[UInt8]] = []
    /// What the device has sent, before anything became of it.
    private(set) var sent: [[UInt8]] = []
    private(set) var isOpen = false
    private(set) var reopenedAt: Instant?
    /// Reads that are on their way.
    private var underWay: [(due: Instant, bytes: [UInt8])] = []
    /// When a device that talks by itself tells its card again.
    private var reportDue: Instant?

    init(_ machine: any ReaderMachine, _ chip: any CardReaderEmulator) {
        self.machine = machine
        self.chip = chip
    }

    /// `change` adapts the settings with which the configuration begins.
    init(_ driver: ReaderDriver, change: (inout CardReaderSettings) -> Void = { _ in }) {
        var settings = CardReaderSettings()
        change(&settings)
        self.init(driver.makeMachine(settings), driver.makeEmulator())
    }

    var cards: [[UInt8]] {
        outputs.compactMap { if case .card(let uid) = $0 { uid } else { nil } }
    }

    var sightings: [[UInt8]] {
        outputs.compactMap { if case .sighting(let uid) = $0 { uid } else { nil } }
    }

    /// Neither cards, sightings nor cards that could not be read.
    var states: [CardReaderOutput] {
        outputs.filter {
            switch $0 {
            case .card, .sighting, .unreadable: false
            default: true
            }
        }
    }

    /// What a technician is told: a command that was repeated is only counted.
    var told: [CardReaderOutput] {
        states.filter { $0 != .aborted }
    }

    mutating func open() {
        isOpen = true
        perform(machine.handle(.opened, now: now))
    }

    /// Nothing that is on its way arrives any more.
    mutating func close() {
        isOpen = false
        underWay = []
        perform(machine.handle(.closed, now: now))
    }

    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while let due = [underWay.first?.due, machine.nextDeadline, reportDue].compactMap({ $0 }).min(), due <= end {
            now = max(now, due)
            if due == underWay.first?.due {
                feed(underWay.removeFirst().bytes)
            } else if due == reportDue {
                reportDue = chip.reportInterval.map { now + $0 }
                transmit(chip.report(), request: [])
            } else {
                perform(machine.handle(.timer, now: now))
            }
        }
        now = end
    }

    /// Passes until something has come true, at most a minute.
    mutating func pass(until isTrue: (ReaderBench) -> Bool) {
        for _ in 0..<60_000 where !isTrue(self) { pass(.milliseconds(1)) }
    }

    mutating func place(_ uid: [UInt8]) {
        transmit(chip.place(uid: uid), request: [])
        reportDue = chip.reportInterval.map { now + $0 }
    }

    mutating func placeUnreadable() {
        transmit(chip.placeUnreadable(), request: [])
        reportDue = chip.reportInterval.map { now + $0 }
    }

    mutating func feed(_ bytes: [UInt8]) {
        if isOpen, !bytes.isEmpty { perform(machine.handle(.bytes(bytes), now: now)) }
    }

    private mutating func transmit(_ bytes: [UInt8], request: [UInt8]) {
        guard !bytes.isEmpty else { return }
        sent.append(bytes)
        let carried = line(bytes, Transmission(number: sent.count, request: request))
        guard isOpen else { return }
        guard pause > .zero else {
            for read in cut(carried) { feed(read) }
            return
        }
        for read in cut(carried) {
            underWay.append((max(now, underWay.last.map { $0.due + pause } ?? now), read))
        }
    }

    private mutating func perform(_ new: [CardReaderOutput]) {
        for output in new {
            if case .write(let bytes) = output {
                written.append(bytes)
                transmit(chip.receive(bytes), request: bytes)
                continue
            }
            outputs.append(output)
            if case .reopen = output {
                reopenedAt = now
                close()
            }
        }
    }
}
