import Base
import Fares
import ValidatorCore

/// The outbox's own bounds, and what happens at each.
public struct OutboxLimits: Hashable, Sendable {
    /// Positions kept; beyond, the oldest is dropped and counted.
    public var positions: Int
    /// Finished taps kept for people to look at; beyond, the oldest is forgotten when the loop is idle.
    public var finishedTaps = 1000
    /// Collected taps kept in case that the stick is lost; beyond, the oldest is forgotten when the loop is idle.
    public var collectedTaps = 100_000
    /// Used single rides; beyond, the one used first is forgotten when the loop is idle.
    public var usedTickets = Limits.usedTickets
    /// Rows of increments beside one list's snapshot; beyond, the list must be written as a new snapshot.
    public var incrementRows = 20_000
    /// Entries that one increment may bring as rows: more would hold up the loop.
    public var incrementEntries = 2000

    public init(positions: Int) {
        self.positions = max(1, positions)
    }
}

/// What waits in the outbox, in uploads: a tap's booking and its log count one each.
public struct OutboxCounts: Hashable, Sendable {
    /// Uploads of taps that are still to be delivered.
    public var records = 0
    /// Positions that are still to be delivered.
    public var positions = 0
    /// Uploads of taps that the platform refused for good.
    public var refused = 0
    /// Positions that the platform refused for good. They take part in the bound on positions.
    public var refusedPositions = 0
    /// Uploads of taps that were carried away in a file.
    public var collected = 0
    /// Positions that were. They take part in the bound on positions.
    public var collectedPositions = 0
    /// Positions that were dropped at the bound since the outbox was begun.
    public var droppedPositions = 0

    public init() {}

    var storedPositions: Int { positions + refusedPositions + collectedPositions }
}

/// A tap or a position of the outbox, named so that it cannot be taken for another of another file.
public struct RecordName: Hashable, Sendable {
    public var row: Int64
    /// A tap's `logID`, a position's `requestID`.
    public var id: UniqueID

    public init(row: Int64, id: UniqueID) {
        self.row = row
        self.id = id
    }
}

/// What a restart finds in the outbox.
public struct RestoredOutbox: Sendable {
    /// Nil in a new outbox.
    public var state: BoxState?
    /// The latest taps, oldest first, at most 256. Without their used tickets, which are listed apart.
    public var recentTaps: [Tap] = []
    /// In the order of their use. Some may have expired: the outbox knows no time.
    public var usedTickets: [UsedTicket] = []
    /// Visits of cards to readers that had not ended, those unseen longest first.
    public var ongoingReadings: [OngoingReading] = []

    public init() {}
}

/// A tap as the outbox holds it. `tap.pending` is what is still to be uploaded; `tap.usedTicket` is nil.
public struct StoredTap: Hashable, Sendable {
    public var row: Int64
    public var tap: Tap
    /// Uploads that the platform refused for good.
    public var refused: UploadParts
    /// How often the booking was refused.
    public var bookingRefusals: Int
    /// How often the log was refused.
    public var logRefusals: Int
    /// The `ret_code` of the last final refusal.
    public var refusalCode: Int?
    /// The `ret_msg` of the last final refusal.
    public var refusalMessage: String?

    /// What is still to be uploaded.
    var uploads: [Upload] {
        tap.uploads(row: row).map { upload in
            var upload = upload
            if case .booking = upload.key { upload.refusals = bookingRefusals } else { upload.refusals = logRefusals }
            return upload
        }
    }
}

/// A position as the outbox holds it.
public struct StoredPosition: Hashable, Sendable {
    public var row: Int64
    public var record: PositionRecord
    public var refusals: Int
    /// Refused for good, and why.
    public var refusal: (code: Int, message: String)? {
        refusalCode.map { ($0, refusalMessage ?? "") }
    }
    var refusalCode: Int?
    var refusalMessage: String?

    var upload: Upload {
        Upload(
            key: .position(row), requestID: record.requestID, content: .position, stamp: record.stamp, position: record.position,
            refusals: refusals)
    }
}
