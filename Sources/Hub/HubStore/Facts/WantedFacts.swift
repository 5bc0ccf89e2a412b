import Fares
import HubDomain

/// Which facts a batch of requests needs. What is wanted twice is loaded once; each set in one round trip.
public struct WantedFacts: Sendable {
    /// A card that a device asks about.
    public struct Card: Hashable, Sendable {
        public var card: CardNumber
        public var deviceID: String
    }

    /// A card on a list.
    public struct ListFlag: Hashable, Sendable {
        public var card: CardNumber
        /// `ListSelection.generationLine`
        public var list: String
    }

    /// `device_id`s.
    public private(set) var devices: [String] = []
    /// Whether the number of devices is needed where one of `devices` is not registered.
    public private(set) var countsDevices = false
    /// Access tokens; with each comes the device that it was given to.
    public private(set) var tokens: [String] = []
    /// Of each the standing on the white list, and on the list of the device's line.
    public private(set) var cards: [Card] = []
    /// Names of tickets that may have been used.
    public private(set) var usedTickets: [[UInt8]] = []
    public private(set) var records: [RecordQuery] = []
    /// Digests of enrolment codes.
    public private(set) var enrolments: [[UInt8]] = []
    /// The ring of ticket keys, and what was revoked.
    public private(set) var keys = false
    /// The versions that a heartbeat is answered with: of the white list, of the lines of `devices`, and of the keys.
    public private(set) var versions = false
    /// Calls that may be on their way to the platform, or answered by it.
    public private(set) var forwards: [ForwardKey] = []
    /// Of each the flag on lists that are no line's and not the white list: those of a platform in front of which the hub stands.
    public private(set) var flags: [ListFlag] = []

    /// Records that may be put aside, or may be there.
    public private(set) var setAside: [SetAside] = []

    /// A record that may have to be put aside.
    public struct SetAside: Hashable, Sendable {
        public var key: SetAsideRecord.Key
        /// Whether it need not be looked for where its device is registered.
        public var isOfUnknownOnly: Bool
    }

    public init() {}

    public mutating func setAside(_ key: SetAsideRecord.Key, ofUnknownOnly: Bool = false) {
        setAside.append(SetAside(key: key, isOfUnknownOnly: ofUnknownOnly))
    }

    /// What is to be looked for among what was put aside; where that is anything, the volume of unknown devices is needed, too.
    /// - Parameter registered: of the wanted devices those that are registered.
    public func setAsideKeys(registered: [String: Device]) -> Set<SetAsideRecord.Key> {
        Set(setAside.lazy.filter { !$0.isOfUnknownOnly || registered[$0.key.deviceID] == nil }.map(\.key))
    }

    /// - Parameter mayRegister: whether the device registers itself where it is unknown.
    public mutating func device(_ id: String, mayRegister: Bool = false) {
        devices.append(id)
        countsDevices = countsDevices || mayRegister
    }

    public mutating func token(_ text: String) { tokens.append(text) }

    public mutating func standing(of card: CardNumber, forDevice id: String) {
        cards.append(Card(card: card, deviceID: id))
        devices.append(id)
    }

    public mutating func usedTicket(_ name: [UInt8]) { usedTickets.append(name) }
    public mutating func record(_ query: RecordQuery) { records.append(query) }
    public mutating func enrolment(_ digest: [UInt8]) { enrolments.append(digest) }
    public mutating func keyRing() { keys = true }
    public mutating func listVersions() { versions = true }
    public mutating func forward(_ key: ForwardKey) { forwards.append(key) }

    public mutating func flag(of card: CardNumber, on selection: ListSelection) {
        if let list = selection.generationLine { flags.append(ListFlag(card: card, list: list)) }
    }
}
