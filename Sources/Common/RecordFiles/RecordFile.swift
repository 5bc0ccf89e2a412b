import Base
import JSON

/// Records of a box in a file that someone carries, being written. `CollectedRecords` reads it.
public struct RecordFile: Sendable {
    static let kind = "collection"
    /// The layout; a reader refuses any other.
    static let format = 1
    /// Usually 12 MB, which a box that takes them over holds in memory.
    private static let maximumRecords = 20_000
    /// Of a whole file.
    public static let maximumBytes = 32 << 20

    private var file: CarriedFileWriter

    public init(device: String, version: String, time: WallTime) {
        file = CarriedFileWriter(head: [
            "kind": .string(Self.kind), "format": .int(Self.format), "device_id": .string(device), "version": .string(version),
            "time_ms": .int(time.milliseconds),
        ])
    }

    /// What was written and not taken yet.
    public var bytes: [UInt8] { file.bytes }
    public var records: Int { file.count }

    /// What comes now belongs into another file. A page of 200 records more would do no harm.
    public var isFull: Bool { records >= Self.maximumRecords || file.byteCount >= Self.maximumBytes / 2 }

    /// - Parameter record: as the outbox tells it (`Record`), whole, with members that this release does not know.
    public mutating func append(_ record: JSONValue) { file.append(record) }

    /// Nothing may be appended any more.
    ///
    /// - Parameter authentication: over everything before, in hexadecimal; nil: nothing tells which box wrote it.
    public mutating func finish(authentication: String? = nil) { file.finish(authentication: authentication) }

    /// What the file goes on with; it is no longer held.
    public mutating func take() -> [UInt8] { file.take() }
}
