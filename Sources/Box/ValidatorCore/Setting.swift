import Fares

/// What can be changed while the program runs.
public enum Setting: Hashable, Sendable {
    /// By which the transport ministry's codes are believed.
    case roots(RootKeySet)
    case reportInterval(Duration)
    case parkedInterval(Duration)
}
