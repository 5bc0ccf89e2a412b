import ArgumentParser
import Glibc
import RecordFiles

struct HandoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handover", abstract: "Hands this box's identity and unsent records over to another box.",
        discussion: """
            Writes them to a USB stick and takes this box out of service for good; validatorctl takeover brings them to the other. \
            Until everything is safely on the stick, this box serves on. To be run as root. All of it is sealed with a passphrase, which the \
            other box asks for.
            """)

    @OptionGroup var options: ControlOptions
    @OptionGroup var seal: SealOptions

    @Argument(help: "The folder that the USB stick is mounted at.")
    var folder: String

    @Flag(help: "No box has taken the stick's copy: take it off the stick, and let this box serve again.")
    var undo = false

    @Flag(help: "Let it write to the box's own disk.")
    var sameDisk = false

    func run() throws {
        do throws(ControlFailure) {
            let result =
                try undo
                ? takeBack()
                : Handover.run(
                    onto: folder, allowsOwnDisk: sameDisk, protection: seal.protection(), socket: options.socket)
            if options.json {
                Output.tell(result.json)
            } else {
                Output.tell(undo ? Self.undone(result) : Self.done(result, folder, isPlain: seal.plain))
            }
        } catch {
            error.tell()
            throw ExitCode(error.exitCode)
        }
    }

    private func takeBack() throws(ControlFailure) -> HandoverReport {
        let carried = try CarriedIdentity(in: folder, passphrase: seal.passphrase(), isPlain: true)
        let state = carried.identity.stateFolder
        let mark = "\(state)/\(HandoverFiles.note)"
        guard WholeFile.exists(mark) else { throw .refused("\(mark) is not there: this box was not handed over") }
        guard HandoverNote(try WholeFile.read(mark, limit: 65536))?.checksum == carried.checksum else {
            throw .refused("the stick holds another handover than the one that took this box out of service (see \(mark))")
        }
        // First of all the stick's copy becomes unusable.
        try carried.claim(for: "taken back")
        guard unsafe unlink(mark) == 0 else {
            throw .cannotWrite("\(mark) cannot be removed: \(unsafe String(cString: strerror(errno))); be root, and try again")
        }
        try StickFolder(state, allowsOwnDisk: true, consequence: "this box may be out of service still").synchronise(state)
        carried.remove()
        AuditTrail.tell(.handoverUndone, carried.identity.deviceID, socket: options.socket)
        return HandoverReport(deviceID: carried.identity.deviceID)
    }

    private static func done(_ result: HandoverReport, _ folder: String, isPlain: Bool) -> String {
        """
        \(result.deviceID) is handed over with \(Cell.text(result.records)) records: \(Cell.text(result.file))
        This box serves no more. On the new one, as root: validatorctl takeover \(folder)
        \(isPlain
            ? "The stick holds secrets and whole card numbers: keep it as you keep cash, and delete the files afterwards."
            : "Tell the passphrase to nobody who has the stick and is not to have the box; delete the files afterwards.")
        """
    }

    private static func undone(_ result: HandoverReport) -> String {
        "this box is \(result.deviceID) again; start it: systemctl start validator"
    }
}
