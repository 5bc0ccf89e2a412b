import Base
import ControlProtocol
import Storage

/// A page of records, gathered in slices, so that neither its size nor the rows that are passed over hold up the loop.
struct ControlPages {
    /// Of the records' JSON; a client may leave no more than `ControlServer.maximumOutput` unread. One record has less than 10 KB.
    static let maximumBytes = 256 * 1024
    /// Of one page's making. Riders' answers wait as long.
    static let maximumTime = Duration.milliseconds(2)
    /// Looked at between two looks at the clock.
    static let rowsPerSlice = 64

    let range: RecordRange
    let isRefused: Bool
    let commands: any ControlCommands

    /// It may be short, or empty, although there is more: then it says where that begins.
    func page() throws(ControlError) -> RecordPage {
        switch range.kind {
        case .taps:
            try gather { row, rows throws(ControlError) in
                let slice = try commands.storedTaps(isRefused: isRefused, after: row, lookingAt: rows)
                return RowSlice(records: slice.records.map { OutboxRecord($0) }, last: slice.last)
            }
        case .positions:
            try gather { row, rows throws(ControlError) in
                let slice = try commands.storedPositions(isRefused: isRefused, after: row, lookingAt: rows)
                return RowSlice(records: slice.records.map { OutboxRecord($0) }, last: slice.last)
            }
        }
    }

    private func gather(
        _ slice: (_ row: Int64, _ rows: Int) throws(ControlError) -> RowSlice<OutboxRecord>
    ) throws(ControlError) -> RecordPage {
        let deadline = commands.now().instant + Self.maximumTime
        var page = RecordPage(records: [], next: range.after)
        var byteCount = 0
        while let row = page.next {
            let slice = try slice(row, Self.rowsPerSlice)
            for record in slice.records {
                byteCount += record.json.bytes.count
                // The first goes whatever its size, or no page would ever get past it.
                guard page.records.isEmpty || byteCount <= Self.maximumBytes else { return page }
                page.records.append(record)
                page.next = record.reference.row
                // A long code takes as long as many rows that are passed over.
                if page.records.count == range.limit || commands.now().instant >= deadline { return page }
            }
            page.next = slice.last
            if commands.now().instant >= deadline { return page }
        }
        return page
    }
}
