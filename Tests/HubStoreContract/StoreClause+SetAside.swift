import Base
import HubDomain
import HubStore
import PlatformAPI
import Testing

func aside(
    _ name: String, of device: String = "V", reason: SetAsideReason = .unknownDevice, body: [UInt8] = Array("card_id=AA".utf8),
    at received: WallTime = now
) -> SetAsideRecord {
    SetAsideRecord(
        key: SetAsideRecord.Key(deviceID: device, call: .cardLog, name: name), reason: reason, body: body, received: received)
}

extension StoreClause {
    private static func wanted(_ records: SetAsideRecord..., ofUnknownOnly: Bool = false) -> WantedFacts {
        var wanted = WantedFacts()
        for record in records {
            wanted.device(record.key.deviceID)
            wanted.setAside(record.key, ofUnknownOnly: ofUnknownOnly)
        }
        return wanted
    }

    static let setAside = [
        StoreClause("what was put aside is known under its key, by later batches and within its own, and keeps its body") {
            store async throws in
            let (first, other) = (aside("1", body: [0, 0xFF, 0x0A]), aside("1", of: "W"))
            try await store.transact(wanted(first, other)) { facts in
                #expect(facts.setAside(first.key) == nil)
                facts.setAside(first)
                #expect(facts.setAside(first.key) == first && facts.setAside(other.key) == nil)
            }
            try await store.transact(wanted(first)) { facts in
                var found = try #require(facts.setAside(first.key))
                #expect(found.body == first.body && found.reason == .unknownDevice && found.received == now)
                (found.duplicates, found.reason, found.body) = (7, .timeMissing, [])
                facts.setAside(found)
            }
            let kept = try await store.setAside(after: nil, limit: 9, deviceID: nil)
            #expect(kept.map(\.key) == [first.key] && kept[0].duplicates == 7 && kept[0].reason == .timeMissing)
            #expect(kept[0].body == first.body)
        },
        StoreClause("a request that fails puts nothing aside, takes nothing away, and leaves what others of its batch did") {
            store async throws in
            let (first, second, third) = (aside("1"), aside("2"), aside("3"))
            try await store.transact(wanted(first)) { $0.setAside(first) }
            try await store.transact(wanted(first, second, third)) { facts in
                facts.setAside(second)
                _ = facts.attempt { facts in
                    facts.removeSetAside(first.key)
                    facts.setAside(third)
                    facts.removeSetAside(second.key)
                    throw Refused()
                }
                #expect(facts.setAsideOfUnknown == SetAsideRecord.Volume(rows: 2, bytes: 20))
            }
            #expect(try await store.setAside(after: nil, limit: 9, deviceID: nil).map(\.key.name) == ["1", "2"])
        },
        StoreClause("what is settled is aside no longer, and what comes again after that is new") { store async throws in
            let record = aside("1")
            try await store.transact(wanted(record)) { $0.setAside(record) }
            try await store.transact(wanted(record)) { facts in
                facts.removeSetAside(record.key)
                #expect(facts.setAside(record.key) == nil)
                facts.removeSetAside(record.key)
            }
            #expect(try await store.countsOfSetAside().isEmpty)
            try await store.transact(wanted(record)) { $0.setAside(record) }
            #expect(try await store.setAside(after: nil, limit: 9, deviceID: nil).map(\.duplicates) == [0])
        },
        StoreClause(
            "of a device that is registered nothing is looked for where that was asked; of unknown ones the volume is known"
        ) {
            store async throws in
            try await store.register("V")
            let (known, unknown, wrong) = (aside("1"), aside("2", of: "W"), aside("3", of: "W", reason: .timeMissing))
            try await store.transact(wanted(known, unknown, wrong)) { facts in
                for record in [known, unknown, wrong] { facts.setAside(record) }
            }
            let facts = try await store.facts(wanted(known, unknown, ofUnknownOnly: true))
            #expect(facts.setAside(known.key) == nil && facts.setAside(unknown.key) != nil)
            #expect(facts.setAsideOfUnknown == SetAsideRecord.Volume(rows: 2, bytes: 20))
            #expect(try await store.facts(wanted(known)).setAside(known.key) != nil)
        },
        StoreClause("operators read by pages in the order of arrival, by device too, and delete by number, which is given once") {
            store async throws in
            for number in 0..<7 {
                let record = aside(
                    "\(number)", of: number % 2 == 0 ? "V" : "W", reason: number < 3 ? .unknownDevice : .timeMissing)
                try await store.transact(wanted(record)) { $0.setAside(record) }
            }
            var found: [SetAsideRecord] = []
            while true {
                let page = try await store.setAside(after: found.last?.id, limit: 3, deviceID: nil)
                guard !page.isEmpty else { break }
                found += page
            }
            #expect(found.map(\.key.name) == ["0", "1", "2", "3", "4", "5", "6"])
            #expect(try await store.setAside(after: nil, limit: 9, deviceID: "W").map(\.key.name) == ["1", "3", "5"])
            #expect(try await store.countsOfSetAside() == [.unknownDevice: 3, .timeMissing: 4])
            let last = try #require(found.last?.id)
            #expect(try await store.deleteSetAside([last, found[0].id, last + 1000]) == 2)
            #expect(try await store.deleteSetAside([last]) == 0)
            try await store.transact(wanted(aside("7"))) { $0.setAside(aside("7")) }
            let ids = try await store.setAside(after: nil, limit: 9, deviceID: nil).map(\.id)
            #expect(ids.count == 6 && !ids.contains(last))
        },
        StoreClause("what was put aside goes slice by slice, by when it was received") { store async throws in
            for number in 0..<6 {
                let record = aside("\(number)", at: number < 5 ? now : now + .seconds(100))
                try await store.transact(wanted(record)) { $0.setAside(record) }
            }
            #expect(try await store.pruneSetAside(receivedBefore: now, limit: 4) == 0)
            #expect(try await store.pruneSetAside(receivedBefore: now + .seconds(1), limit: 4) == 4)
            #expect(try await store.pruneSetAside(receivedBefore: now + .seconds(1), limit: 4) == 1)
            #expect(try await store.setAside(after: nil, limit: 9, deviceID: nil).map(\.key.name) == ["5"])
        },
    ]
}
