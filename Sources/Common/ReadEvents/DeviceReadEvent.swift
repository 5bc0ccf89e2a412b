import Base

/// A read event, and the id by which the world knows the card reader that it happened at.
public struct DeviceReadEvent: Hashable, Sendable {
    public var device: String
    public var event: ReadEvent

    public init(device: String, event: ReadEvent) {
        self.device = device
        self.event = event
    }
}
