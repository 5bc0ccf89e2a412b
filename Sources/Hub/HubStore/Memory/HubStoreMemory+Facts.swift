import Base
import Fares
import HubDomain

extension HubStoreMemory {
    func load(_ wanted: WantedFacts) -> StoreFacts {
        var loaded = LoadedFacts()
        for text in wanted.tokens { loaded.tokens[text] = tokensByText[text] }
        for id in wanted.devices + loaded.tokens.values.map(\.deviceID) { loaded.devices[id] = devicesByID[id] }
        if wanted.countsDevices, wanted.devices.contains(where: { loaded.devices[$0] == nil }) {
            loaded.deviceCount = devicesByID.count
        }
        for wanted in wanted.cards {
            loaded.cards[wanted.card] = flag(of: wanted.card, line: "")
            guard let line = loaded.devices[wanted.deviceID]?.line else { continue }
            loaded.lineCards[line, default: [:]][wanted.card] = flag(of: wanted.card, line: line)
        }
        loaded.usedTickets = Set(wanted.usedTickets.filter { usedTickets[$0] != nil })
        for query in wanted.records {
            loaded.records[query] = records.filter { query.matches($0.record) }.min {
                query.distance(to: $0.record) < query.distance(to: $1.record)
            }
        }
        for digest in wanted.enrolments { loaded.enrolments[digest] = enrolments[digest] }
        loadSetAside(wanted, &loaded)
        for key in wanted.forwards { loaded.forwards[key] = forwardIDs[key].flatMap { forwardsByID[$0] } }
        for wanted in wanted.flags { loaded.flags[wanted] = flag(of: wanted.card, line: wanted.list) }
        if wanted.keys { loaded.keys = keyFacts }
        if wanted.versions { loaded.versions = versions(of: loaded.devices.values.compactMap(\.line)) }
        return StoreFacts(loaded)
    }

    private var keyFacts: KeyFacts {
        let newest = keyGroups.keys.sorted(by: >)
        func group(_ version: Int64) -> KeyGroup { KeyGroup(version: String(version), keys: keyGroups[version] ?? []) }
        var ring = KeyRing()
        if let current = newest.first {
            ring = KeyRing(
                current: group(current), previous: newest.dropFirst().first.map(group), replaced: WallTime(seconds: current))
        }
        return KeyFacts(ring: ring, revokedVersion: versions["keys_revoked"])
    }

    private func versions(of lines: [String]) -> VersionFacts {
        var facts = VersionFacts()
        facts.cards = present(.cards).version
        facts.cardIncrement = present(.cardIncrement).version
        facts.keys = keyGroups.keys.max() ?? 0
        for line in lines {
            let version = present(.line(line)).version
            if version > 0 { facts.lines[line] = version }
        }
        return facts
    }

    // MARK: Writing

    func write(_ changes: StoreChanges) {
        for change in changes.devices { write(change) }
        for id in changes.tokensEnded { tokensByText = tokensByText.filter { $0.value.deviceID != id } }
        for token in changes.tokens { add(token) }
        for record in changes.newRecords {
            records.append(StoredRecord(row: (records.last?.row ?? 0) + 1, record: record))
        }
        for update in changes.updatedRecords {
            guard let index = records.firstIndex(where: { $0.row == update.row }) else { continue }
            records[index].record = update.record
        }
        for position in changes.positions { add(position) }
        for id in changes.codesEnded { enrolments = enrolments.filter { $0.value.deviceID != id || $0.value.used != nil } }
        for enrolment in changes.enrolments { enrolments[enrolment.digest] = enrolment }
        write(setAside: changes)
        for forward in changes.forwards { keep(forward) }
        for ticket in changes.usedTickets where usedTickets[ticket.bytes] == nil { usedTickets[ticket.bytes] = ticket.expires }
    }

    private func write(_ change: StoreChanges.DeviceChange) {
        devicesByID[change.device.id] = change.device
    }

    private func add(_ token: NamedToken) {
        tokensByText[token.text] = token.token
        let own = tokensByText.filter { $0.value.deviceID == token.token.deviceID }.sorted { $0.value.expires > $1.value.expires }
        for (text, _) in own.dropFirst(AccessToken.maximumPerDevice) { tokensByText[text] = nil }
    }

    private func add(_ position: StoredPosition) {
        let times = position.identity.times
        let known = positions.indices.filter {
            let other = positions[$0].position
            return other.deviceID == position.deviceID && other.requestID == position.requestID
                && times.lowerBound.seconds <= other.time.seconds && other.time.seconds <= times.upperBound.seconds
        }
        for index in known { positions[index].position.duplicates += 1 + position.duplicates }
        if known.isEmpty { positions.append(((positions.last?.row ?? 0) + 1, position)) }
    }
}
