import ArgumentParser
import ControlProtocol
import JSON

struct OutboxCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "What waits to be uploaded.",
        discussion: """
            Without an action: how much waits.
            export   every record that is still there, one JSON object a line
            refused  the records that the platform refused for good
            retry    puts those back in the queue
            collect FOLDER
                     writes all of them to a file in FOLDER, a USB stick; once the file is safely there, they are kept as
                     collected and no longer uploaded (validator-hub import-records takes the file in); sealed to the hub's
                     key (collection.hub_key) or, without one, with a passphrase
            uncollect
                     the file was lost: puts every collected record back in the queue
            """)

    enum Action: String, ExpressibleByArgument, CaseIterable { case export, refused, retry, collect, uncollect }

    @OptionGroup var options: ControlOptions
    @OptionGroup var seal: SealOptions

    @Argument(help: "export, refused, retry, collect or uncollect.")
    var action: Action?

    @Argument(help: "Where collect writes its file: the folder that the USB stick is mounted at.")
    var folder: String?

    @Flag(help: "Let collect write to the box's own disk.")
    var sameDisk = false

    func validate() throws {
        guard (action == .collect) == (folder != nil) else {
            throw ValidationError(
                action == .collect ? "collect needs the folder of the USB stick" : "only collect takes a folder")
        }
    }

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        switch action {
        case nil: try show(.outbox, over: &connection, Rendering.outbox)
        case .export:
            for kind in RecordKind.allCases {
                try connection.pages(of: kind, ControlCall.storedRecords) { page in
                    for record in page.records { Output.tell(record.json) }
                    return true
                }
            }
        case .refused:
            var records: [OutboxRecord] = []
            for kind in RecordKind.allCases {
                try connection.pages(of: kind, ControlCall.refusedRecords) { page in
                    records += page.records
                    return true
                }
            }
            if options.json {
                Output.tell(["records": .array(records.map(\.json))])
            } else {
                Output.tell(Rendering.refused(records))
            }
        case .retry: try show(.retryRefused, over: &connection) { "\($0.retried ?? 0) records are back in the queue" }
        case .collect:
            let collection = try RecordCollection(folder: folder ?? "", allowsOwnDisk: sameDisk, protection: seal.protection())
            show(try collection.run(&connection), Rendering.collection)
        case .uncollect: try show(.returnCollected, over: &connection) { "\($0.returned ?? 0) records are back in the queue" }
        }
    }
}
