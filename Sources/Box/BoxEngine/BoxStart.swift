import Base
import SQLite
import Storage
import ValidatorCore

/// Where a box works, and with what bounds.
public struct BoxSettings: Sendable {
    /// The folder of the list snapshots, and of whatever a take-over left behind.
    public var folder: String
    /// As which device it works.
    public var deviceID: String
    /// Rows that a list under way takes in one turn: a fraction of a millisecond even when each row misses the cache.
    public var sliceRows = 2048

    public init(folder: String, deviceID: String) {
        (self.folder, self.deviceID) = (folder, deviceID)
    }
}

/// Everything that a start finds on disk, before anybody is served.
public struct BoxStart: ~Copyable {
    var outbox: Outbox
    var lists: BoxLists
    /// What the validator is begun with.
    public var restored: Validator.Restored
    /// What had to be done, such as setting a damaged file aside.
    public private(set) var notices: [Notice]
    /// This box was another one before, so that lists and keys of another identity may be what this one holds.
    public let hasTakenOver: Bool

    /// Takes in what a take-over has left, reads the lists and what the last run left in `outbox`.
    ///
    /// - Throws: when records of another identity are still to be sent, and cannot be set aside.
    public init(_ outbox: consuming Outbox, _ settings: BoxSettings, policy: Policy) throws(StorageError) {
        var notices = outbox.notices
        hasTakenOver = try Takeover.takeRecords(
            into: &outbox, from: TakeoverSpool(folder: settings.folder), as: settings.deviceID, notices: &notices)
        var lists = BoxLists(folder: settings.folder, unlisted: policy.unlisted, sliceRows: settings.sliceRows)
        var restored = Validator.Restored()
        let found = outbox.takeRestored()
        restored.state = found.state ?? BoxState()
        restored.recentTaps = found.recentTaps
        restored.usedTickets = found.usedTickets
        restored.ongoingReadings = found.ongoingReadings
        restored.cards = lists.restore(.cards, from: outbox, notices: &notices)
        restored.line = lists.restore(.line, from: outbox, notices: &notices)
        self.outbox = outbox
        self.lists = lists
        self.restored = restored
        self.notices = notices
    }
}
