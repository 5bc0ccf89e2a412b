import Base
import HubDomain
import HubStore
import PostgreSQL

extension HubStorePostgreSQL {
    // MARK: The queue

    public func waitingDevices(after id: Int64) async throws -> (devices: [String], last: Int64) {
        try await reading { connection in
            let watermark = try RecordWatermark.read(connection)
            return try ForwardTable(connection: connection).waitingDevices(after: id, upTo: watermark)
        }
    }

    public func waitingForwards(of devices: [String], limit: Int, live: WallTime) async throws -> [Forward] {
        try await reading { try ForwardTable(connection: $0).waiting(of: devices, limit: limit, live: live) }
    }

    public func settleForwards(delivered: [Int64], changed: [Forward]) async throws {
        try await changing { try ForwardTable(connection: $0).settle(delivered: delivered, changed: changed) }
    }

    public func forwards(
        _ state: Forward.State, after id: Int64, limit: Int, deviceID: String?
    ) async throws -> [Forward] {
        try await reading { try ForwardTable(connection: $0).page(state, after: id, limit: limit, deviceID: deviceID) }
    }

    public func resendForwards(_ ids: [Int64]) async throws -> Int {
        try await changing { try ForwardTable(connection: $0).resend(ids) }
    }

    public func forwardCounts() async throws -> ForwardCounts {
        try await reading { try ForwardTable(connection: $0).counts() }
    }

    public func pruneForwards(answeredBefore time: WallTime, limit: Int) async throws -> Int {
        try await changing { try ForwardTable(connection: $0).prune(answeredBefore: time, limit: limit) }
    }

    public func dropOldestPositions(limit: Int) async throws -> Int {
        try await changing { try ForwardTable(connection: $0).dropOldestPositions(limit: limit) }
    }

    // MARK: Identities

    public func identities() async throws -> [UpstreamIdentity] {
        try await reading { try UpstreamIdentityTable(connection: $0).inForce() }
    }

    public func identityHistory(of id: String) async throws -> [UpstreamIdentity] {
        try await reading { try UpstreamIdentityTable(connection: $0).history(of: id) }
    }

    public func setIdentity(of deviceID: String, to upstreamID: String?, at now: WallTime) async throws {
        try await changing { try UpstreamIdentityTable(connection: $0).set(deviceID, to: upstreamID, at: now) }
    }

    // MARK: Documents

    public func document(_ name: String) async throws -> StoredDocument? {
        try await reading { try DocumentTable(connection: $0).find(name) }
    }

    public func documents(prefix: String, after: String?, limit: Int) async throws -> [StoredDocument] {
        try await reading { try DocumentTable(connection: $0).page(prefix: prefix, after: after, limit: limit) }
    }

    public func keep(_ documents: [StoredDocument]) async throws {
        try await changing { try DocumentTable(connection: $0).keep(documents) }
    }

    // MARK: Lists

    public func hold(generation: Int64, named name: String, at now: WallTime) async throws {
        try await changing { try GenerationTable(connection: $0).hold(generation, named: name, at: now) }
    }

    public func heldGenerations() async throws -> [ListGeneration] {
        try await reading { try GenerationTable(connection: $0).held() }
    }

    private func reading<Result: Sendable>(
        _ body: @Sendable (PostgreSQLConnection) throws -> Result
    ) async throws -> Result {
        try await HubStoreError.telling { try await reader.run(body) }
    }

    private func changing<Result: Sendable>(
        _ body: @Sendable (PostgreSQLConnection) throws -> Result
    ) async throws -> Result {
        try await HubStoreError.telling { try await operations.transaction(body) }
    }
}
