import Base
import BoxConfiguration
import CLinux
import ControlProtocol
import Fares
import Glibc
import JSON
import OperatingSystem
import Storage
import ValidatorCore

@testable import validatord

extension FuzzTarget {
    /// Lines on the control socket: replies do not depend on how they arrive, and each is one line of JSON that says whether all is well.
    static let controlRequest = FuzzTarget(name: "control-request") { input in
        let replies = try input.arrivals.map { try converse($0) }
        for reply in replies {
            try require(reply == replies[0], "lines cut up are answered \(reply), whole ones \(replies[0])")
        }
        let lines = replies[0].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        try require(lines.last?.isEmpty ?? false, "a reply without a newline")
        for line in lines.dropLast() {
            let reply = try JSONValue(parsing: Array(line))
            try require(reply["ok"] == true ? reply["result"] != nil : reply["error"]?["text"]?.string != nil, "\(reply.text)")
        }
    }

    /// All that a client receives that sends `chunks`, each when the one before it was read, and then nothing more.
    private static func converse(_ chunks: [[UInt8]]) throws -> [UInt8] {
        var ends: [CInt] = [0, 0]
        try require(
            unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0, &ends) == 0, "socketpair")
        let box = FileDescriptor(owning: ends[0])
        let person = FileDescriptor(owning: ends[1])
        let client = ControlClient(box)
        let daemon = IdleDaemon()
        var received: [UInt8] = []

        func serve() {
            repeat {
                client.advance(client.interest) { ControlDispatcher.reply(to: $0, of: $1, from: daemon) }
                while case .bytes(let bytes) = person.read(atMost: 65536) { received += bytes }
            } while client.state != .closed && client.interest.contains(.write)
        }
        for chunk in chunks where client.state == .open {
            _ = person.write(chunk.span)
            serve()
        }
        shutdown(person.raw, CInt(SHUT_WR))
        while client.state != .closed { serve() }
        return received
    }
}

/// A daemon with nothing in it, that does what it is told.
private final class IdleDaemon: ControlCommands {
    func status() -> StatusReport { StatusReport() }
    func taps(limit: Int, after sequence: Int) -> [TapReport] { [] }
    func probes() -> [CardProbe] { [] }
    func log(limit: Int, after sequence: Int) -> [LogLine] { [] }
    func startSelfTest() throws(ControlError) -> Int { 0 }
    func selfTest() -> SelfTestReport? { nil }
    func explainTicket(_ code: [UInt8], at time: WallTime?) throws(ControlError) -> TicketReport {
        TicketReport(of: code, nil, otherCodec: nil, reason: .malformedTicket, masksCards: false)
    }
    func scannedTicket(of scanner: Int) throws(ControlError) -> ScannedTicket { ScannedTicket() }
    func restart() throws(ControlError) {}
    func now() -> Moment { Moment(instant: Instant(nanoseconds: 0), system: WallTime(seconds: 0)) }
    func audit(_ line: AuditLine) {
        let notice = line.notice
        precondition(notice.text == notice.text.printable, "a request forges a line of the log: \(notice.text)")
    }
    func storedTaps(isRefused: Bool, after row: Int64, lookingAt rows: Int) throws(ControlError) -> RowSlice<StoredTap> {
        RowSlice(records: [], last: nil)
    }
    func storedPositions(isRefused: Bool, after row: Int64, lookingAt rows: Int) throws(ControlError) -> RowSlice<StoredPosition>
    {
        RowSlice(records: [], last: nil)
    }
    func markCollected(_ names: [RecordName], arePositions: Bool) throws(ControlError) -> Int { names.count }
    let collectionsReturned = 0
    func returnCollected() throws(ControlError) -> Int { 0 }
    func identity() throws(ControlError) -> BoxIdentity {
        BoxIdentity(deviceID: "-", version: "-", configurationFile: "-", stateFolder: "-", files: [])
    }
    func carriage(digest: String?) -> CarriageReply { CarriageReply() }
    func handOver(_ request: HandoverRequest) throws(ControlError) -> Bool { true }
    func retryRefused() throws(ControlError) -> Int { 0 }
    func apply(_ setting: ControlSetting) throws(ControlError) {}
    func synchronise(_ target: DownloadTarget, full: Bool) throws(ControlError) {}
}
