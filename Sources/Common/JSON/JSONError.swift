/// Why bytes are not the JSON that was asked for, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counted from 0, over all chunks.
    public let offset: Int
    public let reason: String

    public init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }

    /// `expected ":" after a key, found "x" at byte 17`
    public var description: String { "\(reason) at byte \(offset)" }
}
