import Hardware
import JSON
import ValidatorCore

nonisolated extension StatusReport {
    var json: JSONValue {
        [
            "device_id": .string(deviceID),
            "version": .string(version),
            "configuration_file": .string(configurationFile),
            "uptime_s": .int(uptime.wholeSeconds),
            "mode": modeJSON,
            "lists": listsJSON,
            "outbox": outbox.json,
            "gps": gps.json,
            "readers": .array(readers.map(\.json)),
            "scanners": .array(scanners.map(\.json)),
            "platform": platform.json,
            "clock": clock.json,
            "latency_us": latency.json,
            "memory_kb": memoryKilobytes.map { .int($0) } ?? .null,
        ]
    }

    var listsJSON: JSONValue { ["cards": cards.json, "line": line.json, "keys": keys.json] }

    /// The six switches under their names on the wire, and the window in UTC.
    private var modeJSON: JSONValue {
        [
            "check_mode": .int(modes.ticketCheck.rawValue),
            "check_card_mode": .int(modes.cardCheck.rawValue),
            "qrcode_mode": .int(modes.ticketsEnabled ? 1 : 0),
            "card_mode": .int(modes.cardsEnabled ? 1 : 0),
            "white_mode": .int(modes.whiteListRequired ? 1 : 0),
            "is_line_white": .int(modes.lineListRequired ? 1 : 0),
            "window": window.map {
                ["start": .string($0.start.timestamp), "end": .string($0.end.timestamp)]
            } ?? .null,
        ]
    }
}

nonisolated extension StatusReport.List {
    var json: JSONValue {
        [
            "version": .string(version), "increment_version": .string(incrementVersion), "count": .int(count),
            "age_s": .seconds(age),
        ]
    }
}

nonisolated extension StatusReport.Keys {
    var json: JSONValue {
        [
            "version": .string(version), "count": .int(ids.count), "age_s": .seconds(age),
            "ids": .array(ids.map { .int($0) }), "previous_version": .optional(previousVersion), "weak": .bool(isWeak),
        ]
    }
}

nonisolated extension StatusReport.Outbox {
    var json: JSONValue {
        [
            "records": .int(records), "positions": .int(positions), "refused": .int(refused),
            "dropped_positions": .int(droppedPositions), "oldest_age_s": .seconds(oldestAge),
        ]
    }
}

nonisolated extension StatusReport.GPS {
    var json: JSONValue {
        [
            "fix": .string(fix.rawValue),
            "lat": .optional(position?.latitude),
            "lng": .optional(position?.longitude),
            "speed_kmh": .optional(position?.speedKilometresPerHour.map(Self.tenths)),
            "course": .optional(position?.course.map(Self.tenths)),
            "age_s": .seconds(age),
        ]
    }

    /// As exact as heartbeats say it.
    private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}

nonisolated extension StatusReport.Source {
    var json: JSONValue {
        var json: JSONObject = [
            "id": .string(id), "device": .string(device), "state": .string(state), "detail": .string(detail),
            "last_seen_age_s": .seconds(lastSeenAge), "reads": .int(reads), "failed_reads": .int(failedReads),
        ]
        if let recovery {
            json["recovery"] = [
                "aborts": .int(recovery.aborts), "reinitialisations": .int(recovery.reinitialisations),
                "reopenings": .int(recovery.reopenings), "power_cycles": .int(recovery.powerCycles),
            ]
        }
        return .object(json)
    }
}

nonisolated extension StatusReport.Platform {
    var json: JSONValue {
        [
            "state": .string(state.rawValue), "last_success_age_s": .seconds(lastSuccessAge),
            "last_error": .optional(lastError),
            "certificate": certificate.map { ["name": .string($0.name), "expires": .string($0.expiry.timestamp)] } ?? .null,
        ]
    }
}

nonisolated extension StatusReport.Clock {
    var json: JSONValue {
        ["source": .string(source.name), "offset_ms": offset.map { .int($0.wholeMilliseconds) } ?? .null]
    }
}

nonisolated extension StatusReport.Latency {
    var json: JSONValue { ["decide": decide.json, "durable": durable.json, "answer": answer.json] }
}

nonisolated extension LatencyHistogram {
    /// Nulls before any measurement.
    var json: JSONValue {
        [
            "p50": .optional(microseconds(quantile: 0.5)), "p99": .optional(microseconds(quantile: 0.99)),
            "max": .optional(count > 0 ? maximumMicroseconds : nil), "count": .int(count),
        ]
    }
}

nonisolated extension JSONValue {
    static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    static func optional(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
    static func optional(_ value: Int?) -> JSONValue { value.map { .int($0) } ?? .null }

    /// Whole seconds.
    static func seconds(_ value: Duration?) -> JSONValue { value.map { .int($0.wholeSeconds) } ?? .null }
}

nonisolated extension WallTime {
    /// RFC 3339 in UTC with milliseconds: `2026-03-01T07:45:00.000Z`.
    var timestamp: String {
        let civil = CivilTime(secondsSince1970: seconds)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
        let time = "\(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))"
        return "\(date)T\(time).\(padded(Int(milliseconds - seconds * 1000), 3))Z"
    }
}
