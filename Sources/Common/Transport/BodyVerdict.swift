/// Whether the reader of a body wants more of it.
public enum BodyVerdict: Hashable, Sendable {
    case proceed
    /// Give the exchange up: it ends as a failure.
    case abort
}
