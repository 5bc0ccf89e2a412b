import Base
import HubDomain
import PlatformAPI
import Testing

@testable import HubUpstream

/// A schedule that has read what a store holds.
private struct Stage {
    var schedule: UpstreamSchedule
    var stored: [Forward] = []

    init(perSecond: Int = 0, _ change: (inout ForwardPolicy) -> Void = { _ in }) {
        var policy = ForwardPolicy()
        change(&policy)
        schedule = UpstreamSchedule(policy, requestsPerSecond: perSecond, seed: 1, at: moment(0).instant)
        schedule.sendsForwards = true
    }

    /// As the sender does: first what changed is written, then it reads.
    mutating func exchange(at seconds: Double = 0) {
        let (delivered, changed) = schedule.queue.takeChanges()
        stored.removeAll { delivered.contains($0.id) }
        for forward in changed {
            if let index = stored.firstIndex(where: { $0.id == forward.id }) { stored[index] = forward }
        }
        schedule.queue.written()
        let live = UpstreamSchedule.live(moment(seconds))
        while schedule.queue.wantsReading {
            let ids = schedule.queue.devicesToRead(limit: 100)
            let found = ids.flatMap { id in
                let own = stored.filter { $0.key.deviceID == id && $0.state == .waiting }
                let now = own.filter { !$0.isBacklog && $0.received >= live }
                return (now + own.filter { $0.isBacklog || $0.received < live }).prefix(ForwardQueue.perDevice)
            }
            schedule.queue.read(found, of: ids, live: live)
        }
    }

    mutating func store(_ forwards: Forward...) {
        stored += forwards
        for id in Set(forwards.map(\.key.deviceID)).sorted() { schedule.queue.wake(id) }
        exchange()
    }

    mutating func next(at seconds: Double = 0) -> Forward? {
        guard case .forward(let forward)? = schedule.next(at: moment(seconds)) else { return nil }
        return forward
    }

    mutating func answer(_ forward: Forward, _ code: Int = 0, at seconds: Double = 0) -> ForwardFate {
        schedule.answered(forward, PlatformAnswer(code), at: moment(seconds))
    }

    /// Sends whatever may go, and gives the ids in the order in which it went.
    mutating func drain(at seconds: Double = 0) -> [Int64] {
        var ids: [Int64] = []
        while let forward = next(at: seconds) {
            ids.append(forward.id)
            _ = answer(forward, at: seconds)
            exchange(at: seconds)
        }
        return ids
    }
}

@Suite("Calls on their way to the platform")
struct ForwardQueueTests {
    @Test("go in the order in which a device sent them, one at a time")
    func order() {
        var stage = Stage()
        stage.store(forward(1, "a"), forward(2, "a", .cardLog), forward(3, "a"))
        let first = stage.next()
        #expect(first?.id == 1 && stage.next() == nil)
        #expect(first.map { stage.answer($0) } == .delivered)
        #expect(stage.drain() == [2, 3])
        #expect(stage.stored.isEmpty)
    }

    @Test("bookings go before logs, what happens now before the backlog, and devices take turns")
    func lanes() {
        var stage = Stage()
        stage.store(
            forward(1, "old", age: 3600), forward(2, "old", age: 3600), forward(3, "late", isBacklog: true),
            forward(4, "log", .cardLog), forward(5, "a"), forward(6, "b", .ticketCheck), forward(7, "a"))
        #expect(stage.drain() == [5, 6, 7, 4, 3, 1, 2])
    }

    @Test("of a device that calls now overtake its own backlog")
    func ownBacklog() {
        var stage = Stage()
        for id in 1...20 { stage.stored.append(forward(Int64(id), "a", age: 3600)) }
        stage.schedule.queue.found(["a"])
        stage.exchange()
        let first = stage.next()
        #expect(first?.id == 1)
        stage.store(forward(21, "a"))
        #expect(first.map { stage.answer($0) } == .delivered)
        #expect(stage.drain().first == 21)
    }

    @Test("are all sent, each once, however many there are of however many devices")
    func everything() {
        var stage = Stage()
        for id in 0..<3000 { stage.stored.append(forward(Int64(id + 1), "d\(id % 40)", age: 3600)) }
        stage.schedule.queue.found((0..<40).map { "d\($0)" })
        stage.exchange()
        let sent = stage.drain()
        #expect(sent.count == 3000 && Set(sent).count == 3000 && stage.stored.isEmpty)
        for device in 0..<40 {
            let own = sent.filter { Int($0 - 1) % 40 == device }
            #expect(own == own.sorted())
        }
    }

