import Base
import Testing

@testable import Fares
@testable import PlatformAPI
@testable import ValidatorCore

/// Lists that the box has no memory for.
extension DownloadTests {
    private func smallBox(restored: Validator.Restored) -> TestBox {
        var policy = TestBox.policy()
        policy.reportInterval = .seconds(5)
        policy.token = .fixed("secret")
        policy.listBytes = 40_000
        return TestBox(policy: policy, restored: restored)
    }

    @Test(
        "a list that is larger than the box has memory for is refused before it is built, and not fetched again, not by a restart either"
    )
    func tooLarge() {
        let numbers = (1...2000).map { String(100_000 + $0) }
        var box = smallBox(restored: TestBox.holding(listed: ["AA"]))
        beat(&box) { ($0.cards, $0.lineCards) = ("2", "1") }
        answer(&box, list(numbers, version: "2"))
        #expect(box.validator.versions.cards == "1" && box.validator.cards.cards.white.count == 1)
        #expect(box.notices.contains { $0.text.contains("get_card_list") || $0.text.contains("2000 rows") })
        #expect(!box.effects.contains { if case .buildList = $0 { true } else { false } })
        for _ in 0..<1000 { beat(&box) { ($0.cards, $0.lineCards) = ("2", "1") } }
        #expect(downloads(box) == ["full"])

        var restored = TestBox.holding(listed: ["AA"])
        restored.state = box.validator.state
        var restarted = smallBox(restored: restored)
        beat(&restarted) { ($0.cards, $0.lineCards) = ("2", "1") }
        #expect(downloads(restarted).isEmpty)
        beat(&restarted) { ($0.cards, $0.lineCards) = ("3", "1") }
        answer(&restarted, list(["BB"], version: "3"))
        #expect(downloads(restarted) == ["full"] && restarted.validator.versions.cards == "3")
    }

    @Test("one that is given up while it comes is not fetched again either, unless a technician wants it")
    func tooLargeOnTheWay() {
        var box = box(restored: TestBox.holding(listed: ["AA"]))
        beat(&box) { ($0.cards, $0.lineCards) = ("2", "1") }
        var failure = ExchangeFailure(.undecodable, "the list has more rows than the 1 MiB that this box has for it")
        failure.isTooLarge = true
        box.handle(.reply(box.requests.last { $0.request.content.name == "full" }!.id, .failure(failure)))
        for _ in 0..<1000 { beat(&box) { ($0.cards, $0.lineCards) = ("2", "1") } }
        #expect(downloads(box) == ["full"])
        box.handle(.download(.cards, full: true))
        #expect(downloads(box) == ["full", "full"])
    }
}
