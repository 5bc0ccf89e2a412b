import Base
import BoxConfiguration
import ControlProtocol
import Fares
import Storage

/// Turns a line of the control socket into a call of `ControlCommands`, and what comes of it into the reply's line.
enum ControlDispatcher {
    /// The reply to `line` of `peer`, with its newline.
    static func reply(to line: [UInt8], of peer: ControlPeer, from commands: any ControlCommands) -> [UInt8] {
        do throws(ControlError) {
            let request = try ControlRequest(line: line)
            let result = Result { () throws(ControlError) in try reply(to: request, of: peer, from: commands) }
            for line in peer.trail(of: request, result) { commands.audit(line) }
            return ControlAnswer.result(try result.get().json).line
        } catch {
            return ControlAnswer.failure(error).line
        }
    }

    private static func reply(
        to request: ControlRequest, of peer: ControlPeer, from commands: any ControlCommands
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
        case .refusedRecords(let range): return try ControlPages(range: range, isRefused: true, commands: commands).page()
        case .storedRecords(let range):
            let page = try ControlPages(range: range, isRefused: false, commands: commands).page()
            peer.wasGiven(page, from: range, collectionsReturned: commands.collectionsReturned)
            return page
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
        case .carriage(let digest): return commands.carriage(digest: digest)
        case .handOver(let handover):
            guard handover.isPlausible, peer.hasAll(upTo: handover, collectionsReturned: commands.collectionsReturned) else {
                throw ControlError(
                    .refused,
                    """
                    this connection was not given all records up to those that the handover names, so they cannot be on the stick; \
                    this box serves on
                    """)
            }
            return HandoverReply(isHandedOver: try commands.handOver(handover))
        case .set(let key, let value):
            try commands.apply(ControlSetting(key: key, value: value))
            return Done()
        case .synchronise(let target, let full):
            for target in target.map({ [$0] }) ?? DownloadTarget.allCases { try commands.synchronise(target, full: full) }
            return Done()
        case .startSelfTest: return SelfTestStarted(run: try commands.startSelfTest())
        case .selfTestResult: return commands.selfTest()
        case .explainTicket(let code, let time): return try commands.explainTicket(code, at: time)
        case .scannedTicket(let scanner): return try commands.scannedTicket(of: scanner)
        case .restart:
            try commands.restart()
            return Done()
        // The trail tells of it.
        case .audit: return Done()
        }
    }
}

extension HandoverRequest {
    /// A file's name, and a checksum as it is written.
    fileprivate var isPlausible: Bool {
        (1...255).contains(file.utf8.count) && !file.contains("/") && file == file.printable
            && (8...128).contains(checksum.utf8.count)
            && checksum.allSatisfy(\.isHexDigit)
    }
}
