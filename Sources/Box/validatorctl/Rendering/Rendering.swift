import Base
import ControlProtocol
import Fares

/// What the commands print for people: one pure function for each reply.
enum Rendering {
    static func lists(_ lists: StatusReport.Lists) -> String {
        var table = TextTable(["LIST", "VERSION", "INCREMENT", "COUNT", "AGE"], rightAligned: [3])
        for (name, list) in [("cards", lists.cards), ("line", lists.line)] {
            table.append([
                name, Cell.text(list.version), Cell.text(list.incrementVersion), Cell.text(list.count), Cell.age(list.age),
            ])
        }
        let keys = lists.keys
        table.append(["keys", Cell.text(keys.version), "-", Cell.text(keys.count), Cell.age(keys.age)])
        let remarks = [keys.isWeak ? "keys are \(weakness)" : nil, trouble(of: keys.roots)].compactMap(\.self)
        return ([table.text] + remarks).joined(separator: "\n")
    }

    /// Why root keys are missing, or older than their file; nil when nothing is to be said.
    static func trouble(of roots: StatusReport.Roots) -> String? {
        let reason = roots.trouble.map { $0.printable }
        guard roots.keys.isEmpty else { return reason.map { "root keys as before: \($0)" } }
        guard roots.areUsed else { return reason }
        return "no root key in force: " + (reason ?? "tickets.transport_roots_file names no file")
    }

    private static let weakness = "weak: without tickets.secret_file one captured code is enough to search them"

    /// - Parameter now: by which root keys are about to end.
    static func keys(_ keys: StatusReport.Keys, at now: WallTime) -> String {
        var table = TextTable()
        table.append(["ticket key group", "version \(Cell.text(keys.version))"])
        table.append(["key ids", Cell.list(keys.ids)])
        table.append(["group before", keys.previousVersion.map { "version \(Cell.text($0))" } ?? "-"])
        table.append(["strength", keys.isWeak ? weakness : "good"])
        table.append(["root keys", keys.roots.keys.isEmpty ? "none" : "set \(Cell.text(keys.roots.version))"])
        if let trouble = trouble(of: keys.roots) { table.append(["", trouble]) }
        for key in keys.roots.keys { table.append(["", "index \(Cell.text(key.index)), \(end(of: key, at: now))"]) }
        return table.text
    }

    private static func end(of key: StatusReport.Root, at now: WallTime) -> String {
        guard let end = key.end else { return "without an end" }
        let holds = "to the end of \(Cell.text(end))"
        return switch RootKeyWarning(end: key.end.flatMap { CertificateMonth($0) }, at: now) {
        case nil: holds
        case .endsSoon: "\(holds): WARNING, ends soon; get the next one for tickets.transport_roots_file"
        case .ended: "\(holds): WARNING, has ended; its codes are refused"
        }
    }

    static func gps(_ gps: StatusReport.GPS) -> String {
        var table = TextTable()
        table.append(["fix", "\(Cell.word(gps.fix)), \(Cell.ago(gps.age))"])
        table.append(["latitude", Cell.text(gps.latitude)])
        table.append(["longitude", Cell.text(gps.longitude)])
        table.append(["speed km/h", Cell.text(gps.speedKilometresPerHour)])
        table.append(["course", Cell.text(gps.course)])
        return table.text
    }

    static func readers(_ sources: SourcesReport) -> String {
        var table = TextTable(["KIND", "ID", "DEVICE", "READS", "FAILED", "LAST SEEN", "STATE"], rightAligned: [3, 4])
        var remarks: [String] = []
        for (kind, sources) in [("reader", sources.readers), ("scanner", sources.scanners)] {
            for source in sources {
                table.append([
                    kind, Cell.text(source.id), Cell.text(source.device), Cell.text(source.reads), Cell.text(source.failedReads),
                    Cell.ago(source.lastSeenAge), Cell.text(source.state) + (source.detail.isEmpty ? "" : ": \(source.detail)"),
                ])
                if let count = source.unrecordedRefusals, count > 0 {
                    remarks.append("\(Cell.text(source.id)) refused \(count) taps without a record: too many, or no room")
                }
                if let remedies = source.recovery.flatMap(remedies) {
                    remarks.append("\(Cell.text(source.id)) was brought back: \(remedies)")
                }
            }
        }
        return ([table.text] + remarks).joined(separator: "\n")
    }