    @Test("that the platform refuses are sent again after a pause, eight times, and put aside then; others go on")
    func refusals() {
        var stage = Stage()
        stage.store(forward(1, "a"), forward(2, "a"), forward(3, "b"))
        var seconds = 0.0
        for count in 1...8 {
            seconds += 31
            guard let sent = stage.next(at: seconds) else { return _ = Issue.record("nothing after pause \(count)") }
            #expect(sent.id == 1 && sent.refusals == count - 1)
            #expect(stage.answer(sent, 7, at: seconds) == (count < 8 ? .refusedOnce : .refused))
            stage.exchange(at: seconds)
            if count == 1 { #expect(stage.next(at: seconds).map { stage.answer($0, at: seconds) } == .delivered) }
        }
        #expect(stage.stored.first { $0.id == 1 }?.state == .refused)
        #expect(stage.stored.first { $0.id == 1 }?.answer?.code == 7)
        #expect(stage.drain(at: seconds) == [2])
    }

    @Test("are taken, or put aside at once, by codes that say so")
    func codes() {
        var stage = Stage {
            $0.acceptedCodes = [100]
            $0.finalCodes = [200]
        }
        stage.store(forward(1, "a"), forward(2, "a"))
        #expect(stage.next().map { stage.answer($0, 100) } == .delivered)
        #expect(stage.next().map { stage.answer($0, 200) } == .refused)
    }

    @Test("wait while the platform is away, but for one that finds out, and then go in their order")
    func outage() {
        var stage = Stage()
        for device in ["a", "b", "c"] { stage.store(forward(Int64(device.utf8.first ?? 0), device)) }
        guard let first = stage.next(), let second = stage.next() else { return _ = Issue.record("nothing to send") }
        #expect(stage.schedule.failed(first, .refusedConnection, at: moment(0)) == .again)
        #expect(stage.schedule.failed(second, .refusedConnection, at: moment(0)) == .again)
        // One request at a time, which is answered at last.
        guard let probe = stage.next(at: 10) else { return _ = Issue.record("nobody finds out") }
        #expect(stage.next(at: 10) == nil)
        #expect(stage.answer(probe, at: 10) == .delivered)
        #expect(Set(stage.drain(at: 10) + [probe.id]) == [97, 98, 99])
    }

    @Test("whose reply got lost go again under the same req_id, and are marked: the platform may know of them")
    func lostReply() {
        var stage = Stage()
        stage.store(forward(1, "a"))
        guard let sent = stage.next() else { return _ = Issue.record("nothing to send") }
        #expect(stage.schedule.failed(sent, .lostReply, at: moment(0)) == .again)
        stage.exchange()
        #expect(stage.stored.first?.mayBeDouble == true)
        guard let again = stage.next(at: 5) else { return _ = Issue.record("not sent again") }
        #expect(again.key == sent.key && again.mayBeDouble)
        #expect(stage.answer(again, at: 5) == .delivered)
        stage.exchange()
        // Kept for a while, to be looked at.
        #expect(stage.stored.first?.state == .answered)
    }

    @Test("are marked even while they are under way, when a late answer shows that the platform knew of them")
    func lateAnswer() {
        var stage = Stage()
        stage.store(forward(1, "a"))
        guard let sent = stage.next() else { return _ = Issue.record("nothing to send") }
        stage.schedule.queue.doubt(sent.key)
        #expect(stage.answer(sent) == .delivered)
        stage.exchange()
        #expect(stage.stored.first?.mayBeDouble == true)
    }

    @Test("that were refused a connection are not marked")
    func notSent() {
        var stage = Stage()
        stage.store(forward(1, "a"))
        guard let sent = stage.next() else { return _ = Issue.record("nothing to send") }
        _ = stage.schedule.failed(sent, .refusedConnection, at: moment(0))
        #expect(stage.next(at: 5)?.mayBeDouble == false)
    }

    @Test("are marked where a rider was asked about under their key, and nobody knows what the platform made of it")
    func lostCheck() {
        var stage = Stage()
        stage.schedule.queue.doubt(key("a", "r1"))
        stage.store(forward(1, "a"), forward(2, "a"))
        #expect(stage.next()?.mayBeDouble == true)
    }

    @Test("that alone get no usable reply make way for the device's others, and are put aside after a day of that")
    func poisoned() {
        var stage = Stage()
        stage.store(forward(1, "a"), forward(2, "a"))
        guard let poisoned = stage.next() else { return _ = Issue.record("nothing to send") }
        #expect(stage.schedule.failed(poisoned, .status(413), at: moment(0)) == .again)
        #expect(stage.drain(at: 0) == [2])
        var (seconds, tries, fate) = (0.0, 0, ForwardFate.again)
        var other: Int64 = 10
        while fate != .refused, seconds < 200_000 {
            seconds += 600
            stage.store(forward(other, "b", age: -Int64(seconds)))
            other += 1
            while let sent = stage.next(at: seconds) {
                if sent.id == 1 {
                    tries += 1
                    fate = stage.schedule.failed(sent, .status(413), at: moment(seconds))
                } else {
                    _ = stage.answer(sent, at: seconds)
                }
                stage.exchange(at: seconds)
            }
        }
        #expect(fate == .refused)
        #expect((80_000...110_000).contains(seconds) && tries < 150)
        #expect(stage.stored.map(\.state) == [.refused])
    }

    @Test("are not sent once more for what the store has not heard yet")
    func staleReading() {
        var stage = Stage()
        stage.store(forward(1, "a"), forward(2, "a"))
        guard let sent = stage.next() else { return _ = Issue.record("nothing to send") }
        #expect(stage.answer(sent) == .delivered)
        // Read before it is written.
        stage.schedule.queue.wake("a")
        let ids = stage.schedule.queue.devicesToRead(limit: 10)
        stage.schedule.queue.read(stage.stored, of: ids, live: UpstreamSchedule.live(moment(0)))
        #expect(stage.next()?.id == 2)
    }

    @Test("whose fate the store could not take down are not sent again, and it is told once more")
    func storeAway() {
        var stage = Stage()
        stage.store(forward(1, "a"), forward(2, "a"))
        guard let sent = stage.next() else { return _ = Issue.record("nothing to send") }
        _ = stage.answer(sent)
        _ = stage.schedule.queue.takeChanges()
        stage.schedule.queue.notWritten()
        #expect(stage.drain() == [2] && stage.stored.isEmpty)
    }

    @Test("are not sent by a hub that another one sends for")
    func otherHub() {
        var stage = Stage()
        stage.schedule.sendsForwards = false
        stage.store(forward(1, "a"))
        #expect(stage.next() == nil)
        stage.schedule.sendsForwards = true
        #expect(stage.next()?.id == 1)
    }
}

@Suite("What the platform is sent next")
struct UpstreamScheduleTests {
    @Test("is a heartbeat before the backlog, and then the backlog's turn, for heartbeats never end")
    func heartbeats() {
        var stage = Stage()
        stage.store(forward(1, "a", age: 3600), forward(2, "b", age: 3600))
        for device in ["x", "y"] { _ = stage.schedule.heartbeats.add(call(device, "h")) }
        var sent: [String] = []
        while let turn = stage.schedule.next(at: moment(0)) {
            switch turn {
            case .forward(let forward): sent.append(forward.key.deviceID)
            case .heartbeat(let heartbeat): sent.append(heartbeat.key.deviceID)
            }
        }
        #expect(sent == ["x", "a", "y", "b"])
    }

