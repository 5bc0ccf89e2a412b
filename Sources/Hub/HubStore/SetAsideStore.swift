import Base
import HubDomain

/// The records that were put aside, as operators and upkeep see them. What devices do to them is a batch's business (`HubStore.transact`).
public protocol SetAsideStore: Sendable {
    /// At most `limit` of them behind the row `after`, in the order of their rows, of one device or of all.
    func setAside(after: Int64?, limit: Int, deviceID: String?) async throws -> [SetAsideRecord]

    /// How many wait, by reason.
    func countsOfSetAside() async throws -> [SetAsideReason: Int]

    /// Deletes those rows.
    /// - Returns: how many there were.
    func deleteSetAside(_ ids: [Int64]) async throws -> Int

    /// Deletes at most `limit` that were received before `time`, and says how many.
    func pruneSetAside(receivedBefore time: WallTime, limit: Int) async throws -> Int
}

extension SetAsideStore {
    /// Hands all of them to `body`, of one device or of all, read by pages.
    public func forEachSetAside(deviceID: String?, _ body: (SetAsideRecord) throws -> Void) async throws {
        var last: Int64?
        while true {
            let page = try await setAside(after: last, limit: 100, deviceID: deviceID)
            for record in page { try body(record) }
            guard let end = page.last else { return }
            last = end.id
        }
    }
}
