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

    /// All generations of lists that are in force or held, the oldest first.
    public func generations() async throws -> [ListGeneration] {
        var generations: [ListGeneration] = []
        var last: [StoreValue]?
        while true {
            let page = try await rows(of: .generations, after: last, limit: 1000)
            guard let end = page.last else { return generations }
            last = Array(end.prefix(1))
            generations += page.map(StoreRow.generation).filter { $0.state == .inForce || $0.state == .held }
        }
    }

    /// Hands every call for the platform in a state to `body` in the order of arrival, of one device or of all, read by pages.
    public func forEachForward(_ state: Forward.State, deviceID: String?, _ body: (Forward) throws -> Void) async throws {
        var last: Int64 = 0
        while true {
            let page = try await forwards(state, after: last, limit: 1000, deviceID: deviceID)
            for forward in page { try body(forward) }
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
