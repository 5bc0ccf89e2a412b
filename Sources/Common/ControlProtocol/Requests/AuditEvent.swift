/// What was done to the box beside `validatord`, as the box's log shall tell it (`event`).
public enum AuditEvent: String, CaseIterable, Sendable {
    /// A diagnostics report was written.
    case report
    /// The console's PIN was changed.
    case pinChanged = "pin_changed"
    /// Somebody typed a PIN that was not the console's.
    case wrongPIN = "pin_wrong"
    /// Somebody typed the console's PIN.
    case pinAccepted = "pin_accepted"
    /// Another box's identity was taken over.
    case takeover
    /// The box has a secret of its own from its hub.
    case enrolled
    /// A box that was handed over has its identity again.
    case handoverUndone = "handover_undone"

    /// Of what is told about one, in bytes.
    public static let maximumDetail = 200
}
