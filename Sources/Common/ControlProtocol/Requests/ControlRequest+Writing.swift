import Base
import JSON

extension ControlRequest {
    /// `{"command":"taps","limit":5}`, with the newline that ends it.
    public var line: [UInt8] {
        var object: JSONObject = ["command": .string(name.rawValue)]
        for argument in arguments.members { object[argument.key] = argument.value }
        return JSONValue.object(object).bytes + [UInt8(ascii: "\n")]
    }

    private var arguments: JSONObject {
        switch self {
        case .status, .lists, .keys, .gps, .readers, .probes, .platform, .outbox, .retryRefused, .returnCollected, .identity,
            .startSelfTest, .selfTestResult, .restart:
            [:]
        case .taps(let range), .log(let range): ["limit": .int(range.limit), "after": .int(range.after)]
        case .refusedRecords(let range), .storedRecords(let range):
            ["kind": .string(range.kind.rawValue), "after": .int(range.after), "limit": .int(range.limit)]
        case .markCollected(let kind, let references):
            [
                "kind": .string(kind.rawValue),
                "records": .array(references.map { ["row": .int($0.row), "id": .string($0.id.description)] }),
            ]
        case .carriage(let digest): digest.map { ["sha256": .string($0)] } ?? [:]
        case .handOver(let handover):
            [
                "file": .string(handover.file), "xxh64": .string(handover.checksum), "last_tap": .int(handover.lastTap),
                "last_position": .int(handover.lastPosition),
            ]
        case .set(let key, let value): ["key": .string(key), "value": .string(value)]
        case .explainTicket(let code, let time):
            time.map { ["hex": .string(hexadecimal(code)), "at": .string($0.timestamp)] } ?? ["hex": .string(hexadecimal(code))]
        case .scannedTicket(let scanner): ["scanner": .int(scanner)]
        case .audit(let event, let detail): ["event": .string(event.rawValue), "detail": .string(detail)]
        case .synchronise(let target, let full):
            target.map { ["target": .string($0.rawValue), "full": .bool(full)] } ?? ["full": .bool(full)]
        }
    }
}
