/// What happens to a device that is opened by its path.
public enum DeviceEvent: Hashable, Sendable {
    /// It has just been opened; nothing is known of it.
    case opened
    /// What it sent: one report of a hidraw device; of any other a few bytes, cut anywhere.
    case bytes([UInt8])
    /// The deadline that was asked for has come.
    case timer
    /// It is gone: unplugged, or closed to be opened anew.
    case closed
}
