import JSON

/// What the commands print for people: one pure function for each result.
enum Rendering {
    static func status(_ status: JSONValue) -> String {
        var facts = TextTable()
        facts.append(["device", status["device_id"].cell])
        facts.append(["version", "\(status["version"].cell), up \(status["uptime_s"].age), \(status["memory_kb"].cell) kB"])
        facts.append(["mode", mode(status["mode"] ?? [:])])
        facts.append(["window", window(status["mode"]?["window"])])
        let clock = status["clock"]
        facts.append(["clock", "\((clock?["source"]).cell), the system's is off by \((clock?["offset_ms"]).cell) ms"])
        let parts = [
            facts.text,
            heading("platform", platform(status["platform"] ?? [:])),
            heading("modem", modem(status["modem"] ?? [:])),
            heading("vehicle", vehicle(status["vehicle"] ?? [:])),
            heading("gps", gps(status["gps"] ?? [:])),
            heading("lists", lists(status["lists"] ?? [:])),
            heading("outbox", outbox(status["outbox"] ?? [:])),
            heading("readers and scanners", readers(status)),
            heading("latency in ms", latency(status["latency_us"] ?? [:])),
        ]
        return parts.joined(separator: "\n\n")
    }

    static func lists(_ lists: JSONValue) -> String {
        var table = TextTable(["LIST", "VERSION", "INCREMENT", "COUNT", "AGE"], rightAligned: [3])
        for name in ["cards", "line", "keys"] {
            let list = lists[name]
            table.append([
                name, list?["version"].cell ?? "-", list?["increment_version"].cell ?? "-", list?["count"].cell ?? "-",
                list?["age_s"].age ?? "-",
            ])
        }
        return lists["keys"]?["weak"] == true ? table.text + "\nkeys are \(weakness)" : table.text
    }

    private static let weakness = "weak: without tickets.secret_file one captured code is enough to search them"

    static func keys(_ keys: JSONValue) -> String {
        var table = TextTable()
        table.append(["version", keys["version"].cell])
        table.append(["key ids", keys["ids"].list])
        table.append(["previous version", keys["previous_version"].cell])
        table.append(["strength", keys["weak"] == true ? weakness : "good"])
        return table.text
    }

    static func gps(_ gps: JSONValue) -> String {
        var table = TextTable()
        table.append(["fix", "\(gps["fix"].cell), \(gps["age_s"].ago)"])
        table.append(["latitude", gps["lat"].cell])
        table.append(["longitude", gps["lng"].cell])
        table.append(["speed km/h", gps["speed_kmh"].cell])
        table.append(["course", gps["course"].cell])
        return table.text
    }

    static func readers(_ result: JSONValue) -> String {
        var table = TextTable(["KIND", "ID", "DEVICE", "READS", "FAILED", "LAST SEEN", "STATE"], rightAligned: [3, 4])
        var remarks: [String] = []
        for (kind, key) in [("reader", "readers"), ("scanner", "scanners")] {
            for source in result[key]?.array ?? [] {
                let detail = source["detail"]?.string ?? ""
                table.append([
                    kind, source["id"].cell, source["device"].cell, source["reads"].cell, source["failed_reads"].cell,
                    source["last_seen_age_s"].ago, source["state"].cell + (detail.isEmpty ? "" : ": \(detail)"),
                ])
                if let remedies = remedies(source["recovery"]) {
                    remarks.append("\(source["id"].cell) was brought back: \(remedies)")
                }
            }
        }
        return ([table.text] + remarks).joined(separator: "\n")
    }

    /// What was done to bring a reader back; nil when nothing had to be.
    private static func remedies(_ recovery: JSONValue?) -> String? {
        let names = ["aborts", "reinitialisations", "reopenings", "power_cycles"]
        let done = names.compactMap { name in
            (recovery?[name]?.int).flatMap { $0 > 0 ? "\(name.replacing("_", with: " ")) \($0)" : nil }
        }
        return done.isEmpty ? nil : done.joined(separator: ", ")
    }

    static func platform(_ platform: JSONValue) -> String {
        var table = TextTable()
        table.append(["state", platform["state"].cell])
        table.append(["last success", platform["last_success_age_s"].ago])
        table.append(["last error", platform["last_error"].cell])
        if let certificate = platform["certificate"], let expires = certificate["expires"]?.string {
            table.append(["certificate", "\(certificate["name"].cell) expires \(expires)"])
        }
        return table.text
    }

