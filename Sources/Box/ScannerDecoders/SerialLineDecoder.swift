import Base

extension ScannerDriver {
    /// Scanners on a serial line.
    public static let serial = ScannerDriver(name: "serial", usualBaud: 9600) {
        SerialLineDecoder(terminator: $0.terminator, interCharacter: $0.interKey, maximumLength: $0.maximumLength)
    }
}

/// Turns what a scanner sends over a serial line (CDC-ACM or UART) into codes.
///
/// A terminator ends a code; a line feed that follows a terminator of carriage return belongs to it. Without a terminator
/// a pause ends the code, which then may hold any bytes. With one, a pause within a code means that its end
/// is lost, unless it has another of the ends that scanners are set to (`ScanFrame`). A code that says its length ends there, whatever
/// bytes are in it and whether a terminator follows; one that falls short of it is told as it is, since its rider wants an answer.
public struct SerialLineDecoder: ScannerDecoder {
    private let terminator: [UInt8]
    private let interCharacter: Duration
    private let maximumLength: Int

    private var code: [UInt8] = []
    /// The code grew too long; the rest of it, up to its terminator or a pause, is thrown away.
    private var isSkipping = false
    private var mayLineFeedFollow = false
    private var lastBytes = Instant(nanoseconds: 0)

    /// `terminator`: may be empty. `interCharacter`: a longer pause ends or drops a code. `maximumLength`: bytes of a code,
    /// without its terminator.
    public init(terminator: [UInt8], interCharacter: Duration, maximumLength: Int) {
        precondition(maximumLength > 0, "a code has at least one byte")
        self.terminator = terminator
        self.interCharacter = interCharacter
        self.maximumLength = maximumLength
    }

    public mutating func decode(_ bytes: [UInt8], now: Instant) -> [ScannerOutput] {
        var outputs: [ScannerOutput] = []
        lastBytes = now
        for byte in bytes { take(byte, &outputs) }
        return outputs
    }

    public var nextDeadline: Instant? {
        code.isEmpty && !isSkipping && !mayLineFeedFollow ? nil : lastBytes + interCharacter
    }

    public mutating func timeOut(now: Instant) -> [ScannerOutput] {
        guard now - lastBytes >= interCharacter else { return [] }
        defer { startAnew() }
        guard !code.isEmpty, !isSkipping else { return [] }
        if terminator.isEmpty || ScanFrame.isEnded(code) || ScanFrame.statedEnd(of: code[...]) != nil {
            var outputs: [ScannerOutput] = []
            outputs.append(codeOf: code)
            return outputs
        }
        let pause = "\(interCharacter.wholeMilliseconds) ms (inter_key_ms)"
        return [.dropped(reason: "\(code.count) bytes, after which neither more nor the terminator came in \(pause)")]
    }

    private mutating func take(_ byte: UInt8, _ outputs: inout [ScannerOutput]) {
        let isTerminatorsLineFeed = mayLineFeedFollow && byte == ScanFrame.lineFeed
        mayLineFeedFollow = false
        if isTerminatorsLineFeed { return }

        code.append(byte)
        if !isSkipping, let end = ScanFrame.statedEnd(of: code[...]), end <= maximumLength {
            guard code.count >= end else { return }
            outputs.append(codeOf: code)
            startAnew()
        } else if !terminator.isEmpty, code.suffix(terminator.count) == terminator[...] {
            if !isSkipping { outputs.append(codeOf: code.dropLast(terminator.count)) }
            startAnew()
            mayLineFeedFollow = terminator.last == ScanFrame.carriageReturn
        } else if isSkipping {
            // Only what may become the terminator.
            code.removeFirst(code.count - max(terminator.count - 1, 0))
        } else if code.count > maximumLength + max(terminator.count - 1, 0) {
            outputs.append(.dropped(reason: "a code longer than \(maximumLength) bytes (max_length)"))
            isSkipping = true
            code.removeFirst(code.count - max(terminator.count - 1, 0))
        }
    }

    private mutating func startAnew() {
        code.removeAll(keepingCapacity: true)
        isSkipping = false
        mayLineFeedFollow = false
    }
}
