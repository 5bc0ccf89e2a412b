import Base
import CLinux
import ControlProtocol
import Glibc
import OperatingSystem

/// The console's edge: carries keys to the model, its requests to the validator, and its lines to the terminal.
final class ConsoleSession {
    private static let turnMilliseconds: CInt = 250
    /// Behind an ESC; what belongs to it comes at once.
    private static let escapeMilliseconds: CInt = 100
    /// A terminal that has taken nothing for so long is not there.
    private static let patience = Duration.seconds(60)
    private static let logLines = 200
    private static let taps = 100

    private let terminal: Terminal
    private let signals: CInt
    private let socket: String
    private var model: ConsoleModel
    private var connection: ControlConnection?
    private var parser = KeyParser()
    private var painter = ScreenPainter()
    private var budget = OutputBudget()
    /// What the terminal has not taken yet.
    private var unsent: [UInt8] = []
    private var lastSent = now()
    private var lastRefill = now()
    /// What has come of a line, on a terminal that sends lines.
    private var line: [UInt8] = []
    private var isOver = false

    init(_ terminal: consuming Terminal, socket: String, language: Language, access: PINAccess, idleTime: Duration) {
        signals = clinux_terminal_signals()
        model = ConsoleModel(
            language: language, size: terminal.size ?? .standard, access: access, idleTime: idleTime, at: Self.now())
        self.terminal = terminal
        self.socket = socket
    }

    deinit { if signals >= 0 { close(signals) } }

    /// Until the person leaves, or the line goes down, or nobody has been there for long.
    func run() {
        if terminal.isScreen, terminal.size == nil { terminal.askSize() }
        if terminal.isScreen { paint() } else { printPage() }
        carryOut(model.tick(at: Self.now()))
        while !isOver {
            let pause = parser.isPending ? Self.escapeMilliseconds : Self.turnMilliseconds
            terminal.wait(signals: signals, milliseconds: pause)
            heedSignals()
            receive()
            if terminal.isScreen { carryOut(model.tick(at: Self.now())) } else { tickUnseen() }
            if terminal.isScreen { paint() }
        }
    }

    // MARK: In

    private func heedSignals() {
        while case let signal = clinux_next_signal(signals), signal != 0 {
            guard signal == SIGWINCH else {
                isOver = true
                return
            }
            resize(terminal.size)
        }
    }

    private func resize(_ size: TerminalSize?) {
        guard let size, size != model.size else { return }
        model.size = size
        painter.forget()
    }

    private func receive() {
        switch terminal.read() {
        case .hungUp: isOver = true
        case .nothing: if let key = parser.pause() { press(key) }
        case .bytes(let bytes):
            for byte in bytes where !isOver {
                if terminal.isScreen {
                    if let key = parser.feed(byte) { press(key) }
                } else {
                    take(byte)
                }
            }
        }
    }

    private func press(_ key: Key) {
        switch key {
        case .cursor(let row, let column):
            // Only of a line that does not know its size itself.
            if terminal.size == nil { resize(TerminalSize(columns: column, rows: row)) }
        case .redraw:
            painter.forget()
            if terminal.size == nil { terminal.askSize() }
        default: break
        }
        carryOut(model.press(key, at: Self.now()))
    }

