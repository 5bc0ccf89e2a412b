/// Who decides a tap.
public enum CheckMode: Int, Sendable {
    /// The platform, while the rider waits; the box itself when no usable reply comes in time.
    case online = 0
    /// The box, from its lists and keys.
    case offline = 1
}
