import Base
import JSON

/// Records of a box in a file that someone carries: a JSON object a line (docs/vehicle.md). The first line says whose they are,
/// the last one how many there are and the checksum of everything before it, so that a torn or damaged file is known for one.
struct RecordFile {
    /// The layout; a reader refuses any other.
    static let format = 1
    /// What is held in memory at a time; usually 12 MB.
    private static let maximumRecords = 20_000
    static let maximumBytes = 32 << 20
    /// As many of a handover as validatord takes in.
    static let maximumTakeoverFiles = 99

    private(set) var bytes: [UInt8]
    private(set) var records = 0

    init(device: String, version: String, time: WallTime) {
        self.init(head: [
            "kind": "collection", "format": .int(Self.format), "device_id": .string(device), "version": .string(version),
            "time_ms": .int(time.milliseconds),
        ])
    }

    /// A file of another kind, of the same make.
    init(head: JSONValue) {
        bytes = head.bytes + [UInt8(ascii: "\n")]
    }

    /// What comes now belongs into another file. A page of 200 records more would do no harm.
    var isFull: Bool { records >= Self.maximumRecords || bytes.count >= Self.maximumBytes / 2 }

    mutating func append(_ record: JSONValue) {
        bytes += record.bytes
        bytes.append(UInt8(ascii: "\n"))
        records += 1
    }

    mutating func finish() {
        let end: JSONValue = ["kind": "end", "records": .int(records), "xxh64": .string(Self.checksum(of: bytes))]
        bytes += end.bytes
        bytes.append(UInt8(ascii: "\n"))
    }

    /// XXH64 as 16 hexadecimal digits.
    static func checksum(of bytes: [UInt8]) -> String {
        let sum = XXHash64.checksum(of: bytes)
        return hexadecimal((0..<8).map { UInt8(truncatingIfNeeded: sum >> (56 - 8 * UInt64($0))) })
    }

    /// `validator-VLD0001-20261122T101500Z`, which a FAT file system takes too.
    static func name(device: String, time: WallTime) -> String {
        let civil = CivilTime(secondsSince1970: time.seconds)
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = "\(civil.year)\(padded(civil.month))\(padded(civil.day))"
        let clock = "\(padded(civil.hour))\(padded(civil.minute))\(padded(civil.second))"
        return "validator-\(device.replacing(":", with: "_"))-\(date)T\(clock)Z"
    }
}
