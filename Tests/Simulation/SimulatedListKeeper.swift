import Base
import Fares
import SQLite
import Storage
import ValidatorCore

/// Builds lists in slices and writes real snapshots, each step some time after the one before, so that a cut can fall between.
struct SimulatedListKeeper {
    private static let sliceRows = 16

    private enum Work {
        case build(ListKind, CardListBuild)
        case write(ListKind, HeldList)
        case report(ListKind, StorageError?)
    }

    private(set) var snapshots: [ListKind: SnapshotID] = [:]
    private let folder: String
    private let unlisted: UnlistedMeaning
    private var random: SeededGenerator
    /// The validator builds one list at a time.
    private var pending: (due: Instant, work: Work)?

    init(folder: String, unlisted: UnlistedMeaning, seed: UInt64) {
        (self.folder, self.unlisted, random) = (folder, unlisted, SeededGenerator(seed: seed))
    }

    var nextDue: Instant? { pending?.due }

    mutating func restore(_ kind: ListKind, from outbox: borrowing Outbox) -> HeldList {
        let loaded = ListSnapshot.load(kind: kind, folder: folder)
        guard var list = loaded.list, let id = loaded.id else { return HeldList() }
        snapshots[kind] = id
        guard let increments = try? outbox.increments(kind, over: id) else { return list }
        var builder = CardListBuilder(unlisted: unlisted)
        for entry in increments.entries { builder.append(entry) }
        var build = builder.build(on: list.cards)
        if let cards = build.step(rows: .max) {
            (list.cards, list.incrementVersion, list.adopted) = (cards, increments.version, increments.adopted)
        }
        return list
    }

    mutating func build(_ kind: ListKind, _ builder: CardListBuilder, on base: CardList?, at now: Instant) {
        pending = (now + .milliseconds(1), .build(kind, builder.build(on: base)))
    }

    mutating func save(_ kind: ListKind, _ list: HeldList, at now: Instant) {
        pending = (now + random.seconds(0.01...0.4), .write(kind, list))
    }

    /// Does what is due. What the validator is to be told, if something is finished.
    mutating func work(at now: Instant) -> Event? {
        guard let (due, work) = pending, due <= now else { return nil }
        pending = nil
        switch work {
        case .build(let kind, var build):
            if let list = build.step(rows: Self.sliceRows) { return .listBuilt(kind, list) }
            pending = (now + .milliseconds(1), .build(kind, build))
        case .write(let kind, let list):
            let result = Result { () throws(StorageError) in try ListSnapshot.write(list, kind: kind, folder: folder) }
            switch result {
            case .success(let id):
                snapshots[kind] = id
                pending = (now + random.seconds(0...0.01), .report(kind, nil))
            case .failure(let error): pending = (now + .milliseconds(1), .report(kind, error))
            }
        case .report(let kind, let error):
            return error.map { .listNotSaved(kind, reason: "\($0)") } ?? .listSaved(kind)
        }
        return nil
    }
}
