import Base
import Fares
import HubDomain

extension HubStore {
    /// Puts a list of the hub's own in force, or one that was held under its name.
    @discardableResult
    public func adopt(generation: Int64, at now: WallTime) async throws -> Int64? {
        try await adopt(generation: generation, named: nil, at: now)
    }

    /// Nil when nobody registered it.
    public func device(_ id: String) async throws -> Device? {
        var wanted = WantedFacts()
        wanted.device(id)
        return try await facts(wanted).device(id)
    }

    /// The ticket keys that are honoured.
    public func keys() async throws -> KeyFacts {
        var wanted = WantedFacts()
        wanted.keyRing()
        return try await facts(wanted).keys
    }

    /// Hands every device to `body`, in the order of their ids, read by pages.
    public func forEachDevice(_ body: (Device) throws -> Void) async throws {
        var last: String?
        while true {
            let page = try await devices(after: last, limit: 1000)
            for device in page { try body(device) }
            guard let end = page.last else { return }
            last = end.id
        }
    }

    /// Hands every record to `body` in the order of arrival, of one device or of all, read by pages: those that come in meanwhile, too.
    public func forEachRecord(deviceID: String?, _ body: (TapRecord) throws -> Void) async throws {
        var last: RecordCursor?
        while true {
            let page = try await records(after: last, limit: 1000, deviceID: deviceID)
            for stored in page { try body(stored.record) }
            guard let end = page.last else { return }
            last = end.cursor
        }
    }
}
