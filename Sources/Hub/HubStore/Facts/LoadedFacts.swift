import Fares
import HubDomain

/// What a store found of the facts that were wanted.
public struct LoadedFacts: Sendable {
    /// By `device_id`; those that nobody registered are not in it. With those of `tokens`.
    public var devices: [String: Device] = [:]
    /// Where `WantedFacts.countsDevices` and one of the wanted devices is missing.
    public var deviceCount: Int?
    public var tokens: [String: AccessToken] = [:]
    /// Flags on the white list in force, of those wanted cards that are on it.
    public var cards: [CardNumber: Bool] = [:]
    /// By line, for the lines of the wanted cards' devices.
    public var lineCards: [String: [CardNumber: Bool]] = [:]
    /// Those of the wanted names that have been used.
    public var usedTickets: Set<[UInt8]> = []
    /// The nearest row that answers the query.
    public var records: [RecordQuery: StoredRecord] = [:]
    /// By the digest of the code.
    public var enrolments: [[UInt8]: Enrolment] = [:]
    public var setAside: [SetAsideRecord.Key: SetAsideRecord] = [:]
    /// Where any key of `WantedFacts.setAsideKeys(registered:)` was looked for.
    public var setAsideOfUnknown: SetAsideRecord.Volume?
    public var keys: KeyFacts?
    public var versions: VersionFacts?
    public var forwards: [ForwardKey: Forward] = [:]
    /// Of those wanted cards that are on their lists in force.
    public var flags: [WantedFacts.ListFlag: Bool] = [:]

    public init() {}
}

/// Versions as heartbeats tell them; 0 where there is nothing yet.
public struct VersionFacts: Hashable, Sendable {
    public var cards: Int64 = 0
    public var cardIncrement: Int64 = 0
    /// By line; without those that have no list.
    public var lines: [String: Int64] = [:]
    public var keys: Int64 = 0

    public init() {}
}
