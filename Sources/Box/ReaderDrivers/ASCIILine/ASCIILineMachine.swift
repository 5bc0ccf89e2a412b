import Base

extension ReaderDriver {
    /// Readers that send frames or lines of text by themselves.
    public static let asciiLine = ReaderDriver(
        name: "ascii-line", deviceName: "ASCII line", usualBaud: 9600, reportsReads: true, absence: ASCIILinePresence.holdTime,
        patience: nil
    ) { ASCIILineMachine($0) }
}

/// Listens to a reader that tells cards by itself, in frames or in lines of text, and cannot be asked anything.
///
/// Its silence is no fault, so there are no steps of recovery. What cannot be read is counted; several such lines in a
/// row are told, since a wrong baud rate or terminator looks like that.
public struct ASCIILineMachine: ReaderMachine {
    /// A port that stays open for so long is taken for a reader.
    public static let settlingTime = Duration.seconds(1)
    /// Readers send a line in one go, 15 ms at 9600 baud; one that halts for longer is torn, and its rest is not to be
    /// taken together with the next line. A line that is under way when the port is opened is not to be read either.
    public static let lineTimeout = Duration.milliseconds(200)
    /// So many lines in a row that cannot be read are told ...
    public static let toleratedGarbage = 3
    /// ... and forgotten after so long without another.
    public static let garbageMemory = Duration.seconds(60)

    private var parser: ASCIILineParser
    private var presence = ASCIILinePresence()
    private var isReady = false
    private var garbageCount = 0
    /// When a begun line is given up.
    private var lineDeadline: Instant?
    /// When a quiet line counts as sound.
    private var quietDeadline: Instant?

    public init(_ settings: CardReaderSettings) {
        parser = ASCIILineParser(terminator: settings.terminator, content: settings.lineContent)
    }

    public var nextDeadline: Instant? {
        [lineDeadline, quietDeadline, presence.nextDeadline].compactMap { $0 }.min()
    }

    public mutating func handle(_ input: DeviceEvent, now: Instant) -> [CardReaderOutput] {
        switch input {
        case .opened:
            presence.resume(at: now)
            parser.skipLine()
            lineDeadline = now + Self.lineTimeout
            quietDeadline = now + Self.settlingTime
            return []
        case .closed:
            close()
            return []
        case .timer: return timeOut(now)
        case .bytes(let bytes):
            let outputs = parser.items(in: bytes).flatMap { take($0, now) }
            lineDeadline = parser.isUnfinished ? now + Self.lineTimeout : nil
            return outputs
        }
    }

    private mutating func timeOut(_ now: Instant) -> [CardReaderOutput] {
        presence.timeOut(at: now)
        var outputs: [CardReaderOutput] = []
        if let lineDeadline, lineDeadline <= now {
            self.lineDeadline = nil
            if let torn = parser.giveUp() { outputs += take(torn, now) }
        }
        if let quietDeadline, quietDeadline <= now { outputs += settle() }
        return outputs
    }

    private mutating func take(_ item: ASCIILineParser.Item, _ now: Instant) -> [CardReaderOutput] {
        switch item {
        case .card(let uid):
            let isNew = presence.told(uid, at: now)
            return settle() + [isNew ? .card(uid: uid) : .sighting(uid: uid)]
        case .garbage(let reason):
            garbageCount += 1
            quietDeadline = now + Self.garbageMemory
            guard garbageCount == Self.toleratedGarbage else { return [] }
            isReady = false
            return [
                .recovering(
                    reason: "\(garbageCount) lines in a row are unreadable, the last: \(reason) "
                        + "(check `baud`, `terminator`, wiring)")
            ]
        }
    }

    /// All is well.
    private mutating func settle() -> [CardReaderOutput] {
        garbageCount = 0
        quietDeadline = nil
        guard !isReady else { return [] }
        isReady = true
        return [.ready("listening")]
    }

    private mutating func close() {
        presence.suspend()
        _ = parser.giveUp()
        isReady = false
        garbageCount = 0
        lineDeadline = nil
        quietDeadline = nil
    }
}
