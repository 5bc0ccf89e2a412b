import HubDomain

/// The records of one batch: those that were found, and those that are new.
struct RecordFacts: Sendable {
    private let rows: [RecordQuery: Int64]
    private var stored: [Int64: TapRecord] = [:]
    private var changedRows: Set<Int64> = []
    private(set) var inserted: [TapRecord] = []
    /// By `req_id`, indexes of `inserted`.
    private var insertedIndexes: [String: [Int]] = [:]
    private var journal: [Undo] = []

    private enum Undo: Sendable {
        case inserted(String)
        case newRecord(Int, TapRecord)
        case row(Int64, TapRecord, wasChanged: Bool)
    }

    init(_ found: [RecordQuery: StoredRecord]) {
        rows = found.mapValues(\.row)
        for record in found.values { stored[record.row] = record.record }
    }

    var updated: [StoredRecord] {
        changedRows.compactMap { row in stored[row].map { StoredRecord(row: row, record: $0) } }
    }

    /// The nearest in time of those that the query asks for.
    func find(_ query: RecordQuery) -> (place: StoreFacts.RecordPlace, record: TapRecord)? {
        var best: (place: StoreFacts.RecordPlace, record: TapRecord)?
        if let row = rows[query], let record = stored[row] { best = (.row(row), record) }
        for index in insertedIndexes[query.identity.requestID] ?? [] where query.matches(inserted[index]) {
            if let best, query.distance(to: best.record) <= query.distance(to: inserted[index]) { continue }
            best = (.new(index), inserted[index])
        }
        return best
    }

    mutating func insert(_ record: TapRecord) {
        journal.append(.inserted(record.requestID))
        insertedIndexes[record.requestID, default: []].append(inserted.count)
        inserted.append(record)
    }

    mutating func change(_ place: StoreFacts.RecordPlace, _ change: (inout TapRecord) -> Void) {
        switch place {
        case .new(let index):
            journal.append(.newRecord(index, inserted[index]))
            change(&inserted[index])
        case .row(let row):
            guard let record = stored[row] else { preconditionFailure("no row of that number was found") }
            journal.append(.row(row, record, wasChanged: !changedRows.insert(row).inserted))
            var changed = record
            change(&changed)
            stored[row] = changed
        }
    }

    mutating func forgetJournal() { journal.removeAll(keepingCapacity: true) }

    mutating func undo() {
        while let step = journal.popLast() {
            switch step {
            case .inserted(let requestID):
                inserted.removeLast()
                insertedIndexes[requestID]?.removeLast()
            case .newRecord(let index, let record): inserted[index] = record
            case .row(let row, let record, let wasChanged):
                stored[row] = record
                if !wasChanged { changedRows.remove(row) }
            }
        }
    }
}

extension StoreFacts {
    /// Where a record is that was found.
    public enum RecordPlace: Hashable, Sendable {
        case row(Int64)
        /// It is one of this batch.
        case new(Int)
    }

    /// The record that a request repeats; nil when it is new. The query must have been wanted.
    public func find(_ query: RecordQuery) -> (place: RecordPlace, record: TapRecord)? { records.find(query) }

    /// Does what a settlement says.
    /// - Parameter place: of the earlier record; nil for a new one.
    public mutating func apply(_ change: TapSettlement.Change, at place: RecordPlace?) {
        if case .insert(let record) = change { records.insert(record) }
        guard let place else { return }
        records.change(place) { record in
            record.duplicates += 1
            switch change {
            case .insert, .count: break
            case .book:
                record.checkMode = .offline
                record.status = 0
            case .decide(let reason):
                record.reason = reason
                record.status = reason.logStatus
            }
        }
    }
}
