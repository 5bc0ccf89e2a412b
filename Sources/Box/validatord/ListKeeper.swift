import Base
import Dispatch
import Fares
import SQLite
import Storage
import ValidatorCore

/// Builds new lists in slices of the loop's time, and has them made durable on a queue of their own.
final class ListKeeper {
    /// Rows a slice: well under 2 ms even when each row misses the cache.
    private static let sliceRows = 8192

    private let folder: String
    /// What `flag` 0 means in increments.
    private let unlisted: UnlistedMeaning
    /// The one place beside the loop: it owns nothing but the file that it writes, and is handed a finished image.
    private let writer = DispatchQueue(label: "list snapshots", qos: .utility)
    private var snapshots: [ListKind: SnapshotID] = [:]
    /// The one that is under way; the validator asks for no second one meanwhile.
    private var building: CardListBuild?
    private let onBuilt: (ListKind, CardList) -> Void
    private let onSaved: (ListKind, StorageError?) -> Void

    init(
        folder: String, unlisted: UnlistedMeaning, onBuilt: @escaping (ListKind, CardList) -> Void,
        onSaved: @escaping (_ kind: ListKind, _ failure: StorageError?) -> Void
    ) {
        self.folder = folder
        self.unlisted = unlisted
        self.onBuilt = onBuilt
        self.onSaved = onSaved
    }

    /// What the last run left behind: the snapshot with its increments applied. Only at start, where a long slice delays nobody.
    func restore(_ kind: ListKind, from outbox: borrowing Outbox, onNotice: (Notice) -> Void) -> HeldList {
        let loaded = ListSnapshot.load(kind: kind, folder: folder)
        if let notice = loaded.notice { onNotice(notice) }
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
            onNotice(Notice(.error, "\(error); the card list's increments are fetched anew"))
        }
        return list
    }

    func build(_ kind: ListKind, _ builder: consuming CardListBuilder, on base: CardList?) {
        building = builder.build(on: base)
        proceed(kind)
    }

    private func proceed(_ kind: ListKind) {
        // In place: a copy of the building would have the slice copy its tables.
        guard let list = building?.step(rows: Self.sliceRows) else {
            DispatchQueue.main.async { self.proceed(kind) }
            return
        }
        building = nil
        onBuilt(kind, list)
    }

    func save(_ kind: ListKind, _ list: HeldList) {
        let folder = folder
        writer.async {
            let result = Result<SnapshotID, StorageError> { () throws(StorageError) in
                try ListSnapshot.write(list, kind: kind, folder: folder)
            }
            DispatchQueue.main.async { self.finish(kind, result) }
        }
    }

    private func finish(_ kind: ListKind, _ result: Result<SnapshotID, StorageError>) {
        switch result {
        case .success(let id):
            snapshots[kind] = id
            onSaved(kind, nil)
        case .failure(let error):
            onSaved(kind, error)
        }
    }

    /// As rows beside the snapshot, or as a new snapshot where they are too many.
    func saveIncrement(_ kind: ListKind, _ list: HeldList, entries: [CardListEntry], in keeper: OutboxKeeper) {
        let isStored = keeper.attempt { outbox throws(StorageError) in
            try outbox.saveIncrement(
                kind, over: self.snapshots[kind], entries: entries, version: list.incrementVersion, adopted: list.adopted)
        }
        if isStored == true { onSaved(kind, nil) } else { save(kind, list) }
    }
}
