import Foundation

/// Every claim about speed and size, each against its probe in the same run. Exit code 1 when a goal is missed.
///
/// Usage: validator-benchmarks DAEMON [NAME...]; NAME is lookup, record, tap or process.
func say(_ text: String) {
    // Line by line, whoever reads: a run takes minutes.
    FileHandle.standardOutput.write(Data("\(text)\n".utf8))
}

let arguments = CommandLine.arguments.dropFirst()
guard let daemon = arguments.first else {
    say("usage: validator-benchmarks DAEMON [lookup|record|tap|process]...")
    exit(64)
}
let folder = FileManager.default.currentDirectoryPath + "/.build/benchmarks-\(getpid())"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
let benchmarks: [(String, () throws -> [Measurement])] = [
    ("lookup", LookupBenchmark(folder: folder).run), ("record", RecordBenchmark(folder: folder).run),
    ("tap", TapBenchmark(folder: folder, daemon: daemon).run), ("process", ProcessBenchmark(folder: folder, daemon: daemon).run),
]
let wanted = Set(arguments.dropFirst())
var missed = 0
say("claim | measured | probe | figure | goal | verdict")
for (name, run) in benchmarks where wanted.isEmpty || wanted.contains(name) {
    for measurement in try run() {
        say(measurement.row.joined(separator: " | "))
        if !measurement.isMet { missed += 1 }
    }
}
try FileManager.default.removeItem(atPath: folder)
say(missed == 0 ? "every goal is met" : "\(missed) goals are missed; a busy machine is a frequent reason: see the load")
exit(missed == 0 ? 0 : 1)
