/// What becomes of a code that no codec knows (`tickets.unknown`).
public enum UnknownTickets: String, CaseIterable, Sendable {
    /// The platform is asked, whatever `check_mode` says, and without it the code is refused.
    case online
    case refuse
}
