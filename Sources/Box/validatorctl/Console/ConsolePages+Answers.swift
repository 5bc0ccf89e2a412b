import Base
import ControlProtocol
import Fares

/// The pages that show what the validator and this machine have answered.
extension ConsolePages {
    private static func ago(_ age: Duration?, _ language: Language) -> String {
        age == nil ? ConsoleText.never(language) : Cell.age(age) + ConsoleText.ago(language)
    }

    private static func failure(_ reason: String?, _ call: String?, _ age: Duration?, _ language: Language) -> String {
        Cell.failure(reason, of: call) + (reason == nil ? "" : " (\(ago(age, language)))")
    }

    private static func word(_ text: String?, _ language: Language) -> String { ConsoleText.word(Cell.text(text), language) }

    static func taps(_ report: TapsReport, _ language: Language) -> [String] {
        guard !report.taps.isEmpty else { return [ConsoleText.noTaps(language)] }
        return report.taps.map { tap in
            let time = tap.time.map { CivilTime(secondsSince1970: $0.seconds).timeOfDay } ?? "-"
            let columns = [
                time, word(tap.outcome, language).padded(to: 9), Cell.text(tap.card), word(tap.reason, language),
                word(tap.mode, language), "\(Cell.milliseconds(tap.answer)) ms",
            ]
            return columns.joined(separator: "  ")
        }
    }

    static func gps(_ status: StatusReport, _ language: Language) -> [String] {
        let (gps, clock) = (status.gps, status.clock)
        return facts(
            [
                (ConsoleText.fix, word(gps.fix?.rawValue, language)), (ConsoleText.latitude, Cell.text(gps.latitude)),
                (ConsoleText.longitude, Cell.text(gps.longitude)), (ConsoleText.speed, Cell.text(gps.speedKilometresPerHour)),
                (ConsoleText.course, Cell.text(gps.course)), (ConsoleText.age, ago(gps.age, language)),
                (ConsoleText.clock, word(clock.source?.name, language)),
                (ConsoleText.offset, Cell.text(clock.offset?.wholeMilliseconds)),
            ], language)
    }

    static func readers(_ status: StatusReport, _ scanned: [ScannedTicket], _ language: Language) -> [String] {
        var lines: [String] = []
        for (part, sources) in [("reader", status.readers), ("scanner", status.scanners)] {
            for source in sources {
                lines.append("\(ConsoleText.parts[part]?(language) ?? part) \(Cell.text(source.id))")
                let code = part == "scanner" ? scanned.first { $0.scanner == source.id } : nil
                lines += facts(
                    [
                        (ConsoleText.state, word(source.state, language)), (ConsoleText.device, Cell.text(source.device)),
                        (ConsoleText.detail, Cell.text(source.detail)),
                        (ConsoleText.lastSeen, ago(source.lastSeenAge, language)),
                        (ConsoleText.reads, Cell.text(source.reads)), (ConsoleText.failedReads, Cell.text(source.failedReads)),
                        (ConsoleText.unrecordedRefusals, Cell.text(source.unrecordedRefusals)),
                    ] + (code.map { lastCode($0, language) } ?? []), language
                ).map { "  " + $0 }
            }
        }
        return lines
    }

    /// The last code of a scanner, in short.
    private static func lastCode(_ code: ScannedTicket, _ language: Language) -> [(Phrase, String)] {
        guard let ticket = code.ticket else { return [(ConsoleText.lastCode, ConsoleText.never(language))] }
        let form = "\(word(ticket.isText ? "text" : "binary", language)), \(Cell.text(ticket.byteCount)) B"
        let kind =
            ticket.codec
            ?? "\(word("unknown", language)) (\([form, ticket.resembles].compactMap(\.self).joined(separator: ", ")))"
        var rows = [(ConsoleText.lastCode, "\(Cell.text(kind)), \(ago(code.age, language))")]
        if ticket.codec != nil {
            rows += [
                (ConsoleText.card, Cell.text(ticket.field("card"))),
                (ConsoleText.made, Cell.text(ticket.field("made", "valid_from"))),
                (ConsoleText.validTo, Cell.text(ticket.field("valid_to"))),
            ]
        }
        let failed = ticket.checks.filter { !$0.isPassed }.map { "\(Cell.text($0.name)) (\(word($0.reason, language)))" }
        if !failed.isEmpty { rows.append((ConsoleText.failedChecks, failed.joined(separator: ", "))) }
        rows.append((ConsoleText.verdict, Rendering.outcome(ticket.outcome, ticket.reason) { word($0, language) }))
        return rows + (ticket.answered.map { [(ConsoleText.answered, Rendering.answered($0) { word($0, language) })] } ?? [])
    }

    static func probe(_ report: ProbesReport, _ language: Language) -> [String] {
        report.readers.flatMap { reader -> [String] in
            let name = "\(ConsoleText.parts["reader"]?(language) ?? "") \(Cell.text(reader.reader))"
            guard let uid = reader.uid else { return [name, "  " + ConsoleText.noCard(language)] }
            return ["\(name)  UID \(uid)"] + reader.candidates.map { line($0, isSet: $0.profile == reader.profile, language) }
        }
    }

    private static func line(_ candidate: CardProbe.Candidate, isSet: Bool, _ language: Language) -> String {
        let found = candidate.lists.map { list in
            "\(ConsoleText.inList(language)) \(word(list.list, language))"
                + (list.isBlocked ? " (\(ConsoleText.word("blocked", language)))" : "")
        }
        let mark = isSet ? [ConsoleText.configured(language)] : []
        let columns = [Cell.text(candidate.profile).padded(to: 13), Cell.text(candidate.number).padded(to: 20)] + found + mark
        return "  " + columns.joined(separator: " ")
    }

