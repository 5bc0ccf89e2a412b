import Fares
import HubDomain

/// What a batch changed, as final states.
public struct StoreChanges: Sendable {
    /// Which columns of a device changed.
    public struct DeviceParts: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// The device is new: all of it is to be written.
        public static let registration = DeviceParts(rawValue: 1)
        /// `lastHeartbeat`, and what the newest heartbeat said, without the version of the keys.
        public static let report = DeviceParts(rawValue: 2)
        public static let keysVersion = DeviceParts(rawValue: 4)
        /// `secret`, `nextSecret` and `revoked`.
        public static let credentials = DeviceParts(rawValue: 8)
        /// `own`
        public static let settings = DeviceParts(rawValue: 16)
    }

    public struct DeviceChange: Sendable {
        public var device: Device
        public var parts: DeviceParts
    }

    /// In no order; sort them where several programs write.
    public internal(set) var devices: [DeviceChange] = []
    /// To be deleted before `tokens` are inserted: all of these devices.
    public internal(set) var tokensEnded: [String] = []
    /// New ones, after which each device keeps the `AccessToken.maximumPerDevice` that last longest.
    public internal(set) var tokens: [NamedToken] = []
    /// To be inserted in this order, each with its `duplicates`.
    public internal(set) var newRecords: [TapRecord] = []
    /// `checkMode`, `status`, `reason` and `duplicates` of rows.
    public internal(set) var updatedRecords: [StoredRecord] = []
    /// Of each: the row of its identity is counted as come again once more than `duplicates`, or it is inserted with `duplicates`.
    public internal(set) var positions: [StoredPosition] = []
    /// To be inserted unless they are there.
    public internal(set) var usedTickets: [UsedTicket] = []
    /// To be deleted before `enrolments` are kept: the unused ones of these devices.
    public internal(set) var codesEnded: [String] = []
    /// To be inserted, or to take the place of what is there under the same digest.
    public internal(set) var enrolments: [Enrolment] = []

    /// Calls for the platform: to be inserted where `id` is 0, in this order, unless there is one of that key; else everything but the key may
    /// have changed, and one that begins to wait gets a new id.
    public internal(set) var forwards: [Forward] = []
    /// To be inserted; of what is there under the same key `reason` and `duplicates` change.
    public internal(set) var setAside: [SetAsideRecord] = []
    public internal(set) var setAsideRemoved: [SetAsideRecord.Key] = []

    /// Whether something is to be written, to a place of its own, that is more than any record, so that what keeps records from the disk
    /// keeps this, too.
    public internal(set) var rehearsesRecord = false

    public var isEmpty: Bool {
        !rehearsesRecord && devices.isEmpty && tokensEnded.isEmpty && tokens.isEmpty && newRecords.isEmpty
            && updatedRecords.isEmpty
            && positions.isEmpty && usedTickets.isEmpty && codesEnded.isEmpty && enrolments.isEmpty && forwards.isEmpty
            && setAside.isEmpty
            && setAsideRemoved.isEmpty
    }
}
