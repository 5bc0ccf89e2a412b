import Base
import Glibc
import JSON

/// `validatorctl handover`: this box's identity and unsent records onto a stick, and the box out of service.
///
/// The box serves on until everything is on the stick and was read back, and validatord has found that nothing is missing there. Its
/// records are not marked: they stay as they are in a box that does not run any more.
struct Handover {
    /// Each catches what has come since the one before; a second suffices unless riders never stop.
    private static let rounds = 10
    private static let kinds = ["taps", "positions"]

    private let stick: StickFolder
    private var identity: IdentityFile
    /// The last row of each kind that is on the stick.
    private var last = [0, 0]

    /// The whole of it. Where the identity is, and how many records are beside it.
    static func run(onto folder: String, allowsOwnDisk: Bool, socket: String) throws(ControlFailure) -> JSONValue {
        var connection = try ControlConnection(socket: socket)
        var handover = try Handover(folder: folder, allowsOwnDisk: allowsOwnDisk, &connection)
        return try handover.run(&connection)
    }

    private init(
        folder: String, allowsOwnDisk: Bool, _ connection: inout ControlConnection
    ) throws(ControlFailure) {
        stick = try StickFolder(folder, allowsOwnDisk: allowsOwnDisk, consequence: "this box serves on")
        if let other = CarriedIdentity.names(in: folder).first {
            throw .refused(
                """
                \(folder) holds an identity already (\(other)); delete that file if its box has been taken over, or use another \
                stick; this box serves on
                """)
        }
        let told = try connection.request("identity")
        guard let device = told["device_id"]?.string, let version = told["version"]?.string,
            let configuration = told["configuration_file"]?.string, let state = told["state_dir"]?.string,
            let files = told["files"]?.array?.compactMap(\.string)
        else { throw .unintelligible("an identity without its files") }
        for path in [configuration, state] where !path.hasPrefix("/") {
            throw .refused("\(path) is no whole path, so that the new box would not find it; this box serves on")
        }
        identity = IdentityFile(
            deviceID: device, version: version, time: WallTime(seconds: Int64(Glibc.time(nil))), configurationFile: configuration,
            stateFolder: state)
        try gatherFiles([configuration] + files)
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

    private mutating func run(_ connection: inout ControlConnection) throws(ControlFailure) -> JSONValue {
        for round in 0..<Self.rounds {
            if round > 0 { usleep(200_000) }
            try writeRecords(&connection)
            let bytes = identity.bytes
            let name = RecordFile.name(device: identity.deviceID, time: identity.time)
            let path = try stick.write(bytes, named: name, type: CarriedIdentity.type)
            do throws(ControlFailure) {
                let reply = try connection.request(
                    "handover",
                    [
                        "file": .string(IdentityFile.name(of: path)), "xxh64": .string(RecordFile.checksum(of: bytes)),
                        "last_tap": .int(last[0]), "last_position": .int(last[1]),
                    ])
                if reply["handed_over"] == true {
                    return [
                        "device_id": .string(identity.deviceID), "file": .string(path), "records": .int(identity.recordCount),
                    ]
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

    /// What is not on the stick yet. There is one file at least, so that the new box notices the change.
    private mutating func writeRecords(_ connection: inout ControlConnection) throws(ControlFailure) {
        var isMore = true
        while isMore {
            var file = RecordFile(device: identity.deviceID, version: identity.version, time: identity.time)
            for (index, kind) in Self.kinds.enumerated() {
                var isPage = true
                while isPage, !file.isFull {
                    let page = try connection.request(
                        "outbox_export", ["kind": .string(kind), "after": .int(last[index]), "limit": 200])
                    guard let records = page["records"]?.array else { throw .unintelligible("a page without records") }
                    for record in records {
                        guard let row = record["row"]?.int else { throw .unintelligible("a record without row") }
                        file.append(record)
                        last[index] = row
                    }
                    isPage = page["next"]?.isNull == false
                }
            }
            isMore = file.isFull
            guard file.records > 0 || identity.recordFiles.isEmpty else { return }
            file.finish()
            guard identity.recordFiles.count < RecordFile.maximumTakeoverFiles else {
                throw .refused("more records than a handover carries: validatorctl outbox collect first; this box serves on")
            }
            let path = try stick.write(file.bytes, named: RecordFile.name(device: identity.deviceID, time: identity.time))
            identity.recordFiles.append(
                IdentityFile.Records(name: IdentityFile.name(of: path), checksum: RecordFile.checksum(of: file.bytes)))
            identity.recordCount += file.records
        }
    }
}
