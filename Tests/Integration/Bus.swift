import FaultProxy
import Foundation
import TestSupport
import Testing

/// One box and its back office, the real programs, in a folder and on ports of their own; riders and devices are the rig's.
final class Bus {
    /// A record as `validator-hub records --json` prints it; the members that tests look at.
    struct Record: Decodable, Equatable {
        var call: String
        var requestID: String
        var subject: String
        var status: Int
        var lng: Double?
        var lat: Double?

        enum CodingKeys: String, CodingKey {
            case call, subject, status, lng, lat
            case requestID = "req_id"
        }

        var isLog: Bool { call == "card_check_log" || call == "offline_qrcode_log" }
    }

    static let goodCard = "04A2B3C4"
    static let blockedCard = "04B10C00"
    static let unknownCard = "04FFFFFF"

    let home = TemporaryFolder()
    let hubPort: Int
    let gpsdPort: Int

    /// The hub knows `goodCard` and `blockedCard`, and has ticket keys.
    ///
    /// - Parameter isClosed: whether the hub asks each device for its secret.
    init(repeatIntervalMilliseconds: Int = 2000, isClosed: Bool = false) async throws {
        hubPort = try Socket.listening().port
        gpsdPort = try Socket.listening().port
        try write("hub.toml", Self.hubConfiguration(home.path, port: hubPort, isClosed: isClosed))
        try write(
            "validatord.toml",
            Self.boxConfiguration(
                home.path, hubPort: hubPort, gpsdPort: gpsdPort, repeatIntervalMilliseconds: repeatIntervalMilliseconds))
        try write("cards.csv", "\(Self.goodCard),1\n\(Self.blockedCard),0\n")
        _ = try await hub("import-cards", path("cards.csv"))
        _ = try await hub("rotate-keys")
    }

    var folder: URL { home.url }

    func path(_ name: String) -> String { home.path(name) }

    func write(_ name: String, _ text: String) throws { try home.write(name, text) }

    /// Plays steps on a running box that has its lists, and expects them to hold.
    func play(_ steps: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await playAlone(
            """
            start hub ${BIN}/validator-hub --config ${DIR}/hub.toml
            start validatord ${BIN}/validatord --config ${DIR}/validatord.toml
            until 60s ${BOX} ${DIR}/control.sock "lists.cards.count == 2 and lists.keys.ids"
            \(steps)
            """, sourceLocation: sourceLocation)
    }

    /// Plays steps with nothing started but what they start.
    func playAlone(_ steps: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try write("scenario", "reader reader0\nscanner scanner0\nreceiver gps0\n\(patient(steps))\n")
        let result = try await Programs.run(
            "validator-rig", ["--directory", folder.path, path("scenario")], environment: environment,
            log: folder.appending(path: "rig.log"))
        let box = (try? String(contentsOf: folder.appending(path: "validatord.log"), encoding: .utf8)) ?? ""
        #expect(
            result.status == 0, "\(result.output)\nvalidatord.log:\n\(box.suffix(4000))", sourceLocation: sourceLocation)
    }

    /// Waits until everything is at the hub; the box is running.
    static let settle = #"until 60s ${BOX} ${DIR}/control.sock "outbox.records == 0""#

    /// What the hub has of one card or ticket.
    func records(of subject: String) async throws -> [Record] {
        let text = try await hub("records", "--json")
        return try JSONDecoder().decode([Record].self, from: Data(text.utf8)).filter { $0.subject == subject }
    }

    /// The text of a new single-ride ticket.
    func ticket(for card: String = goodCard) async throws -> String {
        try await hub("print-ticket", "--card", card).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A one-time code for the box.
    func enrolmentCode() async throws -> String {
        try #require(try await hub("enrol", "TEST01").firstMatch(of: /([0-9A-Z]{4}-){3}[0-9A-Z]{4}/).map { String($0.0) })
    }

    func hub(_ command: String, _ arguments: String...) async throws -> String {
        let result = try await Programs.run(
            "validator-hub", [command, "--config", path("hub.toml")] + arguments, log: folder.appending(path: "\(command).log"))
        try #require(result.status == 0, "validator-hub \(command): \(result.output)")
        return result.output
    }

    private var environment: [String: String] {
        let box = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../Demo/box.py")
        return ["BIN": Programs.folder, "BOX": box.path, "GPSD_PORT": String(gpsdPort)]
    }
}
