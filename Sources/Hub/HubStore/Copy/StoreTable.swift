import HubDomain

/// A table that every store has, with the same columns: what a copy from one store into another is made of.
///
/// Times are milliseconds since 1970 in UTC, but for the whole seconds of `time` and `reported_time`, which a device reported. Truth values
/// are 0 and 1.
public struct StoreTable: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case integer, real, text, blob }

    public struct Column: Hashable, Sendable {
        public let name: String
        public let kind: Kind
    }

    public let name: String
    public let columns: [Column]
    /// The first so many columns are the key, by which rows are ordered: numbers by value, texts and blobs by their bytes.
    public let keyCount: Int

    public var key: [Column] { Array(columns.prefix(keyCount)) }

    init(_ name: String, key: [(String, Kind)], _ rest: [(String, Kind)]) {
        self.name = name
        columns = (key + rest).map { Column(name: $0.0, kind: $0.1) }
        keyCount = key.count
    }

    /// In the order in which they are copied. Leases, and what only one kind of store has, stay behind.
    public static let all = [
        versions, devices, generations, cards, ticketKeys, usedTickets, tokens, records, positions, enrolments, setAside,
        forwards,
        upstreamIdentities, documents,
    ]

    /// `last` is the last version of the one sequence; `keys_revoked` the newest version whose keys are revoked.
    public static let versions = StoreTable("versions", key: [("name", .text)], [("value", .integer)])
    public static let devices = StoreTable(
        "devices", key: [("device_id", .text)],
        [
            ("registered_at", .integer), ("last_heartbeat_at", .integer), ("reported_time", .integer), ("software_ver", .integer),
            ("cards_version", .text), ("increment_version", .text), ("line_version", .text), ("keys_version", .text),
            ("lng", .real), ("lat", .real), ("course", .real), ("speed", .real), ("secret", .blob), ("next_secret", .blob),
            ("revoked_at", .integer),
        ] + DeviceSetting.allCases.map { ($0.rawValue, .text) })
    /// `line` is `ListSelection.generationLine`; `state` is a `ListGeneration.State`; `name` is empty but for the platform's lists.
    public static let generations = StoreTable(
        "generations", key: [("id", .integer)],
        [
            ("line", .text), ("version", .integer), ("state", .integer), ("is_full", .integer), ("rows", .integer),
            ("changed_at", .integer), ("name", .text),
        ])
    public static let cards = StoreTable("cards", key: [("card_no", .text), ("generation", .integer)], [("flag", .integer)])
    public static let ticketKeys = StoreTable(
        "ticket_keys", key: [("version", .integer), ("key_id", .integer)], [("key", .text)])
    public static let usedTickets = StoreTable("used_tickets", key: [("ticket", .blob)], [("expires_at", .integer)])
    public static let tokens = StoreTable(
        "tokens", key: [("token", .text)], [("device_id", .text), ("expires_at", .integer)])
    public static let records = StoreTable(
        "records", key: [("id", .integer)],
        [
            ("device_id", .text), ("call", .text), ("req_id", .text), ("subject", .text), ("status", .integer),
            ("check_mode", .integer), ("reason", .text), ("time", .integer), ("lng", .real), ("lat", .real),
            ("received_at", .integer), ("duplicates", .integer),
        ])
    public static let positions = StoreTable(
        "positions", key: [("id", .integer)],
        [
            ("device_id", .text), ("req_id", .text), ("time", .integer), ("lng", .real), ("lat", .real), ("course", .real),
            ("speed", .real), ("received_at", .integer), ("duplicates", .integer),
        ])
    /// Records that were taken and could not be settled; `size` is that of `body` in bytes.
    public static let setAside = StoreTable(
        "set_aside", key: [("id", .integer)],
        [
            ("device_id", .text), ("call", .text), ("name", .text), ("reason", .text), ("body", .blob), ("size", .integer),
            ("received_at", .integer), ("duplicates", .integer),
        ])
    /// One-time codes by which boxes are enrolled, as their hashes.
    public static let enrolments = StoreTable(
        "enrolments", key: [("code_hash", .blob)],
        [
            ("device_id", .text), ("created_at", .integer), ("expires_at", .integer), ("used_at", .integer), ("used_from", .text),
        ])
    /// Calls on their way to the platform; `state` is a `Forward.State`. The columns of the answer are empty where none came.
    public static let forwards = StoreTable(
        "forwards", key: [("id", .integer)],
        [
            ("device_id", .text), ("call", .text), ("req_id", .text), ("fields", .blob), ("received_at", .integer),
            ("is_backlog", .integer), ("state", .integer), ("refusals", .integer), ("may_be_double", .integer),
            ("answer_code", .integer), ("answer_message", .text), ("answer_sound", .integer), ("answered_at", .integer),
        ])
    /// What the platform calls devices; of a former one `until_at` says when it ended.
    public static let upstreamIdentities = StoreTable(
        "upstream_identities", key: [("id", .integer)],
        [("device_id", .text), ("upstream_id", .text), ("since_at", .integer), ("until_at", .integer)])
    /// What the platform said and what outlives a restart: `StoredDocument`.
    public static let documents = StoreTable(
        "documents", key: [("name", .text)], [("body", .blob), ("changed_at", .integer)])
}
