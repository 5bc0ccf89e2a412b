import Base
import Fares
import PlatformAPI
import RecordFiles

/// Records that a technician carried away from a box (`validatorctl outbox collect`, docs/vehicle.md). All of it is good or
/// nothing is taken.
public struct RecordFile: Sendable {
    /// One upload that the box would have made.
    public struct Upload: Hashable, Sendable {
        public var requestID: String
        /// Nil for a log.
        public var checkMode: CheckMode?
        public var subject: Subject
        public var status: Int
        public var time: WallTime
        public var position: Position?

        public var call: PlatformCall {
            switch subject {
            case .card: checkMode == nil ? .cardLog : .cardCheck
            case .ticket: checkMode == nil ? .ticketLog : .ticketCheck
            }
        }
    }

    /// Where the box was, at a heartbeat that it could not send.
    public struct Place: Hashable, Sendable {
        public var requestID: String
        public var time: WallTime
        public var position: Position
    }

    public struct Mistake: Error, Hashable, Sendable, CustomStringConvertible {
        /// From 1; 0 is the file as a whole.
        public var line: Int
        public var text: String
        public var description: String { line > 0 ? "\(line): \(text)" : text }
    }

    public let deviceID: String
    /// What the box proves itself with, if it does: a code over the first `authenticatedCount` bytes of the file.
    public let authentication: [UInt8]?
    public let authenticatedCount: Int
    public private(set) var uploads: [Upload] = []
    public private(set) var places: [Place] = []

    public init(_ bytes: [UInt8]) throws(Mistake) {
        do throws(CarriedFileError) {
            let file = try CollectedRecords(bytes)
            deviceID = file.deviceID
            (authentication, authenticatedCount) = (file.authentication, file.authenticatedCount)
            for index in 0..<file.count {
                switch try file.record(at: index) {
                case .tap(let tap): take(tap)
                case .position(let position): take(position)
                }
            }
        } catch {
            throw Mistake(error)
        }
    }

    /// What the box's platform refused was carried away too.
    private mutating func take(_ tap: RecordedTap) {
        let parts = tap.pending.union(tap.refused)
        if parts.contains(.booking) {
            uploads.append(
                Upload(
                    requestID: tap.bookingID.description, checkMode: .offline, subject: tap.subject, status: 0, time: tap.time,
                    position: tap.position?.plausible))
        }
        if parts.contains(.log) {
            uploads.append(
                Upload(
                    requestID: tap.logID.description, checkMode: nil, subject: tap.subject, status: tap.reason.logStatus,
                    time: tap.time, position: tap.position?.plausible))
        }
    }

    /// A heartbeat without a fix says only that the box was alive.
    private mutating func take(_ recorded: RecordedPosition) {
        guard let position = recorded.position?.plausible else { return }
        places.append(Place(requestID: recorded.requestID.description, time: recorded.time, position: position))
    }
}

extension RecordFile.Mistake {
    fileprivate init(_ error: CarriedFileError) {
        switch error {
        case .damaged: self.init(line: 0, text: "the file is damaged or cut off: collect again, or take another copy of it")
        case .notJSON(let line, let reason): self.init(line: line, text: "not JSON: \(reason)")
        case .otherKind: self.init(line: 1, text: "this is no file of validatorctl outbox collect")
        case .otherFormat(let format):
            self.init(line: 1, text: "written by a later release (format \(format)): install that release")
        case .notUnderstood(let line):
            self.init(line: line, text: "the record is not understood: is the hub of an older release than the box?")
        }
    }
}
