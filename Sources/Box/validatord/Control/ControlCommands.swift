import Base
import BoxConfiguration
import ControlProtocol
import Fares
import Storage
import ValidatorCore

/// What the daemon does for the control socket. Each method returns at once; what takes longer goes on after it.
protocol ControlCommands: AnyObject {
    func status() -> StatusReport

    /// At most `limit` of the latest answered taps after number `sequence`, oldest first.
    func taps(limit: Int, after sequence: Int) -> [TapReport]

    /// The latest card of each reader, under every profile of card numbers.
    func probes() -> [CardProbe]

    /// The present moment.
    func now() -> Moment

    /// A line for the log, at once or counted with others.
    func audit(_ line: AuditLine)

    /// Taps that are still in the outbox, or only those with a refused upload, among the next so many rows behind `row`.
    func storedTaps(isRefused: Bool, after row: Int64, lookingAt rows: Int) throws(ControlError) -> RowSlice<StoredTap>

    /// Positions that are still in the outbox, or only the refused ones, among the next so many rows behind `row`.
    func storedPositions(isRefused: Bool, after row: Int64, lookingAt rows: Int) throws(ControlError) -> RowSlice<StoredPosition>

    /// Puts the refused records back in the queue. Returns how many they were.
    func retryRefused() throws(ControlError) -> Int

    /// Marks taps or positions that were carried away in a file. Returns how many uploads no longer wait or stand refused.
    func markCollected(_ names: [RecordName], arePositions: Bool) throws(ControlError) -> Int

    /// What makes this box the one that the platform knows.
    func identity() throws(ControlError) -> BoxIdentity

    /// What a file that someone carries is sealed with, and a code over the SHA-256 of one.
    func carriage(digest: String?) -> CarriageReply

    /// Takes this box out of service for good, since another takes its place. False, and nothing happens, when it has records that
    /// the request does not know of.
    func handOver(_ request: HandoverRequest) throws(ControlError) -> Bool

    /// How often collected records were put back since the start: then there may be records among rows that were passed over.
    var collectionsReturned: Int { get }

    /// Puts the collected records back in the queue. Returns how many uploads of taps wait again.
    func returnCollected() throws(ControlError) -> Int

    func apply(_ setting: ControlSetting) throws(ControlError)

    /// Has the lists or keys fetched; `full` a whole list even when only an increment is due.
    func synchronise(_ target: DownloadTarget, full: Bool) throws(ControlError)

    /// At most `limit` of the latest log lines after number `sequence`, oldest first.
    func log(limit: Int, after sequence: Int) -> [LogLine]

    /// Begins a self-test unless one is under way. Returns its number, from 1.
    func startSelfTest() throws(ControlError) -> Int

    /// How far the latest self-test is; nil before any.
    func selfTest() -> SelfTestReport?

    /// What this box would say of a code, by its own settings, keys, roots, clock, lists and memory of used rides. Nothing is recorded,
    /// asked or changed.
    ///
    /// - Parameter time: another moment to judge it by.
    func explainTicket(_ code: [UInt8], at time: WallTime?) throws(ControlError) -> TicketReport

    /// The last code of a scanner, judged by the moment at which it was scanned.
    func scannedTicket(of scanner: Int) throws(ControlError) -> ScannedTicket

    /// Ends the program in good order once the reply is out, for the service manager to start it again.
    func restart() throws(ControlError)
}
