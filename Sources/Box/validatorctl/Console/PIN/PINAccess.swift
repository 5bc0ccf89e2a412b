/// Who may take data away or change the box at the console.
enum PINAccess: Sendable {
    /// Everybody.
    case open
    /// Nobody: a PIN is required and none is set.
    case closed
    /// Whoever knows the PIN.
    case gate(PINGate)
}
