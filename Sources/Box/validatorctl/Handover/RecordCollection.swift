import Base
import ControlProtocol
import Cryptography
import Glibc
import OperatingSystem
import RecordFiles

/// `validatorctl outbox collect`: everything that waits or was refused, into files on a USB stick.
///
/// Records are marked as collected only when the file that holds them is on the stick and was read back. Whatever goes wrong
/// before leaves them as they are; a file whose records could not be marked holds them a second time, which does no harm, since
/// they are known by their `req_id`.
///
/// What lies in the state folder of the time when this box had another identity (`HandoverFiles.former`) is carried along, and removed
/// there once it is on the stick.
struct RecordCollection {
    private let stick: StickFolder
    private let protection: Protection

    init(folder: String, allowsOwnDisk: Bool, protection: Protection) throws(ControlFailure) {
        stick = try StickFolder(folder, allowsOwnDisk: allowsOwnDisk)
        self.protection = protection
    }

    func run(_ connection: inout ControlConnection) throws(ControlFailure) -> CollectionReport {
        let status = try connection.ask(.status)
        guard !status.deviceID.isEmpty else { throw .unintelligible("a status without device_id") }
        let carriage = try connection.ask(.carriage(digest: nil))
        let former = (1...HandoverFiles.maximumTakeovers).map { "\(carriage.stateFolder)/\(HandoverFiles.former($0))" }
            .filter { WholeFile.exists($0) }
        var report = CollectionReport()
        guard try hasRecords(&connection) || !former.isEmpty else { return report }
        let recipients = try protection.recipients(hubKey: carriage.hubKey, isForBox: false)
        for path in former { report.files.append(try carry(path, for: recipients, &connection)) }
        // What has come since the last one that is not full waits for the next time: a bus in service would never be done.
        while let (file, isFull) = try collect(of: status, for: recipients, &connection) {
            report.files.append(file)
            if !isFull { break }
        }
        return report
    }

    private func hasRecords(_ connection: inout ControlConnection) throws(ControlFailure) -> Bool {
        for kind in RecordKind.allCases {
            if try connection.hasRecords(of: kind) { return true }
        }
        return false
    }

    private typealias Page = (kind: RecordKind, references: [RecordReference])

    /// One file; nil when nothing is left.
    private func collect(
        of status: StatusReport, for recipients: SealRecipients?, _ connection: inout ControlConnection
    ) throws(ControlFailure) -> (CollectionReport.File, isFull: Bool)? {
        guard try hasRecords(&connection) else { return nil }
        // For the file's name and head; each record has its own time.
        let now = Clocks.now().system
        var file = RecordFile(device: status.deviceID, version: status.version, time: now)
        var output = try CarriedOutput(
            in: stick, named: CarriedFileWriter.name(device: status.deviceID, time: now), for: recipients)
        var pages: [Page] = []
        for kind in RecordKind.allCases where !file.isFull {
            try connection.pages(of: kind, limit: ControlRequest.maximumReferences, ControlCall.storedRecords) {
                page throws(ControlFailure) in
                for record in page.records { file.append(record.json) }
                if !page.records.isEmpty { pages.append((kind, page.records.map(\.reference))) }
                try output.append(file.take())
                return !file.isFull
            }
        }
        let isFull = file.isFull
        file.finish(authentication: try connection.ask(.carriage(digest: output.contentChecksum)).authentication)
        try output.append(file.take())
        let path = try output.finish().path
        for page in pages { _ = try connection.ask(.markCollected(page.kind, page.references)) }
        return (CollectionReport.File(path: path, records: file.records), isFull)
    }

    /// A file of another identity's records, as it is: this box cannot prove that it was that one.
    private func carry(
        _ path: String, for recipients: SealRecipients?, _ connection: inout ControlConnection
    ) throws(ControlFailure) -> CollectionReport.File {
        let bytes = try WholeFile.read(path, limit: RecordFile.maximumBytes)
        let (device, count): (String, Int)
        do throws(CarriedFileError) {
            let records = try CollectedRecords(bytes)
            (device, count) = (records.deviceID, records.count)
        } catch {
            throw .badData("\(path) is damaged; nothing of it is carried away")
        }
        var output = try CarriedOutput(
            in: stick, named: CarriedFileWriter.name(device: device, time: Clocks.now().system), for: recipients)
        try output.append(bytes)
        let written = try output.finish().path
        guard unsafe unlink(path) == 0 else {
            throw .cannotWrite("\(path) is on the stick, and cannot be removed: \(unsafe String(cString: strerror(errno)))")
        }
        return CollectionReport.File(path: written, records: count)
    }
}
