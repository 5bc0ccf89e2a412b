import Base
import TestSupport
import Testing

@testable import validator_rig

@Suite("When the boxes of a fleet do what")
struct FleetScheduleTests {
    private func plan(_ change: (inout FleetPlan) -> Void) -> FleetPlan {
        var plan = FleetPlan()
        plan.boxes = 1000
        plan.heartbeatPeriod = .zero
        change(&plan)
        return plan
    }

    @Test(
        "every box has a heartbeat in every period, and no tenth of a period has more than its share",
        arguments: [TestSeed.ofThisRun])
    func heartbeats(seed: UInt64) {
        var schedule = FleetSchedule(plan { $0.heartbeatPeriod = .seconds(5) }, seed: seed)
        for period in 0..<2 {
            var boxes: [Int] = []
            for tenth in 1...10 {
                let end = Duration.seconds(5) * period + .milliseconds(500) * tenth
                let events = schedule.take(until: end)
                #expect((99...101).contains(events.count))
                #expect(events.allSatisfy { $0.kind == .heartbeat && $0.due <= end })
                boxes += events.map(\.box)
            }
            // One at the border may fall to either side.
            #expect(Set(boxes).count >= 999)
        }
    }

    @Test("heartbeats are not a beat: the pauses between two of them differ", arguments: [TestSeed.ofThisRun])
    func jitter(seed: UInt64) {
        var schedule = FleetSchedule(plan { $0.heartbeatPeriod = .seconds(5) }, seed: seed)
        let times = schedule.take(until: .seconds(5)).map(\.due)
        let pauses = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect(pauses.allSatisfy { $0 >= .zero && $0 <= .milliseconds(10) })
        #expect(Set(pauses.map(\.wholeMicroseconds)).count > 100)
    }

    @Test("riders come at the rate that was asked for, by chance, to any box", arguments: [TestSeed.ofThisRun])
    func rates(seed: UInt64) {
        let plan = plan {
            ($0.tapsPerSecond, $0.checksPerSecond, $0.refreshesPerSecond) = (100, 50, 1)
            $0.length = .seconds(100)
        }
        var schedule = FleetSchedule(plan, seed: seed)
        let events = schedule.take(until: .seconds(1000))
        // Six standard deviations.
        #expect(abs(events.count { $0.kind == .tap } - 10_000) < 600)
        #expect(abs(events.count { $0.kind == .check } - 5000) < 430)
        #expect(abs(events.count { $0.kind == .refresh } - 100) < 60)
        #expect(Set(events.filter { $0.kind == .tap }.map(\.box)).count > 990)
    }

    @Test("what was taken does not come again, and what is next says when")
    func order() throws {
        var schedule = FleetSchedule(plan { $0.tapsPerSecond = 1000 }, seed: 1)
        var last = Duration.zero
        for _ in 0..<100 {
            let next = try #require(schedule.next)
            #expect(next >= last)
            let events = schedule.take(until: next)
            #expect(!events.isEmpty && events.allSatisfy { $0.due <= next && $0.due > last })
            last = next
        }
    }

    @Test("nothing begins after the end")
    func end() {
        var schedule = FleetSchedule(plan { ($0.tapsPerSecond, $0.length) = (100, .seconds(1)) }, seed: 1)
        let events = schedule.take(until: .seconds(60))
        #expect(events.allSatisfy { $0.due <= .seconds(1) })
        #expect(schedule.next == nil)
    }

    @Test("the same seed does the same")
    func seeds() {
        let plan = plan { ($0.tapsPerSecond, $0.heartbeatPeriod) = (100, .seconds(5)) }
        var schedules = [1, 1, 2].map { FleetSchedule(plan, seed: $0) }
        let events = schedules.indices.map { schedules[$0].take(until: .seconds(5)) }
        #expect(events[0] == events[1])
        #expect(events[0] != events[2])
    }

    @Test("a flood has no times: it follows its answers")
    func flood() {
        let plan = plan { ($0.tapsPerSecond, $0.heartbeatPeriod, $0.flood) = (100, .seconds(5), .records) }
        #expect(FleetSchedule(plan, seed: 1).next == nil)
    }
}

@Suite("What is to be tried again")
struct RetryQueueTests {
    @Test("an item comes back once, when it is due and not before")
    func due() {
        var queue = RetryQueue<String>()
        queue.add("late", at: .seconds(2))
        queue.add("soon", at: .milliseconds(50))
        let times: [Duration] = [.milliseconds(40), .milliseconds(60), .seconds(1), .seconds(10), .seconds(20)]
        let taken = times.map { queue.take(until: $0) }
        #expect(taken == [[], ["soon"], [], ["late"], []])
        #expect(queue.count == 0)
    }

    @Test("what was due in the past is due at once")
    func past() {
        var queue = RetryQueue<Int>()
        _ = queue.take(until: .seconds(5))
        queue.add(1, at: .zero)
        let due = queue.take(until: .seconds(5) + .milliseconds(10))
        #expect(due == [1])
    }
}
