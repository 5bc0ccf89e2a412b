import Base
import Hardware
import JSON

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
            "modem": modem.json,
            "vehicle": vehicle.json,
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
            "collected": .int(collected), "dropped_positions": .int(droppedPositions), "oldest_age_s": .seconds(oldestAge),
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

nonisolated extension StatusReport.Modem {
    var json: JSONValue {
        var report: ModemReport?
        var number: String?
        if case .present(let found, let iccid) = state { (report, number) = (found, iccid) }
        return [
            "state": .string(name), "imei": .optional(report?.imei), "iccid": .optional(number),
            "operator": .optional(report?.operatorName), "technology": .optional(report?.technology),
            "signal_percent": .optional(report?.signalPercent),
            "data_month": .optional(dataUse.month.map { "\($0 / 100)-\(($0 % 100).zeroPadded(to: 2))" }),
            "data_month_bytes": .int(dataUse.bytes),
        ]
    }

    private var name: String {
        switch state {
        case .off: "off"
        case .unknown: "unknown"
        case .noModemManager: "no_modem_manager"
        case .noModem: "no_modem"
        case .present(let report, _): report.state
        }
    }
}

nonisolated extension StatusReport.Vehicle {
    var json: JSONValue {
        [
            "ignition": .optional(isIgnitionOn.map { $0 ? "on" : "off" }), "shutdown_in_s": .seconds(shutdown),
            "parked": .bool(isParked),
        ]
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
