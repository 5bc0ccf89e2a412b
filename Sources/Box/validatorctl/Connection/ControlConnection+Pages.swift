import ControlProtocol

extension ControlConnection {
    /// Asks for all pages of records of a kind, one after the other, until `body` wants no more.
    ///
    /// - Parameter body: true to go on.
    mutating func pages(
        of kind: RecordKind, after row: Int64 = 0, limit: Int = RecordRange.limits.upperBound,
        _ call: (RecordRange) -> ControlCall<RecordPage>, while body: (RecordPage) throws(ControlFailure) -> Bool
    ) throws(ControlFailure) {
        var next: Int64? = row
        while let row = next {
            let page = try ask(call(RecordRange(kind, after: row, limit: limit)))
            guard try body(page) else { return }
            next = page.next
            if let next, next <= row { throw .unintelligible("a page that says that the next begins before it") }
        }
    }

    /// Whether any record of a kind is unsent or refused. A page may be empty although there is more.
    mutating func hasRecords(of kind: RecordKind, after row: Int64 = 0) throws(ControlFailure) -> Bool {
        var isFound = false
        try pages(of: kind, after: row, limit: 1, ControlCall.storedRecords) { page throws(ControlFailure) in
            isFound = !page.records.isEmpty
            return !isFound
        }
        return isFound
    }
}
