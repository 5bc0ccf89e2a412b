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
    private let makePseudonym: @Sendable () -> String?

    /// - Parameters:
    ///   - otherTexts: of the same subject.
    ///   - pseudonym: see the property; it takes a while to make.
    public init(_ record: TapRecord, otherTexts: [String], pseudonym: @escaping @autoclosure @Sendable () -> String?) {
        identity = record.identity
        call = record.call
        subjects = [record.subject] + otherTexts
        makePseudonym = pseudonym
    }

    /// What the subject may be called by now.
    public var pseudonym: String? { makePseudonym() }

    /// Whether `record` is one that this asks for. Of several the one nearest in time is meant.
    public func matches(_ record: TapRecord) -> Bool {
        guard record.requestID == identity.requestID, record.deviceID == identity.deviceID, record.call == call else {
            return false
        }
        let seconds = record.time.seconds
        func lies(in times: ClosedRange<WallTime>) -> Bool {
            times.lowerBound.seconds <= seconds && seconds <= times.upperBound.seconds
        }
        guard lies(in: identity.times) else { return false }
        // As databases compare. Only what may be a pseudonym is worth making one.
        return subjects.contains { $0.utf8.elementsEqual(record.subject.utf8) }
            || lies(in: identity.exactTimes) && record.subject == pseudonym
    }

    /// The nearest of those that it asks for.
    public func nearest(of records: [StoredRecord]) -> StoredRecord? {
        records.filter { matches($0.record) }.min { distance(to: $0.record) < distance(to: $1.record) }
    }

    /// Seconds between the request and `record`.
    public func distance(to record: TapRecord) -> Int64 { abs(record.time.seconds - identity.time.seconds) }

    public static func == (left: RecordQuery, right: RecordQuery) -> Bool {
        left.identity == right.identity && left.call == right.call && left.subjects == right.subjects
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(identity.requestID)
        hasher.combine(identity.deviceID)
    }
}
