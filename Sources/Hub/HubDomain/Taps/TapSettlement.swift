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
    }

    public var change: Change
    /// What the device is answered.
    public var answer: Reason
    /// Whether somebody rides, which uses a single-ride ticket up.
    public var isRide: Bool

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

    /// Of a tap whose `req_id` the device used in the same call before: it is answered as it was then.
    /// - Throws: `.requestIDReused` when that was for something else.
    public init(repeated record: TapRecord, of earlier: TapRecord) throws(Refusal) {
        guard earlier.subject == record.subject else {
            throw Refusal(.requestIDReused, "req_id \(record.requestID) was used before for another card or ticket")
        }
        // The answer to an online check did not reach the device in time, and it decided by itself.
        let isBookedNow = record.checkMode == .offline && earlier.checkMode == .online
        change = isBookedNow ? .book : .count
        answer = earlier.checkMode == .offline || isBookedNow ? .ok : earlier.reason ?? .ok
        isRide = isBookedNow
    }
}
