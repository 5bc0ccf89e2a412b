import Base

/// Tells each thing that a user does at once, and how often he has done it again once a minute: the trail is whole, and nobody fills the
/// journal with it, or hides in it what he does next.
struct AuditThrottle {
    /// Of one user within a minute; beyond, they are counted together.
    static let maximumThings = 32

    private struct Thing: Hashable {
        var level: Notice.Level
        var user: Substring
        /// Nil: all beyond the bound.
        var what: String?
    }

    private var things: [Thing: NoticeThrottle] = [:]

    /// When `elapsed` has something to tell or to forget.
    var due: Instant? { things.values.lazy.compactMap(\.due).min() }

    /// What to tell now.
    mutating func happened(_ line: AuditLine, at now: Instant) -> [Notice] {
        let told = elapsed(at: now)
        var thing = Thing(level: line.level, user: line.user, what: line.what)
        if things[thing] == nil, things.keys.count(where: { $0.user == line.user }) >= Self.maximumThings { thing.what = nil }
        let text = things[thing, default: NoticeThrottle()].happened(line.text, at: now)
        return told + (text.map { [Notice(line.level, "audit \($0)")] } ?? [])
    }

    /// What to tell now that time has passed.
    mutating func elapsed(at now: Instant) -> [Notice] {
        var notices: [Notice] = []
        for thing in things.keys {
            if let text = things[thing]?.elapsed(at: now) { notices.append(Notice(thing.level, "audit \(text)")) }
            if things[thing]?.due == nil { things[thing] = nil }
        }
        return notices
    }
}