    /// A terminal that sends lines; its own line editing has been at work.
    private func take(_ byte: UInt8) {
        guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
            if line.count < ConsoleModel.Entry.maximumLength { line.append(byte) }
            return
        }
        let text = String(decoding: line, as: UTF8.self)
        line = []
        carryOut(model.take(line: text, at: Self.now()))
        carryOut(model.tick(at: Self.now()))
        if !isOver { printPage() }
    }

    /// Where nothing is drawn by itself, only the end counts, and a test that ends.
    private func tickUnseen() {
        let wasTesting = model.isTesting
        let actions = model.tick(at: Self.now())
        carryOut(actions.filter { $0 == .end || $0 == .ask(.selfTestResult) })
        if wasTesting, !model.isTesting { printPage() }
    }

    // MARK: Requests

    private func carryOut(_ actions: [ConsoleModel.Action]) {
        for action in actions {
            switch action {
            case .end: isOver = true
            case .tell(let event, let failures):
                // What was typed is answered first.
                if terminal.isScreen { paint() }
                AuditTrail.tell(event, failures > 0 ? "failures=\(failures)" : "", socket: socket)
            case .ask(let query):
                do throws(ControlFailure) {
                    model.received(try answer(to: query))
                } catch {
                    model.failed("\(error)", for: query)
                }
            }
        }
    }

    private func answer(to query: ConsoleModel.Query) throws(ControlFailure) -> ConsoleModel.Answer {
        switch query {
        case .status: return .status(try ask(.status))
        case .taps: return .taps(try ask(.taps(LatestRange(limit: Self.taps))))
        case .probe: return .probes(try ask(.probes))
        case .scanned:
            var tickets: [ScannedTicket] = []
            for scanner in model.status?.scanners.indices ?? 0..<0 {
                tickets.append(try ask(.scannedTicket(scanner: scanner)))
            }
            return .scanned(tickets)
        case .log: return .log(try ask(.log(LatestRange(limit: Self.logLines))))
        case .startSelfTest: return .selfTestStarted(try ask(.startSelfTest))
        case .selfTestResult: return .selfTest(try ask(.selfTestResult))
        case .set(let key, let value): return .done(try ask(.set(key: key, value: value)))
        case .retryRefused: return .changed(try ask(.retryRefused))
        case .sync(let full): return .done(try ask(.synchronise(nil, full: full)))
        case .restart: return .done(try ask(.restart))
        case .network: return .network(Machine.network)
        case .media: return .media(Machine.media)
        case .collect(let folder, let passphrase):
            return try orPassphrase(for: query) { () throws(ControlFailure) in
                var connection = try ControlConnection(socket: socket)
                let collection = try RecordCollection(
                    folder: folder, allowsOwnDisk: false, protection: Self.protection(passphrase))
                return .collected(try collection.run(&connection))
            }
        case .handOver(let folder, let passphrase):
            return try orPassphrase(for: query) { () throws(ControlFailure) in
                .handedOver(
                    try Handover.run(
                        onto: folder, allowsOwnDisk: false, protection: Self.protection(passphrase), socket: socket))
            }
        case .writeReport(let path): return .written(path: try ReportCommand.write(to: path, socket: socket))
        }
    }

    /// Where there is no passphrase yet and one is needed, the person is to be asked for it.
    private static func protection(_ passphrase: String?) -> Protection {
        Protection(passphrase: passphrase.map { Array($0.utf8) }) { () throws(ControlFailure) in throw .passphraseNeeded }
    }

    private func orPassphrase(
        for query: ConsoleModel.Query, _ work: () throws(ControlFailure) -> ConsoleModel.Answer
    ) throws(ControlFailure) -> ConsoleModel.Answer {
        do throws(ControlFailure) {
            return try work()
        } catch {
            guard error == .passphraseNeeded else { throw error }
            return .passphraseNeeded(query)
        }
    }

    /// Over a connection that is kept; a failure lets go of it, and the next request tries anew.
    private func ask<Reply>(_ call: ControlCall<Reply>) throws(ControlFailure) -> Reply {
        if connection == nil { connection = try ControlConnection(socket: socket) }
        do throws(ControlFailure) {
            guard let reply = try connection?.ask(call) else {
                throw .unreachable(socket: socket, reason: "no connection")
            }
            return reply
        } catch {
            switch error {
            case .refused, .badArgument: break
            default: connection = nil
            }
            throw error
        }
    }

    // MARK: Out

    private func paint() {
        let now = Self.now()
        budget.refill(after: (now - lastRefill).wholeMilliseconds, isActive: model.isActive(at: now))
        lastRefill = now
        if unsent.isEmpty {
            unsent = painter.paint(model.lines, cursor: model.cursor, budget: budget.available)
            budget.spend(unsent.count)
            if unsent.isEmpty { lastSent = now }
        }
        send(at: now)
    }

    private func send(at now: Instant) {
        guard !unsent.isEmpty else { return }
        let count = terminal.write(unsent)
        unsent.removeFirst(count)
        if count > 0 { lastSent = now }
        if now - lastSent > Self.patience { isOver = true }
    }

    private func printPage() {
        carryOut(!model.hasAnswers ? model.tick(at: Self.now()) : [])
        let prompt = model.text.joined(separator: "\r\n") + "\r\n> "
        // What such a terminal does not take at once is lost: it asks again with Enter.
        _ = terminal.write(Array("\r\n\(prompt)".utf8))
    }

    private static func now() -> Instant { Clocks.now().instant }
}
