import BoxConfiguration
import ControlProtocol
import Fares
import Storage

/// Turns a line of the control socket into a call of `ControlCommands`, and what comes of it into the reply's line.
enum ControlDispatcher {
    /// The reply to `line`, with its newline.
    static func reply(to line: [UInt8], from commands: any ControlCommands) -> [UInt8] {
        do throws(ControlError) {
            return ControlAnswer.result(try reply(to: ControlRequest(line: line), from: commands).json).line
        } catch {
            return ControlAnswer.failure(error).line
        }
    }

    private static func reply(
        to request: ControlRequest, from commands: any ControlCommands
    ) throws(ControlError) -> any ControlReply {
        switch request {
        case .status: return commands.status()
        case .lists: return commands.status().lists
        case .keys: return commands.status().lists.keys
        case .gps: return commands.status().gps
        case .readers:
            let status = commands.status()
            return SourcesReport(readers: status.readers, scanners: status.scanners)
        case .probes: return ProbesReport(readers: commands.probes())
        case .platform: return commands.status().platform
        case .outbox: return commands.status().outbox
        case .taps(let range): return TapsReport(taps: commands.taps(limit: range.limit, after: range.after))
        case .log(let range): return LogReport(lines: commands.log(limit: range.limit, after: range.after))
        case .refusedRecords(let range): return try page(range, isRefused: true, from: commands)
        case .storedRecords(let range): return try page(range, isRefused: false, from: commands)
        case .retryRefused:
            var change = RecordChange()
            change.retried = try commands.retryRefused()
            return change
        case .markCollected(let kind, let references):
            var change = RecordChange()
            let names = references.map { RecordName(row: $0.row, id: $0.id) }
            change.collected = try commands.markCollected(names, arePositions: kind == .positions)
            return change
        case .returnCollected:
            var change = RecordChange()
            change.returned = try commands.returnCollected()
            return change
        case .identity: return try commands.identity()
        case .handOver(let handover): return HandoverReply(isHandedOver: try commands.handOver(handover))
        case .set(let key, let value):
            try commands.apply(ControlSetting(key: key, value: value))
            return Done()
        case .synchronise(let target, let full):
            for target in target.map({ [$0] }) ?? DownloadTarget.allCases { try commands.synchronise(target, full: full) }
            return Done()
        case .startSelfTest: return SelfTestStarted(run: try commands.startSelfTest())
        case .selfTestResult: return commands.selfTest()
        case .restart:
            try commands.restart()
            return Done()
        }
    }

    private static func page(
        _ range: RecordRange, isRefused: Bool, from commands: any ControlCommands
    ) throws(ControlError) -> RecordPage {
        let records: [OutboxRecord] =
            switch range.kind {
            case .taps: try commands.storedTaps(isRefused: isRefused, after: range.after, limit: range.limit).map { .init($0) }
            case .positions:
                try commands.storedPositions(isRefused: isRefused, after: range.after, limit: range.limit).map { .init($0) }
            }
        return RecordPage(records: records, next: records.count == range.limit ? records.last?.reference.row : nil)
    }
}
