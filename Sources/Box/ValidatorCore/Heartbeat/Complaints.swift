import Base

/// What was told lately of a platform that does not do as it should. It is found anew with each exchange, and told seldom.
struct Complaints: Sendable {
    private var told: [String: (text: String, at: Instant)] = [:]

    /// True when `text` is to be told: it is something else than before on this subject, or was told long ago.
    ///
    /// - Parameters:
    ///   - subject: one of a few.
    ///   - interval: between two that say the same.
    mutating func isDue(_ subject: String, _ text: String, every interval: Duration = Limits.sameComplaint, at now: Instant)
        -> Bool
    {
        if let last = told[subject], now - last.at < (last.text == text ? interval : Limits.otherComplaint) { return false }
        told[subject] = (text, now)
        return true
    }

    /// What was wrong is right again.
    mutating func settle(_ subject: String) { told[subject] = nil }
}
