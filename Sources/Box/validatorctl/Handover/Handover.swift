import Base
import ControlProtocol
import Cryptography
import Glibc
import OperatingSystem
import RecordFiles

/// `validatorctl handover`: this box's identity and unsent records onto a stick, and the box out of service.
///
/// The box serves on until everything is on the stick and was read back, and validatord has found that nothing is missing there. Its
/// records are not marked: they stay as they are in a box that does not run any more.
struct Handover {
    /// Each catches what has come since the one before; a second suffices unless riders never stop.
    private static let rounds = 10
    private static let pageSize = 200

    private let stick: StickFolder
    /// Who may open what is on the stick; nil: everybody.
    private let recipients: SealRecipients?
    private var identity: IdentityFile
    /// The last row of each kind that is on the stick.
    private var last: [RecordKind: Int64] = [:]

    /// The whole of it. Where the identity is, and how many records are beside it.
    static func run(
        onto folder: String, allowsOwnDisk: Bool, protection: Protection, socket: String
    ) throws(ControlFailure) -> HandoverReport {
        var connection = try ControlConnection(socket: socket)
        var handover = try Handover(folder: folder, allowsOwnDisk: allowsOwnDisk, protection, &connection)
        return try handover.run(&connection)
    }

    private init(
        folder: String, allowsOwnDisk: Bool, _ protection: Protection, _ connection: inout ControlConnection
    ) throws(ControlFailure) {
        stick = try StickFolder(folder, allowsOwnDisk: allowsOwnDisk, consequence: "this box serves on")
        if let other = CarriedIdentity.names(in: folder).first {
            throw .refused(
                """
                \(folder) holds an identity already (\(other)); delete that file if its box has been taken over, or use another \
                stick; this box serves on
                """)
        }
        recipients = try protection.recipients(
            hubKey: try connection.ask(.carriage(digest: nil)).hubKey, isForBox: true)
        let told = try connection.ask(.identity)
        for path in [told.configurationFile, told.stateFolder] where !path.hasPrefix("/") {
            throw .refused("\(path) is no whole path, so that the new box would not find it; this box serves on")
        }
        identity = IdentityFile(
            deviceID: told.deviceID, version: told.version, time: Clocks.now().system, configurationFile: told.configurationFile,
            stateFolder: told.stateFolder)
        try gatherFiles([told.configurationFile] + told.files)
    }

    /// The technician's PIN belongs to the box although no key of its configuration names it.
    private mutating func gatherFiles(_ named: [String]) throws(ControlFailure) {
        let folder = IdentityFile.folder(of: identity.configurationFile)
        let pin = "\(folder)/console.pin"
        for path in named + (WholeFile.exists(pin) && !named.contains(pin) ? [pin] : []) {
            guard IdentityFile.folder(of: path) == folder else {
                throw .refused(
                    """
                    the configuration names \(path), and only what lies in \(folder) itself can be handed over: move it there, \
                    restart validatord and try again; this box serves on
                    """)
            }
            let bytes = try WholeFile.read(path, limit: IdentityFile.maximumFileBytes)
            identity.contents.append(IdentityFile.Content(name: IdentityFile.name(of: path), bytes: bytes))
        }
    }

    private mutating func run(_ connection: inout ControlConnection) throws(ControlFailure) -> HandoverReport {
        for round in 0..<Self.rounds {
            if round > 0 { usleep(200_000) }
            try writeRecords(&connection)
            let bytes = sealedIdentity
            let name = CarriedFileWriter.name(device: identity.deviceID, time: identity.time)
            let path = try stick.write(bytes, named: name, type: CarriedIdentity.type)
            do throws(ControlFailure) {
                let request = HandoverRequest(
                    file: IdentityFile.name(of: path), checksum: CarriedFileWriter.checksum(of: bytes),
                    lastTap: last[.taps] ?? 0, lastPosition: last[.positions] ?? 0)
                if try connection.ask(.handOver(request)).isHandedOver {
                    return HandoverReport(deviceID: identity.deviceID, file: path, records: identity.recordCount)
                }
            } catch {
                // Without an answer nobody knows; then the stick keeps what may be the only copy in use.
                if case .unreachable = error { throw error }
                unsafe unlink(path)
                throw error
            }
            unsafe unlink(path)
        }
        throw .refused("records keep coming; try again when nobody taps. This box serves on")
    }

    /// It is for the other box alone: the hub has no use for its secrets.
    private var sealedIdentity: [UInt8] {
        guard let recipients = recipients?.withoutHub else { return identity.bytes }
        var sealer = FileSealer(for: recipients)
        sealer.append(identity.bytes)
        sealer.finish()
        return sealer.take()
    }

    /// What is not on the stick yet. There is one file at least, so that the new box notices the change.
    private mutating func writeRecords(_ connection: inout ControlConnection) throws(ControlFailure) {
        var isMore = true
        while isMore {
            guard try hasMore(&connection) || identity.recordFiles.isEmpty else { return }
            guard identity.recordFiles.count < HandoverFiles.maximumTakeovers else {
                throw .refused("more records than a handover carries: validatorctl outbox collect first; this box serves on")
            }
            var file = RecordFile(device: identity.deviceID, version: identity.version, time: identity.time)
            var output = try CarriedOutput(
                in: stick, named: CarriedFileWriter.name(device: identity.deviceID, time: identity.time), for: recipients)
            for kind in RecordKind.allCases where !file.isFull {
                try connection.pages(of: kind, after: last[kind] ?? 0, limit: Self.pageSize, ControlCall.storedRecords) {
                    page throws(ControlFailure) in
                    for record in page.records {
                        file.append(record.json)
                        last[kind] = record.reference.row
                    }
                    try output.append(file.take())
                    return !file.isFull
                }
            }
            isMore = file.isFull
            file.finish(authentication: try connection.ask(.carriage(digest: output.contentChecksum)).authentication)
            try output.append(file.take())
            let content = output.contentChecksum
            let (path, checksum) = try output.finish()
            identity.recordFiles.append(
                IdentityFile.Records(name: IdentityFile.name(of: path), checksum: checksum, contentChecksum: content))
            identity.recordCount += file.records
        }
    }

    private func hasMore(_ connection: inout ControlConnection) throws(ControlFailure) -> Bool {
        for kind in RecordKind.allCases {
            if try connection.hasRecords(of: kind, after: last[kind] ?? 0) { return true }
        }
        return false
    }
}
