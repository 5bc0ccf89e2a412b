import Base
import JSON

/// The console's pages as lines of text, made of the validator's results.
enum ConsolePages {
    static let menu: [(key: Character, screen: ConsoleModel.Screen)] = [
        ("1", .taps), ("2", .gps), ("3", .readers), ("4", .outbox), ("5", .lists), ("6", .network), ("7", .platform),
        ("v", .vehicle), ("8", .selfTest), ("9", .settings), ("0", .log), ("d", .report), ("h", .handover), ("r", .restart),
    ]

    static func title(of screen: ConsoleModel.Screen) -> Phrase {
        switch screen {
        case .menu: ConsoleText.menu
        case .taps: ConsoleText.taps
        case .gps: ConsoleText.gps
        case .readers: ConsoleText.readers
        case .probe: ConsoleText.probe
        case .outbox: ConsoleText.outbox
        case .collection: ConsoleText.collection
        case .lists: ConsoleText.lists
        case .network: ConsoleText.network
        case .vehicle: ConsoleText.vehicle
        case .platform: ConsoleText.platform
        case .selfTest: ConsoleText.selfTest
        case .settings: ConsoleText.settings
        case .log: ConsoleText.log
        case .report: ConsoleText.report
        case .handover: ConsoleText.handover
        case .restart: ConsoleText.restart
        }
    }

    /// What can be done on a page.
    static func keys(of screen: ConsoleModel.Screen, _ language: Language) -> String {
        let own: Phrase? =
            switch screen {
            case .menu: ConsoleText.menuKeys
            case .readers: ConsoleText.readersKeys
            case .outbox: ConsoleText.outboxKeys
            case .lists: ConsoleText.listsKeys
            case .selfTest: ConsoleText.selfTestKeys
            case .settings: ConsoleText.settingsKeys
            case .report: ConsoleText.reportKeys
            case .collection, .handover: ConsoleText.collectionKeys
            case .restart: ConsoleText.restartKeys
            default: nil
            }
        let back: Phrase? = screen == .menu ? nil : ConsoleText.backKeys
        return [own, back].compactMap { $0?(language) }.joined(separator: "  ")
    }

    /// What is asked, with what has been typed; a PIN is not shown.
    static func prompt(_ entry: ConsoleModel.Entry, _ language: Language) -> String {
        switch entry.purpose {
        case .pin: ConsoleText.enterPIN(language) + String(repeating: "*", count: entry.text.count)
        case .setting(let key): "\(key)  \(ConsoleText.newValue(language))\(entry.text)"
        case .reportPath: ConsoleText.reportPath(language) + entry.text
        case .confirmation: ConsoleText.confirm(language)
        }
    }

    static func lines(of model: ConsoleModel) -> [String] {
        let language = model.language
        /// The page of a result, once it is there.
        func page(_ query: ConsoleModel.Query, _ make: (JSONValue, Language) -> [String]) -> [String] {
            model.results[query].map { make($0, language) } ?? [ConsoleText.asking(language)]
        }
        switch model.screen {
        case .menu: return menuLines(language)
        case .taps: return page(.taps, taps)
        case .gps: return page(.status, gps)
        case .readers: return page(.status, readers)
        case .probe: return page(.probe, probe)
        case .outbox: return page(.status, outbox)
        case .lists: return page(.status, lists)
        case .network: return page(.network, network)
        case .platform: return page(.status, platform)
        case .log: return page(.log, log)
        case .vehicle: return page(.status, vehicle)
        case .report: return page(.media) { media($0, ConsoleText.reportHint, $1) }
        case .handover: return page(.media) { media($0, ConsoleText.handoverHint, $1) }
        case .collection: return page(.media) { media($0, ConsoleText.collectionHint, $1) }
        case .restart: return [ConsoleText.restartHint(language)]
        case .settings:
            return ConsoleModel.settings.enumerated().map { "\($0 + 1)  \($1)" } + ["", ConsoleText.notKept(language)]
        case .selfTest:
            if model.isTesting { return [ConsoleText.testing(language)] }
            return model.verdicts?.text(language) ?? [ConsoleText.notTested(language)]
        }
    }

    private static func menuLines(_ language: Language) -> [String] {
        menu.map { "\($0.key)  \(title(of: $0.screen)(language))" }
            + ["l  \(ConsoleText.language(language))", "q  \(ConsoleText.end(language))"]
    }

