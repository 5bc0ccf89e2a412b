import ArgumentParser
import Base
import Cryptography
import HubDomain
import HubServices
import HubStore
import JSON
import PlatformAPI

struct SetAside: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the records that were taken and could not be settled, settle them after all, or give them up.",
        discussion: """
            A booking or log of a device that nobody registered, or with a card, time or status that cannot be read, is taken and answered \
            like any other, lest the device repeat it for ever, and waits here. --retry runs it through what happens to each record that \
            comes in, after the device was registered; what succeeds is a record from then on, once.
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "Of this device only, by the id that it gave.") var device: String?
    @Flag(help: "A JSON array, one record a line.") var json = false
    @Flag(help: "With --json: each request whole, with codes that are worth a ride.") var bodies = false
    @Flag(help: "Settle those that can be settled now: of --device, or --all.") var retry = false
    @Flag(help: "With --retry: of all devices.") var all = false
    @Option(help: "Give the record of this number up; may be given several times.") var delete: [Int64] = []

    func validate() throws {
        guard retry ? (device == nil) == all : !all else { throw ValidationError("--retry needs --device ID or --all") }
        guard !retry || delete.isEmpty && !json else { throw ValidationError("--retry goes with --device or --all alone") }
        guard delete.isEmpty || device == nil && !json else { throw ValidationError("--delete goes with nothing else") }
        guard json || !bodies else { throw ValidationError("--bodies goes with --json") }
    }

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        if retry { return try await settle(configuration, store) }
        if !delete.isEmpty { return try await giveUp(store) }
        var listing = Listing(isJSON: json)
        try await store.forEachSetAside(deviceID: device) { record in
            try listing.row(record.json(whole: bodies), record.line(zone: configuration.policy.zone))
        }
        try listing.end()
    }

    private func settle(_ configuration: HubConfiguration, _ store: any HubStore) async throws {
        let devices = DeviceService(
            policy: configuration.policy, cryptography: Libcrypto(),
            pseudonyms: Pseudonyms(
                key: try OwnKey.pseudonyms.load(besideDatabase: configuration.databasePath), cryptography: Libcrypto()),
            log: { _, _ in })
        let outcome = try await SetAsideDesk(store).retry(deviceID: device, by: devices)
        SystemLog.audit(
            "set-aside retried device=\(device?.logField ?? "-") settled=\(outcome.settled) kept=\(outcome.kept.values.reduce(0, +))"
        )
        try Terminal.print("\(outcome.settled) records settled")
        for (reason, count) in outcome.kept.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            try Terminal.print("\(count) not settled: \(reason.explanation)")
        }
    }

    private func giveUp(_ store: any HubStore) async throws {
        let count = try await SetAsideDesk(store).delete(Array(Set(delete)))
        SystemLog.audit("set-aside deleted ids=\(delete.map(String.init).joined(separator: ",")) records=\(count)")
        try Terminal.print("\(count) records deleted")
        guard count == Set(delete).count else { throw CommandFailure(.usage, "not all of these numbers were aside") }
    }
}

extension SetAsideRecord {
    /// What the request says, field by field; nil of one that this release cannot read.
    private var request: DeviceRequest? { try? DeviceRequest(call: key.call, kept: body) }

    func json(whole: Bool) -> JSONValue {
        let request = request
        var object: JSONObject = [
            "id": .int(id), "device_id": .string(key.deviceID), "call": .string(key.call.rawValue),
            "req_id": request?.requestID.map { .string($0) } ?? .null, "reason": .string(reason.rawValue),
            "explanation": .string(reason.explanation), "subject": listedSubject.map { .string($0) } ?? .null,
            "time": request?["time"].map { .string($0) } ?? .null, "status": request?["status"].map { .string($0) } ?? .null,
            "received_at_ms": .int(received.milliseconds), "duplicates": .int(duplicates),
        ]
        if whole { object["body"] = .string(String(decoding: body, as: UTF8.self)) }
        return .object(object)
    }

    func line(zone: some TimeZoneRules) -> String {
        "\(id)  \(TimeFormat.datetime.text(zone.civil(received)))  \(key.deviceID.logField)  \(key.call.rawValue)  "
            + "\(reason.rawValue)  \(listedSubject?.logField ?? "-")  \(request?.requestID?.logField ?? "-")"
            + (duplicates > 0 ? "  duplicates=\(duplicates)" : "")
    }
}
