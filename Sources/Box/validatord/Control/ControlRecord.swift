import Base
import JSON
import Storage
import ValidatorCore

/// What `outbox_refused` and `outbox_export` tell of a tap. Card numbers are whole: the operator settles fares with them.
nonisolated extension StoredTap {
    var json: JSONValue {
        var record: JSONObject = [
            "kind": "tap", "row": .int(row), "time": .string(tap.stamp.wall.timestamp),
            "time_source": .string(tap.stamp.source.name), "source": .string(tap.source),
        ]
        switch tap.subject {
        case .card(let card): record["card"] = .string(card.description)
        case .ticket(let payload):
            if let text = String(validating: payload, as: UTF8.self) {
                record["ticket"] = .string(text)
            } else {
                record["ticket_hex"] = .string(hexadecimal(payload))
            }
        }
        record["outcome"] = .string(tap.outcome.name)
        record["reason"] = .string(tap.reason.rawValue)
        record["mode"] = .string(tap.mode.name)
        record["booking_id"] = .string(tap.bookingID.description)
        record["log_id"] = .string(tap.logID.description)
        record.appendPosition(tap.position)
        record["pending"] = tap.pending.json
        record["refused"] = refused.json
        record["refusals"] = .int(bookingRefusals + logRefusals)
        record["refusal_code"] = .optional(refusalCode)
        record["refusal_message"] = .optional(refusalMessage)
        return .object(record)
    }
}

/// What they tell of a position.
nonisolated extension StoredPosition {
    var json: JSONValue {
        var object: JSONObject = [
            "kind": "position", "row": .int(row), "time": .string(record.stamp.wall.timestamp),
            "time_source": .string(record.stamp.source.name), "request_id": .string(record.requestID.description),
        ]
        object.appendPosition(record.position)
        object["refusals"] = .int(refusals)
        object["refusal_code"] = .optional(refusal?.code)
        object["refusal_message"] = .optional(refusal?.message)
        return .object(object)
    }
}

nonisolated extension UploadParts {
    fileprivate var json: JSONValue {
        var names: [JSONValue] = []
        if contains(.booking) { names.append("booking") }
        if contains(.log) { names.append("log") }
        return .array(names)
    }
}

nonisolated extension JSONObject {
    /// Nulls without a fix.
    fileprivate mutating func appendPosition(_ position: Position?) {
        self["lat"] = .optional(position?.latitude)
        self["lng"] = .optional(position?.longitude)
        self["speed_kmh"] = .optional(position?.speedKilometresPerHour)
        self["course"] = .optional(position?.course)
    }
}
