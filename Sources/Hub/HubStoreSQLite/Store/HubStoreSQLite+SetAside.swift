import Base
import HubDomain

extension HubStoreSQLite {
    public func setAside(after: Int64?, limit: Int, deviceID: String?) async throws -> [SetAsideRecord] {
        try await reader.snapshot { try SetAsideTable(connection: $0).page(after: after, limit: limit, deviceID: deviceID) }
    }

    public func countsOfSetAside() async throws -> [SetAsideReason: Int] {
        try await reader.snapshot { try SetAsideTable(connection: $0).counts() }
    }

    public func deleteSetAside(_ ids: [Int64]) async throws -> Int {
        try await writer.transaction { try SetAsideTable(connection: $0).delete(ids) }
    }

    public func pruneSetAside(receivedBefore time: WallTime, limit: Int) async throws -> Int {
        try await writer.transaction { try SetAsideTable(connection: $0).prune(receivedBefore: time, limit: limit) }
    }
}
