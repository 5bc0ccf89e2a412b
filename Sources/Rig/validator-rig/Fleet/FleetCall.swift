/// What boxes ask for, as the report tells it apart.
enum FleetCall: String, CaseIterable, Sendable {
    case heartbeat
    /// Of a ride that took place.
    case booking
    case log
    /// A rider waits for the answer.
    case check
    case token
    case list
}