    /// Labels and values in two columns.
    private static func facts(_ rows: [(Phrase, String)], _ language: Language) -> [String] {
        let width = rows.map { $0.0(language).columns }.max() ?? 0
        return rows.map { $0.0(language).padded(to: width) + "  " + $0.1 }
    }

    private static func ago(_ seconds: JSONValue?, _ language: Language) -> String {
        seconds?.int == nil ? ConsoleText.never(language) : seconds.age + ConsoleText.ago(language)
    }

    private static func taps(_ result: JSONValue, _ language: Language) -> [String] {
        let taps = result["taps"]?.array ?? []
        guard !taps.isEmpty else { return [ConsoleText.noTaps(language)] }
        return taps.map { tap in
            let time = tap["time"]?.string.map { $0.dropFirst(11).prefix(8) } ?? "-"
            let word = { (key: String) in ConsoleText.word(tap[key].cell, language) }
            let outcome = word("outcome").padded(to: 9)
            return
                "\(time)  \(outcome)  \(tap["card"].cell)  \(word("reason"))  \(word("mode"))  \(tap["answer_us"].milliseconds) ms"
        }
    }

    private static func gps(_ status: JSONValue, _ language: Language) -> [String] {
        let gps = status["gps"]
        return facts(
            [
                (ConsoleText.fix, ConsoleText.word((gps?["fix"]).cell, language)), (ConsoleText.latitude, (gps?["lat"]).cell),
                (ConsoleText.longitude, (gps?["lng"]).cell), (ConsoleText.speed, (gps?["speed_kmh"]).cell),
                (ConsoleText.course, (gps?["course"]).cell), (ConsoleText.age, ago(gps?["age_s"], language)),
                (ConsoleText.clock, ConsoleText.word((status["clock"]?["source"]).cell, language)),
                (ConsoleText.offset, (status["clock"]?["offset_ms"]).cell),
            ], language)
    }

    private static func readers(_ status: JSONValue, _ language: Language) -> [String] {
        var lines: [String] = []
        for (part, key) in [("reader", "readers"), ("scanner", "scanners")] {
            for source in status[key]?.array ?? [] {
                lines.append("\(ConsoleText.parts[part]?(language) ?? part) \(source["id"].cell)")
                lines += facts(
                    [
                        (ConsoleText.state, ConsoleText.word(source["state"].cell, language)),
                        (ConsoleText.device, source["device"].cell), (ConsoleText.detail, source["detail"].cell),
                        (ConsoleText.lastSeen, ago(source["last_seen_age_s"], language)),
                        (ConsoleText.reads, source["reads"].cell), (ConsoleText.failedReads, source["failed_reads"].cell),
                    ], language
                ).map { "  " + $0 }
            }
        }
        return lines
    }

    private static func probe(_ result: JSONValue, _ language: Language) -> [String] {
        (result["readers"]?.array ?? []).flatMap { reader -> [String] in
            let name = "\(ConsoleText.parts["reader"]?(language) ?? "") \(reader["reader"].cell)"
            guard let uid = reader["uid"]?.string else { return [name, "  " + ConsoleText.noCard(language)] }
            return ["\(name)  UID \(uid)"]
                + (reader["candidates"]?.array ?? []).map { candidate in
                    let found = (candidate["lists"]?.array ?? []).map { list in
                        "\(ConsoleText.inList(language)) \(ConsoleText.word(list["list"].cell, language))"
                            + (list["blocked"] == true ? " (\(ConsoleText.word("blocked", language)))" : "")
                    }
                    let mark = candidate["card_number"] == reader["card_number"] ? [ConsoleText.configured(language)] : []
                    let number = candidate["number"].cell.padded(to: 20)
                    return "  " + ([candidate["card_number"].cell.padded(to: 13), number] + found + mark).joined(separator: " ")
                }
        }
    }

    private static func outbox(_ status: JSONValue, _ language: Language) -> [String] {
        let outbox = status["outbox"]
        return facts(
            [
                (ConsoleText.recordsWaiting, (outbox?["records"]).cell),
                (ConsoleText.positionsWaiting, (outbox?["positions"]).cell),
                (ConsoleText.oldest, (outbox?["oldest_age_s"]).age), (ConsoleText.refused, (outbox?["refused"]).cell),
                (ConsoleText.collected, (outbox?["collected"]).cell),
                (ConsoleText.dropped, (outbox?["dropped_positions"]).cell),
            ], language)
    }

