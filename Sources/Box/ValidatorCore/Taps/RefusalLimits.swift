import Base

/// How many refusals of one reader or scanner are still recorded: those beyond are red without a record, and counted. And how many codes
/// that no codec knows the platform is asked about: those beyond are refused. So junk (a phone that shows code after code, a reader gone
/// mad) fills neither the outbox nor the link.
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

    /// When the next refusal or question would find the whole burst again.
    private var whole: (junk: Instant, others: Instant, questions: Instant)?
    /// Since the start.
    private(set) var unrecorded = 0

    /// Whether one more refusal may be recorded, which it then counts as.
    mutating func allows(isJunk: Bool, at now: Instant) -> Bool {
        var whole = self.whole ?? (now, now, now)
        defer { self.whole = whole }
        return isJunk ? Self.take(&whole.junk, Self.junk, now) : Self.take(&whole.others, Self.others, now)
    }

    /// Whether the platform may be asked about one more code that no codec knows, which it then counts as: as often as junk is recorded.
    mutating func allowsQuestion(at now: Instant) -> Bool {
        var whole = self.whole ?? (now, now, now)
        defer { self.whole = whole }
        return Self.take(&whole.questions, Self.junk, now)
    }

    /// The platform knew the code: that question does not count.
    mutating func giveBackQuestion() {
        guard let questions = whole?.questions else { return }
        whole?.questions = questions - Self.junk.interval
    }

    mutating func countUnrecorded() { unrecorded += 1 }

    private static func take(_ whole: inout Instant, _ rate: Rate, _ now: Instant) -> Bool {
        let next = max(whole, now) + rate.interval
        guard next - now <= rate.interval * rate.burst else { return false }
        whole = next
        return true
    }
}
