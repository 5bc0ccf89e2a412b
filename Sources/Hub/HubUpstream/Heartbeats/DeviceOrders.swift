import Base
import Fares
import JSON
import PlatformAPI

/// What the platform last said to a device's heartbeats, member by member: one that a reply leaves out keeps what was said before.
struct DeviceOrders: Hashable, Sendable {
    /// What was said longer ago is served all the same, and counted.
    static let staleAfter = Duration.seconds(900)

    var enterpriseID: String?
    var modes = Modes()
    /// Start and end of the hours of service, as the platform dates them; nil: none.
    var hours: ClosedHours?
    /// When the platform last said something.
    var received: WallTime

    struct ClosedHours: Hashable, Sendable {
        var start: WallTime
        var end: WallTime
    }

    init(received: WallTime) { self.received = received }

    mutating func take(_ orders: HeartbeatOrders, at now: WallTime) {
        enterpriseID = orders.enterpriseID ?? enterpriseID
        orders.apply(to: &modes)
        switch orders.hours {
        case nil: break
        case .unlimited: hours = nil
        case .from(let start, let end): hours = ClosedHours(start: start, end: end)
        }
        received = now
    }

    /// Whether it says the same, whenever it was said.
    func saysTheSame(as other: DeviceOrders) -> Bool {
        var other = other
        other.received = received
        return other == self
    }

    /// What the device is answered.
    func content(serverTime: WallTime, versions: Versions) -> PlatformReply.HeartbeatReply.Content {
        PlatformReply.HeartbeatReply.Content(
            enterpriseID: enterpriseID, serverTime: serverTime, modes: modes, versions: versions,
            window: hours.map { ($0.start, $0.end) })
    }
}

/// As it is kept over a restart.
extension DeviceOrders {
    var json: [UInt8] {
        var object = JSONObject()
        object["enterprise_id"] = enterpriseID.map { .string($0) }
        object["check_mode"] = .int(modes.ticketCheck.rawValue)
        object["check_card_mode"] = .int(modes.cardCheck.rawValue)
        object["qrcode_mode"] = .bool(modes.ticketsEnabled)
        object["card_mode"] = .bool(modes.cardsEnabled)
        object["white_mode"] = .bool(modes.whiteListRequired)
        object["is_line_white"] = .bool(modes.lineListRequired)
        object["start_ms"] = hours.map { .int($0.start.milliseconds) }
        object["end_ms"] = hours.map { .int($0.end.milliseconds) }
        return JSONValue.object(object).bytes
    }

    /// Nil where `json` is not what was kept.
    init?(json: [UInt8], received: WallTime) {
        guard let value = try? JSONValue(parsing: json), value.object != nil else { return nil }
        self.init(received: received)
        enterpriseID = value["enterprise_id"]?.string
        modes.ticketCheck = value["check_mode"]?.int.flatMap(CheckMode.init) ?? modes.ticketCheck
        modes.cardCheck = value["check_card_mode"]?.int.flatMap(CheckMode.init) ?? modes.cardCheck
        modes.ticketsEnabled = value["qrcode_mode"]?.bool ?? modes.ticketsEnabled
        modes.cardsEnabled = value["card_mode"]?.bool ?? modes.cardsEnabled
        modes.whiteListRequired = value["white_mode"]?.bool ?? modes.whiteListRequired
        modes.lineListRequired = value["is_line_white"]?.bool ?? modes.lineListRequired
        if let start = value["start_ms"]?.int, let end = value["end_ms"]?.int {
            hours = ClosedHours(start: WallTime(milliseconds: Int64(start)), end: WallTime(milliseconds: Int64(end)))
        }
    }
}
