import Base

/// One report of a GPS receiver.
public struct Fix: Hashable, Sendable {
    public enum Quality: Int, Sendable { case none = 1, twoDimensional = 2, threeDimensional = 3 }

    /// Which receiver, as gpsd calls it: `/dev/validator/gps0`.
    public var receiver: String
    public var quality: Quality
    /// Nil without a fix.
    public var position: Position?
    /// The receiver's own time, UTC; it may be known before the position, and missing with it.
    public var time: WallTime?
    /// How far the position may be off; nil where the receiver did not say.
    public var errorMetres: Double?
    /// A simulator made it, or somebody entered the position by hand.
    public var isInvented: Bool

    public init(
        receiver: String = "", quality: Quality, position: Position?, time: WallTime?, errorMetres: Double? = nil,
        isInvented: Bool = false
    ) {
        self.receiver = receiver
        self.quality = quality
        self.position = position
        self.time = time
        self.errorMetres = errorMetres
        self.isInvented = isInvented
    }
}
