/// What a satellite receiver makes of the sky.
enum Reception: String, CaseIterable, Sendable {
    case fix
    /// Knows the time, not the place.
    case noFix = "no-fix"
    /// Knows the place, not the time: sentences with empty time fields.
    case noTime = "no-time"
    /// The receiver says nothing.
    case silent
}
