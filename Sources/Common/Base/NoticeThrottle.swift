/// Tells the first of many like things at once, and then one a minute how many more there were: a device or a client that has gone mad
/// must not push the decisions out of the log.
public struct NoticeThrottle: Sendable {
    public static let interval = Duration.seconds(60)

    private var count = 0
    private var latest = ""
    /// When those that were held back are to be told, or it is quiet again; nil while it is.
    public private(set) var due: Instant?

    public init() {}

    /// What to tell, now that it has happened; nil: it will be told together with others.
    public mutating func happened(_ text: String, at now: Instant) -> String? {
        guard due != nil else {
            due = now + Self.interval
            return text
        }
        count += 1
        latest = text
        return elapsed(at: now)
    }

    /// What to tell, now that time has passed.
    public mutating func elapsed(at now: Instant) -> String? {
        guard let due, now >= due else { return nil }
        guard count > 0 else {
            self.due = nil
            return nil
        }
        defer { (count, self.due) = (0, now + Self.interval) }
        return "\(count) more within a minute, the latest: \(latest)"
    }
}
