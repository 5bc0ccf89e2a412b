import Base
import HubDomain

extension HubStoreMemory {
    // MARK: Identities

    public func identities() async throws -> [UpstreamIdentity] {
        identitiesByID.map(\.identity).filter { $0.until == nil }.sorted { $0.deviceID.isBefore($1.deviceID) }
    }

    public func identityHistory(of id: String) async throws -> [UpstreamIdentity] {
        identitiesByID.map(\.identity).filter { $0.deviceID == id || $0.upstreamID == id }
    }

    public func setIdentity(of deviceID: String, to upstreamID: String?, at now: WallTime) async throws {
        let upstreamID = upstreamID == deviceID ? nil : upstreamID
        let wanted = upstreamID ?? deviceID
        let inForce = identitiesByID.map(\.identity).filter { $0.until == nil }
        if let other = inForce.first(where: { $0.upstreamID == wanted && $0.deviceID != deviceID }) {
            throw HubStoreError.identityTaken(wanted, by: other.deviceID)
        }
        if wanted != deviceID, devicesByID[wanted].map({ $0.revoked == nil }) ?? false,
            !inForce.contains(where: { $0.deviceID == wanted })
        {
            throw HubStoreError.identityTaken(wanted, by: wanted)
        }
        for index in identitiesByID.indices
        where identitiesByID[index].identity.deviceID == deviceID && identitiesByID[index].identity.until == nil {
            guard identitiesByID[index].identity.upstreamID != upstreamID else { return }
            identitiesByID[index].identity.until = now
        }
        guard let upstreamID else { return }
        identitiesByID.append(
            ((identitiesByID.last?.id ?? 0) + 1, UpstreamIdentity(deviceID: deviceID, upstreamID: upstreamID, since: now)))
    }

    // MARK: Documents

    public func document(_ name: String) async throws -> StoredDocument? { documentsByName[name] }

    public func documents(prefix: String, after: String?, limit: Int) async throws -> [StoredDocument] {
        let names = documentsByName.keys.filter { name in
            name.utf8.starts(with: prefix.utf8) && (after.map { $0.isBefore(name) } ?? true)
        }
        return names.sorted { $0.isBefore($1) }.prefix(limit).compactMap { documentsByName[$0] }
    }

    public func keep(_ documents: [StoredDocument]) async throws {
        for document in documents { documentsByName[document.name] = document }
    }

    // MARK: Lists

    public func hold(generation id: Int64, named name: String, at now: WallTime) async throws {
        var generation = try loading(id)
        for other in generations.values where other.line == generation.line && other.state == .held { retire(other, at: now) }
        (generation.state, generation.name, generation.changed) = (.held, name, now.milliseconds)
        generations[id] = generation
    }

    public func heldGenerations() async throws -> [ListGeneration] {
        generations.values.filter { $0.state == .held }.sorted { $0.id < $1.id }
    }
}
