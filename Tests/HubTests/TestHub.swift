import Base
import Fares
import Foundation
import FoundationNetworking
import JSON
import Logging
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

/// A hub on a port of its own, and the folder that its database is in.
struct TestHub: Sendable {
    let configuration: HubConfiguration
    let port: Int
    /// Of every request.
    private var headers: [String: String] = [:]

    init(configuration: HubConfiguration, port: Int) {
        (self.configuration, self.port) = (configuration, port)
    }

    /// The same hub, called with these headers.
    func saying(_ headers: [String: String]) -> TestHub {
        var hub = self
        hub.headers = headers
        return hub
    }

    /// Starts a hub on the database at `folder`, hands it to `body`, and stops it.
    static func run(
        in folder: borrowing TemporaryFolder, _ configure: (inout HubConfiguration) -> Void = { _ in },
        _ body: (TestHub) async throws -> Void
    ) async throws {
        var configuration = folder.configuration
        configure(&configuration)
        var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        logger.logLevel = .critical
        let server = try await HubServer(configuration: configuration, logger: logger)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let running = Task { try await server.run(started: { continuation.yield($0) }) }
        defer { running.cancel() }
        let port = try #require(await ports.first { _ in true })
        try await body(TestHub(configuration: configuration, port: port))
        running.cancel()
        // It may end by an error of its cancellation.
        _ = await running.result
    }

    struct Reply: Sendable {
        var status: Int
        var body: JSONValue

        var code: Int? { body["ret_code"]?.int }
        subscript(name: String) -> JSONValue? { body[name] }
    }

    func post(_ call: String, json: JSONValue) async throws -> Reply {
        try await post(call, body: json.bytes, type: "application/json")
    }

    func post(_ call: String, form: String) async throws -> Reply {
        try await post(call, body: Array(form.utf8), type: "application/x-www-form-urlencoded")
    }

    func post(_ call: String, body: [UInt8], type: String) async throws -> Reply {
        try await post(path: "api/\(call)", body: body, type: type)
    }

    /// A call below `/manage/v1`.
    func manage(_ path: String, _ json: JSONValue = [:]) async throws -> Reply { try await manage(path, body: json.bytes) }

    func manage(_ path: String, body: [UInt8]) async throws -> Reply {
        try await post(path: "manage/v1/\(path)", body: body, type: "application/json")
    }

    private func post(path: String, body: [UInt8], type: String) async throws -> Reply {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)/\(path)")))
        request.httpMethod = "POST"
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        request.setValue(type, forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(body)
        let (data, response) = try await URLSession.shared.data(for: request)
        return Reply(
            status: try #require(response as? HTTPURLResponse).statusCode,
            body: try JSONValue(parsing: Array(data), maximumBytes: 1 << 24))
    }

    func get(_ path: String) async throws -> (status: Int, text: String) {
        let url = try #require(URL(string: "http://127.0.0.1:\(port)/\(path)"))
        let (data, response) = try await URLSession.shared.data(from: url)
        return (try #require(response as? HTTPURLResponse).statusCode, String(decoding: data, as: UTF8.self))
    }

    /// The database as another process sees it.
    func database() throws -> HubDatabase { try HubDatabase(path: configuration.databasePath) }

    func records() throws -> [TapRecord] {
        var records: [TapRecord] = []
        try database().records.forEach(deviceID: nil) { records.append($0) }
        return records
    }

    func setAside() async throws -> [SetAsideRecord] {
        try await StoreLocation(configuration).open().setAside(after: nil, limit: 10_000, deviceID: nil)
    }

    func token(of device: String = "VLD1") async throws -> String {
        let reply = try await post("get_token", json: ["device_id": .string(device), "app_id": ""])
        return try #require(reply["token"]?.string)
    }

    /// `card_check` or `card_check_log` of device VLD1 at a fixed time.
    func tap(_ call: String, _ id: String, card: String, _ fields: JSONObject = [:]) async throws -> Reply {
        var body: JSONObject = [
            "req_id": .string(id), "device_id": "VLD1", "card_id": .string(card), "time": "2026-08-03 07:45:00",
        ]
        for member in fields.members { body[member.key] = member.value }
        return try await post(call, json: .object(body))
    }

    /// `ticket_check` or `offline_qrcode_log` of device VLD1 at a fixed time.
    func scan(_ call: String, _ id: String, _ ticket: String, _ fields: JSONObject = [:]) async throws -> Reply {
        var body: JSONObject = [
            "req_id": .string(id), "device_id": "VLD1", "qr_code": .string(ticket), "time": "260803074500",
        ]
        for member in fields.members { body[member.key] = member.value }
        return try await post(call, json: .object(body))
    }

    func heartbeat(_ fields: JSONObject = [:]) async throws -> Reply {
        var body: JSONObject = [
            "req_id": "h", "device_id": "VLD1", "time": "2026-08-03 07:45:00", "check_mode": 1, "check_card_mode": 1,
            "qrcode_mode": 1, "card_mode": 1, "white_mode": 1, "version_code_all": "0", "version_code_add": "0",
            "software_ver": 10203, "line_version_code_all": "0", "is_line_white": 0,
        ]
        for member in fields.members { body[member.key] = member.value }
        return try await post("location_report", json: .object(body))
    }
}

extension TemporaryFolder {
    var configuration: HubConfiguration {
        var configuration = HubConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        configuration.databasePath = "\(path)/hub.db"
        // Who may call is the business of the tests that say so.
        configuration.policy.authentication = .none
        configuration.policy.registersDevices = true
        configuration.minimumFreeBytes = 0
        return configuration
    }
}

/// Cards by number; a leading `-` is flag 0.
func entries(_ cards: String...) -> [CardListEntry] {
    cards.compactMap { text in
        CardNumber(text.drop { $0 == "-" }).map { CardListEntry(card: $0, isListed: !text.hasPrefix("-")) }
    }
}
