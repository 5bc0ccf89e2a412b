import Base
import HubDomain
import HubStore
import PlatformAPI
import Testing

extension StoreClause {
    static let forwards = [
        StoreClause("a call waits for the platform as it came, once, whoever sends it again") { store async throws in
            let call = forward("1", isBacklog: true)
            try await store.keep([call])
            var other = call
            other.fields = [1]
            try await store.keep([other, forward("1", of: "W"), forward("1", .ticketLog)])
            let kept = try #require(try await store.kept(call.key))
            var expected = call
            expected.id = kept.id
            #expect(kept == expected && kept.id > 0)
            #expect(try await store.forwards(.waiting).map(\.key.deviceID) == ["V", "W", "V"])
            #expect(try await store.forwardCounts() == ForwardCounts(waiting: 3))
            #expect(try await store.kept(forward("2").key) == nil)
        },
        StoreClause("it is kept together with its record, or neither is") { store async throws in
            try await store.transact(WantedFacts()) { facts in
                _ = facts.attempt { facts in
                    facts.apply(.insert(logRecord("1")), at: nil)
                    facts.keep(forward("1"))
                    throw Refused()
                }
                facts.apply(.insert(logRecord("2")), at: nil)
                facts.keep(forward("2"))
            }
            await #expect(throws: Refused.self) {
                try await store.transact(WantedFacts()) { facts in
                    facts.keep(forward("3"))
                    throw Refused()
                }
            }
            #expect(try await store.forwards(.waiting).map(\.key.requestID) == ["2"])
            #expect(try await store.allRecords().map(\.record.requestID) == ["2"])
        },
        StoreClause("a later request of a batch finds the call that an earlier one kept") { store async throws in
            var wanted = WantedFacts()
            wanted.forward(forward("1").key)
            try await store.transact(wanted) { facts in
                #expect(facts.forward(forward("1").key) == nil)
                facts.keep(forward("1", state: .answered))
                #expect(facts.forward(forward("1").key)?.state == .answered)
                _ = facts.attempt { facts in
                    facts.keep(forward("1"))
                    throw Refused()
                }
                #expect(facts.forward(forward("1").key)?.state == .answered)
            }
            #expect(try await store.forwards(.answered).count == 1)
        },
        StoreClause("what was answered and is booked after all waits behind what waits, and is found as new") {
            store async throws in
            try await store.keep([forward("1", .cardCheck, state: .answered), forward("2")])
            let last = try await store.waitingDevices(after: 0).last
            var wanted = WantedFacts()
            let key = forward("1", .cardCheck).key
            wanted.forward(key)
            try await store.transact(wanted) { facts in
                guard var call = facts.forward(key) else { return }
                (call.state, call.mayBeDouble, call.fields, call.received) = (.waiting, true, [7], now + .seconds(9))
                facts.keep(call)
            }
            let call = try #require(try await store.kept(key))
            #expect(call.mayBeDouble && call.fields == [7] && call.received == now + .seconds(9))
            #expect(try await store.waiting("V") == ["2", "1"])
            #expect(try await store.waitingDevices(after: last).devices == ["V"])
            #expect(try await store.forwardCounts() == ForwardCounts(waiting: 2))
        },
        StoreClause("what waits and changes in a batch keeps its place") { store async throws in
            try await store.keep([forward("1"), forward("2")])
            var call = try #require(try await store.kept(forward("1").key))
            call.mayBeDouble = true
            call.answer = PlatformAnswer(code: 0, message: "ok", soundNumber: 3, received: now)
            try await store.keep([call])
            #expect(try await store.kept(call.key) == call)
            #expect(try await store.waiting("V") == ["1", "2"])
        },
        StoreClause("devices with new calls are found by the ids that are new since the last look") { store async throws in
            let none = try await store.waitingDevices(after: 0)
            #expect(none.devices.isEmpty)
            try await store.keep([forward("1", of: "b"), forward("2", of: "a"), forward("3", of: "b")])
            try await store.keep([forward("4", of: "c", state: .answered)])
            let first = try await store.waitingDevices(after: none.last)
            #expect(first.devices == ["a", "b"])
            #expect(try await store.waitingDevices(after: first.last).devices.isEmpty)
            // What is delivered takes no id away.
            try await store.settleForwards(delivered: try await store.forwards(.waiting).map(\.id), changed: [])
            try await store.keep([forward("5", of: "d")])
            let second = try await store.waitingDevices(after: first.last)
            #expect(second.devices == ["d"] && second.last > first.last)
            #expect(try await store.waitingDevices(after: second.last + 100).last == second.last + 100)
        },
        StoreClause("of many calls the devices are found, too") { store async throws in
            let devices = (0..<30).map { "d\($0)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for round in 0..<11 {
                try await store.keep(
                    (0..<1000).map { forward("\(round) \($0)", of: devices[$0 % 29]) } + [
                        forward("\(round)", of: devices[29], state: .answered)
                    ])
            }
            let all = try await store.waitingDevices(after: 0)
            #expect(all.devices == devices.dropLast())
            try await store.keep([forward("x", of: devices[29])])
            #expect(try await store.waitingDevices(after: all.last).devices == [devices[29]])
            #expect(try await store.forwardCounts() == ForwardCounts(waiting: 11_001))
        },
        StoreClause("of each device go first those that happen now, then the old ones, each in the order of arrival") {
            store async throws in
            try await store.keep([
                forward("old 1", received: now - .seconds(200)), forward("old 2", received: now - .seconds(150)),
                forward("late 1", isBacklog: true), forward("now 1"), forward("late 2", isBacklog: true),
                forward("other", of: "W"), forward("now 2", received: now + .seconds(1)), forward("gone", state: .refused),
            ])
            #expect(try await store.waiting("V") == ["now 1", "now 2", "old 1", "old 2", "late 1", "late 2"])
            #expect(try await store.waiting("W", "V", limit: 3) == ["other", "now 1", "now 2", "old 1"])
            #expect(try await store.waiting("V", limit: 1) == ["now 1"])
            #expect(
                try await store.waiting("V", live: now + .seconds(5))
                    == ["old 1", "old 2", "late 1", "now 1", "late 2", "now 2"])
            #expect(try await store.waiting("nobody") == [])
        },
        StoreClause("what was delivered is gone, and what was not is as the sender says; ids that are gone are passed over") {
            store async throws in
            try await store.keep((1...4).map { forward("\($0)") })
            var calls = try await store.forwards(.waiting)
            calls[1].state = .refused
            calls[1].refusals = 8
            calls[1].answer = PlatformAnswer(code: 4711, message: "不", received: now + .seconds(1))
            calls[2].mayBeDouble = true
            var gone = calls[0]
            gone.id += 1000
            try await store.settleForwards(delivered: [calls[0].id, gone.id], changed: [calls[1], calls[2], gone])
            #expect(try await store.forwards(.refused) == [calls[1]])
            #expect(try await store.forwards(.waiting) == [calls[2], calls[3]])
            #expect(try await store.forwardCounts() == ForwardCounts(waiting: 2, refused: 1))
            #expect(try await store.kept(forward("1").key) == nil)
            try await store.keep([forward("1")])
            #expect(try await store.waiting("V") == ["3", "4", "1"])
            // What a batch has found out meanwhile stays.
            calls[2].mayBeDouble = false
            try await store.settleForwards(delivered: [], changed: [calls[2]])
            #expect(try await store.kept(calls[2].key)?.mayBeDouble == true)
        },
        StoreClause("refused ones are listed by pages, of one device too, and wait again when they are resent") {
            store async throws in
            try await store.keep(
                (0..<10).map { forward("\($0)", of: $0 % 2 == 0 ? "V" : "W", state: $0 < 8 ? .refused : .waiting) })
            var found: [Forward] = []
            while true {
                let page = try await store.forwards(.refused, after: found.last?.id ?? 0, limit: 3, deviceID: nil)
                guard !page.isEmpty else { break }
                found += page
            }
            #expect(found.map(\.key.requestID) == (0..<8).map(String.init))
            let ofW = try await store.forwards(.refused, after: found[1].id, limit: 2, deviceID: "W")
            #expect(ofW.map(\.key.requestID) == ["3", "5"])
            let waiting = try await store.forwards(.waiting, after: 0, limit: 9, deviceID: "W")
            #expect(waiting.map(\.key.requestID) == ["9"])
            found[0].refusals = 8
            try await store.settleForwards(delivered: [], changed: [found[0]])
            let last = try await store.waitingDevices(after: 0).last
            let ids = [found[2].id, found[0].id, waiting[0].id, 123_456]
            #expect(try await store.resendForwards(ids) == 2)
            #expect(try await store.waiting("V") == ["8", "0", "2"])
            #expect(try await store.waitingDevices(after: last).devices == ["V"])
            #expect(try await store.kept(found[0].key)?.refusals == 0)
            #expect(try await store.forwardCounts() == ForwardCounts(waiting: 4, refused: 6))
        },
        StoreClause("answers are forgotten slice by slice after a while, and nothing else is") { store async throws in
            try await store.keep((0..<5).map { forward("\($0)", received: now - .seconds(9), state: .answered) })
            try await store.keep([
                forward("new", state: .answered), forward("waiting", received: now - .seconds(9)),
                forward("refused", received: now - .seconds(9), state: .refused),
            ])
            #expect(try await store.pruneForwards(answeredBefore: now, limit: 3) == 3)
            #expect(try await store.pruneForwards(answeredBefore: now, limit: 3) == 2)
            #expect(try await store.pruneForwards(answeredBefore: now, limit: 3) == 0)
            #expect(try await store.forwards(.answered).map(\.key.requestID) == ["new"])
            #expect(try await store.forwardCounts() == ForwardCounts(waiting: 1, refused: 1))
        },
        StoreClause("of waiting heartbeats the oldest are dropped, and of other calls none") { store async throws in
            try await store.keep([forward("log")] + (0..<5).map { forward("\($0)", .heartbeat, isBacklog: true) })
            #expect(try await store.dropOldestPositions(limit: 2) == 2)
            #expect(try await store.waiting("V") == ["log", "2", "3", "4"])
            #expect(try await store.dropOldestPositions(limit: 9) == 3)
        },
        StoreClause("the same call to several batches at once is kept once") { store async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await store.keep((0..<10).map { forward("\($0)") }) }
                }
                try await group.waitForAll()
            }
            #expect(try await store.forwards(.waiting).map(\.key.requestID) == (0..<10).map(String.init))
        },
    ]
}
