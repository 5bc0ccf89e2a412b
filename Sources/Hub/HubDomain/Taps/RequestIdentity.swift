import Base

/// By what a request is known when its device sends it again: by its `req_id` alone where that is a UUID, else also by its time.
///
/// A UUID is never made twice, and a box that learns the true time sends its record again under another one. Makers who number
/// their requests, anew each morning, or write the document's sample "abcd" into each, name no request by it: there the same
/// comes again only with the time that it had.
public struct RequestIdentity: Hashable, Sendable {
    /// How far two times of one tap may lie apart: less than it takes to present a card again, and more than a clock is set by
    /// between two tries.
    public static let tapTolerance = Duration.seconds(5)
    /// A position is sent each few seconds, and is sent again as it was.
    public static let positionTolerance = Duration.zero

    public let deviceID: String
    /// `req_id`
    public let requestID: String
    /// What the device says that it was about.
    public let time: WallTime
    private let tolerance: Duration
    private let mayBeRedated: Bool

    /// - Parameter mayBeRedated: False for a question about now, which is never asked again later.
    public init(deviceID: String, requestID: String, time: WallTime, tolerance: Duration, mayBeRedated: Bool = true) {
        self.deviceID = deviceID
        self.requestID = requestID
        self.time = time
        self.tolerance = tolerance
        self.mayBeRedated = mayBeRedated
    }

    /// The times at which the same `req_id` of the same device means this request.
    public var times: ClosedRange<WallTime> { times(within: tolerance) }

    /// The times at which it means this request where nothing else tells it from its neighbours.
    public var exactTimes: ClosedRange<WallTime> { times(within: .zero) }

    private func times(within tolerance: Duration) -> ClosedRange<WallTime> {
        mayBeRedated && isUnique
            ? WallTime(milliseconds: .min / 2)...WallTime(milliseconds: .max / 2) : time - tolerance...time + tolerance
    }

    private var isUnique: Bool { Self.isUnique(requestID) }

    /// Whether a `req_id` names one request alone: a UUID of RFC 9562, whose version and variant rule out constants such as 32 zeros.
    public static func isUnique(_ requestID: String) -> Bool {
        guard let id = UniqueID(requestID) else { return false }
        return (1...8).contains(id.high >> 12 & 0xF) && id.low >> 62 == 0b10
    }
}
