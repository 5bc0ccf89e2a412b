import Foundation

// What the hub's two costs are at least: `serve PORT` answers the device API's calls from Hummingbird alone, always with the same
// bytes; `commit FOLDER heartbeats|records ROWS BATCH` writes the same rows into SQLite in batches, and prints the microseconds of
// processor that each took.

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count == 2, arguments[0] == "serve", let port = Int(arguments[1]) {
    try await BareServer.run(port: port)
} else if arguments.count == 5, arguments[0] == "commit", let kind = BareCommit.Kind(rawValue: arguments[2]),
    let rows = Int(arguments[3]), let batch = Int(arguments[4])
{
    print(try BareCommit(folder: arguments[1]).run(kind, rows: rows, batch: batch))
} else {
    print("usage: hub-probe serve PORT | commit FOLDER heartbeats|records ROWS BATCH")
    exit(64)
}
