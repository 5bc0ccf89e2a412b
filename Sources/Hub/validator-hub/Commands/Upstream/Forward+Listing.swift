import Base
import HubDomain
import HubFiles
import JSON
import PlatformAPI

extension Forward {
    /// Without its fields, which name the rider.
    var json: JSONValue {
        [
            "id": .int(id), "device_id": .string(key.deviceID), "call": .string(key.call.rawValue),
            "req_id": .string(key.requestID), "state": .string(state.word), "received_at_ms": .int(received.milliseconds),
            "refusals": .int(refusals), "possibly_doubled": .bool(mayBeDouble),
            "code": answer.map { .int($0.code) } ?? .null, "message": answer.map { .string($0.message) } ?? .null,
            "answered_at_ms": answer.map { .int($0.received.milliseconds) } ?? .null,
        ]
    }

    func line(zone: some TimeZoneRules) -> String {
        let time = TimeFormat.datetime.text(zone.civil(received))
        var parts = ["\(id)", time, key.deviceID.logField, key.call.rawValue, key.requestID.logField, state.word]
        if refusals > 0 { parts.append("refusals=\(refusals)") }
        if let answer { parts.append("code=\(answer.code) \(answer.message.logField)") }
        if mayBeDouble { parts.append("possibly doubled") }
        return parts.joined(separator: "  ")
    }
}

extension Forward.State {
    fileprivate var word: String {
        switch self {
        case .waiting: "waiting"
        case .refused: "refused"
        case .answered: "answered"
        }
    }
}

extension ExportTable<Forward> {
    /// - Parameters:
    ///   - zone: of the times.
    ///   - upstreamIDs: what the platform calls the devices that it calls otherwise.
    static func forwards(zone: any TimeZoneRules, upstreamIDs: [String: String]) -> ExportTable {
        ExportTable(
            heading: [
                "id", "device_id", "upstream_id", "call", "req_id", "received_at", "refusals", "code", "message", "answered_at",
                "possibly_doubled", "fields",
            ]
        ) { call in
            func text(_ time: WallTime) -> TableCell { .text(TimeFormat.datetime.text(zone.civil(time))) }
            return [
                .integer(call.id), .text(call.key.deviceID), .text(upstreamIDs[call.key.deviceID] ?? call.key.deviceID),
                .text(call.key.call.rawValue), .text(call.key.requestID), text(call.received), .integer(Int64(call.refusals)),
                call.answer.map { .integer(Int64($0.code)) } ?? .empty, .text(call.answer?.message),
                call.answer.map { text($0.received) } ?? .empty, .integer(call.mayBeDouble ? 1 : 0),
                .text(String(decoding: call.fields, as: UTF8.self)),
            ]
        }
    }
}