    private static func lists(_ status: JSONValue, _ language: Language) -> [String] {
        ["cards", "line", "keys"].flatMap { name -> [String] in
            let list = status["lists"]?[name]
            let title = name == "keys" ? ConsoleText.keys(language) : ConsoleText.word(name, language)
            return [title]
                + facts(
                    [
                        (ConsoleText.version, (list?["version"]).cell), (ConsoleText.count, (list?["count"]).cell),
                        (ConsoleText.age, (list?["age_s"]).age),
                    ], language
                ).map { "  " + $0 }
        }
    }

    private static func platform(_ status: JSONValue, _ language: Language) -> [String] {
        let platform = status["platform"]
        let certificate = platform?["certificate"]
        let expiry = certificate?["expires"]?.string.map { "\($0) (\((certificate?["name"]).cell))" } ?? "-"
        return facts(
            [
                (ConsoleText.state, ConsoleText.word((platform?["state"]).cell, language)),
                (ConsoleText.lastSuccess, ago(platform?["last_success_age_s"], language)),
                (ConsoleText.lastError, (platform?["last_error"]).cell), (ConsoleText.certificate, expiry),
                (ConsoleText.version, status["version"].cell), (ConsoleText.uptime, status["uptime_s"].age),
            ], language)
    }

    private static func network(_ network: JSONValue, _ language: Language) -> [String] {
        (network["interfaces"]?.array ?? []).map { interface in
            let name = interface["name"].cell.padded(to: 8)
            let state = ConsoleText.word(interface["state"].cell, language)
            let traffic =
                "\(ConsoleText.received(language)) \(mebibytes(interface["received_bytes"])) MiB  "
                + "\(ConsoleText.sent(language)) \(mebibytes(interface["sent_bytes"])) MiB"
            return "\(name)  \(state)  \(interface["addresses"].list)  \(traffic)"
        }
            + facts(
                [
                    (ConsoleText.gateway, network["gateway"].cell), (ConsoleText.nameServers, network["name_servers"].list),
                ], language)
    }

    private static func mebibytes(_ bytes: JSONValue?) -> String { bytes?.int.map { "\($0 >> 20)" } ?? "-" }

    private static func log(_ result: JSONValue, _ language: Language) -> [String] {
        (result["lines"]?.array ?? []).map(Rendering.logLine)
    }

    private static func vehicle(_ status: JSONValue, _ language: Language) -> [String] {
        let (modem, vehicle) = (status["modem"], status["vehicle"])
        let percent = { (value: JSONValue?) in value?.int.map { "\($0) %" } ?? "-" }
        let data = modem?["data_month"]?.string.map { "\(mebibytes(modem?["data_month_bytes"])) MiB (\($0))" } ?? "-"
        let shutdown = vehicle?["shutdown_in_s"]?.int == nil ? "-" : (vehicle?["shutdown_in_s"]).age
        return facts(
            [
                (ConsoleText.modem, ConsoleText.word((modem?["state"]).cell, language)),
                (ConsoleText.mobileOperator, (modem?["operator"]).cell), (ConsoleText.technology, (modem?["technology"]).cell),
                (ConsoleText.signal, percent(modem?["signal_percent"])), (ConsoleText.iccid, (modem?["iccid"]).cell),
                (ConsoleText.imei, (modem?["imei"]).cell), (ConsoleText.dataThisMonth, data),
                (ConsoleText.ignition, ConsoleText.word((vehicle?["ignition"]).cell, language)),
                (ConsoleText.shutdown, shutdown),
                (ConsoleText.parked, vehicle?["parked"] == true ? ConsoleText.yes(language) : ConsoleText.no(language)),
            ], language)
    }

    /// What came of a collection.
    static func collected(_ result: JSONValue, _ language: Language) -> String {
        let files = result["files"]?.array ?? []
        guard !files.isEmpty else { return ConsoleText.nothingToCollect(language) }
        return files.map { "\(ConsoleText.written(language))\($0["file"].cell) (\($0["records"].cell))" }.joined(separator: "  ")
    }

    private static func media(_ media: JSONValue, _ hint: Phrase, _ language: Language) -> [String] {
        let folders = media.array ?? []
        return [hint(language)]
            + (folders.isEmpty
                ? ["  \(ConsoleText.noMedia(language))"] : folders.enumerated().map { "  \($0 + 1)  \(Optional($1).cell)" })
    }
}
