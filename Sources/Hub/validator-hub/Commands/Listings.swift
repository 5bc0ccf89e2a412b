import ArgumentParser
import Base
import HubDomain
import HubServices
import HubStore
import JSON
import PlatformAPI

struct Records: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the checks, bookings and logs that were received.",
        discussion:
            "Of a rider's code of the transport ministry's form the ends are shown, unless --whole-codes is given, for settlement."
    )

    @OptionGroup var common: CommonOptions
    @Option(help: "Of this device only.") var device: String?
    @Flag(help: "A JSON array, one record a line.") var json = false
    @Flag(help: "Codes of the transport ministry's form whole, as they were scanned.") var wholeCodes = false

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        var listing = Listing(isJSON: json)
        try await store.forEachRecord(deviceID: device) { record in
            var record = record
            if !wholeCodes { record.subject = record.listedSubject }
            try listing.row(record.json, record.line(zone: configuration.policy.zone))
        }
        try listing.end()
    }
}

struct Devices: HubCommand {
    static let configuration = CommandConfiguration(abstract: "List the devices, with what they last reported.")

    @OptionGroup var common: CommonOptions
    @Flag(help: "A JSON array, one device a line.") var json = false

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        var listing = Listing(isJSON: json)
        let keysVersion = try await store.keys().ring.current?.version ?? "0"
        try await store.forEachDevice { device in
            try listing.row(
                device.json(keysInForce: keysVersion, policy: configuration.policy),
                device.line(policy: configuration.policy))
        }
        try listing.end()
    }
}

/// Rows for people, or a JSON array with one row a line for scripts.
struct Listing {
    let isJSON: Bool
    private var count = 0

    init(isJSON: Bool) {
        self.isJSON = isJSON
    }

    mutating func row(_ value: @autoclosure () -> JSONValue, _ line: @autoclosure () -> String) throws {
        let mark = isJSON ? (count == 0 ? "[" : ",") : ""
        try Terminal.print(mark + shown(value(), line()))
        count += 1
    }

    /// A row as a terminal may show it, whatever a device has sent.
    func shown(_ value: @autoclosure () -> JSONValue, _ line: @autoclosure () -> String) -> String {
        isJSON ? value().text.printableJSON : line().printable
    }

    mutating func end() throws {
        if isJSON { try Terminal.print(count == 0 ? "[]" : "]") }
    }
}

extension TapRecord {
    var json: JSONValue {
        [
            "req_id": .string(requestID), "call": .string(call.rawValue), "device_id": .string(deviceID),
            "subject": .string(subject), "status": .int(status), "check_mode": checkMode.map { .int($0.rawValue) } ?? .null,
            "reason": reason.map { .string($0.rawValue) } ?? .null, "time": .int(time.seconds),
            "lng": position.map { .double($0.longitude) } ?? .null, "lat": position.map { .double($0.latitude) } ?? .null,
            "received_at_ms": .int(received.milliseconds), "duplicates": .int(duplicates),
        ]
    }

    func line(zone: some TimeZoneRules) -> String {
        let kind = checkMode.map { $0 == .online ? "online" : "booking" } ?? "log"
        return
            "\(TimeFormat.datetime.text(zone.civil(time)))  \(deviceID.logField)  \(call.rawValue)  \(kind)  status=\(status)  "
            + "\(subject.logField)  \(requestID.logField)" + (duplicates > 0 ? "  duplicates=\(duplicates)" : "")
    }
}

extension Device {
    private func secret(_ policy: HubPolicy) -> String {
        switch policy.secret(of: self)?.holder {
        case .device: "own"
        case .fleet: "fleet"
        case nil: "none"
        }
    }

    func json(keysInForce: String, policy: HubPolicy) -> JSONValue {
        var settings = JSONObject()
        for setting in DeviceSetting.allCases { settings[setting.rawValue] = own[setting].map { .string($0) } ?? .null }
        return [
            "device_id": .string(id), "last_heartbeat_at_ms": lastHeartbeat.map { .int($0.milliseconds) } ?? .null,
            "software_ver": softwareVersion.map { .int($0) } ?? .null, "cards_version": .string(versions.cards),
            "increment_version": .string(versions.cardIncrement), "line_version": .string(versions.lineCards),
            "keys_version": .string(versions.keys), "keys_stale": .bool(versions.keys != keysInForce),
            "secret": .string(secret(policy)), "revoked": .bool(revoked != nil),
            "lng": position.map { .double($0.longitude) } ?? .null, "lat": position.map { .double($0.latitude) } ?? .null,
            "speed": position?.speedKilometresPerHour.map { .double($0) } ?? .null,
            "course": position?.course.map { .double($0) } ?? .null, "settings": .object(settings),
            "lists": lists.json,
        ]
    }

    func line(policy: HubPolicy) -> String {
        let seen = lastHeartbeat.map { TimeFormat.datetime.text(policy.zone.civil($0)) } ?? "never seen"
        let place = position.map { "\($0.latitude),\($0.longitude)" } ?? "no position"
        let own = DeviceSetting.allCases.compactMap { setting in self.own[setting].map { "\(setting.rawValue)=\($0.logField)" } }
        return
            ([
                id.logField, seen, place, "cards=\(versions.cards.logField)+\(versions.cardIncrement.logField)",
                "line=\(versions.lineCards.logField)", "keys=\(versions.keys.logField)",
                revoked == nil ? "secret=\(secret(policy))" : "revoked",
            ] + own).joined(separator: "  ")
    }
}
