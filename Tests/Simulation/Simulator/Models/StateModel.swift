import Base
import Fares

/// The modes and keys that the platform has told the box, and which of them a restart may find.
struct StateModel {
    struct Told: Hashable {
        var modes = Modes()
        var keys = "0"
    }

    /// The state is on disk so soon after it was told.
    private static let savedWithin = Duration.milliseconds(1500)

    private var history: [(at: Instant, told: Told)] = [(Instant(nanoseconds: .min), Told())]
    /// Told before this it may be forgotten, if something was told since.
    private var surelySaved = Instant(nanoseconds: .min)

    var current: Told { history.last?.told ?? Told() }

    mutating func tell(at now: Instant, _ change: (inout Told) -> Void) {
        var told = current
        change(&told)
        if told != current { history.append((now, told)) }
    }

    mutating func boxDied(at now: Instant, troubleSince: Instant?) {
        surelySaved = min(now, troubleSince ?? now) - Self.savedWithin
    }

    /// False when a restart found what the platform never said, or has said something else than for long.
    mutating func found(_ found: Told, at now: Instant) -> Bool {
        let first = history.lastIndex { $0.at <= surelySaved } ?? 0
        guard history[first...].contains(where: { $0.told == found }) else { return false }
        history = [(now, found)]
        return true
    }
}
