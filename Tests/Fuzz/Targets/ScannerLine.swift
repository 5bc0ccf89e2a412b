import Base
import ScannerDecoders

/// A scanner's decoder with its device and clock played by the fuzzer.
struct ScannerLine<Decoder: ScannerDecoder> {
    static var pause: Duration { .milliseconds(200) }
    static var maximumLength: Int { 100 }

    private(set) var decoder: Decoder
    /// What came of it, in order.
    private(set) var outputs: [ScannerOutput] = []
    private var now = Instant(nanoseconds: 1_000_000_000)

    init(_ decoder: Decoder) {
        self.decoder = decoder
    }

    /// Each read as it is, or byte by byte.
    mutating func play(_ reads: [(pause: Duration, bytes: [UInt8])], isTorn: Bool = false) throws {
        for read in reads {
            try wait(read.pause)
            for part in read.bytes.chunks(of: isTorn ? 1 : 256) { try take(part) }
        }
    }

    /// Lets time pass, and the deadline come when it is due.
    mutating func wait(_ duration: Duration) throws {
        let end = now + duration
        if let deadline = decoder.nextDeadline, deadline <= end {
            now = deadline
            outputs += decoder.timeOut(now: now)
            try require(decoder.nextDeadline == nil, "something is waited for when the deadline is over")
        }
        now = end
    }

    /// What comes of these bytes.
    @discardableResult
    mutating func take(_ bytes: [UInt8]) throws -> [ScannerOutput] {
        let new = decoder.decode(bytes, now: now)
        for output in new {
            switch output {
            case .scan(let code):
                try require((1...Self.maximumLength).contains(code.count), "a code of \(code.count) bytes")
            case .dropped(let reason):
                try require((1...200).contains(reason.utf8.count), "a reason of \(reason.utf8.count) bytes")
            case .advice, .modifiersWanted: throw BrokenProperty(description: "a scanner that is no keyboard wants modifiers")
            }
        }
        if let deadline = decoder.nextDeadline { try require(deadline > now, "a deadline that has passed") }
        outputs += new
        return new
    }
}
