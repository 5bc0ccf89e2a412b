import Base
import Fares
import HubDomain
import PlatformAPI

extension HubStoreMemory {
    public func rows(of table: StoreTable, after key: [StoreValue]?, limit: Int) async throws -> [[StoreValue]] {
        let all = rows(of: table).sorted { StoreValue.isBefore($0, $1, table.keyCount) }
        return Array(all.drop { row in key.map { !StoreValue.isBefore($0, row, table.keyCount) } ?? false }.prefix(limit))
    }

    private func rows(of table: StoreTable) -> [[StoreValue]] {
        switch table {
        case .versions: versions.map { [.text($0.key), .integer($0.value)] }
        case .devices: devicesByID.values.map(StoreRow.row)
        case .generations: generations.values.map(StoreRow.row)
        case .cards:
            cardsByGeneration.flatMap { generation, cards in
                cards.map { [.text($0.key.description), .integer(generation), .integer($0.value ? 1 : 0)] }
            }
        case .ticketKeys:
            keyGroups.flatMap { version, keys in keys.map { [.integer(version), .integer(Int64($0.id)), .text($0.text)] } }
        case .usedTickets: usedTickets.map { [.blob($0.key), .integer($0.value.milliseconds)] }
        case .tokens:
            tokensByText.map { [.text($0.key), .text($0.value.deviceID), .integer($0.value.expires.milliseconds)] }
        case .records: records.map(StoreRow.row)
        case .positions: positions.map { StoreRow.row($0.position, row: $0.row) }
        case .enrolments: enrolments.values.map(StoreRow.row)
        case .setAside: setAsideRecords.map(StoreRow.row)
        case .forwards: forwardsByID.values.map(StoreRow.row)
        case .upstreamIdentities: identitiesByID.map { StoreRow.row($0.identity, id: $0.id) }
        case .documents: documentsByName.values.map(StoreRow.row)
        default: []
        }
    }

    public func append(_ rows: [[StoreValue]], to table: StoreTable) async throws {
        for row in rows {
            switch table {
            case .versions: versions[row[0].text ?? ""] = row[1].integer
            case .devices:
                let device = StoreRow.device(row)
                devicesByID[device.id] = device
            case .generations:
                let generation = StoreRow.generation(row)
                generations[generation.id] = generation
                cardsByGeneration[generation.id] = cardsByGeneration[generation.id] ?? [:]
            case .cards:
                guard let card = CardNumber(row[0].text ?? ""), let generation = row[1].integer else { continue }
                cardsByGeneration[generation, default: [:]][card] = row[2].integer == 1
            case .ticketKeys:
                let key = KeyGroup.Key(id: UInt8(clamping: row[1].integer ?? 0), text: row[2].text ?? "")
                keyGroups[row[0].integer ?? 0, default: []].append(key)
            case .usedTickets: usedTickets[row[0].blob ?? []] = WallTime(milliseconds: row[1].integer ?? 0)
            case .tokens:
                tokensByText[row[0].text ?? ""] = AccessToken(
                    deviceID: row[1].text ?? "", expires: WallTime(milliseconds: row[2].integer ?? 0))
            case .records: records.append(StoreRow.record(row))
            case .positions: positions.append(StoreRow.position(row))
            case .enrolments:
                let enrolment = StoreRow.enrolment(row)
                enrolments[enrolment.digest] = enrolment
            case .setAside:
                let record = StoreRow.setAside(row)
                setAsideRecords.append(record)
                lastSetAside = max(lastSetAside, record.id)
            case .forwards:
                let forward = StoreRow.forward(row)
                forwardsByID[forward.id] = forward
                forwardIDs[forward.key] = forward.id
                lastForwardID = max(lastForwardID, forward.id)
            case .upstreamIdentities: identitiesByID.append((row[0].integer ?? 0, StoreRow.identity(row)))
            case .documents:
                let document = StoreRow.document(row)
                documentsByName[document.name] = document
            default: break
            }
        }
    }
}

extension StoreValue {
    /// By the first `count` values, as `StoreTable.keyCount` says.
    static func isBefore(_ left: [StoreValue], _ right: [StoreValue], _ count: Int) -> Bool {
        for (left, right) in zip(left, right).prefix(count) where left != right {
            return switch (left, right) {
            case (.integer(let left), .integer(let right)): left < right
            case (.text(let left), .text(let right)): left.isBefore(right)
            case (.blob(let left), .blob(let right)): left.lexicographicallyPrecedes(right)
            default: false
            }
        }
        return false
    }
}
