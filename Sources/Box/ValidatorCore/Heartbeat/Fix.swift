import Base

/// One report of the GPS receiver.
public struct Fix: Hashable, Sendable {
    public enum Quality: Int, Sendable { case none = 1, twoDimensional = 2, threeDimensional = 3 }

    public var quality: Quality
    /// Nil without a fix.
    public var position: Position?
    /// The receiver's own time, UTC; it may be known before the position, and missing with it.
    public var time: WallTime?

    public init(quality: Quality, position: Position?, time: WallTime?) {
        self.quality = quality
        self.position = position
        self.time = time
    }
}
