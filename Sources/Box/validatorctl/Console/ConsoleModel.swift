import Base
import ControlProtocol

/// What the console shows and does, as a value: keys and results go in, requests and lines come out. `ConsoleSession` is its edge.
struct ConsoleModel {
    enum Screen: Hashable, Sendable {
        case menu, taps, gps, readers, probe, outbox, collection, lists, network, vehicle, platform, selfTest, settings, log,
            report, handover, restart
    }

    /// What is asked of the validator or of this machine.
    enum Query: Hashable, Sendable {
        case status, taps, probe, log, network, media
        case startSelfTest, selfTestResult
        case set(key: String, value: String)
        case retryRefused
        case sync(full: Bool)
        case writeReport(path: String)
        /// The unsent and the refused records, onto a medium.
        case collect(folder: String)
        /// This box's identity and records, onto a medium; it then serves no more.
        case handOver(folder: String)
        case restart
    }

    /// What came of a query.
    enum Answer: Hashable, Sendable {
        case status(StatusReport)
        case taps(TapsReport)
        case probes(ProbesReport)
        case log(LogReport)
        case network(NetworkReport)
        case media([String])
        case selfTestStarted(SelfTestStarted)
        case selfTest(SelfTestReport?)
        case written(path: String)
        case collected(CollectionReport)
        case handedOver(HandoverReport)
        case changed(RecordChange)
        case done(Done)
    }

    enum Action: Hashable, Sendable {
        case ask(Query)
        case end
    }

    /// What is being typed.
    struct Entry: Hashable, Sendable {
        enum Purpose: Hashable, Sendable {
            case pin
            case setting(String)
            case reportPath
            /// `y` and the query is asked.
            case confirmation(Query)
        }

        static let maximumLength = 200

        var purpose: Purpose
        var text = ""
    }

    static let settings = ChangeableSetting.allCases.map(\.rawValue)
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
    private(set) var log: LogReport?
    private(set) var network: NetworkReport?
    private(set) var media: [String]?
    private(set) var verdicts: SelfTestVerdicts?
    private(set) var isTesting = false
    /// Lines scrolled down, and on pages that end in what is newest, up.
    private(set) var offset = 0
    private(set) var gate: PINGate?
    private let idleTime: Duration
    private var lastKey: Instant
    private var lastRefresh: Instant?

    init(language: Language, size: TerminalSize, pin: StoredPIN?, idleTime: Duration, at now: Instant) {
        self.language = language
        self.size = size
        self.idleTime = idleTime
        gate = pin.map(PINGate.init)
        entry = pin == nil ? nil : Entry(purpose: .pin)
        lastKey = now
    }

    /// Something has been asked and told.
    var hasAnswers: Bool {
        status != nil || taps != nil || probes != nil || log != nil || network != nil || media != nil
    }

    var isLocked: Bool { entry?.purpose == .pin }

    /// Somebody works with it at the moment.
    func isActive(at now: Instant) -> Bool { now - lastKey < .seconds(2) }

    /// What the page shows changes by itself.
    private var query: Query? {
        if isLocked { return nil }
        return switch screen {
        case .gps, .readers, .outbox, .lists, .vehicle, .platform: .status
        case .taps: .taps
        case .probe: .probe
        case .log: .log
        case .network: .network
        case .report, .collection, .handover: .media
        case .selfTest: isTesting ? .selfTestResult : nil
        case .menu: .status
        case .settings, .restart: nil
        }
    }

    // MARK: In

    /// To be called every second or oftener.
    mutating func tick(at now: Instant) -> [Action] {
        guard now - lastKey < idleTime else { return [.end] }
        guard let query, lastRefresh.map({ now - $0 >= Self.refreshTime }) ?? true else { return [] }
        lastRefresh = now
        return [.ask(query)]
    }

    mutating func received(_ answer: Answer) {
        switch answer {
        case .status(let report): status = report
        case .taps(let report): taps = report
        case .probes(let report): probes = report
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
        case (.readers, "p"): open(.probe)
        case (.outbox, "c"): open(.collection)
        case (.outbox, "r"): entry = Entry(purpose: .confirmation(.retryRefused))
        case (.lists, "s"): return [.ask(.sync(full: false))]
        case (.lists, "f"): entry = Entry(purpose: .confirmation(.sync(full: true)))
        case (.selfTest, "t"): if !isTesting { return [.ask(.startSelfTest)] }
        case (.selfTest, "y"), (.selfTest, "n"): verdicts?.answer(key == "y")
        case (.settings, _):
            guard let number = key.wholeNumberValue, Self.settings.indices.contains(number - 1) else { break }
            entry = Entry(purpose: .setting(Self.settings[number - 1]))
        case (.report, "w"): entry = Entry(purpose: .reportPath)
        case (.report, _): if let folder = medium(key) { return [.ask(.writeReport(path: folder))] }
        case (.collection, _): if let folder = medium(key) { return [.ask(.collect(folder: folder))] }
        case (.handover, _):
            if let folder = medium(key) { entry = Entry(purpose: .confirmation(.handOver(folder: folder))) }
        case (.restart, "r"): entry = Entry(purpose: .confirmation(.restart))
        default: break
        }
        return []
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
            guard entry.purpose == .pin else {
                self.entry = nil
                return []
            }
            entry.text = ""
        case .enter: return submit(entry, at: now)
        default: break
        }
        self.entry = entry
        return []
    }

    private mutating func submit(_ entry: Entry, at now: Instant) -> [Action] {
        self.entry = nil
        switch entry.purpose {
        case .pin:
            tryPIN(entry.text, at: now)
            return []
        case .setting(let key): return entry.text.isEmpty ? [] : [.ask(.set(key: key, value: entry.text))]
        case .reportPath: return entry.text.isEmpty ? [] : [.ask(.writeReport(path: entry.text))]
        case .confirmation: return []
        }
    }

    private mutating func tryPIN(_ text: String, at now: Instant) {
        let wait = gate?.wait(at: now)
        guard gate?.tries(text, at: now) == false else { return }
        entry = Entry(purpose: .pin)
        message = wait.map { ConsoleText.pinWait(language) + String($0.wholeSeconds + 1) } ?? ConsoleText.pinWrong(language)
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
        let device = isLocked ? "" : status?.deviceID ?? ""
        let name = isLocked ? ConsoleText.pin(language) : ConsolePages.title(of: screen)(language)
        return ["validator", device.printable, name].filter { !$0.isEmpty }.joined(separator: "  ").clipped(to: size.columns - 1)
    }

    private var page: [String] {
        if isLocked { return [] }
        return ConsolePages.lines(of: self).flatMap { $0.printable.wrapped(to: size.columns - 1, indentation: 4) }
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
