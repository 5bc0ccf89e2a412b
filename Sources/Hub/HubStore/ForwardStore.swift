import Base
import HubDomain

/// What a hub in front of a platform keeps. New forwards are written by `HubStore.transact`, together with the records that they carry.
///
/// Whatever a call changes is on disk when it returns; when it throws, nothing of it is. All throw `HubStoreError`.
public protocol ForwardStore: Sendable {
    // MARK: The queue

    /// Devices with calls that wait and have ids above `after`, and the id from which to ask on: none below it comes any more. Whatever begins
    /// to wait, or waits again, gets an id above all that were given. Found through an index, however many wait.
    func waitingDevices(after id: Int64) async throws -> (devices: [String], last: Int64)

    /// Of each device at most `limit` that wait, in the order in which they are to be sent: first those that were taken at `live` or later and
    /// are no backlog, then the others; each in the order of arrival.
    func waitingForwards(of devices: [String], limit: Int, live: WallTime) async throws -> [Forward]

    /// Writes what became of some: rows with `delivered` ids are deleted; of `changed` ones `state`, `refusals`, `mayBeDouble` and `answer` are
    /// written; what may be double stays so, since a batch may have found that out meanwhile. Ids that are gone are passed over.
    func settleForwards(delivered: [Int64], changed: [Forward]) async throws

    /// At most `limit` in a state behind the id `after`, in the order of arrival; of one device or of all.
    func forwards(_ state: Forward.State, after id: Int64, limit: Int, deviceID: String?) async throws -> [Forward]

    /// Lets refused ones wait again, without the refusals that they had, behind all that wait.
    /// - Returns: how many were refused ones.
    func resendForwards(_ ids: [Int64]) async throws -> Int

    /// Exact up to 100,000; above it a store may estimate.
    func forwardCounts() async throws -> ForwardCounts

    /// Deletes at most `limit` answered ones that were received before `time`; says how many.
    func pruneForwards(answeredBefore time: WallTime, limit: Int) async throws -> Int

    /// Deletes at most `limit` waiting heartbeats, the oldest first; says how many.
    func dropOldestPositions(limit: Int) async throws -> Int

    // MARK: Identities

    /// Those that hold, in the order of the devices' ids.
    func identities() async throws -> [UpstreamIdentity]

    /// All of a device or of an upstream id, former ones too, the oldest first.
    func identityHistory(of id: String) async throws -> [UpstreamIdentity]

    /// From now on the platform calls the device so; ends the identity before. Nil: the same name on both sides again.
    /// - Throws: `.conflict` when another device has that upstream id.
    func setIdentity(of deviceID: String, to upstreamID: String?, at now: WallTime) async throws

    // MARK: Documents

    func document(_ name: String) async throws -> StoredDocument?
    /// All whose names begin with `prefix`, in the order of their names, behind the name `after`; at most `limit`.
    func documents(prefix: String, after: String?, limit: Int) async throws -> [StoredDocument]
    /// Each takes the place of what had its name.
    func keep(_ documents: [StoredDocument]) async throws

    // MARK: Lists

    /// Keeps a generation that was loaded for an operator to look at, who adopts or discards it: it is not in force. One of the same list that
    /// was held before is retired.
    /// - Throws: also when the generation is not, or no longer, being loaded.
    func hold(generation: Int64, named name: String, at now: WallTime) async throws
    /// Those that are held, the oldest first.
    func heldGenerations() async throws -> [ListGeneration]
}
