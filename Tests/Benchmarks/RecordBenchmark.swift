import Base
import Glibc
import OperatingSystem
import Storage
import ValidatorCore

/// Making a tap's record durable, while earlier ones are marked as delivered and the log is checkpointed in the pauses,
/// against appending 4 KiB to a growing file and syncing it, turn about.
struct RecordBenchmark {
    private static let taps = 6000

    let folder: String

    func run() throws -> [Measurement] {
        var outbox = try Outbox(path: "\(folder)/outbox.db", limits: OutboxLimits(positions: 1000))
        let probe = try FileDescriptor.open("\(folder)/probe", O_WRONLY | O_CREAT | O_APPEND)
        let block = [UInt8](repeating: 0x55, count: 4096)
        var records = Samples()
        var appends = Samples()
        var random = SystemRandomNumberGenerator()
        for number in 0..<Self.taps {
            appends.add(
                time {
                    _ = probe.write(block.span)
                    fdatasync(probe.raw)
                })
            let tap = Backlog.tap(number, &random)
            var row: Int64 = 0
            records.add(try time { row = try outbox.commit([tap])[0] })
            // What an uploader does meanwhile, at the rhythm of the program: marks together, upkeep when nobody waits.
            if number % 20 == 19 {
                let delivered = (row - 19...row).flatMap { [OutboxChange.delivered(.booking($0)), .delivered(.log($0))] }
                _ = try outbox.commit([], changes: delivered)
                try outbox.maintain(isIdle: true, time: nil)
            }
        }
        return [(0.5, "p50", 1.2), (0.99, "p99", 2.0), (0.999, "p99.9", 3.0)].map { quantile, name, goal in
            let record = records.percentile(quantile)
            let append = appends.percentile(quantile)
            return Measurement(
                name: "durable record, \(name): against a bare append and sync", measured: "\(record.short) us",
                probe: "\(append.short) us", figure: record / append, goal: .atMost(goal))
        }
    }
}
