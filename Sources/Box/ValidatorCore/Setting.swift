/// What can be changed while the program runs.
public enum Setting: Hashable, Sendable {
    case reportInterval(Duration)
    case parkedInterval(Duration)
}
