/// Which records a page shall hold: those of a kind from behind a row, and not more than so many.
public struct RecordRange: Hashable, Sendable {
    public static let limits = 1...500
    public static let usualLimit = 100

    public var kind: RecordKind
    public var after: Int64
    public var limit: Int

    public init(_ kind: RecordKind, after: Int64 = 0, limit: Int = usualLimit) {
        (self.kind, self.after, self.limit) = (kind, after, limit)
    }
}
