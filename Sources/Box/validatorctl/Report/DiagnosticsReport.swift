import Base
import ControlProtocol
import Glibc
import JSON

/// What somebody far away needs to know of a box, as one text file: no secrets, no whole card numbers.
struct DiagnosticsReport {
    /// Gives the result of a request.
    typealias Ask = (ControlRequest) throws(ControlFailure) -> JSONValue

    private static let defaultConfiguration = "/etc/validator/validator.toml"
    private static let logLines = 500
    private static let taps = 200
    private static let refusedRecords = 200

    private(set) var text: String
    private static let heading = "validator diagnostics report\n"

    /// Asks the daemon by `ask`. Without a daemon there is what the machine tells.
    init(at time: WallTime, _ ask: Ask) {
        text = Self.heading
        add("made", Self.text(of: time))
        add("validatorctl", Release.text)
        let status = add("status", .status, ask) { Rendering.status($0) + "\n\n" + $0.json.text }
        add("self-test", .selfTestResult, ask) { report in
            report.map { SelfTestVerdicts($0).text(.en).joined(separator: "\n") } ?? "none since the start"
        }
        addMachine()
        addConfiguration(status?.configurationFile ?? "")
        let records = RecordKind.allCases.flatMap { Self.refused($0, ask) }
        add("refused records", records.map(Self.withoutCard).map(\.text).joined(separator: "\n"))
        add("taps", .taps(LatestRange(limit: Self.taps)), ask) { Rendering.taps(TapsReport(taps: $0.taps.map(Self.withoutCard))) }
        add("log", .log(LatestRange(limit: Self.logLines)), ask) { Redaction.cardNumbers(in: Rendering.log($0)) }
    }

    private mutating func addMachine() {
        add("kernel", Machine.line(of: "/proc/version") ?? "not readable")
        add("system", Machine.text(of: "/etc/os-release") ?? "not readable")
        add("board", Machine.model ?? "unknown")
        add(
            "uptime and load",
            [Machine.line(of: "/proc/uptime"), Machine.line(of: "/proc/loadavg")].compactMap(\.self).joined(separator: "\n"))
        add("memory", (Machine.text(of: "/proc/meminfo") ?? "").split(separator: "\n").prefix(5).joined(separator: "\n"))
        add("disk", [Machine.disk(of: "/"), Machine.disk(of: "/var/lib/validator")].joined(separator: "\n"))
        add("network", Machine.network.json.text)
        let properties = "ActiveState,SubState,Result,NRestarts,ExecMainStatus,ActiveEnterTimestamp,MemoryCurrent"
        add("service", Machine.output(of: "/usr/bin/systemctl", "show", "validator.service", "-p", properties))
    }

    private mutating func addConfiguration(_ known: String) {
        let path = known.isEmpty ? Self.defaultConfiguration : known
        add("configuration \(path)", Machine.text(of: path).map(Redaction.configuration) ?? "not readable by this user")
    }

    private mutating func add(_ title: String, _ content: String) {
        text += "\n== \(title.printable)\n\(Redaction.secrets(in: content).printableLines)\n"
    }

    /// Returns the reply, if there is one.
    @discardableResult
    private mutating func add<Reply>(
        _ title: String, _ call: ControlCall<Reply>, _ ask: Ask, _ render: (Reply) -> String
    ) -> Reply? {
        do throws(ControlFailure) {
            let reply = try ControlConnection.reply(try ask(call.request), as: call)
            add(title, render(reply))
            return reply
        } catch {
            add(title, "not available: \(error)")
            return nil
        }
    }

    private static func refused(_ kind: RecordKind, _ ask: Ask) -> [OutboxRecord] {
        var records: [OutboxRecord] = []
        var next: Int64? = 0
        while let row = next, records.count < refusedRecords {
            let call = ControlCall.refusedRecords(RecordRange(kind, after: row, limit: refusedRecords))
            guard let page = (try? ask(call.request)).flatMap(call.reply) else { break }
            records += page.records
            next = page.next.flatMap { $0 > row ? $0 : nil }
        }
        return Array(records.prefix(refusedRecords))
    }

    private static func withoutCard(_ tap: TapReport) -> TapReport {
        var tap = tap
        tap.card = Redaction.card(tap.card)
        return tap
    }

    /// A record with its card or ticket masked, and with no card number in what the platform said of it; its other members, those of
    /// later releases too, as they are.
    private static func withoutCard(_ record: OutboxRecord) -> JSONValue {
        guard var object = record.json.object else { return record.json }
        for name in ["card", "ticket", "ticket_hex"] {
            if let text = object[name]?.string { object[name] = .string(text.masked) }
        }
        if let message = object["refusal_message"]?.string {
            object["refusal_message"] = .string(Redaction.cardNumbers(in: message))
        }
        return .object(object)
    }

    /// `2026-03-01 07:45:00 UTC`
    private static func text(of time: WallTime) -> String {
        let civil = CivilTime(secondsSince1970: time.seconds)
        return "\(civil.date) \(civil.timeOfDay) UTC"
    }

    // MARK: The file

    /// Writes the report to `path`, or under a name of its own into the folder `path`, and has it on the medium when this
    /// returns. Returns the file's path.
    func write(to path: String, device: String, at time: WallTime) throws(ControlFailure) -> String {
        var status = stat()
        let isFolder = unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        let file = isFolder ? "\(path)/validator-report-\(device.isEmpty ? "unknown" : device)-\(time.seconds).txt" : path
        // In a folder, a stick's or /tmp, no link or file that waits for it under its name is written to. A file that is named itself is
        // the person's choice, such as /dev/stdout.
        if !isFolder, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0, !Self.isReport(path) {
            throw .refused("\(path) is there already, and is no report: name another file")
        }
        let place = isFolder ? O_EXCL | O_NOFOLLOW : O_TRUNC
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_CLOEXEC | place, 0o600)
        guard descriptor >= 0 else { throw Self.failure(file) }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(file) }
            rest = rest.dropFirst(count)
        }
        // A FIFO or /dev/stdout has nothing to sync.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else { throw Self.failure(file) }
        return file
    }

    private static func isReport(_ path: String) -> Bool {
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var beginning = [UInt8](repeating: 0, count: heading.utf8.count)
        return unsafe read(descriptor, &beginning, beginning.count) == beginning.count && beginning == Array(heading.utf8)
    }

    private static func failure(_ path: String) -> ControlFailure {
        .cannotWrite("cannot write \(path): \(unsafe String(cString: strerror(errno)))")
    }
}
