import Base
import HubDomain
import HubStore

extension HubStoreSQLite {
    // MARK: The queue

    public func waitingDevices(after id: Int64) async throws -> (devices: [String], last: Int64) {
        try await reader.snapshot { try ForwardTable(connection: $0).waitingDevices(after: id) }
    }

    public func waitingForwards(of devices: [String], limit: Int, live: WallTime) async throws -> [Forward] {
        try await reader.snapshot { connection in
            try devices.flatMap { try ForwardTable(connection: connection).waiting(of: $0, limit: limit, live: live) }
        }
    }

    public func settleForwards(delivered: [Int64], changed: [Forward]) async throws {
        try await writer.transaction { try ForwardTable(connection: $0).settle(delivered: delivered, changed: changed) }
    }

    public func forwards(
        _ state: Forward.State, after id: Int64, limit: Int, deviceID: String?
    ) async throws -> [Forward] {
        try await reader.snapshot {
            try ForwardTable(connection: $0).page(state, after: id, limit: limit, deviceID: deviceID)
        }
    }

    public func resendForwards(_ ids: [Int64]) async throws -> Int {
        try await writer.transaction { try ForwardTable(connection: $0).resend(ids) }
    }

    public func forwardCounts() async throws -> ForwardCounts {
        try await reader.snapshot { try ForwardTable(connection: $0).counts() }
    }

    public func pruneForwards(answeredBefore time: WallTime, limit: Int) async throws -> Int {
        try await writer.transaction { try ForwardTable(connection: $0).prune(answeredBefore: time, limit: limit) }
    }

    public func dropOldestPositions(limit: Int) async throws -> Int {
        try await writer.transaction { try ForwardTable(connection: $0).dropOldestPositions(limit: limit) }
    }

    // MARK: Identities

    public func identities() async throws -> [UpstreamIdentity] {
        try await reader.snapshot { try UpstreamIdentityTable(connection: $0).inForce() }
    }

    public func identityHistory(of id: String) async throws -> [UpstreamIdentity] {
        try await reader.snapshot { try UpstreamIdentityTable(connection: $0).history(of: id) }
    }

    public func setIdentity(of deviceID: String, to upstreamID: String?, at now: WallTime) async throws {
        try await writer.transaction { try UpstreamIdentityTable(connection: $0).set(deviceID, to: upstreamID, at: now) }
    }

    // MARK: Documents

    public func document(_ name: String) async throws -> StoredDocument? {
        try await reader.snapshot { try DocumentTable(connection: $0).find(name) }
    }

    public func documents(prefix: String, after: String?, limit: Int) async throws -> [StoredDocument] {
        try await reader.snapshot { try DocumentTable(connection: $0).page(prefix: prefix, after: after, limit: limit) }
    }

    public func keep(_ documents: [StoredDocument]) async throws {
        try await writer.transaction { connection in
            for document in documents { try DocumentTable(connection: connection).keep(document) }
        }
    }

    // MARK: Lists

    public func hold(generation: Int64, named name: String, at now: WallTime) async throws {
        try await writer.transaction { try GenerationTable(connection: $0).hold(generation, named: name, at: now) }
    }

    public func heldGenerations() async throws -> [ListGeneration] {
        try await reader.snapshot { try GenerationTable(connection: $0).held() }
    }
}
