import Base

/// How many refusals of one reader or scanner are still recorded: those beyond are red without a record, and counted. So junk (a phone
/// that shows code after code, a reader gone mad) fills neither the outbox nor the link.
struct RefusalLimits: Sendable {
    /// So many at once, and then one each `interval`.
    struct Rate: Sendable {
        let burst: Int
        let interval: Duration
    }

    /// Codes that no codec knows. Nobody boards with one: 30 in a minute are a child with a phone, or a scanner that reads the
    /// advertisement opposite.
    static let junk = Rate(burst: 30, interval: .seconds(2))
    /// Any other refusal. While a list is missing, a whole crowd may be refused at one gate: 600 at once are more than any bus
    /// holds, and one each second more than can board.
    static let others = Rate(burst: 600, interval: .seconds(1))

    /// When the next refusal would find the whole burst again.
    private var whole: (junk: Instant, others: Instant)?
    /// Since the start.
    private(set) var unrecorded = 0

    /// Whether one more refusal may be recorded, which it then counts as.
    mutating func allows(isJunk: Bool, at now: Instant) -> Bool {
        var whole = self.whole ?? (now, now)
        defer { self.whole = whole }
        return isJunk ? Self.take(&whole.junk, Self.junk, now) : Self.take(&whole.others, Self.others, now)
    }

    mutating func countUnrecorded() { unrecorded += 1 }

    private static func take(_ whole: inout Instant, _ rate: Rate, _ now: Instant) -> Bool {
        let next = max(whole, now) + rate.interval
        guard next - now <= rate.interval * rate.burst else { return false }
        whole = next
        return true
    }
}
