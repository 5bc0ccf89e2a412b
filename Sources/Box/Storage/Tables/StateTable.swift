import Base
import Fares
import SQLite
import ValidatorCore

/// The rows of `state`, `ticket_keys` and `root_keys`: what the platform told the box, and the outbox's own durable numbers.
struct StateTable: ~Copyable {
    private let setting: Statement
    private let removal: Statement
    private let value: Statement

    /// The outbox's own numbers, beside the box's state.
    enum Number: String {
        case droppedPositions = "dropped_positions"
        case checkpoints
        case starts
        /// How long the box has run in all since the file was made, as far as was noted: what used tickets are held by.
        case runningSeconds = "running_s"
    }

    private enum Key: String {
        case dataMonth = "data_month"
        case dataBytes = "data_bytes"
        case dataBoot = "data_boot"
        case dataInterface = "data_interface"
        case dataCounter = "data_counter_bytes"
        case ticketCheck = "check_mode"
        case cardCheck = "check_card_mode"
        case ticketsEnabled = "qrcode_mode"
        case cardsEnabled = "card_mode"
        case whiteListRequired = "white_mode"
        case lineListRequired = "is_line_white"
        case windowStart = "check_window_start_ms"
        case windowEnd = "check_window_end_ms"
        case windowLearned = "check_window_learned_ms"
        case enterpriseID = "enterprise_id"
        case cardsTooLarge = "version_too_large_cards"
        case incrementTooLarge = "version_too_large_increment"
        case lineTooLarge = "version_too_large_line"
        case keysReplaced = "key_group_replaced_ms"
        case currentKeys = "key_group_current"
        case previousKeys = "key_group_previous"
        case roots = "root_keys_version"
    }
}

extension StateTable {
    init(_ database: borrowing Database) throws(StorageError) {
        try self.init(
            setting: database.prepare("INSERT INTO state (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2"),
            removal: database.prepare("DELETE FROM state WHERE key = ?1"),
            value: database.prepare("SELECT value FROM state WHERE key = ?1"))
    }

    func set(_ number: Number, to new: Int) throws(StorageError) {
        try set(number.rawValue, to: Int64(new))
    }

    func number(_ number: Number) throws(StorageError) -> Int {
        Int(try integer(number.rawValue) ?? 0)
    }

    // MARK: The box's state, saved whole

    func save(_ state: BoxState, _ database: borrowing Database) throws(StorageError) {
        try set(.ticketCheck, to: Int64(state.modes.ticketCheck.rawValue))
        try set(.cardCheck, to: Int64(state.modes.cardCheck.rawValue))
        try set(.ticketsEnabled, to: state.modes.ticketsEnabled ? 1 : 0)
        try set(.cardsEnabled, to: state.modes.cardsEnabled ? 1 : 0)
        try set(.whiteListRequired, to: state.modes.whiteListRequired ? 1 : 0)
        try set(.lineListRequired, to: state.modes.lineListRequired ? 1 : 0)
        try set(.windowStart, to: state.window?.start.milliseconds)
        try set(.windowEnd, to: state.window?.end.milliseconds)
        try set(.windowLearned, to: state.window?.learned.milliseconds)
        try set(.enterpriseID, to: state.enterpriseID)
        try set(.cardsTooLarge, to: state.tooLarge.cards)
        try set(.incrementTooLarge, to: state.tooLarge.cardIncrement)
        try set(.lineTooLarge, to: state.tooLarge.lineCards)
        try set(.keysReplaced, to: state.keys.replaced?.milliseconds)
        try set(.currentKeys, to: state.keys.current?.version)
        try set(.previousKeys, to: state.keys.previous?.version)
        try database.execute("DELETE FROM ticket_keys")
        let insertion = try database.prepare("INSERT INTO ticket_keys (key_group, place, id, text) VALUES (?1, ?2, ?3, ?4)")
        for (name, group) in [(Key.currentKeys, state.keys.current), (.previousKeys, state.keys.previous)] {
            for (place, key) in (group?.keys ?? []).enumerated() {
                try insertion.bind(name.rawValue, at: 1)
                try insertion.bind(place, at: 2)
                try insertion.bind(Int(key.id), at: 3)
                try insertion.bind(key.text, at: 4)
                try insertion.run()
            }
        }
        try save(state.roots, database)
    }

    private func save(_ roots: RootKeySet, _ database: borrowing Database) throws(StorageError) {
        try set(.roots, to: roots.isEmpty ? nil : roots.version)
        try database.execute("DELETE FROM root_keys")
        let insertion = try database.prepare("INSERT INTO root_keys (id, point, end_month) VALUES (?1, ?2, ?3)")
        for key in roots.keys {
            try insertion.bind(Int(key.index), at: 1)
            try insertion.bind(key.point, at: 2)
            try insertion.bind(key.end.map { Int64($0.year * 100 + $0.month) }, at: 3)
            try insertion.run()
        }
    }

