import FaultProxy
import Foundation
import FoundationNetworking
import JSON
import TestSupport
import Testing

/// The hub as a program of its own, in front of a scripted platform that it reaches over a link which a test may break.
final class HubProgram {
    struct Reply: Sendable {
        var status: Int
        var body: JSONValue

        var code: Int? { body["ret_code"]?.int }
        subscript(name: String) -> JSONValue? { body[name] }
    }

    /// Programs at once: none of these tests is about speed.
    private static let turnstile = Turnstile(places: 4)

    let platform: ScriptedPlatform
    let link: FaultProxy
    private let folder: TemporaryFolder
    private var process = Process()
    private var runs = 0
    private(set) var port = 0

    /// Hands a running hub to `body`, and ends it.
    /// - Parameters:
    ///   - upstream: further lines of `[upstream]`.
    ///   - database: the lines of `[database]`; nil: a file of its own.
    static func run(
        _ script: PlatformScript = PlatformScript(), _ upstream: String = "", database: String? = nil, devices: String? = nil,
        _ body: (HubProgram) async throws -> Void
    ) async throws {
        await turnstile.enter()
        do {
            let platform = try ScriptedPlatform(script)
            let hub = try HubProgram(platform, upstream, database: database, devices: devices)
            defer { hub.kill() }
            try await hub.start()
            try await body(hub)
        } catch {
            await turnstile.leave()
            throw error
        }
        await turnstile.leave()
    }

    /// Not started.
    /// - Parameters:
    ///   - devices: the lines of `[devices]`; nil: whoever calls is believed.
    ///   - other: a hub in the place of the platform, which is running.
    ///   - isAlone: whether there is no platform.
    init(
        _ platform: ScriptedPlatform, _ upstream: String = "", database: String? = nil, devices: String? = nil,
        behind other: HubProgram? = nil, isAlone: Bool = false
    ) throws {
        self.platform = platform
        link = try FaultProxy(to: other?.port ?? platform.port)
        let baseURL = isAlone ? "" : "http://127.0.0.1:\(link.port)/\(other == nil ? "hw" : "api")"
        folder = TemporaryFolder()
        try folder.write(
            "hub.toml",
            """
            [server]
            listen = "127.0.0.1:0"
            [database]
            \(database ?? "path = \"\(folder.path)/hub.db\"\nmin_free_mb = 0")
            [devices]
            \(devices ?? "authentication = \"none\"\nauto_register = true")
            [upstream]
            base_url = "\(baseURL)"
            timeout_ms = 2000
            stall_ms = 2000
            \(upstream)
            """)
    }

    // MARK: The program

    func start() async throws {
        runs += 1
        process = Process()
        process.executableURL = URL(fileURLWithPath: "\(Programs.folder)/validator-hub")
        process.arguments = ["--config", folder.path("hub.toml")]
        let file = folder.path("hub-\(runs).log")
        try Data().write(to: URL(fileURLWithPath: file))
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        (process.standardInput, process.standardOutput, process.standardError) = (FileHandle.nullDevice, output, output)
        try process.run()
        port = try await eventually("the hub listens") {
            try #require(self.process.isRunning, "the hub ended: \(self.log)")
            return self.log.firstMatch(of: /listening on [^ ]*:([0-9]+)\n/).flatMap { Int($0.1) }
        }
    }

    /// `kill -9`
    func kill() {
        guard process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// In order, as systemd stops it.
    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Of the present run.
    var log: String { (try? String(contentsOfFile: folder.path("hub-\(runs).log"), encoding: .utf8)) ?? "" }

    func untilLogged(_ text: String) async throws {
        try await eventually("the log says \"\(text)\"") { self.log.contains(text) }
    }

    /// Writes a file beside the configuration, and gives its path.
    func write(_ name: String, _ text: String) throws -> String { try folder.write(name, text) }

    /// What a command prints, which is to succeed.
    func command(_ arguments: String...) async throws -> String {
        let result = try await Programs.run(
            "validator-hub", arguments + ["--config", folder.path("hub.toml")],
            log: folder.url.appending(path: "command-\(UUID().uuidString).log"))
        try #require(result.status == 0, "validator-hub \(arguments): \(result.output)")
        return result.output
    }

    /// Connections that the program has with its link.
    var upstreamConnections: Int {
        let table = (try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)) ?? ""
        let port = String(format: ":%04X", link.port)
        // Those that it opened, by the far end's port; 01 is ESTABLISHED.
        return table.split(separator: "\n").count { line in
            let words = line.split(separator: " ")
            return words.count > 3 && words[2].hasSuffix(port) && words[3] == "01"
        }
    }

