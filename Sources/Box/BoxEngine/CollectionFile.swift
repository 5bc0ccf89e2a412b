import Base
import Fares
import RecordFiles
import ValidatorCore

/// Records that were carried from box to box, as this box takes them into its outbox.
struct CollectionFile: Sendable {
    private let file: CollectedRecords

    struct Mistake: Error, Hashable, Sendable {}

    /// - Throws: when a byte is missing or another one than was written.
    init(_ bytes: [UInt8]) throws(Mistake) {
        do { file = try CollectedRecords(bytes) } catch { throw Mistake() }
    }

    var deviceID: String { file.deviceID }
    /// Of the whole file.
    var checksum: UInt64 { file.checksum }
    /// How many there are.
    var records: Int { file.count }

    /// At most `limit` records from `start` on, to be uploaded: also what the platform refused to the other box.
    ///
    /// - Throws: when another release wrote them, in words that this one does not know.
    func read(
        from start: Int, limit: Int
    ) throws(Mistake) -> (taps: [Tap], positions: [PositionRecord]) {
        var (taps, positions): ([Tap], [PositionRecord]) = ([], [])
        for index in start..<min(start + limit, file.count) {
            switch try? file.record(at: index) {
            case .tap(let recorded):
                guard let tap = Tap(recorded) else { throw Mistake() }
                taps.append(tap)
            case .position(let recorded):
                guard let position = PositionRecord(recorded) else { throw Mistake() }
                positions.append(position)
            case nil: throw Mistake()
            }
        }
        return (taps, positions)
    }
}

extension Tap {
    /// Nil when it lacks a word that this release knows.
    fileprivate init?(_ recorded: RecordedTap) {
        guard let outcome = recorded.outcome, let mode = recorded.mode, let source = recorded.timeSource else { return nil }
        self.init(
            logID: recorded.logID, bookingID: recorded.bookingID, source: recorded.source, subject: recorded.subject,
            outcome: outcome, reason: recorded.reason, mode: mode, stamp: Stamp(recorded.time, source),
            position: recorded.position, pending: recorded.pending.union(recorded.refused))
    }
}

extension PositionRecord {
    fileprivate init?(_ recorded: RecordedPosition) {
        guard let source = recorded.timeSource else { return nil }
        self.init(requestID: recorded.requestID, stamp: Stamp(recorded.time, source), position: recorded.position)
    }
}

extension Stamp {
    /// Of no boot of this box: its time stays what the other box made of it.
    fileprivate init(_ time: WallTime, _ source: ClockSource) {
        self.init(instant: Instant(nanoseconds: 0), boot: UniqueID(high: 0, low: 0), wall: time, source: source)
    }
}
