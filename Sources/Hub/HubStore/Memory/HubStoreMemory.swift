import Base
import Fares
import HubDomain

/// A store that forgets everything with its program: for tests.
public actor HubStoreMemory: HubStore {
    var versions: [String: Int64] = [:]
    var devicesByID: [String: Device] = [:]
    var generations: [Int64: ListGeneration] = [:]
    var cardsByGeneration: [Int64: [CardNumber: Bool]] = [:]
    /// By version.
    var keyGroups: [Int64: [KeyGroup.Key]] = [:]
    var usedTickets: [[UInt8]: WallTime] = [:]
    var tokensByText: [String: AccessToken] = [:]
    var records: [StoredRecord] = []
    var positions: [(row: Int64, position: StoredPosition)] = []
    /// By the digest of the code.
    var enrolments: [[UInt8]: Enrolment] = [:]
    /// In the order of their ids.
    var setAsideRecords: [SetAsideRecord] = []
    var lastSetAside: Int64 = 0
    var forwardsByID: [Int64: Forward] = [:]
    var forwardIDs: [ForwardKey: Int64] = [:]
    var lastForwardID: Int64 = 0
    /// In the order of their ids.
    var identitiesByID: [(id: Int64, identity: UpstreamIdentity)] = []
    var documentsByName: [String: StoredDocument] = [:]
    private var leases: [String: (holder: String, end: WallTime)] = [:]

    public init() {}

    public func transact<Outcome: Sendable>(
        _ wanted: WantedFacts, _ decide: @escaping @Sendable (inout StoreFacts) throws -> Outcome
    ) async throws -> Outcome {
        var facts = load(wanted)
        let outcome = try decide(&facts)
        write(facts.changes)
        return outcome
    }

    public func facts(_ wanted: WantedFacts) async throws -> StoreFacts { load(wanted) }

    public func devices(after: String?, limit: Int) async throws -> [Device] {
        let ids = devicesByID.keys.sorted { $0.isBefore($1) }
        let first = ids.drop { id in after.map { !$0.isBefore(id) } ?? false }
        return first.prefix(limit).compactMap { devicesByID[$0] }
    }

    // MARK: Ticket keys and tokens

    public func adopt(_ keys: [KeyGroup.Key], revokingFormer: Bool, at now: WallTime) async throws -> Int64 {
        let former = keyGroups.keys.max()
        let version = nextVersion(at: now)
        keyGroups[version] = keys.sorted { $0.id < $1.id }
        let kept = revokingFormer ? [version] : Array(keyGroups.keys.sorted(by: >).prefix(2))
        keyGroups = keyGroups.filter { kept.contains($0.key) }
        if revokingFormer { versions["keys_revoked"] = former ?? version - 1 }
        return version
    }

    public func tokens(goodAt now: WallTime) async throws -> [NamedToken] {
        tokensByText.filter { $0.value.expires > now }.map { NamedToken($0.key, $0.value) }.sorted {
            $0.token.deviceID == $1.token.deviceID
                ? $0.token.expires < $1.token.expires : $0.token.deviceID.isBefore($1.token.deviceID)
        }
    }

    public func prune(expiredAt now: WallTime) async throws {
        tokensByText = tokensByText.filter { $0.value.expires >= now }
        usedTickets = usedTickets.filter { $0.value >= now }
        enrolments = enrolments.filter { $0.value.expires + Enrolment.keptTime >= now }
    }

    // MARK: Records and positions

    public func records(after: RecordCursor?, limit: Int, deviceID: String?) async throws -> [StoredRecord] {
        let first = records.lazy.filter { $0.row > after?.row ?? 0 && (deviceID == nil || $0.record.deviceID == deviceID) }
        return Array(first.prefix(limit))
    }

    public func newestNamed(until now: WallTime) async throws -> WallTime? {
        records.lazy.filter { !TapRecord.isPseudonym($0.record.subject) && $0.record.received <= now }.map(\.record.received)
            .max()
    }

    public func pseudonymise(
        receivedBefore time: WallTime, limit: Int, _ name: @escaping @Sendable (String) -> String
    ) async throws -> Int {
        let old = records.indices.filter {
            !TapRecord.isPseudonym(records[$0].record.subject) && records[$0].record.received < time
        }.sorted { records[$0].record.received < records[$1].record.received }.prefix(limit)
        for index in old { records[index].record.subject = name(records[index].record.subject) }
        return old.count
    }

    public func rename(
        after: RecordCursor?, limit: Int, _ name: @escaping @Sendable (String) -> String?
    ) async throws -> RenamedSlice? {
        let slice = records.indices.lazy.filter { self.records[$0].row > after?.row ?? 0 }.prefix(limit)
        guard let last = slice.last else { return nil }
        var count = 0
        for index in Array(slice) {
            guard let new = name(records[index].record.subject) else { continue }
            records[index].record.subject = new
            count += 1
        }
        return RenamedSlice(last: records[last].cursor, count: count)
    }

    public func prunePositions(receivedBefore time: WallTime, limit: Int) async throws -> Int {
        let old = positions.prefix(limit).count { $0.position.received < time }
        let kept = positions.prefix(limit).filter { $0.position.received >= time }
        positions.replaceSubrange(0..<min(limit, positions.count), with: kept)
        return old
    }

    // MARK: Operation

    public func emptyLog() async throws -> Bool { true }

    public func lease(_ name: String, holder: String, for time: Duration, at now: WallTime) async throws -> Bool {
        if let lease = leases[name], lease.holder != holder, lease.end > now, lease.end <= now + time * 2 { return false }
        leases[name] = (holder, now + time)
        return true
    }

    public func endLease(_ name: String, holder: String) async throws {
        if leases[name]?.holder == holder { leases[name] = nil }
    }

    func nextVersion(at now: WallTime) -> Int64 {
        let version = VersionSequence.next(after: versions["last"], at: now)
        versions["last"] = version
        return version
    }
}

extension String {
    /// In the order of their bytes, as databases compare.
    func isBefore(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
