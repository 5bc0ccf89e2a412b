import Base
import HubDomain

extension HubStoreMemory {
    public func setAside(after: Int64?, limit: Int, deviceID: String?) async throws -> [SetAsideRecord] {
        let rows = setAsideRecords.lazy.filter { $0.id > after ?? 0 && (deviceID == nil || $0.key.deviceID == deviceID) }
        return Array(rows.prefix(limit))
    }

    public func countsOfSetAside() async throws -> [SetAsideReason: Int] {
        Dictionary(grouping: setAsideRecords, by: \.reason).mapValues(\.count)
    }

    public func deleteSetAside(_ ids: [Int64]) async throws -> Int {
        let count = setAsideRecords.count
        setAsideRecords.removeAll { ids.contains($0.id) }
        return count - setAsideRecords.count
    }

    public func pruneSetAside(receivedBefore time: WallTime, limit: Int) async throws -> Int {
        try await deleteSetAside(setAsideRecords.lazy.filter { $0.received < time }.prefix(limit).map(\.id))
    }

    func loadSetAside(_ wanted: WantedFacts, _ loaded: inout LoadedFacts) {
        let keys = wanted.setAsideKeys(registered: loaded.devices)
        guard !keys.isEmpty else { return }
        for record in setAsideRecords where keys.contains(record.key) { loaded.setAside[record.key] = record }
        let unknown = setAsideRecords.lazy.filter(\.reason.isOfUnknownDevice)
        loaded.setAsideOfUnknown = SetAsideRecord.Volume(
            rows: unknown.count, bytes: unknown.reduce(0) { $0 + $1.body.count })
    }

    func write(setAside changes: StoreChanges) {
        setAsideRecords.removeAll { changes.setAsideRemoved.contains($0.key) }
        for record in changes.setAside {
            if let index = setAsideRecords.firstIndex(where: { $0.key == record.key }) {
                (setAsideRecords[index].reason, setAsideRecords[index].duplicates) = (record.reason, record.duplicates)
            } else {
                lastSetAside += 1
                var record = record
                record.id = lastSetAside
                setAsideRecords.append(record)
            }
        }
    }
}
