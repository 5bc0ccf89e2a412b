import Base
import JSON

/// Makes a file that someone carries, as `CarriedFile` reads it.
public struct CarriedFileWriter: Sendable {
    /// Of one line, in bytes: an identity's longest is a file of a megabyte, of which each byte may take six as JSON.
    static let maximumLine = 8 << 20

    public private(set) var bytes: [UInt8]
    /// Lines since the head.
    public private(set) var count = 0

    /// - Parameter head: names the file's `kind` and `format`.
    init(head: JSONValue) {
        bytes = head.bytes + [UInt8(ascii: "\n")]
    }

    mutating func append(_ line: JSONValue) {
        bytes += line.bytes
        bytes.append(UInt8(ascii: "\n"))
        count += 1
    }

    /// Adds the last line; nothing may be appended any more.
    mutating func finish() {
        let end: JSONValue = ["kind": "end", "records": .int(count), "xxh64": .string(Self.checksum(of: bytes))]
        bytes += end.bytes
        bytes.append(UInt8(ascii: "\n"))
    }

    /// XXH64 as 16 hexadecimal digits, as files and requests name another file's content.
    public static func checksum(of bytes: [UInt8]) -> String { hexadecimal(XXHash64.checksum(of: bytes)) }

    /// `validator-VLD0001-20261122T101500Z`, which a FAT file system takes too.
    public static func name(device: String, time: WallTime) -> String {
        let civil = CivilTime(secondsSince1970: time.seconds)
        let date = civil.date.filter { $0 != "-" }
        let timeOfDay = civil.timeOfDay.filter { $0 != ":" }
        return "validator-\(device.replacing(":", with: "_"))-\(date)T\(timeOfDay)Z"
    }
}
