import Base
import ReaderDrivers
import ReaderEmulators

/// A reader's driver with its port and clock played by the fuzzer, and perhaps a device that answers.
struct ReaderLine {
    static let uid: [UInt8] = [0x04, 0xA2, 0xB3, 0xC4]

    var device: (any CardReaderEmulator)?
    /// What came of it, in order; writes aside.
    private(set) var outputs: [CardReaderOutput] = []
    private(set) var cards: Set<[UInt8]> = []
    private(set) var isReady = false
    private var machine: any ReaderMachine
    private let isUID: ([UInt8]) -> Bool
    private var now = Instant(nanoseconds: 1_000_000_000)

    /// `isUID`: whether such a reader can tell it.
    init(_ machine: any ReaderMachine, isUID: @escaping ([UInt8]) -> Bool) throws {
        self.machine = machine
        self.isUID = isUID
        try pass(.opened)
    }

    /// The first byte of each `size` says how many milliseconds pass before the others come, which are cut into reads of `cut`.
    mutating func play(_ input: some Collection<UInt8>, size: Int = 16, cut: Int = .max) throws {
        for read in Array(input).chunks(of: size) {
            try advance(milliseconds: Int64(read[0]))
            let bytes = Array(read.dropFirst())
            for part in bytes.chunks(of: min(cut, size)) { try pass(.bytes(part)) }
        }
    }

    /// The device comes to its senses, with a card on it: the driver is to find both.
    mutating func recover(_ emulator: any CardReaderEmulator, uid: [UInt8] = uid, within seconds: Int) throws {
        device = emulator
        _ = device?.place(uid: uid)
        for _ in 0..<10 * seconds where !isReady || !cards.contains(uid) { try advance(milliseconds: 100) }
        try require(isReady, "the reader is not ready \(seconds) s after it has come to its senses")
        try require(cards.contains(uid), "the card on the reader was never told")
    }

    /// Lets time pass, and the timer come as often as it is due.
    mutating func advance(milliseconds: Int64) throws {
        let end = now + .milliseconds(milliseconds)
        while let deadline = machine.nextDeadline, deadline <= end {
            now = max(now, deadline)
            try pass(.timer)
        }
        now = end
    }

    mutating func pass(_ input: DeviceEvent) throws {
        var answer: [UInt8] = []
        for output in machine.handle(input, now: now) {
            if case .write(let bytes) = output {
                answer += device?.receive(bytes) ?? []
                continue
            }
            outputs.append(output)
            switch output {
            case .card(let uid):
                try require(isUID(uid), "\(hexadecimal(uid)) as a UID")
                cards.insert(uid)
            case .sighting(let uid): try require(cards.contains(uid), "a card is seen again that was never told")
            case .write, .aborted, .unreadable: break
            case .ready: isReady = true
            case .recovering: isReady = false
            case .reopen:
                isReady = false
                try require(machine.nextDeadline == nil, "a closed port has a deadline")
                try pass(.closed)
                try pass(.opened)
            }
        }
        if let deadline = machine.nextDeadline { try require(deadline > now, "a deadline that has passed after \(input)") }
        if !answer.isEmpty { try pass(.bytes(answer)) }
    }
}