    /// What was done to bring a reader back; nil when nothing had to be.
    private static func remedies(_ recovery: StatusReport.Recovery) -> String? {
        let steps = [
            ("aborts", recovery.aborts), ("reinitialisations", recovery.reinitialisations), ("reopenings", recovery.reopenings),
            ("power cycles", recovery.powerCycles),
        ]
        let done = steps.compactMap { name, count in (count ?? 0) > 0 ? "\(name) \(Cell.text(count))" : nil }
        return done.isEmpty ? nil : done.joined(separator: ", ")
    }

    static func platform(_ platform: StatusReport.Platform) -> String {
        var table = TextTable()
        table.append(["state", Cell.word(platform.state)])
        if platform.isPlain {
            table.append(["connection", "plain: http to another machine, where whoever is on the way reads and changes it"])
        }
        if platform.isAuthorised { table.append(["authorisation", "each call carries this box's own secret"]) }
        table.append(["last success", Cell.ago(platform.lastSuccessAge)])
        table.append(["last error", Cell.failure(platform.lastError, of: platform.lastErrorCall, platform.lastErrorAge)])
        if let certificate = platform.certificate, let expires = certificate.expires {
            table.append(["certificate", "\(Cell.text(certificate.name)) expires \(Cell.time(expires))"])
        }
        return table.text
    }

    static func outbox(_ outbox: StatusReport.Outbox) -> String {
        var table = TextTable()
        table.append(["records waiting", Cell.text(outbox.records)])
        table.append(["positions waiting", Cell.text(outbox.positions)])
        table.append(["oldest", Cell.age(outbox.oldestAge)])
        table.append(["refused", Cell.text(outbox.refused)])
        table.append(["collected", Cell.text(outbox.collected)])
        table.append(["longest sync ms", Cell.text(outbox.longestSync?.wholeMilliseconds)])
        table.append(["positions dropped", Cell.text(outbox.droppedPositions)])
        table.append(["last error", Cell.failure(outbox.lastError, of: outbox.lastErrorCall, outbox.lastErrorAge)])
        return table.text
    }

    static func collection(_ collection: CollectionReport) -> String {
        guard !collection.files.isEmpty else { return "nothing waits and nothing is refused: no file was written" }
        let list = collection.files.map { "\(Cell.text($0.path)): \($0.records) records" }
        return (list + ["they are marked as collected; the stick may be unmounted"]).joined(separator: "\n")
    }

    // MARK: Taps and the log

    private static let tapWidths = [24, 9, 9, 20, 8, 9, 32]
    private static let tapRightAligned: Set<Int> = [5]

    static let tapHeader = TextTable.line(
        ["TIME", "CARD", "OUTCOME", "REASON", "MODE", "ANSWER ms", "SOURCE"], widths: tapWidths, rightAligned: tapRightAligned)

    /// One row, in columns that fit rows to come.
    static func tapLine(_ tap: TapReport) -> String {
        let row = [
            Cell.time(tap.time), Cell.text(tap.card), Cell.text(tap.outcome), Cell.text(tap.reason), Cell.text(tap.mode),
            Cell.milliseconds(tap.answer), Cell.text(tap.source),
        ]
        return TextTable.line(row, widths: tapWidths, rightAligned: tapRightAligned)
    }

    static func taps(_ report: TapsReport) -> String {
        ([tapHeader] + report.taps.map(tapLine)).joined(separator: "\n")
    }

    static func logLine(_ line: LogLine) -> String {
        "\(Cell.time(line.time)) \(Cell.text(line.level)) \(Cell.text(line.text))"
    }

    static func log(_ report: LogReport) -> String { report.lines.map(logLine).joined(separator: "\n") }
}
