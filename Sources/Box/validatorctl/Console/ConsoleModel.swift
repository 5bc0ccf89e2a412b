import Base
import ControlProtocol

/// What the console shows and does, as a value: keys and results go in, requests and lines come out. `ConsoleSession` is its edge.
struct ConsoleModel {
    static let settings = ChangeableSetting.allCases.map(\.rawValue)
    /// Without a key for so long the PIN is asked for again. Where the line tells nothing of a plug that is pulled, this is what ends
    /// the technician's rights.
    static let lockTime = Duration.seconds(120)
    /// Between two looks at what changes.
    static let refreshTime = Duration.seconds(1)

    var language: Language
    var size: TerminalSize
    private(set) var screen = Screen.menu
    private(set) var entry: Entry?
    /// Told below the page, until the next key.
    private(set) var message = ""
    private(set) var status: StatusReport?
    private(set) var taps: TapsReport?
    private(set) var probes: ProbesReport?
    private(set) var scanned: [ScannedTicket] = []
    private(set) var log: LogReport?
    private(set) var network: NetworkReport?
    private(set) var media: [String]?
    private(set) var verdicts: SelfTestVerdicts?
    private(set) var isTesting = false
    /// Lines scrolled down, and on pages that end in what is newest, up.
    private(set) var offset = 0
    private(set) var access: PINAccess
    /// The PIN was typed, and somebody has been there since.
    private(set) var isUnlocked = false
    private let idleTime: Duration
    private var lastKey: Instant
    private var lastRefresh: Instant?

    init(language: Language, size: TerminalSize, access: PINAccess, idleTime: Duration, at now: Instant) {
        self.language = language
        self.size = size
        self.idleTime = idleTime
        self.access = access
        lastKey = now
    }

    /// Something has been asked and told.
    var hasAnswers: Bool {
        status != nil || taps != nil || probes != nil || log != nil || network != nil || media != nil
    }

    /// Somebody works with it at the moment.
    func isActive(at now: Instant) -> Bool { now - lastKey < .seconds(2) }

    /// What the page shows changes by itself.
    private var query: Query? {
        switch screen {
        case .gps, .readers, .outbox, .lists, .vehicle, .platform: .status
        case .taps: .taps
        case .probe: .probe
        case .log: .log
        case .network: .network
        case .report, .collection, .handover: .media
        case .selfTest: isTesting ? .selfTestResult : nil
        case .menu: .status
        case .settings, .restart, .closed: nil
        }
    }

    // MARK: In

    /// To be called every second or oftener.
    mutating func tick(at now: Instant) -> [Action] {
        guard now - lastKey < idleTime else { return [.end] }
        if isUnlocked, now - lastKey >= Self.lockTime { lock() }
        guard let query, lastRefresh.map({ now - $0 >= Self.refreshTime }) ?? true else { return [] }
        lastRefresh = now
        return screen == .readers ? [.ask(query), .ask(.scanned)] : [.ask(query)]
    }

    mutating func received(_ answer: Answer) {
        switch answer {
        case .status(let report): status = report
        case .taps(let report): taps = report
        case .probes(let report): probes = report
        case .scanned(let tickets): scanned = tickets
        case .log(let report): log = report
        case .network(let report): network = report
        case .media(let folders): media = folders
        case .selfTestStarted:
            isTesting = true
            verdicts = nil
        case .selfTest(let report):
            guard isTesting, let report, !report.isRunning else { return }
            isTesting = false
            verdicts = SelfTestVerdicts(report)
        case .written(let path): message = ConsoleText.written(language) + path
        case .collected(let report): message = ConsolePages.collected(report, language)
        case .handedOver(let report): message = ConsoleText.handedOver(language) + Cell.text(report.file)
        case .done, .changed: message = ConsoleText.done(language)
        case .passphraseNeeded(let query): entry = Entry(purpose: .passphrase(query))
        }
    }

    mutating func failed(_ reason: String, for query: Query) {
        message = ConsoleText.failed(language) + reason
        if query == .selfTestResult { isTesting = false }
    }

    /// A whole line from a terminal that sends lines.
    mutating func take(line: String, at now: Instant) -> [Action] {
        guard entry != nil else { return press(line.first.map { .character($0) } ?? .enter, at: now) }
        if case .confirmation = entry?.purpose { return press(line.first.map { .character($0) } ?? .escape, at: now) }
        entry?.text = String(line.prefix(Entry.maximumLength))
        return press(.enter, at: now)
    }

