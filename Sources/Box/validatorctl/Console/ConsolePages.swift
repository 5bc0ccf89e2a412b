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
        case .closed: ConsoleText.closed
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
        case .passphrase: ConsoleText.newPassphrase(language) + String(repeating: "*", count: entry.text.count)
        case .passphraseAgain: ConsoleText.passphraseAgain(language) + String(repeating: "*", count: entry.text.count)
        case .reportPath: ConsoleText.reportPath(language) + entry.text
        case .confirmation: ConsoleText.confirm(language)
        }
    }

    static func lines(of model: ConsoleModel) -> [String] {
        let language = model.language
        /// The page of an answer, once it is there.
        func page<Answer>(_ answer: Answer?, _ make: (Answer, Language) -> [String]) -> [String] {
            answer.map { make($0, language) } ?? [ConsoleText.asking(language)]
        }
        switch model.screen {
        case .menu: return menuLines(language)
        case .taps: return page(model.taps, taps)
        case .gps: return page(model.status, gps)
        case .readers: return page(model.status) { readers($0, model.scanned, $1) }
        case .probe: return page(model.probes, probe)
        case .outbox: return page(model.status, outbox)
        case .lists: return page(model.status, lists)
        case .network: return page(model.network, network)
        case .platform: return page(model.status, platform)
        case .log: return page(model.log) { report, _ in report.lines.map(Rendering.logLine) }
        case .vehicle: return page(model.status, vehicle)
        case .report: return page(model.media) { media($0, ConsoleText.reportHint, $1) }
        case .handover: return page(model.media) { media($0, ConsoleText.handoverHint, $1) }
        case .collection: return page(model.media) { media($0, ConsoleText.collectionHint, $1) }
        case .restart: return [ConsoleText.restartHint(language)]
        case .closed: return [ConsoleText.closedHint(language)]
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
    static func facts(_ rows: [(Phrase, String)], _ language: Language) -> [String] {
        let width = rows.map { $0.0(language).columns }.max() ?? 0
        return rows.map { $0.0(language).padded(to: width) + "  " + $0.1 }
    }
}
