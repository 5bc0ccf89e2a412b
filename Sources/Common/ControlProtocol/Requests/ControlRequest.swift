import Base
import Fares

/// What can be asked of the daemon over its control socket (docs/control-protocol.md).
public enum ControlRequest: Hashable, Sendable {
    case status
    case lists
    case keys
    case gps
    case readers
    case probes
    case platform
    case outbox
    case taps(LatestRange)
    case log(LatestRange)
    case refusedRecords(RecordRange)
    case storedRecords(RecordRange)
    case retryRefused
    /// At most `ControlRequest.maximumReferences`.
    case markCollected(RecordKind, [RecordReference])
    case returnCollected
    case identity
    /// Nil: what a file is sealed with; else a file's SHA-256, in hexadecimal, to be authenticated.
    case carriage(digest: String?)
    case handOver(HandoverRequest)
    case set(key: String, value: String)
    /// Nil: all lists and the keys.
    case synchronise(DownloadTarget?, full: Bool)
    case startSelfTest
    case selfTestResult
    /// The bytes of a code, at least one and at most `ControlRequest.maximumCode`. Nil: judged by the present moment.
    case explainTicket([UInt8], at: WallTime?)
    /// By the scanner's place in the status, from 0.
    case scannedTicket(scanner: Int)
    case restart
    /// Tells the log, with who asks, what was done beside the daemon. The detail has at most `AuditEvent.maximumDetail` bytes.
    case audit(AuditEvent, detail: String)

    /// Of one `outbox_collected`: the daemon's loop is held up by its transaction.
    public static let maximumReferences = 200

    /// Of a code, in bytes: no QR code holds more.
    public static let maximumCode = 7089

    /// The commands by their names, which are a stable interface.
    public enum Name: String, CaseIterable, Sendable {
        case status, lists, keys, gps, readers
        case probes = "readers_probe"
        case platform, outbox, taps, log
        case refusedRecords = "outbox_refused"
        case storedRecords = "outbox_export"
        case retryRefused = "outbox_retry"
        case markCollected = "outbox_collected"
        case returnCollected = "outbox_uncollect"
        case identity, carriage
        case handOver = "handover"
        case set
        case synchronise = "sync"
        case startSelfTest = "selftest"
        case selfTestResult = "selftest_result"
        case explainTicket = "ticket"
        case scannedTicket = "ticket_scanned"
        case restart, audit
    }

    public var name: Name {
        switch self {
        case .status: .status
        case .lists: .lists
        case .keys: .keys
        case .gps: .gps
        case .readers: .readers
        case .probes: .probes
        case .platform: .platform
        case .outbox: .outbox
        case .taps: .taps
        case .log: .log
        case .refusedRecords: .refusedRecords
        case .storedRecords: .storedRecords
        case .retryRefused: .retryRefused
        case .markCollected: .markCollected
        case .returnCollected: .returnCollected
        case .identity: .identity
        case .carriage: .carriage
        case .handOver: .handOver
        case .set: .set
        case .synchronise: .synchronise
        case .startSelfTest: .startSelfTest
        case .selfTestResult: .selfTestResult
        case .explainTicket: .explainTicket
        case .scannedTicket: .scannedTicket
        case .restart: .restart
        case .audit: .audit
        }
    }
}