    mutating func press(_ key: Key, at now: Instant) -> [Action] {
        if case .cursor = key { return [] }
        if isUnlocked, now - lastKey >= Self.lockTime { lock() }
        lastKey = now
        message = ""
        if entry != nil { return type(key, at: now) }
        switch key {
        case .up: scroll(by: -1)
        case .down: scroll(by: 1)
        case .pageUp: scroll(by: -pageHeight)
        case .pageDown: scroll(by: pageHeight)
        case .escape, .interrupt, .backspace, .character("q"): return leave()
        case .enter: lastRefresh = nil
        case .character(let character): return choose(character)
        case .redraw, .cursor: break
        }
        return []
    }

    // MARK: Pages

    private mutating func leave() -> [Action] {
        switch screen {
        case .menu: return [.end]
        case .probe: open(.readers)
        case .collection: open(.outbox)
        default: open(.menu)
        }
        return []
    }

    private mutating func open(_ screen: Screen) {
        self.screen = screen
        offset = 0
        lastRefresh = nil
    }

    private mutating func choose(_ key: Character) -> [Action] {
        switch (screen, key) {
        case (.menu, "l"): language = language == .en ? .zh : .en
        case (.menu, _): if let item = ConsolePages.menu.first(where: { $0.key == key }) { open(item.screen) }
        // It shows whole card numbers.
        case (.readers, "p"): return take(.open(.probe))
        case (.outbox, "c"): open(.collection)
        case (.outbox, "r"): return take(.enter(.confirmation(.retryRefused)))
        case (.lists, "s"): return take(.ask(.sync(full: false)))
        case (.lists, "f"): return take(.enter(.confirmation(.sync(full: true))))
        case (.selfTest, "t"): if !isTesting { return [.ask(.startSelfTest)] }
        case (.selfTest, "y"), (.selfTest, "n"): verdicts?.answer(key == "y")
        case (.settings, _):
            guard let number = key.wholeNumberValue, Self.settings.indices.contains(number - 1) else { break }
            return take(.enter(.setting(Self.settings[number - 1])))
        case (.report, "w"): return take(.enter(.reportPath))
        case (.report, _): if let folder = medium(key) { return take(.ask(.writeReport(path: folder))) }
        case (.collection, _): if let folder = medium(key) { return take(.ask(.collect(folder: folder)), isAlwaysAsked: true) }
        case (.handover, _):
            if let folder = medium(key) {
                return take(.enter(.confirmation(.handOver(folder: folder))), isAlwaysAsked: true)
            }
        case (.restart, "r"): return take(.enter(.confirmation(.restart)))
        default: break
        }
        return []
    }

    // MARK: What needs the PIN

    /// - Parameter isAlwaysAsked: also of somebody who has typed it a moment ago, and may have gone for a coffee.
    private mutating func take(_ step: Step, isAlwaysAsked: Bool = false) -> [Action] {
        switch access {
        case .open: return go(step)
        case .closed:
            open(.closed)
            return []
        case .gate:
            guard !isUnlocked || isAlwaysAsked else { return go(step) }
            entry = Entry(purpose: .pin(step))
            return []
        }
    }

    private mutating func go(_ step: Step) -> [Action] {
        switch step {
        case .open(let screen): open(screen)
        case .enter(let purpose): entry = Entry(purpose: purpose)
        case .ask(let query): return [.ask(query)]
        }
        return []
    }

    /// Whoever comes next begins without the PIN.
    private mutating func lock() {
        isUnlocked = false
        entry = nil
        if screen == .probe {
            probes = nil
            open(.readers)
        }
    }

    private mutating func tryPIN(_ text: String, for step: Step, at now: Instant) -> [Action] {
        guard case .gate(var gate) = access else { return [] }
        gate.joinOthers(at: now)
        access = .gate(gate)
        if let wait = gate.wait(at: now) {
            entry = Entry(purpose: .pin(step))
            message = ConsoleText.pinWait(language) + String(wait.wholeSeconds + 1)
            return []
        }
        let before = gate.failures
        let isRight = gate.tries(text, at: now)
        access = .gate(gate)
        isUnlocked = isRight
        guard isRight else {
            entry = Entry(purpose: .pin(step))
            message = ConsoleText.pinWrong(language)
            return [.tell(.wrongPIN, failures: gate.failures)]
        }
        return [.tell(.pinAccepted, failures: before)] + go(step)
    }