    static func outbox(_ status: StatusReport, _ language: Language) -> [String] {
        let outbox = status.outbox
        return facts(
            [
                (ConsoleText.recordsWaiting, Cell.text(outbox.records)),
                (ConsoleText.positionsWaiting, Cell.text(outbox.positions)), (ConsoleText.oldest, Cell.age(outbox.oldestAge)),
                (ConsoleText.refused, Cell.text(outbox.refused)), (ConsoleText.collected, Cell.text(outbox.collected)),
                (ConsoleText.dropped, Cell.text(outbox.droppedPositions)),
                (ConsoleText.lastError, failure(outbox.lastError, outbox.lastErrorCall, outbox.lastErrorAge, language)),
            ], language)
    }

    static func lists(_ status: StatusReport, _ language: Language) -> [String] {
        let lists = status.lists
        let roots = lists.keys.roots
        let rows: [(String, String, Int?, Duration?)] = [
            (ConsoleText.word("cards", language), lists.cards.version, lists.cards.count, lists.cards.age),
            (ConsoleText.word("line", language), lists.line.version, lists.line.count, lists.line.age),
            (ConsoleText.keys(language), lists.keys.version, lists.keys.count, lists.keys.age),
        ]
        return rows.flatMap { title, version, count, age in
            [title]
                + facts(
                    [
                        (ConsoleText.version, Cell.text(version)), (ConsoleText.count, Cell.text(count)),
                        (ConsoleText.age, Cell.age(age)),
                    ], language
                ).map { "  " + $0 }
        } + (roots.areUsed || !roots.keys.isEmpty ? [ConsoleText.rootKeys(language)] + rootKeys(roots, language) : [])
    }

    private static func rootKeys(_ roots: StatusReport.Roots, _ language: Language) -> [String] {
        let held: [(Phrase, String)] =
            roots.keys.isEmpty
            ? [(ConsoleText.state, ConsoleText.word("no_root_key_in_force", language))]
            : [(ConsoleText.keySet, Cell.text(roots.version)), (ConsoleText.count, Cell.text(roots.keys.count))]
        let trouble = roots.trouble.map { [(ConsoleText.lastError, $0.printable)] } ?? []
        return facts(held + trouble, language).map { "  " + $0 }
    }

    static func platform(_ status: StatusReport, _ language: Language) -> [String] {
        let platform = status.platform
        let expiry = platform.certificate.flatMap { certificate in
            certificate.expires.map { "\(Cell.time($0)) (\(Cell.text(certificate.name)))" }
        }
        return (platform.isPlain ? [ConsoleText.plainConnection(language)] : [])
            + (platform.isAuthorised ? [ConsoleText.ownSecret(language)] : [])
            + facts(
                [
                    (ConsoleText.state, word(platform.state?.rawValue, language)),
                    (ConsoleText.lastSuccess, ago(platform.lastSuccessAge, language)),
                    (ConsoleText.lastError, failure(platform.lastError, platform.lastErrorCall, platform.lastErrorAge, language)),
                    (ConsoleText.certificate, Cell.text(expiry)),
                    (ConsoleText.version, Cell.text(status.version)), (ConsoleText.uptime, Cell.age(status.uptime)),
                ], language)
    }

    static func network(_ network: NetworkReport, _ language: Language) -> [String] {
        network.interfaces.map { interface in
            let traffic =
                "\(ConsoleText.received(language)) \(Cell.megabytes(interface.receivedBytes))  "
                + "\(ConsoleText.sent(language)) \(Cell.megabytes(interface.sentBytes))"
            return [
                Cell.text(interface.name).padded(to: 8), word(interface.state, language), Cell.list(interface.addresses), traffic,
            ].joined(separator: "  ")
        }
            + facts(
                [
                    (ConsoleText.gateway, Cell.text(network.gateway)), (ConsoleText.nameServers, Cell.list(network.nameServers)),
                ], language)
    }

    static func vehicle(_ status: StatusReport, _ language: Language) -> [String] {
        let (modem, vehicle) = (status.modem, status.vehicle)
        let data = modem.dataMonth.map { "\(Cell.megabytes(modem.dataMonthBytes)) (\($0))" }
        return facts(
            [
                (ConsoleText.modem, word(modem.state, language)), (ConsoleText.mobileOperator, Cell.text(modem.operatorName)),
                (ConsoleText.technology, Cell.text(modem.technology)),
                (ConsoleText.signal, Cell.text(modem.signalPercent.map { "\($0) %" })),
                (ConsoleText.iccid, Cell.text(modem.iccid)),
                (ConsoleText.imei, Cell.text(modem.imei)), (ConsoleText.dataThisMonth, Cell.text(data)),
                (ConsoleText.ignition, word(vehicle.ignition?.rawValue, language)),
                (ConsoleText.shutdown, Cell.age(vehicle.shutdown)),
                (ConsoleText.parked, vehicle.isParked ? ConsoleText.yes(language) : ConsoleText.no(language)),
            ], language)
    }

    /// What came of a collection.
    static func collected(_ report: CollectionReport, _ language: Language) -> String {
        guard !report.files.isEmpty else { return ConsoleText.nothingToCollect(language) }
        return report.files.map { "\(ConsoleText.written(language))\($0.path) (\($0.records))" }.joined(separator: "  ")
    }

    static func media(_ folders: [String], _ hint: Phrase, _ language: Language) -> [String] {
        [hint(language)]
            + (folders.isEmpty
                ? ["  \(ConsoleText.noMedia(language))"] : folders.enumerated().map { "  \($0 + 1)  \(Cell.text($1))" })
    }
}
