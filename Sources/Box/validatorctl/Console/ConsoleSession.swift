import Base
import CLinux
import Glibc
import JSON

/// The console's edge: carries keys to the model, its requests to the validator, and its lines to the terminal.
final class ConsoleSession {
    private static let turnMilliseconds: CInt = 250
    /// Behind an ESC; what belongs to it comes at once.
    private static let escapeMilliseconds: CInt = 100
    /// A terminal that has taken nothing for so long is not there.
    private static let patience = Duration.seconds(60)
    private static let log: JSONObject = ["limit": 200]
    private static let taps: JSONObject = ["limit": 100]

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

    init(_ terminal: consuming Terminal, socket: String, language: Language, pin: StoredPIN?, idleTime: Duration) {
        signals = clinux_terminal_signals()
        model = ConsoleModel(
            language: language, size: terminal.size ?? .standard, pin: pin, idleTime: idleTime, at: Self.now())
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
            if terminal.isScreen || model.isLocked { carryOut(model.tick(at: Self.now())) } else { tickUnseen() }
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
            case .ask(let query):
                do throws(ControlFailure) {
                    model.received(try result(of: query), for: query)
                } catch {
                    model.failed("\(error)", for: query)
                }
            }
        }
    }

    private func result(of query: ConsoleModel.Query) throws(ControlFailure) -> JSONValue {
        switch query {
        case .status: try ask("status")
        case .taps: try ask("taps", Self.taps)
        case .probe: try ask("readers_probe")
        case .log: try ask("log", Self.log)
        case .startSelfTest: try ask("selftest")
        case .selfTestResult: try ask("selftest_result")
        case .set(let key, let value): try ask("set", ["key": .string(key), "value": .string(value)])
        case .retryRefused: try ask("outbox_retry")
        case .sync(let full): try ask("sync", ["full": .bool(full)])
        case .restart: try ask("restart")
        case .network: Machine.network
        case .media: .array(Machine.media.map { .string($0) })
        case .collect(let folder):
            try collect(onto: folder)
        case .handOver(let folder): try Handover.run(onto: folder, allowsOwnDisk: false, socket: socket)
        case .writeReport(let path): .string(try ReportCommand.write(to: path, socket: socket))
        }
    }

    private func collect(onto folder: String) throws(ControlFailure) -> JSONValue {
        var connection = try ControlConnection(socket: socket)
        return try RecordCollection(folder: folder, allowsOwnDisk: false).run(&connection)
    }

    /// Over a connection that is kept; a failure lets go of it, and the next request tries anew.
    private func ask(_ command: String, _ arguments: JSONObject = [:]) throws(ControlFailure) -> JSONValue {
        if connection == nil { connection = try ControlConnection(socket: socket) }
        do throws(ControlFailure) {
            guard let result = try connection?.request(command, arguments) else {
                throw .unreachable(socket: socket, reason: "no connection")
            }
            return result
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
        carryOut(model.results.isEmpty && !model.isLocked ? model.tick(at: Self.now()) : [])
        let prompt = model.text.joined(separator: "\r\n") + "\r\n> "
        // What such a terminal does not take at once is lost: it asks again with Enter.
        _ = terminal.write(Array("\r\n\(prompt)".utf8))
    }

    private static func now() -> Instant {
        var time = timespec()
        // It cannot fail with a clock that Linux has.
        _ = unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
