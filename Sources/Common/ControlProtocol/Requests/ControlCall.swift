import Base
import Fares
import JSON

/// A request with the kind of its reply, so that a client cannot read one for another.
public struct ControlCall<Reply: ControlReply>: Hashable, Sendable {
    public let request: ControlRequest

    /// Nil when `result` is something else altogether.
    public func reply(_ result: JSONValue) -> Reply? { Reply(result) }
}

extension ControlCall where Reply == StatusReport {
    public static var status: Self { Self(request: .status) }
}
extension ControlCall where Reply == StatusReport.Lists {
    public static var lists: Self { Self(request: .lists) }
}
extension ControlCall where Reply == StatusReport.Keys {
    public static var keys: Self { Self(request: .keys) }
}
extension ControlCall where Reply == StatusReport.GPS {
    public static var gps: Self { Self(request: .gps) }
}
extension ControlCall where Reply == SourcesReport {
    public static var readers: Self { Self(request: .readers) }
}
extension ControlCall where Reply == ProbesReport {
    public static var probes: Self { Self(request: .probes) }
}
extension ControlCall where Reply == StatusReport.Platform {
    public static var platform: Self { Self(request: .platform) }
}
extension ControlCall where Reply == StatusReport.Outbox {
    public static var outbox: Self { Self(request: .outbox) }
}
extension ControlCall where Reply == TapsReport {
    public static func taps(_ range: LatestRange) -> Self { Self(request: .taps(range)) }
}
extension ControlCall where Reply == LogReport {
    public static func log(_ range: LatestRange) -> Self { Self(request: .log(range)) }
}
extension ControlCall where Reply == RecordPage {
    public static func refusedRecords(_ range: RecordRange) -> Self { Self(request: .refusedRecords(range)) }
    public static func storedRecords(_ range: RecordRange) -> Self { Self(request: .storedRecords(range)) }
}
extension ControlCall where Reply == RecordChange {
    public static var retryRefused: Self { Self(request: .retryRefused) }
    public static func markCollected(_ kind: RecordKind, _ references: [RecordReference]) -> Self {
        Self(request: .markCollected(kind, references))
    }
    public static var returnCollected: Self { Self(request: .returnCollected) }
}
extension ControlCall where Reply == BoxIdentity {
    public static var identity: Self { Self(request: .identity) }
}
extension ControlCall where Reply == CarriageReply {
    public static func carriage(digest: String?) -> Self { Self(request: .carriage(digest: digest)) }
}
extension ControlCall where Reply == HandoverReply {
    public static func handOver(_ handover: HandoverRequest) -> Self { Self(request: .handOver(handover)) }
}
extension ControlCall where Reply == Done {
    public static func set(key: String, value: String) -> Self { Self(request: .set(key: key, value: value)) }
    public static func synchronise(_ target: DownloadTarget?, full: Bool) -> Self {
        Self(request: .synchronise(target, full: full))
    }
    public static var restart: Self { Self(request: .restart) }
    public static func audit(_ event: AuditEvent, detail: String) -> Self { Self(request: .audit(event, detail: detail)) }
}
extension ControlCall where Reply == TicketReport {
    public static func explainTicket(_ code: [UInt8], at time: WallTime?) -> Self {
        Self(request: .explainTicket(code, at: time))
    }
}
extension ControlCall where Reply == ScannedTicket {
    public static func scannedTicket(scanner: Int) -> Self { Self(request: .scannedTicket(scanner: scanner)) }
}
extension ControlCall where Reply == SelfTestStarted {
    public static var startSelfTest: Self { Self(request: .startSelfTest) }
}
extension ControlCall where Reply == SelfTestReport? {
    public static var selfTestResult: Self { Self(request: .selfTestResult) }
}
