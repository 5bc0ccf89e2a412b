import Base
import Fares
import HubDomain
import HubStore
import Testing

extension StoreClause {
    static let records = [
        StoreClause("the same record a thousand times from two tasks at once is one row with the same answer") {
            store async throws in
            try await withThrowingTaskGroup(of: [Reason].self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        var answers: [Reason] = []
                        for _ in 0..<500 { answers += try await store.settle([onlineCheck("1"), onlineCheck("2")]) }
                        return answers
                    }
                }
                for try await answers in group { #expect(answers.allSatisfy { $0 == .ok }) }
            }
            let rows = try await store.allRecords()
            #expect(rows.map(\.record.requestID) == ["1", "2"])
            #expect(rows.map(\.record.duplicates) == [999, 999])
        },
        StoreClause("a record is known by device, call, req_id, subject and time, a UUID's at whatever time") {
            store async throws in
            let uuid = "01890f2c-7c4b-7a61-8d2f-3b1c5e6f7a80"
            let originals = [logRecord("abcd"), logRecord(uuid)]
            try await store.settle(originals)
            var others = [
                logRecord("abcd", "BB"), logRecord("abcd", of: "W"), logRecord("abcd", time: now + .seconds(6)),
                onlineCheck("abcd"),
            ]
            others[3].time = now
            try await store.settle(others)
            #expect(try await store.allRecords().count == 6)
            try await store.settle([logRecord("abcd", time: now + .seconds(4)), logRecord(uuid, time: now + .seconds(90_000))])
            let rows = try await store.allRecords()
            #expect(rows.count == 6)
            // Four seconds later is nearer to the one of six seconds later.
            #expect(rows.map(\.record.duplicates) == [0, 1, 0, 0, 1, 0])
        },
        StoreClause("a record is found under its other texts, and under its pseudonym at its very time") { store async throws in
            try await store.settle([logRecord("1", "hex:FF"), logRecord("2", "p:name")])
            func finds(_ record: TapRecord, others: [String] = [], pseudonym: String? = nil) async throws -> Bool {
                let query = RecordQuery(record, otherTexts: others, pseudonym: pseudonym)
                var wanted = WantedFacts()
                wanted.record(query)
                return try await store.facts(wanted).find(query) != nil
            }
            #expect(try await finds(logRecord("1", "FF"), others: ["x", "hex:FF"]))
            #expect(try await !finds(logRecord("1", "FF"), others: ["x"]))
            #expect(try await finds(logRecord("2", "AA"), pseudonym: "p:name"))
            #expect(try await !finds(logRecord("2", "AA", time: now + .seconds(1)), pseudonym: "p:name"))
        },
        StoreClause("a check becomes a booking, or is decided otherwise, and has its position and reason back") {
            store async throws in
            try await store.settle([onlineCheck("1"), onlineCheck("2"), logRecord("3")])
            var booking = onlineCheck("1")
            booking.checkMode = .offline
            try await store.settle([booking])
            #expect(try await store.settle([onlineCheck("2")], decision: .blocked) == [.blocked])
            let rows = try await store.allRecords().map(\.record)
            #expect(rows.map(\.checkMode) == [.offline, .online, nil])
            #expect(rows.map(\.reason) == [.ok, .blocked, nil])
            #expect(rows.map(\.status) == [0, 2, 0])
            #expect(rows[2] == logRecord("3"))
        },
        StoreClause("pages of records, read while others come in, are all of them in the order of arrival") {
            store async throws in
            let writing = Task {
                for number in 0..<60 { try await store.settle([logRecord("\(number)", of: number % 3 == 0 ? "W" : "V")]) }
            }
            var read: [StoredRecord] = []
            var isDone = false
            while !isDone {
                let page = try await store.records(after: read.last?.cursor, limit: 7, deviceID: nil)
                read += page
                isDone = read.count == 60
                if page.isEmpty { await Task.yield() }
            }
            try await writing.value
            #expect(read == (try await store.allRecords(pages: 1000)))
            #expect(read.map(\.record.requestID) == (0..<60).map(String.init))
            #expect(
                try await store.allRecords(of: "W").map(\.record.requestID) == stride(from: 0, to: 60, by: 3).map(String.init))
        },
        StoreClause("old records that name somebody get pseudonyms, the oldest first, and none twice") { store async throws in
            var records = (0..<10).map { logRecord("\($0)", "AA\($0)") }
            for index in records.indices { records[index].received = now + .seconds(10 - index) }
            records[4].subject = "p:" + String(repeating: "0", count: 32)
            try await store.settle(records)
            #expect(try await store.newestNamed(until: now + .seconds(8)) == now + .seconds(8))
            #expect(try await store.newestNamed(until: now) == nil)
            let name: @Sendable (String) -> String = { "p:" + String(repeating: "F", count: 30) + $0.suffix(2) }
            #expect(try await store.pseudonymise(receivedBefore: now + .seconds(8), limit: 4, name) == 4)
            let renamed = try await store.allRecords().filter { $0.record.subject.hasPrefix("p:FF") }
            #expect(renamed.map(\.record.requestID) == ["6", "7", "8", "9"])
            #expect(try await store.pseudonymise(receivedBefore: now + .seconds(8), limit: 4, name) == 2)
            #expect(try await store.pseudonymise(receivedBefore: now + .seconds(8), limit: 4, name) == 0)
        },
        StoreClause("a card is forgotten slice by slice, whatever the records' age") { store async throws in
            try await store.settle((0..<10).map { logRecord("\($0)", $0 % 2 == 0 ? "AA" : "BB") })
            var last: RecordCursor?
            var counts: [Int] = []
            while let slice = try await store.rename(after: last, limit: 4, { $0 == "AA" ? "gone" : nil }) {
                last = slice.last
                counts.append(slice.count)
            }
            #expect(counts == [2, 2, 1])
            #expect(try await store.allRecords().count { $0.record.subject == "gone" } == 5)
        },
    ]
}
