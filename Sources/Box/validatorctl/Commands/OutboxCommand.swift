import ArgumentParser
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
                     collected and no longer uploaded (validator-hub import-records takes the file in)
            uncollect
                     the file was lost: puts every collected record back in the queue
            """)

    enum Action: String, ExpressibleByArgument, CaseIterable { case export, refused, retry, collect, uncollect }

    @OptionGroup var options: ControlOptions

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
        case nil:
            show(try connection.request("outbox"), Rendering.outbox)
        case .export:
            for kind in ["taps", "positions"] {
                try forEachPage("outbox_export", kind, &connection) { page in
                    for record in page { print(record.text) }
                }
            }
        case .refused:
            var records: [JSONValue] = []
            for kind in ["taps", "positions"] {
                try forEachPage("outbox_refused", kind, &connection) { records += $0 }
            }
            show(["records": .array(records)], Rendering.refused)
        case .retry:
            show(try connection.request("outbox_retry")) { "\($0["retried"]?.int ?? 0) records are back in the queue" }
        case .collect:
            let collection = try RecordCollection(folder: folder ?? "", allowsOwnDisk: sameDisk)
            show(try collection.run(&connection), Rendering.collection)
        case .uncollect:
            show(try connection.request("outbox_uncollect")) { "\($0["returned"]?.int ?? 0) records are back in the queue" }
        }
    }

    private func forEachPage(
        _ command: String, _ kind: String, _ connection: inout ControlConnection, _ body: ([JSONValue]) -> Void
    ) throws(ControlFailure) {
        var next: JSONValue = 0
        while !next.isNull {
            let page = try connection.request(command, ["kind": .string(kind), "after": next, "limit": 500])
            guard let records = page["records"]?.array else { throw .unintelligible("a page without records") }
            body(records)
            next = page["next"] ?? .null
        }
    }
}
