/// Of a step that waits for the medium.
public enum SyncStage: Sendable {
    case begins
    /// It is over, whether it succeeded or not.
    case ended
}
