/// What is asked of a fleet: its size, how much its riders do, and for how long.
struct FleetPlan: Hashable, Sendable {
    /// Exchanges of one kind, as fast as they are answered, in place of all rates.
    enum Flood: String, CaseIterable, Sendable {
        case heartbeats
        /// Bookings and logs in turn.
        case records
        case checks
    }

    var boxes = 1
    /// Of each box; zero for none.
    var heartbeatPeriod = Duration.seconds(5)
    /// Of the whole fleet, as are the other rates.
    var tapsPerSecond = 0.0
    var checksPerSecond = 0.0
    var refreshesPerSecond = 0.0
    /// Boxes fetch the card list that a heartbeat's reply names.
    var followsLists = false
    var flood: Flood?
    /// Until nothing new is begun.
    var length = Duration.seconds(10)
    /// What has got no answer by then is given up.
    var drain = Duration.seconds(30)
    /// How long a box waits for an answer, and a rider for that to an online check.
    var patience = Duration.seconds(5)
    var riderPatience = Duration.milliseconds(800)
    /// Exchanges under way at once, but for lists.
    var connections = 64
}
