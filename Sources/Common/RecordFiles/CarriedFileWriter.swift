import Base
import JSON

/// Makes a file that someone carries, as `CarriedFile` reads it.
public struct CarriedFileWriter: Sendable {
    /// Of one line, in bytes: an identity's longest is a file of a megabyte, of which each byte may take six as JSON.
    static let maximumLine = 8 << 20

    /// What was written and not taken yet.
    public private(set) var bytes: [UInt8] = []
    /// Lines since the head.
    public private(set) var count = 0
    /// Of everything that was written.
    private(set) var byteCount = 0
    private var checksum = RunningXXHash64()

    /// - Parameter head: names the file's `kind` and `format`.
    init(head: JSONValue) { write(head) }

    mutating func append(_ line: JSONValue) {
        write(line)
        count += 1
    }

    /// Adds the last line; nothing may be appended any more.
    ///
    /// - Parameter authentication: by which the hub knows the box (`FileAuthenticator`), in hexadecimal; nil: nothing is proved.
    mutating func finish(authentication: String? = nil) {
        var end: JSONObject = ["kind": "end", "records": .int(count), "xxh64": .string(hexadecimal(checksum.value))]
        if let authentication { end[CarriedFile.authenticationMember] = .string(authentication) }
        write(.object(end))
    }

    /// What the file goes on with; it is no longer held.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    private mutating func write(_ line: JSONValue) {
        let line = line.bytes + [UInt8(ascii: "\n")]
        checksum.append(line)
        byteCount += line.count
        bytes += line
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
