import Base
import Fares

/// Remembers answered taps, so that a nervous second tap gets the colour of the first and no second record.
struct RepeatGuard: Sendable {
    struct Key: Hashable {
        var source: SourceIndex
        var subject: Subject
    }

    struct Entry {
        var isGreen: Bool
        var reason: Reason
        var record: UniqueID
        var at: Instant
    }

    private var entries: [Key: Entry] = [:]
    /// Oldest first; a key that was answered again is in it twice, and its older place is void.
    private var order: [(key: Key, at: Instant)] = []

    /// The first tap, when `key` was answered less than `interval` before `now`.
    func find(_ key: Key, within interval: Duration, at now: Instant) -> Entry? {
        guard let entry = entries[key], now - entry.at < interval else { return nil }
        return entry
    }

    mutating func remember(_ key: Key, _ entry: Entry) {
        entries[key] = entry
        order.append((key, entry.at))
        guard order.count > Limits.rememberedTaps else { return }
        // Half at once, so that remembering costs the same on average however much is remembered.
        for (key, at) in order.prefix(Limits.rememberedTaps / 2) where entries[key]?.at == at { entries[key] = nil }
        order.removeFirst(Limits.rememberedTaps / 2)
    }
}
