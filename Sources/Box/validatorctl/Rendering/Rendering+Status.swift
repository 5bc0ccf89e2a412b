import ControlProtocol
import Fares

/// Everything at a glance.
extension Rendering {
    static func status(_ status: StatusReport) -> String {
        var facts = TextTable()
        facts.append(["device", Cell.text(status.deviceID)])
        facts.append([
            "version", "\(Cell.text(status.version)), up \(Cell.age(status.uptime)), \(Cell.text(status.memoryKilobytes)) kB",
        ])
        facts.append(["mode", modes(status.mode.modes)])
        facts.append(["window", window(status.mode.window)])
        let offset = Cell.text(status.clock.offset?.wholeMilliseconds)
        facts.append(["clock", "\(Cell.text(status.clock.source?.name)), the system's is off by \(offset) ms"])
        let parts = [
            facts.text,
            heading("platform", platform(status.platform)),
            heading("modem", modem(status.modem)),
            heading("vehicle", vehicle(status.vehicle)),
            heading("gps", gps(status.gps)),
            heading("lists", lists(status.lists)),
            heading("outbox", outbox(status.outbox)),
            heading("readers and scanners", readers(SourcesReport(readers: status.readers, scanners: status.scanners))),
            heading("latency in ms", latency(status.latency)),
        ]
        return parts.joined(separator: "\n\n")
    }

    static func heading(_ title: String, _ text: String) -> String {
        "\(title)\n" + text.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    }

    private static func modes(_ modes: Modes) -> String {
        func check(_ isEnabled: Bool, _ check: CheckMode) -> String {
            isEnabled ? (check == .offline ? "checked here" : "checked online") : "off"
        }
        let lists = [modes.whiteListRequired ? "white list" : nil, modes.lineListRequired ? "line list" : nil].compactMap(\.self)
        let required = lists.isEmpty ? "no list required" : lists.joined(separator: " and ") + " required"
        return """
            cards \(check(modes.cardsEnabled, modes.cardCheck)), tickets \(check(modes.ticketsEnabled, modes.ticketCheck)), \
            \(required)
            """
    }

    private static func window(_ window: StatusReport.Window?) -> String {
        guard let start = window?.start, let end = window?.end else { return "none" }
        return "\(Cell.time(start)) to \(Cell.time(end))"
    }

    private static func modem(_ modem: StatusReport.Modem) -> String {
        var table = TextTable()
        table.append(["state", Cell.text(modem.state)])
        let signal = modem.signalPercent.map { ", signal \($0) %" } ?? ""
        table.append(["network", "\(Cell.text(modem.operatorName)), \(Cell.text(modem.technology))\(signal)"])
        table.append(["SIM (ICCID)", Cell.text(modem.iccid)])
        table.append(["modem (IMEI)", Cell.text(modem.imei)])
        table.append(["data this month", "\(Cell.megabytes(modem.dataMonthBytes)) (\(Cell.text(modem.dataMonth)))"])
        return table.text
    }

    private static func vehicle(_ vehicle: StatusReport.Vehicle) -> String {
        var table = TextTable()
        let shutdown = vehicle.shutdown.map { ", the box shuts down in \($0.wholeSeconds) s" } ?? ""
        table.append(["ignition", Cell.word(vehicle.ignition) + shutdown])
        table.append(["parked", vehicle.isParked ? "yes" : "no"])
        return table.text
    }

    private static func latency(_ latency: StatusReport.Latency) -> String {
        var table = TextTable(["FROM THE TAP TO", "P50", "P99", "MAX", "TAPS"], rightAligned: [1, 2, 3, 4])
        let stages = [("decision", latency.decide), ("durable record", latency.durable), ("light", latency.answer)]
        for (title, times) in stages {
            table.append([
                title, Cell.milliseconds(times.median), Cell.milliseconds(times.percentile99), Cell.milliseconds(times.maximum),
                Cell.text(times.count),
            ])
        }
        return table.text
    }
}
