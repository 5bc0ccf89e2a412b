import Foundation

// Every claim about speed and size, each against its probe in the same run. Exit code 1 when a goal is missed.

func say(_ text: String) {
    // Line by line, whoever reads: a run takes minutes.
    FileHandle.standardOutput.write(Data("\(text)\n".utf8))
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count == 3, arguments[0] == "--decode", let way = ListDecoding(rawValue: arguments[1]) {
    try way.run(arguments[2])
    exit(0)
}
if arguments == ["--fan-out-server"] { try FanOutServer.runSubject() }
if arguments.count == 2, arguments[0] == "--fan-out-probe", let clients = Int(arguments[1]) {
    try FanOutServer.runProbe(clients: clients)
}
let folder = Workplace.folder
let daemon = arguments.first ?? ""
let benchmarks: [(name: String, run: () throws -> [Measurement])] = [
    ("lookup", LookupBenchmark(folder: folder).run), ("record", RecordBenchmark(folder: folder).run),
    ("tap", TapBenchmark(folder: folder, daemon: daemon).run), ("process", ProcessBenchmark(folder: folder, daemon: daemon).run),
    ("list", ListBenchmark(folder: folder).run), ("adoption", AdoptionBenchmark(folder: folder).run),
    ("refresh", RefreshBenchmark(folder: folder, daemon: daemon).run),
    ("drain", DrainBenchmark(folder: folder, daemon: daemon).run), ("fanout", FanOutBenchmark().run),
    ("ticket", TicketBenchmark().run),
    ("soak", SoakBenchmark(folder: folder, daemon: daemon).run),
]
let wanted = Set(arguments.dropFirst())
guard FileManager.default.isExecutableFile(atPath: daemon), wanted.isSubset(of: benchmarks.map(\.name)) else {
    say("usage: validator-benchmarks DAEMON [\(benchmarks.map(\.name).joined(separator: "|"))]...")
    exit(64)
}
let interrupts = try Workplace.open()
var missed = 0
say(Machine.description)
say("claim | measured | probe | figure | goal | verdict")
do {
    for (name, run) in benchmarks where wanted.isEmpty || wanted.contains(name) {
        for measurement in try run() {
            say(measurement.row.joined(separator: " | "))
            if !measurement.isMet { missed += 1 }
        }
    }
} catch {
    say("\(error)")
    Workplace.close()
    exit(71)
}
Workplace.close()
withExtendedLifetime(interrupts) {}
say("load \(Machine.load)")
say(missed == 0 ? "every goal is met" : "\(missed) goals are missed; a busy machine is a frequent reason: see the load")
exit(missed == 0 ? 0 : 1)
