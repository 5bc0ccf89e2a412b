/// Asks that this box serve no more, since all that it is and has lies on a technician's stick.
public struct HandoverRequest: Hashable, Sendable {
    /// The identity's file on the stick, and its checksum.
    public var file: String
    public var checksum: String
    /// The rows of the last tap and the last position that are on the stick; 0: none is.
    public var lastTap: Int64
    public var lastPosition: Int64

    public init(file: String, checksum: String, lastTap: Int64, lastPosition: Int64) {
        (self.file, self.checksum, self.lastTap, self.lastPosition) = (file, checksum, lastTap, lastPosition)
    }
}
