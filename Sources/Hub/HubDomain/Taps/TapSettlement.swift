import Fares

/// What becomes of a tap that a device tells of.
public struct TapSettlement: Hashable, Sendable {
    /// What is stored.
    public enum Change: Hashable, Sendable {
        case insert(TapRecord)
        /// The record is there, and is counted as come again.
        case count
        /// As `count`; and the record, which was an online check, becomes the booking of a ride.
        case book
        /// As `count`; and the online check was decided otherwise this time.
        case decide(Reason)
    }

    public var change: Change
    /// What the device is answered.
    public var answer: Reason
    /// Whether somebody rides, which uses a single-ride ticket up.
    public var isRide: Bool

    /// - Parameter earlier: what the device told of the tap before; nil for the first time.
    public init(_ record: TapRecord, repeating earlier: TapRecord?, decision: Reason?) {
        if let earlier {
            self.init(repeated: record, of: earlier, decision: decision)
        } else {
            self.init(new: record, decision: decision)
        }
    }

    /// Of a tap that is told of for the first time. Bookings and logs are always taken, whatever the hub would have decided.
    /// - Parameter decision: Of an online check; nil for a booking or a log.
    public init(new record: TapRecord, decision: Reason?) {
        precondition((decision != nil) == (record.checkMode == .online))
        var record = record
        if let decision {
            record.reason = decision
            record.status = decision.logStatus
        }
        change = .insert(record)
        answer = decision ?? .ok
        isRide = record.status == 0
    }

    /// Of a tap that the device told of before. An online check is decided by what is true now, since a card may have been
    /// blocked after it was first asked about; one whose ride has been booked stays a ride.
    /// - Parameter decision: Of an online check, not holding its own first acceptance against a ticket; nil for a booking or a log.
    public init(repeated record: TapRecord, of earlier: TapRecord, decision: Reason?) {
        precondition((decision != nil) == (record.checkMode == .online))
        switch (earlier.checkMode, decision) {
        case (.online, let decision?):
            change = decision == earlier.reason ? .count : .decide(decision)
            answer = decision
            isRide = decision == .ok && earlier.reason != .ok
        case (.online, nil):
            // The answer to the check did not reach the device in time, and it decided by itself.
            change = .book
            answer = .ok
            isRide = true
        case (.offline, _), (nil, _):
            change = .count
            answer = .ok
            isRide = false
        }
    }
}
