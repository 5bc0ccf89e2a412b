import Base
import PlatformAPI

/// One request of a box, from when it is due to its end.
struct FleetExchange: Sendable {
    var call: FleetCall
    var box: Int
    var requestID: UniqueID
    var content: PlatformRequest.Content
    /// In the ledger; nil for what is not booked.
    var record: Int?
    /// When the box wanted it; with another try, the try.
    var begun: Instant
    /// Tries before it.
    var tries = 0
    /// Hubs that gave no answer since it last waited.
    var hubsTried = 0
    /// Which of the hubs it goes to.
    var hub = 0

    /// When the box gives the answer up; a list may flow for as long as it does.
    func deadline(_ plan: FleetPlan) -> Instant { begun + (call == .check ? plan.riderPatience : plan.patience) }
}