    // MARK: What boxes call

    func post(_ call: String, _ fields: JSONObject, headers: [String: String] = [:]) async throws -> Reply {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)/api/\(call)")))
        request.httpMethod = "POST"
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(JSONValue.object(fields).bytes)
        let (data, response) = try await URLSession.shared.data(for: request)
        return Reply(
            status: try #require(response as? HTTPURLResponse).statusCode,
            body: try JSONValue(parsing: Array(data), maximumBytes: 1 << 24))
    }

    func get(_ path: String) async throws -> String {
        let (data, _) = try await URLSession.shared.data(from: try #require(URL(string: "http://127.0.0.1:\(port)/\(path)")))
        return String(decoding: data, as: UTF8.self)
    }

    func check(_ id: String, card: String = LiveBox.goodCard, device: String = "VLD1") async throws -> Reply {
        try await post("card_check", tap(id, card: card, device: device, ["check_mode": 0]))
    }

    @discardableResult
    func book(_ id: String, card: String = LiveBox.goodCard, device: String = "VLD1", at time: Date = Date()) async throws
        -> Reply
    {
        try await post("card_check", tap(id, card: card, device: device, at: time, ["check_mode": 1]))
    }

    @discardableResult
    func logTap(_ id: String, card: String = LiveBox.goodCard, device: String = "VLD1") async throws -> Reply {
        try await post("card_check_log", tap(id, card: card, device: device, ["status": "1"]))
    }

    private func tap(
        _ id: String, card: String, device: String, at time: Date = Date(), _ own: JSONObject
    ) -> JSONObject {
        var fields: JSONObject = [
            "req_id": .string(id), "device_id": .string(device), "card_id": .string(card),
            "time": .string(PlatformTime.datetime(time)),
        ]
        for member in own.members { fields[member.key] = member.value }
        return fields
    }

    func heartbeat(_ id: String = UUID().uuidString, device: String = "VLD1", at time: Date = Date()) async throws -> Reply {
        try await post(
            "location_report",
            [
                "req_id": .string(id), "device_id": .string(device), "time": .string(PlatformTime.datetime(time)),
                "check_mode": 1, "check_card_mode": 1, "qrcode_mode": 1, "card_mode": 1, "white_mode": 1, "version_code_all": "0",
                "version_code_add": "0", "software_ver": 10203, "line_version_code_all": "0", "is_line_white": 0, "lat": "31.2",
                "lng": "121.4", "speed": "36.0", "course": "90.0",
            ])
    }

    /// A device calls for the first time, until the platform has answered it: a busy machine may need longer than a rider would wait.
    func greet(device: String = "VLD1") async throws {
        try await eventually("the platform has said how \(device) is to work") {
            try await self.heartbeat(device: device).code == 0
        }
    }

    /// The white list as a box of the hub is given it: its version and cards.
    func cards(device: String = "VLD1") async throws -> (status: Int, version: String?, cards: Set<String>) {
        let token = try await post("get_token", ["device_id": .string(device), "app_id": ""])
        let reply = try await post(
            "get_card_list", ["device_id": .string(device), "token": token["token"] ?? "", "type": 1, "req_id": "l"])
        let rows = reply["list"]?.array ?? []
        return (reply.status, reply["version"]?.string, Set(rows.compactMap { $0["card_no"]?.string }))
    }

    /// A heartbeat is answered with the white list's version.
    func untilListed(_ version: String, device: String = "VLD1") async throws {
        try await eventually("list \(version) is announced") {
            try await self.heartbeat(device: device)["version_code_all"]?.string == version
        }
    }

    // MARK: The ledger

    /// Waits until the platform has a call of each name, and holds that against what was sent: each once, unless it may be double.
    func expectDelivered(
        _ ids: [String], by call: String = "card_check", mayRepeat: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let sent = Set(ids)
        try await eventually("the platform has all \(sent.count)", within: .seconds(120), sourceLocation: sourceLocation) {
            sent.isSubset(of: self.taken(call))
        }
        let taken = taken(call)
        #expect(Set(taken) == sent, sourceLocation: sourceLocation)
        if !mayRepeat { #expect(taken.count == sent.count, sourceLocation: sourceLocation) }
    }

    /// `req_id` of what came, each as often as it came.
    func taken(_ call: String) -> [String] {
        platform.requests(call).filter { $0.fields["check_mode"] != "0" }.map(\.requestID)
    }
}
