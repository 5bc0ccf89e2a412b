import Base

/// How far a device has come with one of its lists, as the hub saw it. What the device holds its heartbeats say (`Device.versions`).
public struct ListProgress: Hashable, Sendable {
    public struct Step: Hashable, Sendable {
        public var version: Int64
        public var time: WallTime

        public init(version: Int64, time: WallTime) {
            (self.version, self.time) = (version, time)
        }
    }

    /// The newest version that a heartbeat's answer told it of, and when that was for the first time; nil before any.
    public var told: Step?
    /// The version that it downloaded last, and when; nil before any.
    public var fetched: Step?

    public init(told: Step? = nil, fetched: Step? = nil) {
        (self.told, self.fetched) = (told, fetched)
    }
}

/// A device's progress with each of its lists.
public struct ListsProgress: Hashable, Sendable {
    private var cards = ListProgress()
    private var increment = ListProgress()
    private var line = ListProgress()

    public init() {}

    public subscript(list: DeviceList) -> ListProgress {
        get {
            switch list {
            case .cards: cards
            case .increment: increment
            case .line: line
            }
        }
        set {
            switch list {
            case .cards: cards = newValue
            case .increment: increment = newValue
            case .line: line = newValue
            }
        }
    }
}
