import Base
import SQLite

/// Records of another box whose identity this one has taken over. They come in files, by `commit` as any other record; here is
/// what keeps a file from being taken twice.
extension Outbox {
    /// As which device the box made what is here; nil when nobody has noted it.
    public func deviceID() throws(StorageError) -> String? { try text(Self.deviceIDKey) }

    /// What comes from now on is that device's.
    public mutating func note(deviceID: String) throws(StorageError) { try set(Self.deviceIDKey, to: deviceID) }

    /// What comes from now on is that device's, and nothing that is here: `returnCollected` leaves it alone for ever.
    public mutating func noteOther(deviceID: String) throws(StorageError) {
        try transaction(isSynced: true) { outbox, _ throws(StorageError) in
            for (key, table) in [(Self.formerTapKey, "taps"), (Self.formerPositionKey, "positions")] {
                try outbox.database.execute(
                    """
                    INSERT OR REPLACE INTO state (key, value) \
                    SELECT '\(key)', max(ifnull(max(row), 0), \(try outbox.formerRow(key))) FROM \(table)
                    """)
            }
            try outbox.put(Self.deviceIDKey, deviceID)
        }
    }

    /// Up to that row, taps and positions were made under another identity.
    func formerRows() throws(StorageError) -> (taps: Int64, positions: Int64) {
        (try formerRow(Self.formerTapKey), try formerRow(Self.formerPositionKey))
    }

    private func formerRow(_ key: String) throws(StorageError) -> Int64 {
        try database.integer("SELECT value FROM state WHERE key = '\(key)'") ?? 0
    }

    /// Whether all of the file with this checksum was taken, perhaps long ago, so that nothing else tells of its records.
    public func hasTaken(file checksum: UInt64) throws(StorageError) -> Bool { try text(Self.key(checksum)) != nil }

    public mutating func noteTaken(file checksum: UInt64) throws(StorageError) { try set(Self.key(checksum), to: "") }

    /// The log's `req_id` of every tap and that of every position that is here, whatever became of it.
    public func recordIDs() throws(StorageError) -> Set<UniqueID> {
        var found: Set<UniqueID> = []
        let rows = try database.prepare("SELECT log_id FROM taps UNION ALL SELECT request_id FROM positions")
        while try rows.step() {
            if let id = rows.uniqueID(0) { found.insert(id) }
        }
        return found
    }

    private static let deviceIDKey = "device_id"
    private static let formerTapKey = "former_tap_row"
    private static let formerPositionKey = "former_position_row"
    private static func key(_ checksum: UInt64) -> String { "taken_file_" + String(checksum, radix: 16) }

    private func text(_ key: String) throws(StorageError) -> String? {
        let found = try database.prepare("SELECT value FROM state WHERE key = ?1")
        try found.bind(key, at: 1)
        return try found.step() ? found.text(0) : nil
    }

    private mutating func set(_ key: String, to value: String) throws(StorageError) {
        try transaction(isSynced: true) { outbox, _ throws(StorageError) in try outbox.put(key, value) }
    }

    /// Inside a transaction.
    private func put(_ key: String, _ value: String) throws(StorageError) {
        let insertion = try database.prepare("INSERT OR REPLACE INTO state (key, value) VALUES (?1, ?2)")
        try insertion.bind(key, at: 1)
        try insertion.bind(value, at: 2)
        try insertion.run()
    }
}
