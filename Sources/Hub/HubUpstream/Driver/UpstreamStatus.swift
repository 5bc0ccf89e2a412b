import Base

/// How the hub stands with the platform, for operators.
struct UpstreamStatus: Sendable {
    var waiting = 0
    var refused = 0
    var heldLists = 0
    var underWay = 0
    var heartbeatsWaiting = 0
    /// Nobody asks for riders just now.
    var isBreakerOpen = false
    /// The last requests found no platform.
    var isAway = false
    /// Whether this hub is the one of several that sends.
    var isSender = false
    /// When the platform last replied, whatever it said.
    var lastReply: Instant?
    var clockOffset: Duration?
}
