/// Names one generation of a list's snapshot, so that increments are applied over that one only.
/// It is the checksum of all that it holds.
public struct SnapshotID: Hashable, Sendable {
    let checksum: UInt64

    /// As SQLite stores it.
    var column: Int64 { Int64(bitPattern: checksum) }
}
