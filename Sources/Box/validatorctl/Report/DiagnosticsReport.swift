import Base
import Glibc
import JSON

/// What somebody far away needs to know of a box, as one text file: no secrets, no whole card numbers.
struct DiagnosticsReport {
    typealias Ask = (_ command: String, _ arguments: JSONObject) throws(ControlFailure) -> JSONValue

    private static let defaultConfiguration = "/etc/validator/validator.toml"
    private static let logLines = 500
    private static let taps = 200
    private static let refusedRecords = 200

    private(set) var text: String

    /// Asks the daemon by `ask`. Without a daemon there is what the machine tells.
    init(at time: WallTime, _ ask: Ask) {
        text = "validator diagnostics report\n"
        let status = Self.result { () throws(ControlFailure) in try ask("status", [:]) }
        add("made", Self.text(of: time))
        add("validatorctl", Release.text)
        add("status", status) { Rendering.status($0) + "\n\n" + $0.text }
        add("self-test", Self.result { () throws(ControlFailure) in try ask("selftest_result", [:]) }) { result in
            result.isNull ? "none since the start" : SelfTestVerdicts(result).text(.en).joined(separator: "\n")
        }
        addMachine()
        addConfiguration(status)
        let records = [JSONValue](["taps", "positions"]).flatMap { kind in
            let page = try? ask("outbox_refused", ["kind": kind, "limit": .int(Self.refusedRecords)])
            return page?["records"]?.array ?? []
        }
        add("refused records", records.map(Self.withoutCard).map(\.text).joined(separator: "\n"))
        add("taps", Self.result { () throws(ControlFailure) in try ask("taps", ["limit": .int(Self.taps)]) }) { result in
            Rendering.taps(["taps": .array((result["taps"]?.array ?? []).map(Self.withoutCard))])
        }
        add("log", Self.result { () throws(ControlFailure) in try ask("log", ["limit": .int(Self.logLines)]) }) { result in
            Redaction.cardNumbers(in: (result["lines"]?.array ?? []).map(Rendering.logLine).joined(separator: "\n"))
        }
    }

    private mutating func addMachine() {
        add("kernel", Machine.line(of: "/proc/version") ?? "not readable")
        add("system", Machine.text(of: "/etc/os-release") ?? "not readable")
        let model = Machine.line(of: "/sys/firmware/devicetree/base/model") ?? Machine.line(of: "/sys/class/dmi/id/product_name")
        add("board", model ?? "unknown")
        add(
            "uptime and load",
            [Machine.line(of: "/proc/uptime"), Machine.line(of: "/proc/loadavg")].compactMap(\.self).joined(separator: "\n"))
        add("memory", (Machine.text(of: "/proc/meminfo") ?? "").split(separator: "\n").prefix(5).joined(separator: "\n"))
        add("disk", [Machine.disk(of: "/"), Machine.disk(of: "/var/lib/validator")].joined(separator: "\n"))
        add("network", Machine.network.text)
        let properties = "ActiveState,SubState,Result,NRestarts,ExecMainStatus,ActiveEnterTimestamp,MemoryCurrent"
        add("service", Machine.output(of: "systemctl show validator.service -p \(properties)"))
    }

    private mutating func addConfiguration(_ status: Result<JSONValue, ControlFailure>) {
        let known = (try? status.get())?["configuration_file"]?.string ?? ""
        let path = known.isEmpty ? Self.defaultConfiguration : known
        add("configuration \(path)", Machine.text(of: path).map(Redaction.configuration) ?? "not readable by this user")
    }

    private mutating func add(_ title: String, _ content: String) {
        text += "\n== \(title)\n\(Redaction.secrets(in: content))\n"
    }

    private mutating func add(_ title: String, _ result: Result<JSONValue, ControlFailure>, _ render: (JSONValue) -> String) {
        switch result {
        case .success(let value): add(title, render(value))
        case .failure(let failure): add(title, "not available: \(failure)")
        }
    }

    private static func result(
        _ body: () throws(ControlFailure) -> JSONValue
    ) -> Result<JSONValue, ControlFailure> { Result(catching: body) }

    /// A tap or a record with its card or ticket masked, and with no card number in what the platform said of it.
    private static func withoutCard(_ record: JSONValue) -> JSONValue {
        guard var object = record.object else { return record }
        for name in ["card", "ticket", "ticket_hex"] {
            guard let text = object[name]?.string, !text.hasPrefix("****") else { continue }
            object[name] = .string(text.masked)
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
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
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

    private static func failure(_ path: String) -> ControlFailure {
        .cannotWrite("cannot write \(path): \(unsafe String(cString: strerror(errno)))")
    }
}
