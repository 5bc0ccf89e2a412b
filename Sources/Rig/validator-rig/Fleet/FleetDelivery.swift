import Base
import JSON

/// A list's way to one box, from the heartbeat that told of it to its last byte.
struct FleetDelivery: Hashable, Sendable {
    var device: String
    /// The version that the heartbeat named, for the first time.
    var told: String
    var toldAt: WallTime
    /// The version that came, and when; nil as long as none has.
    var fetched: String?
    var fetchedAt: WallTime?

    init(device: String, told: String, toldAt: WallTime) {
        (self.device, self.told, self.toldAt) = (device, told, toldAt)
    }

    /// From a ledger's line; nil of one that is about something else.
    init?(_ value: JSONValue) {
        guard let device = value["device"]?.string, let told = value["told"]?.string, let toldAt = value["told_at_ms"]?.int else {
            return nil
        }
        self.init(device: device, told: told, toldAt: WallTime(milliseconds: Int64(toldAt)))
        fetched = value["fetched"]?.string
        fetchedAt = value["fetched_at_ms"]?.int.map { WallTime(milliseconds: Int64($0)) }
    }

    /// A line of JSON.
    var line: [UInt8] {
        let value: JSONValue = [
            "device": .string(device), "told": .string(told), "told_at_ms": .int(toldAt.milliseconds),
            "fetched": fetched.map { .string($0) } ?? .null, "fetched_at_ms": fetchedAt.map { .int($0.milliseconds) } ?? .null,
        ]
        return value.bytes + [UInt8(ascii: "\n")]
    }
}
