import Base
import Fares
import HubDomain
import HubStore
import PlatformAPI
import SQLite

@testable import HubServices
@testable import HubStoreSQLite

/// The hub's database as another program sees it: what tests put into it, and find in it.
struct HubDatabase {
    let connection: Connection

    init(path: String) throws { connection = try HubStoreSQLite.openWriter(path) }

    var devices: Devices { Devices(database: self) }
    var cards: Cards { Cards(connection: connection) }
    var keys: Keys { Keys(connection: connection) }
    var records: Records { Records(connection: connection) }
    var tokens: Tokens { Tokens(connection: connection) }

    func transaction<Result>(_ body: () throws -> Result) throws -> Result { try connection.transaction(body) }

    func load(_ wanted: WantedFacts) throws -> StoreFacts {
        StoreFacts(try FactTables(connection: connection).load(wanted))
    }

    /// What the store does in a transaction, which is the caller's here.
    func write<Outcome>(
        _ wanted: WantedFacts = WantedFacts(), _ decide: (inout StoreFacts) throws -> Outcome
    ) throws -> Outcome {
        var facts = try load(wanted)
        let outcome = try decide(&facts)
        try FactTables(connection: connection).write(facts.changes)
        return outcome
    }

    func change(_ id: String, _ decide: (inout StoreFacts) throws -> Void) throws {
        var wanted = WantedFacts()
        wanted.device(id)
        try write(wanted, decide)
    }

    struct Devices {
        let database: HubDatabase

        private var table: DeviceTable { DeviceTable(connection: database.connection) }

        func find(_ id: String) throws -> Device? { try table.find(id) }
        func all() throws -> [Device] { try table.page(after: nil, limit: 1000) }
        func count() throws -> Int { try table.count() }

        @discardableResult
        func insert(_ id: String, at now: WallTime) throws -> Device {
            let device = Device(id: id, registered: now)
            try database.write { $0.register(device) }
            return device
        }

        func setSecret(_ secret: [UInt8]?, of id: String) throws {
            try database.change(id) { $0.change(id, .credentials) { ($0.secret, $0.revoked) = (secret, nil) } }
        }

        func revoke(_ id: String, at now: WallTime) throws {
            try database.change(id) { facts in
                facts.change(id, .credentials) { $0.revoke(at: now) }
                facts.endTokens(of: id)
            }
        }
    }

    struct Cards {
        let connection: Connection

        /// Nil when the card is not on the white list; false when it is blocked.
        func isListed(_ card: CardNumber) throws -> Bool? {
            try GenerationTable(connection: connection).flag(of: card.description, line: "")
        }

        func count(line: String = "") throws -> Int {
            let generations = try GenerationTable(connection: connection).inForce(line: line).map(\.id)
            return try CardTable(connection: connection).page(of: generations, after: nil, limit: 1000).entries.count
        }
    }

    struct Keys {
        let connection: Connection

        func ring() throws -> KeyRing { try KeyTable(connection: connection).facts().ring }

        @discardableResult
        func adopt(_ keys: [KeyGroup.Key], revokingFormer: Bool = false, at now: WallTime) throws -> Int64 {
            try KeyTable(connection: connection).adopt(keys, revokingFormer: revokingFormer, at: now)
        }
    }

    struct Records {
        let connection: Connection

        private var table: RecordTable { RecordTable(connection: connection) }

        func forEach(deviceID: String?, _ body: (TapRecord) throws -> Void) throws {
            for stored in try table.page(after: nil, limit: 100_000, deviceID: deviceID) { try body(stored.record) }
        }

        func insert(_ record: TapRecord) throws { try table.insert(record) }

        func find(_ record: TapRecord, pseudonym: String?) throws -> StoredRecord? {
            try table.find(
                RecordQuery(record, otherTexts: Subject.otherTexts(for: record.subject), pseudonym: pseudonym))
        }

        /// How many records a card was taken out of, among the first `limit`.
        @discardableResult
        func forget(_ card: CardNumber, limit: Int, _ pseudonyms: Pseudonyms) throws -> Int? {
            try table.rename(after: nil, limit: limit) {
                pseudonyms.mentions(card, in: $0) ? pseudonyms.name(for: $0) : nil
            }?.count
        }

        @discardableResult
        func pseudonymise(receivedBefore time: WallTime, limit: Int, _ pseudonyms: Pseudonyms) throws -> Int {
            try table.pseudonymise(receivedBefore: time, limit: limit) { pseudonyms.name(for: $0) }
        }
    }

    struct Tokens {
        let connection: Connection

        func find(_ text: String) throws -> AccessToken? { try TokenTable(connection: connection).find(text) }

        func insert(_ text: String, _ token: AccessToken) throws {
            try TokenTable(connection: connection).insert(NamedToken(text, token))
        }
    }
}

extension HubDatabase {
    func adopt(
        _ entries: [CardListEntry], replacing: Bool = false, line: String? = nil,
        at now: WallTime = WallTime(seconds: 1_700_000_000)
    ) throws {
        try transaction {
            let table = GenerationTable(connection: connection)
            let generation = try table.begin(line.map { .line($0) } ?? .cards, isReplacing: replacing, at: now)
            _ = try table.append(entries, to: generation, at: now)
            _ = try table.adopt(generation, at: now)
        }
    }

    func adopt(keys: [KeyGroup.Key], at time: Int64) throws {
        _ = try transaction { try self.keys.adopt(keys, at: WallTime(seconds: time)) }
    }

    func set(_ device: String, _ settings: [DeviceSetting: String]) throws {
        try transaction {
            if try devices.find(device) == nil { try devices.insert(device, at: WallTime(seconds: 0)) }
            guard !settings.isEmpty else { return }
            try change(device) { $0.change(device, .settings) { $0.own.merge(settings) { $1 } } }
        }
    }
}

extension DeviceService {
    /// Answers a request as the hub does, without a server.
    func answer(_ request: DeviceRequest, in database: HubDatabase, at now: WallTime) throws -> DeviceAnswer {
        let pending = prepare(request, at: now)
        var wanted = WantedFacts()
        pending.want(&wanted, mayRegister: policy.registersDevices)
        let outcome = try database.write(wanted) { answer(pending, in: &$0) }
        for note in outcome.notes { self.note(note, of: request) }
        return outcome.answer
    }

    /// What the database says of a rider whom `device` asks about, which is registered where it is not.
    func onlineCheck(
        of subject: Subject, by device: Device, in database: HubDatabase, at now: WallTime
    ) throws -> OnlineCheck {
        if try database.devices.find(device.id) == nil { try database.write { $0.register(device) } }
        let record = TapRecord(
            deviceID: device.id, call: .cardCheck, requestID: "1", subject: subject.text, status: 0, checkMode: .online,
            reason: nil, time: now, position: nil, received: now)
        var wanted = WantedFacts()
        tap(record, of: subject).want(&wanted, of: device.id)
        return onlineCheck(of: subject, by: device, in: try database.load(wanted), at: now)
    }
}
