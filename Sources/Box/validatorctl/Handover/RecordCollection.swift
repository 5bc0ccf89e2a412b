import Base
import Glibc
import JSON

/// `validatorctl outbox collect`: everything that waits or was refused, into files on a USB stick.
///
/// Records are marked as collected only when the file that holds them is on the stick and was read back. Whatever goes wrong
/// before leaves them as they are; a file whose records could not be marked holds them a second time, which does no harm, since
/// they are known by their `req_id`.
struct RecordCollection {
    private static let pageSize = 200

    private let stick: StickFolder

    init(folder: String, allowsOwnDisk: Bool) throws(ControlFailure) {
        stick = try StickFolder(folder, allowsOwnDisk: allowsOwnDisk)
    }

    /// The files and how many records each has.
    func run(_ connection: inout ControlConnection) throws(ControlFailure) -> JSONValue {
        let status = try connection.request("status")
        guard let device = status["device_id"]?.string, let version = status["version"]?.string else {
            throw .unintelligible("a status without device_id")
        }
        var files: [JSONValue] = []
        while true {
            let now = Self.systemTime()
            var file = RecordFile(device: device, version: version, time: now)
            let pages = try gather(into: &file, &connection)
            guard file.records > 0 else { break }
            let isFull = file.isFull
            file.finish()
            let path = try stick.write(file.bytes, named: RecordFile.name(device: device, time: now))
            for page in pages {
                _ = try connection.request("outbox_collected", ["kind": .string(page.kind), "records": .array(page.names)])
            }
            files.append(["file": .string(path), "records": .int(file.records)])
            // What has come since waits for the next time: a bus in service would never be done.
            if !isFull { break }
        }
        return ["files": .array(files)]
    }

    private typealias Page = (kind: String, names: [JSONValue])

    private func gather(
        into file: inout RecordFile, _ connection: inout ControlConnection
    ) throws(ControlFailure) -> [Page] {
        var pages: [Page] = []
        for (kind, idMember) in [("taps", "log_id"), ("positions", "request_id")] {
            var next: JSONValue = 0
            while !next.isNull, !file.isFull {
                let page = try connection.request(
                    "outbox_export", ["kind": .string(kind), "after": next, "limit": .int(Self.pageSize)])
                guard let records = page["records"]?.array else { throw .unintelligible("a page without records") }
                var names: [JSONValue] = []
                for record in records {
                    guard let row = record["row"], let id = record[idMember] else {
                        throw .unintelligible("a record without row or \(idMember)")
                    }
                    file.append(record)
                    names.append(["row": row, "id": id])
                }
                if !names.isEmpty { pages.append((kind, names)) }
                next = page["next"] ?? .null
            }
        }
        return pages
    }

    /// For the file's name and head; each record has its own time.
    private static func systemTime() -> WallTime { WallTime(seconds: Int64(time(nil))) }
}