    /// Where the medium of that number is mounted.
    private func medium(_ key: Character) -> String? {
        guard let media, let number = key.wholeNumberValue, media.indices.contains(number - 1) else { return nil }
        return media[number - 1]
    }

    // MARK: Typing

    private mutating func type(_ key: Key, at now: Instant) -> [Action] {
        guard var entry else { return [] }
        if case .confirmation(let query) = entry.purpose {
            self.entry = nil
            return key == .character("y") ? [.ask(query)] : []
        }
        switch key {
        case .character(let character):
            if entry.text.utf8.count < Entry.maximumLength { entry.text.append(character) }
        case .backspace: if !entry.text.isEmpty { entry.text.removeLast() }
        case .escape, .interrupt:
            self.entry = nil
            return []
        case .enter: return submit(entry, at: now)
        default: break
        }
        self.entry = entry
        return []
    }

    private mutating func submit(_ entry: Entry, at now: Instant) -> [Action] {
        self.entry = nil
        switch entry.purpose {
        case .pin(let step): return tryPIN(entry.text, for: step, at: now)
        case .setting(let key): return entry.text.isEmpty ? [] : [.ask(.set(key: key, value: entry.text))]
        case .reportPath: return entry.text.isEmpty ? [] : [.ask(.writeReport(path: entry.text))]
        case .passphrase(let query):
            if Passphrase.lengths.contains(entry.text.utf8.count) {
                self.entry = Entry(purpose: .passphraseAgain(query, first: entry.text))
            } else if !entry.text.isEmpty {
                self.entry = Entry(purpose: .passphrase(query))
                message = ConsoleText.passphraseShort(language)
            }
            return []
        case .passphraseAgain(let query, let first):
            guard entry.text == first else {
                self.entry = Entry(purpose: .passphrase(query))
                message = ConsoleText.passphrasesDiffer(language)
                return []
            }
            return [.ask(query.sealed(with: first))]
        case .confirmation: return []
        }
    }

    // MARK: Out

    /// As many lines as the terminal has, none wider than it.
    var lines: [String] {
        let body = page
        let top = firstLine(of: body.count)
        let visible = body[top..<min(body.count, top + pageHeight)]
        let padding = Array(repeating: "", count: pageHeight - visible.count)
        return [title, String(repeating: "-", count: size.columns - 1)] + visible + padding + foot
    }

    /// Where the cursor rests, from 0.
    var cursor: (row: Int, column: Int) {
        (size.rows - 1, min(foot.last?.columns ?? 0, size.columns - 1))
    }

    /// The page on a terminal that shows one line after the other.
    var text: [String] { [title] + page + foot.filter { !$0.isEmpty } }

    private var pageHeight: Int { size.rows - 4 }

    private var title: String {
        let name = ConsolePages.title(of: screen)(language)
        return ["validator", (status?.deviceID ?? "").printable, name].filter { !$0.isEmpty }.joined(separator: "  ").clipped(
            to: size.columns - 1)
    }

    private var page: [String] {
        ConsolePages.lines(of: self).flatMap { $0.printable.wrapped(to: size.columns - 1, indentation: 4) }
    }

    /// The message, and what can be done.
    private var foot: [String] {
        let prompt =
            if let entry {
                ConsolePages.prompt(entry, language)
            } else if screen == .selfTest, let open = verdicts?.open, let line = verdicts?.lines[open] {
                "\(ConsoleText.parts[line.part]?(language) ?? line.part) \(ConsoleText.word(line.subject, language))  "
                    + (line.checkedBy == .ear ? ConsoleText.wasHeard : ConsoleText.didShine)(language)
            } else {
                ConsolePages.keys(of: screen, language)
            }
        return [message, prompt].map { $0.printable.clipped(to: size.columns - 1) }
    }

    /// Pages whose newest line is the last show that one, unless scrolled.
    private func firstLine(of count: Int) -> Int {
        let last = max(0, count - pageHeight)
        return endsInNewest ? max(0, last - offset) : min(offset, last)
    }

    private var endsInNewest: Bool { screen == .taps || screen == .log }

    private mutating func scroll(by lines: Int) {
        let last = max(0, page.count - pageHeight)
        offset = min(last, max(0, min(offset, last) + (endsInNewest ? -lines : lines)))
    }
}
