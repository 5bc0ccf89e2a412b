import Base
import HubDomain
import PlatformAPI

/// Which record a request may be the repetition of: of the same call and subject, however that is written, and under the same identity.
///
/// A pseudonym stands for all tickets of a card, so that under it a ride is known by its very time: another ticket may have been taken
/// seconds before.
public struct RecordQuery: Hashable, Sendable {
    public let identity: RequestIdentity
    public let call: PlatformCall
    /// The subject, and what else records may hold for it.
    public let subjects: [String]
    /// What the subject may be called by now.
    public let pseudonym: String?

    /// - Parameter otherTexts: of the same subject.
    public init(_ record: TapRecord, otherTexts: [String], pseudonym: String?) {
        identity = record.identity
        call = record.call
        subjects = [record.subject] + otherTexts
        self.pseudonym = pseudonym
    }

    /// Whether `record` is one that this asks for. Of several the one nearest in time is meant.
    public func matches(_ record: TapRecord) -> Bool {
        guard record.requestID == identity.requestID, record.deviceID == identity.deviceID, record.call == call else {
            return false
        }
        let seconds = record.time.seconds
        func lies(in times: ClosedRange<WallTime>) -> Bool {
            times.lowerBound.seconds <= seconds && seconds <= times.upperBound.seconds
        }
        return lies(in: identity.times)
            && (subjects.contains(record.subject) || record.subject == pseudonym && lies(in: identity.exactTimes))
    }

    /// Seconds between the request and `record`.
    public func distance(to record: TapRecord) -> Int64 { abs(record.time.seconds - identity.time.seconds) }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(identity.requestID)
        hasher.combine(identity.deviceID)
    }
}
