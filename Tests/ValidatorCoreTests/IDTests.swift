import Base
import Testing

@testable import ValidatorCore

@Suite("Ids that others see")
struct IDTests {
    @Test("two boxes whose pauses are the same name nothing alike: who sees some ids cannot tell the next")
    func unpredictable() {
        func ids() -> [UniqueID] {
            var box = TestBox(restored: TestBox.holding(listed: ["04A2B3C4D5E680"]))
            box.tap("04A2B3C4D5E680")
            return box.stored.flatMap { [$0.logID, $0.bookingID] } + box.requests.map(\.request.requestID)
        }
        let (one, other) = (ids(), ids())
        #expect(one.count > 2 && one.count == other.count)
        #expect(Set(one).isDisjoint(with: other))
    }
}
