import Base
import JSON

/// What the file `handed-over.json` says: for people, and for whoever undoes the handover.
public struct HandoverNote: Hashable, Sendable {
    public var deviceID: String
    /// By the system's clock.
    public var time: WallTime
    /// The identity's file on the stick, and its checksum.
    public var file: String
    public var checksum: String

    public init(deviceID: String, time: WallTime, file: String, checksum: String) {
        (self.deviceID, self.time, self.file, self.checksum) = (deviceID, time, file, checksum)
    }

    /// A line with the newline that ends it.
    public var bytes: [UInt8] {
        let note: JSONValue = [
            "device_id": .string(deviceID), "time": .string(time.timestamp), "file": .string(file), "xxh64": .string(checksum),
        ]
        return note.bytes + [UInt8(ascii: "\n")]
    }

    /// Nil when it is none.
    public init?(_ bytes: [UInt8]) {
        guard let note = try? JSONValue(parsing: bytes), let device = note["device_id"]?.string,
            let time = note["time"]?.string.flatMap(WallTime.init(timestamp:)), let file = note["file"]?.string,
            let checksum = note["xxh64"]?.string
        else { return nil }
        self.init(deviceID: device, time: time, file: file, checksum: checksum)
    }
}