    /// Nil when none was ever saved.
    func restore(_ database: borrowing Database) throws(StorageError) -> BoxState? {
        guard let ticketCheck = try integer(.ticketCheck) else { return nil }
        var state = BoxState()
        state.modes.ticketCheck = CheckMode(rawValue: Int(ticketCheck)) ?? state.modes.ticketCheck
        state.modes.cardCheck = try integer(.cardCheck).flatMap { CheckMode(rawValue: Int($0)) } ?? state.modes.cardCheck
        state.modes.ticketsEnabled = try integer(.ticketsEnabled) != 0
        state.modes.cardsEnabled = try integer(.cardsEnabled) != 0
        state.modes.whiteListRequired = try integer(.whiteListRequired) != 0
        state.modes.lineListRequired = try integer(.lineListRequired) == 1
        if let start = try integer(.windowStart), let end = try integer(.windowEnd), let learned = try integer(.windowLearned) {
            state.window = ServiceWindow(
                start: WallTime(milliseconds: start), end: WallTime(milliseconds: end), learned: WallTime(milliseconds: learned))
        }
        state.enterpriseID = try text(.enterpriseID)
        state.tooLarge.cards = try text(.cardsTooLarge)
        state.tooLarge.cardIncrement = try text(.incrementTooLarge)
        state.tooLarge.lineCards = try text(.lineTooLarge)
        state.keys = KeyRing(
            current: try group(.currentKeys, database), previous: try group(.previousKeys, database),
            replaced: try integer(.keysReplaced).map(WallTime.init(milliseconds:)))
        state.roots = try roots(database)
        return state
    }

    private func group(_ key: Key, _ database: borrowing Database) throws(StorageError) -> KeyGroup? {
        guard let version = try text(key) else { return nil }
        let keys = try database.prepare("SELECT id, text FROM ticket_keys WHERE key_group = ?1 ORDER BY place")
        try keys.bind(key.rawValue, at: 1)
        var group = KeyGroup(version: version, keys: [])
        while try keys.step() {
            guard let id = keys.integer(0).flatMap({ UInt8(exactly: $0) }), let text = keys.text(1) else { continue }
            group.keys.append(KeyGroup.Key(id: id, text: text))
        }
        return group
    }

    private func roots(_ database: borrowing Database) throws(StorageError) -> RootKeySet {
        guard let version = try text(.roots) else { return RootKeySet() }
        let rows = try database.prepare("SELECT id, point, end_month FROM root_keys")
        var keys: [RootKey] = []
        while try rows.step() {
            let end = rows.integer(2).flatMap { CertificateMonth(year: Int($0 / 100), month: Int($0 % 100)) }
            guard let index = rows.integer(0).flatMap({ UInt8(exactly: $0) }), let point = rows.blob(1),
                let key = RootKey(index: index, point: point, end: end)
            else { return RootKeySet() }
            keys.append(key)
        }
        return RootKeySet(kept: keys, version: version) ?? RootKeySet()
    }

    // MARK: How much went over the mobile network

    func save(_ use: DataUse) throws(StorageError) {
        try set(.dataMonth, to: use.month.map { Int64($0) })
        try set(.dataBytes, to: use.bytes)
        try set(.dataBoot, to: use.counter?.boot.description)
        try set(.dataInterface, to: use.counter.map { Int64($0.interface) })
        try set(.dataCounter, to: use.counter?.bytes)
    }

    func dataUse() throws(StorageError) -> DataUse {
        var counter: DataUse.Counter?
        if let boot = try text(.dataBoot).flatMap({ UniqueID($0) }), let interface = try integer(.dataInterface),
            let bytes = try integer(.dataCounter)
        {
            counter = DataUse.Counter(boot: boot, interface: Int(interface), bytes: bytes)
        }
        return DataUse(month: try integer(.dataMonth).map { Int($0) }, bytes: try integer(.dataBytes) ?? 0, counter: counter)
    }

    // MARK: Single values

    private func set(_ key: Key, to new: Int64?) throws(StorageError) {
        try set(key.rawValue, to: new)
    }

    private func set(_ key: String, to new: Int64?) throws(StorageError) {
        guard let new else { return try remove(key) }
        try setting.bind(key, at: 1)
        try setting.bind(new, at: 2)
        try setting.run()
    }

    private func set(_ key: Key, to new: String?) throws(StorageError) {
        guard let new else { return try remove(key.rawValue) }
        try setting.bind(key.rawValue, at: 1)
        try setting.bind(new, at: 2)
        try setting.run()
    }

    private func remove(_ key: String) throws(StorageError) {
        try removal.bind(key, at: 1)
        try removal.run()
    }

    private func integer(_ key: Key) throws(StorageError) -> Int64? {
        try integer(key.rawValue)
    }

    private func integer(_ key: String) throws(StorageError) -> Int64? {
        try value.bind(key, at: 1)
        defer { value.reset() }
        return try value.step() ? value.integer(0) : nil
    }

    private func text(_ key: Key) throws(StorageError) -> String? {
        try value.bind(key.rawValue, at: 1)
        defer { value.reset() }
        return try value.step() ? value.text(0) : nil
    }
}
