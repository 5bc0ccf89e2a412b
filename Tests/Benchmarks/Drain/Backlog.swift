import Base
import OperatingSystem
import ValidatorCore

/// What lies in a box's outbox when it starts.
struct Backlog {
    var taps: [Tap] = []
    var positions: [OutboxChange] = []

    init() {}

    init(taps: Int, positions: Int = 0) {
        var random = SystemRandomNumberGenerator()
        self.taps = (0..<taps).map { Self.tap($0, &random) }
        self.positions = (0..<positions).map { _ in
            let now = Clocks.now()
            return .position(
                PositionRecord(requestID: .version7(at: now.system, using: &random), stamp: Self.stamp, position: Self.position))
        }
    }

    /// An accepted card, no part of which has been uploaded.
    static func tap(_ number: Int, _ random: inout SystemRandomNumberGenerator) -> Tap {
        let now = Clocks.now()
        return Tap(
            logID: .version7(at: now.system, using: &random), bookingID: .version7(at: now.system, using: &random),
            source: "0a3e46ca01ea43bd941ddcbec693e1c6", subject: .card(LookupBenchmark.card(UInt64(number))), outcome: .accepted,
            reason: .ok, mode: .offline, stamp: stamp, position: position, pending: [.booking, .log])
    }

    private static var stamp: Stamp {
        let now = Clocks.now()
        return Stamp(instant: now.instant, boot: UniqueID(high: 1, low: 2), wall: now.system, source: .gps)
    }

    private static let position = Position(latitude: 31.230416, longitude: 121.473701, speedKilometresPerHour: 32.5, course: 87.5)
}
