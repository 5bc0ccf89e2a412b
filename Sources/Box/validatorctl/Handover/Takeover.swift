import Base
import ControlProtocol
import Glibc
import RecordFiles

/// `validatorctl takeover`: another box's identity and records from a stick to this one.
///
/// Everything is read, checked and written before anything is replaced, the configuration last of all. Cut off wherever it may be,
/// it is run again. The records go into the state folder; validatord takes them into its outbox when it starts, each once.
struct Takeover {
    private let carried: CarriedIdentity
    private let socket: String
    private let owner = BoxUser()
    private var identity: IdentityFile { carried.identity }

    init(
        folder: String, configurationFile: String, passphrase: [UInt8]?, isPlain: Bool, socket: String
    ) throws(ControlFailure) {
        carried = try CarriedIdentity(in: folder, passphrase: passphrase, isPlain: isPlain)
        self.socket = socket
        guard carried.identity.configurationFile == configurationFile else {
            throw .refused(
                """
                the other box has its configuration in \(carried.identity.configurationFile.printable), not in \(configurationFile) \
                (--config); nothing was changed
                """)
        }
    }

    /// What this box is now, and whether validatord starts anew by itself.
    func run() throws(ControlFailure) -> TakeoverReport {
        let folder = try ConfigurationFolder(identity.configurationFile, identity.contents, owner: owner)
        defer { folder.discard() }
        try folder.check(deviceID: identity.deviceID, stateFolder: identity.stateFolder)
        try requireVacancy()
        try carried.claim(for: Self.machine)
        try putRecords()
        try folder.install()
        var report = TakeoverReport()
        report.deviceID = identity.deviceID
        report.records = identity.recordCount
        report.restarts = ControlConnection.restartsDaemon(socket: socket)
        return report
    }

    /// Nobody would ever settle this box's own fares. Its positions are worth nothing, and validatord sets them aside.
    private func requireVacancy() throws(ControlFailure) {
        let state = identity.stateFolder
        let note = "\(state)/\(HandoverFiles.note)"
        guard !WholeFile.exists(note) else {
            throw .refused(
                """
                this box was handed over itself (\(note)). Is it the one that the stick comes from? Then: \
                validatorctl handover --undo FOLDER. Else, once all its records are at the hub, empty \(state) first
                """)
        }
        for number in 1...HandoverFiles.maximumTakeovers where WholeFile.exists(recordPath(number)) {
            let content = number <= identity.recordFiles.count ? identity.recordFiles[number - 1].contentChecksum : ""
            guard try WholeFile.checksum(recordPath(number), like: content) == content else {
                throw .refused("\(recordPath(number)) is still to be taken in: start validatord first; nothing was changed")
            }
        }
        let present = try? WholeFile.read(identity.configurationFile, limit: IdentityFile.maximumFileBytes)
        let isOurs = identity.contents.contains {
            $0.bytes == present && $0.name == IdentityFile.name(of: identity.configurationFile)
        }
        do throws(ControlFailure) {
            var connection = try ControlConnection(socket: socket)
            if try connection.ask(.status).deviceID == identity.deviceID { return }
            guard try !connection.hasRecords(of: .taps) else {
                throw .refused(
                    """
                    this box has unsent or refused taps of its own, which must not go out as the other's: \
                    validatorctl outbox collect FOLDER first; nothing was changed
                    """)
            }
        } catch {
            guard case .unreachable = error else { throw error }
            // Where this box's own are by its own configuration, too.
            let own = present.flatMap { try? ConfigurationFolder.text("state_dir", in: $0) } ?? state
            let outbox = ["\(state)/outbox.db", "\(own)/outbox.db"].first { WholeFile.exists($0) }
            if let outbox, !isOurs {
                throw .refused(
                    """
                    \(error)
                    without it nobody knows whether this box has unsent taps of its own (\(outbox)): start it first; nothing was changed
                    """)
            }
        }
    }

    private func recordPath(_ number: Int) -> String { "\(identity.stateFolder)/\(HandoverFiles.takeover(number))" }

    private func putRecords() throws(ControlFailure) {
        let state = identity.stateFolder
        if unsafe mkdir(state, 0o700) == 0 {
            guard unsafe chown(state, owner.user, owner.group) == 0 else { throw .cannotWrite("\(state) is root's; be root") }
        }
        let folder = try StickFolder(state, allowsOwnDisk: true, consequence: "nothing was replaced")
        for (index, file) in identity.recordFiles.enumerated() {
            let path = recordPath(index + 1)
            if !WholeFile.exists(path) {
                try carried.copy(
                    file, to: folder, named: HandoverFiles.takeoverName(index + 1), type: HandoverFiles.takeoverType)
            }
            try owner.own(path)
        }
    }

    /// What tells this box from all others: a machine without a name of its own has one until it is restarted.
    private static var machine: String {
        let names = ["/etc/machine-id", "/proc/sys/kernel/random/boot_id"].lazy.compactMap { Machine.line(of: $0) }
        return names.first { !$0.isEmpty } ?? "unknown"
    }
}
