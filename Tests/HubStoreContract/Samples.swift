import Base
import Fares
import HubDomain
import HubStore
import PlatformAPI
import Testing

/// A Monday in 2026.
let now = WallTime(seconds: 1_785_729_600)

func card(_ number: Int) -> CardNumber {
    let digits = String(number, radix: 16, uppercase: true)
    guard let card = CardNumber(String(repeating: "0", count: max(0, 8 - digits.count)) + digits) else {
        preconditionFailure("a number of 8 digits is a card")
    }
    return card
}

func entries(_ numbers: some Sequence<Int>, isListed: Bool = true) -> [CardListEntry] {
    numbers.map { CardListEntry(card: card($0), isListed: isListed) }
}

func logRecord(_ requestID: String, _ subject: String = "AA", of device: String = "V", time: WallTime = now) -> TapRecord {
    TapRecord(
        deviceID: device, call: .cardLog, requestID: requestID, subject: subject, status: 0, checkMode: nil, reason: nil,
        time: time, position: Position(latitude: 31.25, longitude: 121.5), received: now)
}

func onlineCheck(_ requestID: String, _ subject: String = "AA", of device: String = "V", time: WallTime = now) -> TapRecord {
    TapRecord(
        deviceID: device, call: .cardCheck, requestID: requestID, subject: subject, status: 0, checkMode: .online, reason: nil,
        time: time, position: nil, received: now)
}

func forward(
    _ requestID: String, of device: String = "V", _ call: PlatformCall = .cardLog, received: WallTime = now,
    isBacklog: Bool = false, state: Forward.State = .waiting
) -> Forward {
    Forward(
        ForwardKey(deviceID: device, call: call, requestID: requestID), fields: Array(#"{"card_no":"AA"}"#.utf8),
        received: received, isBacklog: isBacklog, state: state)
}

struct Refused: Error {}

extension RecordQuery {
    init(_ record: TapRecord) { self.init(record, otherTexts: [], pseudonym: nil) }
}

extension HubStore {
    /// Settles records as one batch; gives what each was answered.
    @discardableResult
    func settle(_ records: [TapRecord], decision: Reason = .ok) async throws -> [Reason] {
        var wanted = WantedFacts()
        for record in records { wanted.record(RecordQuery(record)) }
        return try await transact(wanted) { facts in
            records.map { record in
                let decision = record.checkMode == .online ? decision : nil
                let earlier = facts.find(RecordQuery(record))
                let settlement =
                    earlier.map { TapSettlement(repeated: record, of: $0.record, decision: decision) }
                    ?? TapSettlement(new: record, decision: decision)
                facts.apply(settlement.change, at: earlier?.place)
                return settlement.answer
            }
        }
    }

    func register(_ ids: String..., line: String? = nil) async throws {
        var wanted = WantedFacts()
        for id in ids { wanted.device(id) }
        try await transact(wanted) { facts in
            for id in ids {
                var device = Device(id: id, registered: now)
                device.own[.line] = line
                facts.register(device)
            }
        }
    }

    func device(_ id: String) async throws -> Device? {
        var wanted = WantedFacts()
        wanted.device(id)
        return try await facts(wanted).device(id)
    }

    func standing(_ number: Int, of device: String = "V", line: String? = nil) async throws -> CardStanding {
        var wanted = WantedFacts()
        wanted.standing(of: card(number), forDevice: device)
        return try await facts(wanted).standing(of: card(number), line: line)
    }

    func versions(of device: String = "V") async throws -> VersionFacts {
        var wanted = WantedFacts()
        wanted.device(device)
        wanted.listVersions()
        return try await facts(wanted).versions
    }

    @discardableResult
    func load(
        _ slices: [CardListEntry]..., line: String? = nil, replacing: Bool = false, at time: WallTime = now
    ) async throws -> Int64? {
        let selection = line.map { ListSelection.line($0) } ?? .cards
        return try await adopt(generation: try await begin(slices, of: selection, replacing: replacing, at: time), at: time)
    }

    /// As it comes from a platform.
    @discardableResult
    func load(_ entries: [CardListEntry], of selection: ListSelection, named name: String) async throws -> Int64? {
        let generation = try await begin([entries], of: selection, replacing: !selection.isIncrement, at: now)
        return try await adopt(generation: generation, named: name, at: now)
    }

    /// A generation to which everything has come.
    func begin(
        _ slices: [[CardListEntry]], of selection: ListSelection, replacing: Bool = true, at time: WallTime = now
    ) async throws -> Int64 {
        let generation = try await beginGeneration(of: selection, isReplacing: replacing, at: time)
        for slice in slices { _ = try await append(slice, to: generation, at: time) }
        return generation
    }

    func kept(_ key: ForwardKey) async throws -> Forward? {
        var wanted = WantedFacts()
        wanted.forward(key)
        return try await facts(wanted).forward(key)
    }

    /// As one batch.
    func keep(_ forwards: [Forward]) async throws {
        try await transact(WantedFacts()) { facts in forwards.forEach { facts.keep($0) } }
    }

    /// The `req_id`s of what waits for a device, as they are to be sent.
    func waiting(_ devices: String..., limit: Int = 100, live: WallTime = now) async throws -> [String] {
        try await waitingForwards(of: devices, limit: limit, live: live).map(\.key.requestID)
    }

    func forwards(_ state: Forward.State) async throws -> [Forward] {
        try await forwards(state, after: 0, limit: 1000, deviceID: nil)
    }

    /// All of a list, read by small pages.
    func list(_ selection: ListSelection, pages limit: Int = 3) async throws -> [CardListEntry] {
        try await list(try await edition(of: selection), pages: limit)
    }

    func list(_ edition: ListEdition, pages limit: Int = 3) async throws -> [CardListEntry] {
        var entries: [CardListEntry] = []
        var after: CardNumber?
        repeat {
            let page = try await cards(of: edition, after: after, limit: limit)
            #expect(page.entries.count <= 2 * limit)
            entries += page.entries
            after = page.next
        } while after != nil
        return entries
    }

    /// All records, read by small pages.
    func allRecords(of device: String? = nil, pages limit: Int = 7) async throws -> [StoredRecord] {
        var records: [StoredRecord] = []
        while true {
            let page = try await self.records(after: records.last?.cursor, limit: limit, deviceID: device)
            guard !page.isEmpty else { return records }
            records += page
        }
    }

    func countOfPositions() async throws -> Int { try await rows(of: .positions, after: nil, limit: 100_000).count }
}
