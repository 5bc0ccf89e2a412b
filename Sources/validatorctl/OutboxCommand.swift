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
            """)

    enum Action: String, ExpressibleByArgument, CaseIterable { case export, refused, retry }

    @OptionGroup var options: ControlOptions

    @Argument(help: "export, refused or retry.")
    var action: Action?

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
