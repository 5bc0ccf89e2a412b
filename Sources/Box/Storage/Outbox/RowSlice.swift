/// What a look at a bounded number of rows has found; most rows may be of no interest.
public struct RowSlice<Record: Sendable>: Sendable {
    public var records: [Record]
    /// The last row that was looked at, behind which the next look begins; nil when there is none.
    public var last: Int64?

    public init(records: [Record], last: Int64?) {
        (self.records, self.last) = (records, last)
    }
}
