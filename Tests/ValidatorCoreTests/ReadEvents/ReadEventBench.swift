import Base
import Cryptography
import Fares
import ReadEvents
import ValidatorCore

/// A box of which only the read events are looked at: the real validator on virtual time, counted in milliseconds since its first
/// start, and the outbox's table as a dictionary.
struct ReadEventBench {
    static let epoch = WallTime(milliseconds: 1_674_111_043_000)
    static let tid = TestBox.bytes("E20034120614141100734886")

    struct Published: Hashable {
        var time: Int
        var event: ReadEvent
        var isFromEarlierRun = false
    }

    private let sources: [Policy.Source]
    private var held: HeldValidator
    var validator: Validator {
        _read { yield held.validator }
        _modify { yield &held.validator }
    }
    /// Milliseconds.
    private(set) var time: Int
    /// The system clock, less what it showed at the start and the time since.
    var systemClockError = 0
    private(set) var published: [Published] = []
    private(set) var notices: [Notice] = []
    private(set) var answers = 0
    /// The table as it would be if every change were written at once.
    private(set) var rows: [Int: OngoingReading] = [:]
    /// Last reads that were written to the table.
    private(set) var notedReads = 0
    /// The most of them, and the most events, of any turn.
    private(set) var greatestNote = 0
    private(set) var greatestTurn = 0

    init(_ sources: [Policy.Source], tracksReadEvents: Bool = true) {
        self.sources = sources
        time = 0
        held = HeldValidator(Self.start(sources, tracksReadEvents, rows: [], at: Self.moment(0, error: 0)))
        handle(.timer)
    }

    /// Readers that we poll, for the cards of riders, with their timeouts in milliseconds.
    init(timeouts: [Int], tracksReadEvents: Bool = true) {
        self.init(
            timeouts.enumerated().map { index, timeout in
                Policy.Source(
                    id: "reader \(index)", kind: .reader(.hex), decides: false, readEventTimeout: .milliseconds(timeout))
            }, tracksReadEvents: tracksReadEvents)
    }

    private static func start(
        _ sources: [Policy.Source], _ tracksReadEvents: Bool, rows: [OngoingReading], at moment: Moment
    ) -> Validator {
        var policy = TestBox.policy()
        policy.sources = sources
        policy.tracksReadEvents = tracksReadEvents
        var restored = Validator.Restored()
        restored.ongoingReadings = rows
        return Validator(
            policy: policy, cryptography: Libcrypto(),
            random: SeededGenerator(seed: UInt64(moment.instant.nanoseconds)), ids: SystemRandomNumberGenerator(),
            restored: restored, at: moment)
    }

    private static func moment(_ time: Int, error: Int) -> Moment {
        Moment(
            instant: Instant(nanoseconds: Int64(time + 1000) * 1_000_000),
            system: epoch + .milliseconds(time) + .milliseconds(error))
    }

    // MARK: Events in

    mutating func handle(_ event: Event) {
        var (events, notes) = (0, 0)
        for effect in validator.handle(event, at: Self.moment(time, error: systemClockError), outbox: OutboxCounts()) {
            switch effect {
            case .publish(let batch, let isFromEarlierRun):
                events += batch.count
                published += batch.map { Published(time: time, event: $0, isFromEarlierRun: isFromEarlierRun) }
            case .outbox(.readingOpened(let reading)):
                rows[reading.row] = reading
            case .outbox(.readingSeen(let row, let lastRead)):
                rows[row]?.lastRead = lastRead
                notes += 1
            case .outbox(.readingClosed(let row)): rows[row] = nil
            case .notice(let notice): notices.append(notice)
            case .answer, .store: answers += 1
            default: break
            }
        }
        notedReads += notes
        greatestNote = max(greatestNote, notes)
        greatestTurn = max(greatestTurn, events)
    }

    /// Lets time pass, with the timer at each deadline, also at one of that very moment.
    mutating func run(to end: Int) {
        while let deadline = nextDeadline, deadline <= end {
            time = max(time, deadline)
            handle(.timer)
        }
        time = end
    }

    /// The first whole millisecond at which the timer is due.
    var nextDeadline: Int? {
        let nanoseconds = validator.nextDeadline(at: Self.moment(time, error: 0).instant).nanoseconds
        return Int((nanoseconds + 999_999) / 1_000_000) - 1000
    }

    mutating func enter(_ tid: [UInt8] = Self.tid, on reader: SourceIndex = 0, at time: Int) {
        run(to: time)
        handle(.card(uid: tid, reader: reader))
    }

    mutating func see(_ tid: [UInt8] = Self.tid, on reader: SourceIndex = 0, at time: Int) {
        run(to: time)
        handle(.sighting(uid: tid, reader: reader))
    }

    mutating func set(isWorking: Bool, reader: SourceIndex = 0, at time: Int) {
        run(to: time)
        handle(.readerState(reader, isWorking: isWorking))
    }

    /// An event of `time` that overtakes the timer.
    mutating func handleWithoutTimer(_ event: Event, at time: Int) {
        self.time = time
        handle(event)
    }

    /// Ends the program now and starts it at `start`; `drains`: and lets it do what it has to do at once.
    mutating func restart(isOrderly: Bool, at start: Int, with sources: [Policy.Source]? = nil, drains: Bool = true) {
        if isOrderly { handle(.stopping) }
        time = start
        // As the outbox's table gives them.
        let found = rows.values.sorted {
            ($0.lastRead.milliseconds, $0.firstRead.milliseconds, $0.id.high, $0.id.low)
                < ($1.lastRead.milliseconds, $1.firstRead.milliseconds, $1.id.high, $1.id.low)
        }
        held = HeldValidator(
            Self.start(
                sources ?? self.sources, validator.policy.tracksReadEvents, rows: found,
                at: Self.moment(time, error: systemClockError)))
        if drains { run(to: start) }
    }

    /// Takes what was published since the last time.
    mutating func take() -> [Published] {
        defer { published = [] }
        return published
    }
}

extension [UInt8] {
    /// A TID that its number tells from every other.
    static func tid(_ number: Int) -> [UInt8] {
        [0xE2, 0x00, 0x34, 0x12, 0, 0, 0, 0] + (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}
