import Base
import Testing

@testable import HubUpstream

@Suite("Which of the platform's lists are fetched")
struct ListPlanTests {
    private let cards = ListItem.cards(enterprise: "E")
    private let increment = ListItem.increment(enterprise: "E")
    private var random = SeededGenerator(seed: 1)

    private func plan(_ named: String, held: String? = nil) -> ListPlan {
        var plan = ListPlan()
        plan.learn(cards, named: named, held: held, by: "d1")
        return plan
    }

    private func next(_ plan: inout ListPlan, at seconds: Double = 0) -> ListItem? { plan.next(at: instant(seconds))?.item }

    @Test("is that of which another version is named than is held, once for all devices, in the name of the last")
    func singleFlight() {
        var plan = plan("7")
        for device in 2...2000 { plan.learn(cards, named: "7", held: nil, by: "d\(device)") }
        let fetched = plan.next(at: instant(0))
        #expect(fetched?.item == cards && fetched?.asker == "d2000" && fetched?.version == "7")
        #expect(next(&plan) == nil)
        #expect(plan.adopted(cards, version: "7", at: instant(1)) == nil)
        plan.learn(cards, named: "7", held: "7", by: "d1")
        #expect(next(&plan, at: 1e6) == nil)
    }

    @Test("is none where the platform has none", arguments: [nil, "0"] as [String?])
    func nothing(held: String?) {
        var plan = plan("0", held: held)
        #expect(next(&plan) == nil)
    }

    @Test("is tried again after pauses where it failed, and at once when another version is named")
    func failure() {
        var (plan, random) = (plan("7"), random)
        _ = next(&plan)
        plan.failed(cards, retryAfter: .seconds(60), at: instant(0), using: &random)
        #expect(next(&plan, at: 59) == nil)
        #expect(next(&plan, at: 61) == cards)
        plan.failed(cards, retryAfter: .seconds(3600), at: instant(61), using: &random)
        plan.learn(cards, named: "8", held: nil, by: "d1")
        #expect(next(&plan, at: 62) == cards)
    }

    @Test("is asked for ever more seldom where another version comes than is named: ten minutes, doubling to a day")
    func unsettled() {
        var plan = plan("7")
        var now = 0.0
        for wait in [600.0, 1200, 2400, 4800, 9600, 19_200, 38_400, 76_800, 86_400, 86_400] {
            #expect(next(&plan, at: now) == cards)
            #expect(plan.adopted(cards, version: "6", at: instant(now)) == .seconds(wait))
            plan.learn(cards, named: "7", held: "6", by: "d1")
            #expect(next(&plan, at: now + wait - 1) == nil)
            now += wait
        }
    }

    @Test("are twelve new versions in ten minutes at most, where each heartbeat names another")
    func manyVersions() {
        var (plan, count) = (ListPlan(), 0)
        for number in 0..<100 {
            plan.learn(cards, named: "\(number)", held: "-", by: "d1")
            guard next(&plan, at: Double(number)) != nil else { continue }
            count += 1
            _ = plan.adopted(cards, version: "\(number)", at: instant(Double(number)))
        }
        #expect(count == 12)
        plan.learn(cards, named: "x", held: "-", by: "d1")
        #expect(next(&plan, at: 700) == cards)
    }

    @Test("that wait for an operator are not fetched again while the platform names them, after a restart too")
    func held() {
        var plan = plan("7", held: "6")
        _ = next(&plan)
        plan.held(cards, version: "7", at: instant(0))
        plan.learn(cards, named: "7", held: "6", by: "d1")
        #expect(next(&plan, at: 1e6) == nil)
        plan.learn(cards, named: "8", held: "6", by: "d1")
        #expect(next(&plan, at: 1e6) == cards)
        var restarted = ListPlan()
        restarted.remember(cards, heldVersion: "7")
        restarted.learn(cards, named: "7", held: "6", by: "d1")
        #expect(next(&restarted) == nil)
    }

    @Test("of an enterprise: the full list first, and its increments once more after it")
    func increments() {
        var plan = plan("7")
        plan.learn(increment, named: "71", held: nil, by: "d1")
        #expect(next(&plan) == cards)
        // Never beside it.
        #expect(next(&plan) == nil)
        _ = plan.adopted(cards, version: "7", at: instant(1))
        #expect(next(&plan, at: 1) == increment)
        _ = plan.adopted(increment, version: "71", at: instant(2))
        #expect(next(&plan, at: 2) == nil)
        plan.learn(cards, named: "8", held: "7", by: "d1")
        #expect(next(&plan, at: 3) == cards)
        _ = plan.adopted(cards, version: "8", at: instant(4))
        #expect(next(&plan, at: 4) == increment)
    }

    @Test("are two at a time")
    func two() {
        var plan = ListPlan()
        for device in 0..<5 { plan.learn(.line(device: "d\(device)"), named: "1", held: nil, by: "d\(device)") }
        #expect(next(&plan) != nil && next(&plan) != nil && next(&plan) == nil)
    }
}

@Suite("A list that may be a mistake")
struct ListDoubtTests {
    @Test(
        "is an empty one in the place of one that was not, and one that is smaller by more than a fifth",
        arguments: [
            (0, 0, nil), (0, 1, .empty(former: 1)), (80, 100, nil), (79, 100, .shrunk(to: 79, from: 100)), (5, 0, nil),
            (1_000_000, 1_200_000, nil), (3, 4, .shrunk(to: 3, from: 4)), (4, 5, nil), (9, 3, nil),
        ] as [(Int, Int, ListDoubt?)])
    func doubts(count: Int, former: Int, doubt: ListDoubt?) {
        #expect(ListDoubt(count: count, former: former) == doubt)
    }
}
