import HubDomain

/// The records that were put aside, of one batch: those that were found, and those that are new.
struct SetAsideFacts: Sendable {
    private var rows: [SetAsideRecord.Key: SetAsideRecord]
    private var changed: Set<SetAsideRecord.Key> = []
    private(set) var removed: Set<SetAsideRecord.Key> = []
    private(set) var volumeOfUnknown: SetAsideRecord.Volume?
    /// What it was before each change.
    private var journal: [State] = []

    private struct State: Sendable {
        var key: SetAsideRecord.Key
        var row: SetAsideRecord?
        var wasChanged: Bool
        var wasRemoved: Bool
        var volumeOfUnknown: SetAsideRecord.Volume?
    }

    init(_ loaded: LoadedFacts) {
        (rows, volumeOfUnknown) = (loaded.setAside, loaded.setAsideOfUnknown)
    }

    var kept: [SetAsideRecord] { changed.compactMap { rows[$0] } }

    func find(_ key: SetAsideRecord.Key) -> SetAsideRecord? { rows[key] }

    mutating func keep(_ record: SetAsideRecord) {
        remember(record.key)
        if rows[record.key] == nil, record.reason.isOfUnknownDevice {
            volumeOfUnknown?.rows += 1
            volumeOfUnknown?.bytes += record.body.count
        }
        rows[record.key] = record
        changed.insert(record.key)
        removed.remove(record.key)
    }

    mutating func remove(_ key: SetAsideRecord.Key) {
        guard rows[key] != nil else { return }
        remember(key)
        rows[key] = nil
        changed.remove(key)
        removed.insert(key)
    }

    private mutating func remember(_ key: SetAsideRecord.Key) {
        journal.append(
            State(
                key: key, row: rows[key], wasChanged: changed.contains(key), wasRemoved: removed.contains(key),
                volumeOfUnknown: volumeOfUnknown))
    }

    mutating func forgetJournal() { journal.removeAll(keepingCapacity: true) }

    mutating func undo() {
        while let state = journal.popLast() {
            rows[state.key] = state.row
            if state.wasChanged { changed.insert(state.key) } else { changed.remove(state.key) }
            if state.wasRemoved { removed.insert(state.key) } else { removed.remove(state.key) }
            volumeOfUnknown = state.volumeOfUnknown
        }
    }
}

extension StoreFacts {
    /// Nil when nothing is aside under that key, which must have been wanted.
    public func setAside(_ key: SetAsideRecord.Key) -> SetAsideRecord? { aside.find(key) }

    /// What is aside of unknown devices, with what this batch adds. To be asked only where a key that was wanted was looked for.
    public var setAsideOfUnknown: SetAsideRecord.Volume {
        guard let volume = aside.volumeOfUnknown else { preconditionFailure("nothing that may be put aside was wanted") }
        return volume
    }

    /// Puts a record aside, or changes the reason and number of repetitions of the one that is there.
    public mutating func setAside(_ record: SetAsideRecord) { aside.keep(record) }

    /// Nothing happens when it is not there.
    public mutating func removeSetAside(_ key: SetAsideRecord.Key) { aside.remove(key) }
}