    static func modem(_ modem: JSONValue) -> String {
        var table = TextTable()
        table.append(["state", modem["state"].cell])
        let signal = modem["signal_percent"]?.int.map { ", signal \($0) %" } ?? ""
        table.append(["network", "\(modem["operator"].cell), \(modem["technology"].cell)\(signal)"])
        table.append(["SIM (ICCID)", modem["iccid"].cell])
        table.append(["modem (IMEI)", modem["imei"].cell])
        let megabytes = (modem["data_month_bytes"]?.int ?? 0) / 1_000_000
        table.append(["data this month", "\(megabytes) MB (\(modem["data_month"].cell))"])
        return table.text
    }

    static func vehicle(_ vehicle: JSONValue) -> String {
        var table = TextTable()
        let shutdown = vehicle["shutdown_in_s"]?.int.map { ", the box shuts down in \($0) s" } ?? ""
        table.append(["ignition", vehicle["ignition"].cell + shutdown])
        table.append(["parked", vehicle["parked"] == true ? "yes" : "no"])
        return table.text
    }

    static func outbox(_ outbox: JSONValue) -> String {
        var table = TextTable()
        table.append(["records waiting", outbox["records"].cell])
        table.append(["positions waiting", outbox["positions"].cell])
        table.append(["oldest", outbox["oldest_age_s"].age])
        table.append(["refused", outbox["refused"].cell])
        table.append(["collected", outbox["collected"].cell])
        table.append(["positions dropped", outbox["dropped_positions"].cell])
        return table.text
    }

    static func collection(_ result: JSONValue) -> String {
        let files = result["files"]?.array ?? []
        guard !files.isEmpty else { return "nothing waits and nothing is refused: no file was written" }
        let list = files.map { "\($0["file"].cell): \($0["records"].cell) records" }
        return (list + ["they are marked as collected; the stick may be unmounted"]).joined(separator: "\n")
    }

    static func refused(_ result: JSONValue) -> String {
        let records = result["records"]?.array ?? []
        guard !records.isEmpty else { return "no record is refused" }
        var table = TextTable(["KIND", "TIME", "CARD OR TICKET", "UPLOADS", "CODE", "MESSAGE"], rightAligned: [4])
        for record in records {
            let subject = record["card"] ?? record["ticket"] ?? record["ticket_hex"]
            table.append([
                record["kind"].cell, record["time"].cell, subject.cell, record["refused"].list, record["refusal_code"].cell,
                record["refusal_message"].cell,
            ])
        }
        return table.text
    }

    // MARK: Taps

    private static let tapWidths = [24, 9, 9, 20, 8, 9, 32]
    private static let tapRightAligned: Set<Int> = [5]

    static let tapHeader = TextTable.line(
        ["TIME", "CARD", "OUTCOME", "REASON", "MODE", "ANSWER ms", "SOURCE"], widths: tapWidths, rightAligned: tapRightAligned)

    /// One row, in columns that fit rows to come.
    static func tapLine(_ tap: JSONValue) -> String {
        let row = [
            tap["time"].cell, tap["card"].cell, tap["outcome"].cell, tap["reason"].cell, tap["mode"].cell,
            tap["answer_us"].milliseconds, tap["source"].cell,
        ]
        return TextTable.line(row, widths: tapWidths, rightAligned: tapRightAligned)
    }

    static func taps(_ result: JSONValue) -> String {
        ([tapHeader] + (result["taps"]?.array ?? []).map(tapLine)).joined(separator: "\n")
    }

    // MARK: Parts of the status

    private static func heading(_ title: String, _ text: String) -> String {
        "\(title)\n" + text.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    }

    private static func mode(_ mode: JSONValue) -> String {
        func isOn(_ key: String) -> Bool { mode[key] == 1 }
        let cards = isOn("card_mode") ? (isOn("check_card_mode") ? "checked here" : "checked online") : "off"
        let tickets = isOn("qrcode_mode") ? (isOn("check_mode") ? "checked here" : "checked online") : "off"
        let lists = [isOn("white_mode") ? "white list" : nil, isOn("is_line_white") ? "line list" : nil].compactMap(\.self)
        let required = lists.isEmpty ? "no list required" : lists.joined(separator: " and ") + " required"
        return "cards \(cards), tickets \(tickets), \(required)"
    }

    private static func window(_ window: JSONValue?) -> String {
        guard let start = window?["start"]?.string, let end = window?["end"]?.string else { return "none" }
        return "\(start) to \(end)"
    }

    private static func latency(_ latency: JSONValue) -> String {
        var table = TextTable(["FROM THE TAP TO", "P50", "P99", "MAX", "TAPS"], rightAligned: [1, 2, 3, 4])
        for (title, key) in [("decision", "decide"), ("durable record", "durable"), ("light", "answer")] {
            let times = latency[key]
            table.append([
                title, times?["p50"].milliseconds ?? "-", times?["p99"].milliseconds ?? "-",
                times?["max"].milliseconds ?? "-", times?["count"].cell ?? "-",
            ])
        }
        return table.text
    }
}
