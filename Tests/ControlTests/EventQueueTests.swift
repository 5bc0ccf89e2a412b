import Base
import Testing

@testable import validatord

@Suite("Events that come of effects")
struct EventQueueTests {
    @Test("wait until the effects of the event before are carried out")
    func order() {
        var trace: [String] = []
        var queue: EventQueue?
        queue = EventQueue { event, _ in
            switch event {
            case .listSaved(let kind):
                trace.append("saved \(kind.name)")
                queue?.handle(.timer, at: Self.moment)
                queue?.handle(.receiverLost, at: Self.moment)
                trace.append("its last effect")
            case .timer: trace.append("timer")
            default: trace.append("other")
            }
        }
        queue?.handle(.listSaved(.cards), at: Self.moment)
        queue?.handle(.timer, at: Self.moment)
        #expect(trace == ["saved cards", "its last effect", "timer", "other", "timer"])
        queue = nil
    }

    private static let moment = Moment(instant: Instant(nanoseconds: 1), system: WallTime(seconds: 1_800_000_000))
}