    @Test("is no more at once than there are places, some of which only bookings and logs take")
    func places() {
        var stage = Stage()
        for id in 0..<100 { _ = stage.schedule.heartbeats.add(call("h\(id)", "h")) }
        var count = 0
        while stage.schedule.next(at: moment(0)) != nil { count += 1 }
        #expect(count < UpstreamSchedule.concurrency)
        for id in 1...20 { stage.store(forward(Int64(id), "d\(id)")) }
        while stage.schedule.next(at: moment(0)) != nil { count += 1 }
        #expect(count == UpstreamSchedule.concurrency)
    }

    @Test("is as much a second as the platform allows, and the deadline tells when it goes on")
    func rate() throws {
        var stage = Stage(perSecond: 10)
        for id in 1...5 { stage.store(forward(Int64(id), "d\(id)")) }
        guard let first = stage.next() else { return _ = Issue.record("nothing to send") }
        _ = stage.answer(first)
        #expect(stage.next() == nil)
        let deadline = try #require(stage.schedule.nextDeadline(at: moment(0).instant))
        #expect(deadline <= moment(0.1).instant && stage.next(at: 0.1) != nil)
    }

    @Test("is a heartbeat again that did not arrive, and a newer one instead where there is one")
    func heartbeatAgain() {
        var stage = Stage()
        _ = stage.schedule.heartbeats.add(call("a", "1"))
        guard case .heartbeat(let sent)? = stage.schedule.next(at: moment(0)) else { return _ = Issue.record("none") }
        _ = stage.schedule.heartbeats.add(call("a", "2"))
        #expect(stage.schedule.failed(sent, .refusedConnection, at: moment(0)) == false)
        guard case .heartbeat(let newer)? = stage.schedule.next(at: moment(10)) else { return _ = Issue.record("none") }
        #expect(newer.key.requestID == "2")
    }
}
