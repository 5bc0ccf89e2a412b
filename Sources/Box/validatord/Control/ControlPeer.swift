import Base
import CLinux
import ControlProtocol
import OperatingSystem

/// Who is at the other end of a connection to the control socket, and what this connection has done.
final class ControlPeer {
    /// As a line of the log names it: `uid=0 pid=4711 command=validatorctl`.
    let name: String
    /// The last row up to which this connection has been given every record of a kind that waits or was refused.
    private var given: [RecordKind: Int64] = [:]
    /// `ControlCommands.collectionsReturned` when it was.
    private var givenAt = 0
    /// What was told already, of that which is told once a connection.
    private var told: Set<String> = []
    /// Uploads that it has marked as collected, and that no line tells of yet.
    private var collected = 0

    /// - Parameter descriptor: the connection.
    init(_ descriptor: Int32) {
        var (user, process): (UInt32, Int32) = (0, 0)
        guard unsafe clinux_socket_peer(descriptor, &user, &process) == 0 else {
            name = "uid=unknown"
            return
        }
        // The kernel vouches for both numbers; the command is what the process calls itself, and gone when the process is.
        let command = (try? SmallFile.read("/proc/\(process)/comm", limit: 64)).map { String(decoding: $0, as: UTF8.self) }
        name = "uid=\(user) pid=\(process) command=\((command?.split(separator: "\n").first ?? "-").logField)"
    }

    // MARK: What it was given

    /// Notes that it was given a page of records from behind a row.
    func wasGiven(_ page: RecordPage, from range: RecordRange, collectionsReturned: Int) {
        if givenAt != collectionsReturned { (given, givenAt) = ([:], collectionsReturned) }
        let before = given[range.kind] ?? 0
        guard range.after <= before else { return }
        given[range.kind] = max(before, page.next ?? page.records.last?.reference.row ?? 0)
    }

    /// Whether it was given every record up to those rows, so that they may be on a stick.
    func hasAll(upTo request: HandoverRequest, collectionsReturned: Int) -> Bool {
        let given = givenAt == collectionsReturned ? given : [:]
        return request.lastTap <= given[.taps] ?? 0 && request.lastPosition <= given[.positions] ?? 0
    }

    // MARK: The trail

    /// The lines that tell of an answered request. Who looks at something leaves none; who takes records away or changes the box does.
    func trail(of request: ControlRequest, _ result: Result<any ControlReply, ControlError>) -> [AuditLine] {
        if case .markCollected = request {
            collected += ((try? result.get()) as? RecordChange)?.collected ?? 0
            return []
        }
        guard let what = what(request, try? result.get()) else { return collectionTrail() }
        var line = AuditLine(level: request.isAlarming ? .warning : .info, what: what, peer: name)
        if case .failure(let error) = result { line.peer += " refused=\(error.text.quoted)" }
        return collectionTrail() + [line]
    }

    /// What is left to tell when the connection ends.
    func collectionTrail() -> [AuditLine] {
        guard collected > 0 else { return [] }
        defer { collected = 0 }
        return [AuditLine(what: "collection uploads=\(collected)", peer: name)]
    }

    private func what(_ request: ControlRequest, _ reply: (any ControlReply)?) -> String? {
        switch request {
        case .storedRecords(let range), .refusedRecords(let range):
            let what = "export of=\(request.name.rawValue) kind=\(range.kind.rawValue)"
            // However many pages it takes.
            return told.insert(what).inserted ? what : nil
        case .retryRefused: return "retry records=\((reply as? RecordChange)?.retried ?? 0)"
        case .returnCollected: return "uncollect uploads=\((reply as? RecordChange)?.returned ?? 0)"
        case .identity: return "identity"
        case .carriage(let digest): return digest.map { "authentication sha256=\($0.logField)" }
        case .handOver(let handover):
            return "handover file=\(handover.file.logField) handed_over=\((reply as? HandoverReply)?.isHandedOver ?? false)"
        case .set(let key, let value): return "set key=\(key.logField) value=\(value.logField)"
        case .restart: return "restart"
        case .audit(let event, let detail): return event.rawValue + (detail.isEmpty ? "" : " detail=\(detail.logField)")
        case .status, .lists, .keys, .gps, .readers, .probes, .platform, .outbox, .taps, .log, .markCollected, .synchronise,
            .startSelfTest, .selfTestResult, .explainTicket, .scannedTicket:
            return nil
        }
    }
}

extension ControlRequest {
    /// Somebody may be guessing.
    fileprivate var isAlarming: Bool {
        if case .audit(.wrongPIN, _) = self { true } else { false }
    }
}
