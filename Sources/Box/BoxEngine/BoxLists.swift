import Base
import Fares
import SQLite
import Storage
import ValidatorCore

/// Builds new lists in slices of the loop's time, and knows over which snapshot on disk an increment goes.
struct BoxLists {
    private let folder: String
    /// What `flag` 0 means in increments.
    private let unlisted: UnlistedMeaning
    private let sliceRows: Int
    private var snapshots: [ListKind: SnapshotID] = [:]
    /// The one that is under way; the validator asks for no second one meanwhile.
    private var building: (kind: ListKind, build: CardListBuild)?

    /// - Parameters:
    ///   - folder: where the snapshots are.
    ///   - sliceRows: rows that one `step` takes.
    init(folder: String, unlisted: UnlistedMeaning, sliceRows: Int) {
        precondition(sliceRows > 0, "a list that is built in slices of nothing is never ready")
        self.folder = folder
        self.unlisted = unlisted
        self.sliceRows = sliceRows
    }

    /// What the last run left behind: the snapshot with its increments applied. Only at start, where a long slice delays nobody.
    mutating func restore(_ kind: ListKind, from outbox: borrowing Outbox, notices: inout [Notice]) -> HeldList {
        let loaded = ListSnapshot.load(kind: kind, folder: folder)
        if let notice = loaded.notice { notices.append(notice) }
        guard var list = loaded.list, let id = loaded.id else { return HeldList() }
        snapshots[kind] = id
        do throws(StorageError) {
            guard let increments = try outbox.increments(kind, over: id) else { return list }
            var builder = CardListBuilder(unlisted: unlisted)
            for entry in increments.entries { builder.append(entry) }
            var build = builder.build(on: list.cards)
            if let cards = build.step(rows: .max) {
                list.cards = cards
                list.incrementVersion = increments.version
                list.adopted = increments.adopted
            }
        } catch {
            notices.append(Notice(.error, "\(error); the card list's increments are fetched anew"))
        }
        return list
    }

    var isBuilding: Bool { building != nil }

    mutating func begin(_ kind: ListKind, _ builder: consuming CardListBuilder, on base: CardList?) {
        precondition(building == nil, "one list is built at a time")
        building = (kind, builder.build(on: base))
    }

    /// One slice of the list that is under way; the list when that was the last.
    mutating func step() -> (kind: ListKind, list: CardList)? {
        // In place: a copy of the building would have the slice copy its tables.
        guard let kind = building?.kind, let list = building?.build.step(rows: sliceRows) else { return nil }
        building = nil
        return (kind, list)
    }

    /// A new snapshot is on disk.
    mutating func snapshotWritten(_ kind: ListKind, _ id: SnapshotID) { snapshots[kind] = id }

    /// The snapshot on disk; nil before the first.
    func snapshot(_ kind: ListKind) -> SnapshotID? { snapshots[kind] }
}
