import Hardware
import ValidatorCore

extension FuzzTarget {
    /// The reader's bytes: frames do not depend on how they were cut up, are well formed, and garbage passes.
    static let pn532Frames = FuzzTarget(name: "pn532-frames") { input in
        let known = PN532Frame.information(.toHost, [0x4B, 0x00])
        let found = input.arrivals.map { chunks in
            var parser = PN532FrameParser()
            let frames = chunks.flatMap { parser.frames(in: $0) }
            // Longer than any frame that may still be open.
            _ = parser.frames(in: [UInt8](repeating: 0, count: PN532Frame.maximumLength + 8))
            return (frames, last: parser.frames(in: known.bytes))
        }
        for (frames, last) in found {
            try require(frames == found[0].0, "\(frames) came of bytes cut up, \(found[0].0) of all at once")
            try require(last == [known], "after a quiet line the next frame is read as \(last)")
        }
        for frame in found[0].0 {
            var parser = PN532FrameParser()
            try require(parser.frames(in: frame.bytes) == [frame], "\(frame) is not read back")
        }
    }

    /// A reader that talks rubbish and then comes to its senses: the driver stays sound and finds the card in the end.
    ///
    /// The first byte of each 16 says how many milliseconds pass before the other 15 come.
    static let pn532Driver = FuzzTarget(name: "pn532-driver") { input in
        var line = ReaderLine()
        try line.pass(.opened)
        for read in input.chunks(of: 16) {
            try line.advance(milliseconds: Int64(read[0]))
            try line.pass(.bytes(Array(read.dropFirst())))
        }
        line.chip = PN532Emulator()
        _ = line.chip?.place(uid: ReaderLine.uid)
        // Time for two steps of recovery, opening the port anew, and a poll.
        for _ in 0..<50 where !line.isReady || !line.cards.contains(ReaderLine.uid) { try line.advance(milliseconds: 100) }
        try require(line.isReady, "the reader is not ready 5 s after it has come to its senses")
        try require(line.cards.contains(ReaderLine.uid), "the card on the reader was never told")
    }
}

/// A driver with its port and clock played by the fuzzer, and perhaps a chip that answers.
private struct ReaderLine {
    static let uid: [UInt8] = [0x04, 0xA2, 0xB3, 0xC4]

    var chip: PN532Emulator?
    private(set) var cards: Set<[UInt8]> = []
    private(set) var isReady = false
    private var driver = PN532Driver()
    private var now = Instant(nanoseconds: 1_000_000_000)

    /// Lets time pass, and the timer come as often as it is due.
    mutating func advance(milliseconds: Int64) throws {
        let end = now + .milliseconds(milliseconds)
        while let deadline = driver.nextDeadline, deadline <= end {
            now = max(now, deadline)
            try pass(.timer)
        }
        now = end
    }

    mutating func pass(_ input: CardReaderInput) throws {
        var answer: [UInt8] = []
        for output in driver.handle(input, now: now) {
            switch output {
            case .write(let bytes): answer += chip?.receive(bytes) ?? []
            case .card(let uid):
                try require([4, 7, 10].contains(uid.count), "a UID of \(uid.count) bytes")
                cards.insert(uid)
            case .ready: isReady = true
            case .recovering: isReady = false
            case .reopen:
                isReady = false
                try require(driver.nextDeadline == nil, "a closed port has a deadline")
                try pass(.closed)
                try pass(.opened)
            }
        }
        if let deadline = driver.nextDeadline { try require(deadline > now, "a deadline that has passed after \(input)") }
        if !answer.isEmpty { try pass(.bytes(answer)) }
    }
}
