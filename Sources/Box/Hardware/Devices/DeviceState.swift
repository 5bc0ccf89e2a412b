/// How a reader or a scanner does.
public enum DeviceState: String, Sendable {
    case ready
    /// It can be opened, and is not as it should be: it does not answer yet, or any more, or it is another device.
    case recovering
    /// It is not there, or cannot be opened; retried until it can.
    case absent
}
