import Base
import ControlProtocol
import OperatingSystem
import RecordFiles

/// `validatorctl outbox collect`: everything that waits or was refused, into files on a USB stick.
///
/// Records are marked as collected only when the file that holds them is on the stick and was read back. Whatever goes wrong
/// before leaves them as they are; a file whose records could not be marked holds them a second time, which does no harm, since
/// they are known by their `req_id`.
struct RecordCollection {
    private let stick: StickFolder

    init(folder: String, allowsOwnDisk: Bool) throws(ControlFailure) {
        stick = try StickFolder(folder, allowsOwnDisk: allowsOwnDisk)
    }

    func run(_ connection: inout ControlConnection) throws(ControlFailure) -> CollectionReport {
        let status = try connection.ask(.status)
        guard !status.deviceID.isEmpty else { throw .unintelligible("a status without device_id") }
        var report = CollectionReport()
        while true {
            // For the file's name and head; each record has its own time.
            let now = Clocks.now().system
            var file = RecordFile(device: status.deviceID, version: status.version, time: now)
            let pages = try gather(into: &file, &connection)
            guard file.records > 0 else { break }
            let isFull = file.isFull
            file.finish()
            let path = try stick.write(file.bytes, named: CarriedFileWriter.name(device: status.deviceID, time: now))
            for page in pages { _ = try connection.ask(.markCollected(page.kind, page.references)) }
            report.files.append(CollectionReport.File(path: path, records: file.records))
            // What has come since waits for the next time: a bus in service would never be done.
            if !isFull { break }
        }
        return report
    }

    private typealias Page = (kind: RecordKind, references: [RecordReference])

    private func gather(
        into file: inout RecordFile, _ connection: inout ControlConnection
    ) throws(ControlFailure) -> [Page] {
        var pages: [Page] = []
        for kind in RecordKind.allCases where !file.isFull {
            try connection.pages(of: kind, limit: ControlRequest.maximumReferences, ControlCall.storedRecords) { page in
                for record in page.records { file.append(record.json) }
                if !page.records.isEmpty { pages.append((kind, page.records.map(\.reference))) }
                return !file.isFull
            }
        }
        return pages
    }
}
