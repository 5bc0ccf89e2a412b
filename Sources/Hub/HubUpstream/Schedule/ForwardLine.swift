import Base
import HubDomain

/// What is known of one device's calls on their way to the platform.
struct ForwardLine: Sendable {
    /// Which of the calls goes before which.
    enum Lane: Int, CaseIterable, Sendable { case booking, log, backlog }

    enum Reading { case woken, found }

    /// In the order in which they go; none of them under way.
    var loaded: [Forward] = []
    /// Whether the store may have others.
    var hasMore = true
    var isUnderWay = false
    /// After a refusal.
    var notBefore: Instant?
    /// Lanes in whose turns it stands, once in each.
    var queued: Set<Lane> = []
    /// Why it is to be read; nil where it is not.
    var reading: Reading?

    /// Of the call that goes next.
    func lane(live: WallTime) -> Lane? {
        guard let next = loaded.first else { return nil }
        if next.isBacklog || next.received < live { return .backlog }
        return next.key.call == .cardCheck || next.key.call == .ticketCheck ? .booking : .log
    }

    /// Whether nothing is known of it that the store would not tell.
    var isIdle: Bool { loaded.isEmpty && !isUnderWay && reading == nil && !hasMore && queued.isEmpty }
}
