import Base
import Fares
import HubDomain
import HubStore
import SQLite

/// What a batch of requests reads and writes. A statement costs no journey here, so that each fact has one of its own.
struct FactTables {
    let connection: Connection

    private var devices: DeviceTable { DeviceTable(connection: connection) }
    private var generations: GenerationTable { GenerationTable(connection: connection) }
    private var records: RecordTable { RecordTable(connection: connection) }
    private var keys: KeyTable { KeyTable(connection: connection) }
    private var tokens: TokenTable { TokenTable(connection: connection) }
    private var forwards: ForwardTable { ForwardTable(connection: connection) }
    private var enrolments: EnrolmentTable { EnrolmentTable(connection: connection) }

    func load(_ wanted: WantedFacts) throws -> LoadedFacts {
        var loaded = LoadedFacts()
        for text in wanted.tokens {
            guard let token = try tokens.find(text) else { continue }
            loaded.tokens[text] = token
            if let device = try devices.find(token.deviceID) { loaded.devices[token.deviceID] = device }
        }
        var isOneMissing = false
        for id in wanted.devices where loaded.devices[id] == nil {
            let device = try devices.find(id)
            loaded.devices[id] = device
            isOneMissing = isOneMissing || device == nil
        }
        if wanted.countsDevices, isOneMissing { loaded.deviceCount = try devices.count() }
        if !wanted.cards.isEmpty { try loadStandings(wanted.cards, &loaded) }
        for name in wanted.usedTickets
        where try connection.first("SELECT 1 FROM used_tickets WHERE ticket = ?", name, read: { _ in true }) ?? false {
            loaded.usedTickets.insert(name)
        }
        for query in wanted.records { loaded.records[query] = try records.find(query) }
        for digest in wanted.enrolments { loaded.enrolments[digest] = try enrolments.find(digest) }
        try SetAsideTable(connection: connection).load(wanted, &loaded)
        for key in wanted.forwards { loaded.forwards[key] = try forwards.find(key) }
        if !wanted.flags.isEmpty { loaded.flags = try generations.flags(wanted.flags) }
        if wanted.keys { loaded.keys = try keys.facts() }
        if wanted.versions { loaded.versions = try versions(of: loaded.devices.values) }
        return loaded
    }

    private func loadStandings(_ wanted: [WantedFacts.Card], _ loaded: inout LoadedFacts) throws {
        // By list, the versions of its generations in force. A card is as the newest has it that names it.
        var inForce = ["": try generations.versionsInForce(line: "")]
        for wanted in wanted {
            let rows = try generations.rows(of: wanted.card.description)
            func flag(_ versions: [Int64: Int64]) -> Bool? {
                rows.compactMap { row in versions[row.generation].map { (version: $0, isListed: row.isListed) } }
                    .max { $0.version < $1.version }?.isListed
            }
            loaded.cards[wanted.card] = flag(inForce["", default: [:]])
            guard let line = loaded.devices[wanted.deviceID]?.line else { continue }
            let versions = try inForce[line] ?? generations.versionsInForce(line: line)
            inForce[line] = versions
            loaded.lineCards[line, default: [:]][wanted.card] = flag(versions)
        }
    }

    private func versions(of devices: some Sequence<Device>) throws(StorageError) -> VersionFacts {
        var facts = VersionFacts()
        func version(_ inForce: ListInForce) -> Int64 {
            facts.since[inForce.version] = inForce.since
            return inForce.version
        }
        facts.cards = version(try generations.newest(line: "", isFull: true))
        facts.cardIncrement = version(try generations.newest(line: "", isFull: false))
        facts.keys = try keys.currentVersion() ?? 0
        for device in devices {
            guard let line = device.line, facts.lines[line] == nil else { continue }
            let inForce = try generations.newest(line: line)
            if inForce.version > 0 { facts.lines[line] = version(inForce) }
        }
        return facts
    }

    func write(_ changes: StoreChanges) throws(StorageError) {
        if changes.rehearsesRecord { try connection.run("INSERT OR REPLACE INTO health VALUES (1, zeroblob(16384))") }
        for change in changes.devices { try devices.write(change) }
        for id in changes.tokensEnded { try connection.run("DELETE FROM tokens WHERE device_id = ?", id) }
        for token in changes.tokens { try tokens.insert(token) }
        for record in changes.newRecords { try records.insert(record) }
        for record in changes.updatedRecords { try records.update(record) }
        for position in changes.positions { try PositionTable(connection: connection).insert(position) }
        for id in changes.codesEnded {
            try connection.run("DELETE FROM enrolments WHERE device_id = ? AND used_at IS NULL", id)
        }
        for enrolment in changes.enrolments { try enrolments.keep(enrolment) }
        try SetAsideTable(connection: connection).write(changes)
        for forward in changes.forwards { try forwards.keep(forward) }
        for ticket in changes.usedTickets {
            try connection.run("INSERT OR IGNORE INTO used_tickets VALUES (?, ?)", ticket.bytes, ticket.expires.milliseconds)
        }
    }
}
