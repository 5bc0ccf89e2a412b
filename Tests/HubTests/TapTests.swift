import Base
import JSON
import PlatformAPI
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import HubStoreSQLite
@testable import validator_hub

struct TapTests {
    @Test("a log is on disk before it is answered, with all that it says")
    func log() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let reply = try await hub.tap("card_check_log", "1", card: "dead", ["status": "2", "lng": "121.4", "lat": "31.2"])
            #expect(reply.code == 0)
            #expect(reply["req_id"] == "1")
            let record = try #require(try hub.records().first)
            #expect(record.deviceID == "VLD1")
            #expect(record.call == .cardLog)
            #expect(record.subject == "DEAD")
            #expect(record.status == 2)
            #expect(record.checkMode == nil)
            // 2026-08-03 07:45:00 in Shanghai.
            #expect(record.time == WallTime(seconds: 1_785_714_300))
            #expect(record.position == Position(latitude: 31.2, longitude: 121.4))
        }
    }

    @Test("what comes again is stored once, counted, and answered the same, after a restart, too")
    func idempotent() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let first = try await hub.tap("card_check_log", "1", card: "DEAD")
            let second = try await hub.tap("card_check_log", "1", card: "DEAD")
            #expect(first.body == second.body)
        }
        try await TestHub.run(in: folder) { hub async throws in
            #expect(try await hub.tap("card_check_log", "1", card: "DEAD").code == 0)
            #expect(try hub.records().map(\.duplicates) == [2])
        }
    }

    @Test("a booking and a log are two records, though another maker's device gives them one req_id")
    func twoCalls() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            #expect(try await hub.tap("card_check_log", "1", card: "AA").code == 0)
            #expect(try await hub.tap("card_check", "1", card: "AA", ["check_mode": 1]).code == 0)
            #expect(try await hub.tap("card_check", "1", card: "AA", ["check_mode": 1, "device_id": "VLD2"]).code == 0)
            #expect(try hub.records().map(\.duplicates) == [0, 0, 0])
        }
    }

    /// Record by record: under which `req_id`, of which card, when; and how often each record that is there then has come again.
    private static let uuid = "01890a5d-ac96-774b-bcce-b302099a8057"
    private static let repetitions: [([(id: String, card: String, time: String)], [Int])] = [
        // Numbers that begin anew each morning, and the document's sample.
        ([("1", "AA", "2026-08-03 07:45:00"), ("1", "AA", "2026-08-04 07:45:00")], [0, 0]),
        ([("1", "AA", "2026-08-03 07:45:00"), ("1", "BB", "2026-08-03 07:45:00")], [0, 0]),
        ([("abcd", "AA", "2026-08-03 07:45:00"), ("abcd", "AA", "2026-08-03 07:46:00")], [0, 0]),
        ([("abcd", "AA", "2026-08-03 07:45:00"), ("abcd", "AA", "1970-01-01 08:00:00")], [0, 0]),
        // The same again, and once more after its clock was set between two tries.
        ([("1", "AA", "2026-08-03 07:45:00"), ("1", "aa", "2026-08-03 07:45:00"), ("1", "AA", "2026-08-03 07:44:55")], [2]),
        ([("1", "AA", "2026-08-03 07:45:00"), ("1", "AA", "2026-08-03 07:45:06")], [0, 0]),
        // The nearest of two.
        ([("1", "AA", "2026-08-03 07:45:00"), ("1", "AA", "2026-08-03 07:45:08"), ("1", "AA", "2026-08-03 07:45:05")], [0, 1]),
        // A box that has learnt the true time.
        ([(uuid, "AA", "1970-01-01 08:00:00"), (uuid, "AA", "2026-08-03 07:45:00")], [1]),
        ([(uuid, "AA", "2026-08-03 07:45:00"), (uuid, "BB", "2026-08-03 07:45:00")], [0, 0]),
        // Constants that only look like a UUID.
        ([(zeros, "AA", "2026-08-03 07:45:00"), (zeros, "AA", "2026-08-04 07:45:00")], [0, 0]),
    ]
    private static let zeros = "00000000-0000-0000-0000-000000000000"

    @Test("what is no repetition is a record of its own", arguments: ["card_check_log", "card_check"], repetitions)
    func identity(call: String, expected: (taps: [(id: String, card: String, time: String)], duplicates: [Int])) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            for tap in expected.taps {
                #expect(try await hub.tap(call, tap.id, card: tap.card, ["time": .string(tap.time)]).code == 0)
            }
            #expect(try hub.records().map(\.duplicates) == expected.duplicates)
        }
    }

    @Test("a request without req_id is taken each time")
    func withoutRequestID() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            for _ in 0..<2 {
                let form = "device_id=VLD1&card_id=AA&time=260803074500"
                #expect(try await hub.post("card_check_log", form: form).code == 0)
            }
            #expect(try hub.records().count == 2)
        }
    }

    @Test("many devices at once: every record is stored once")
    func concurrent() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let reply = try await hub.tap("card_check_log", "\(number / 2)", card: "AA")
                        #expect(reply.code == 0)
                    }
                }
                try await group.waitForAll()
            }
            let records = try hub.records()
            #expect(Set(records.map(\.requestID)).count == 100)
            #expect(records.count == 100)
            #expect(records.allSatisfy { $0.duplicates == 1 })
        }
    }

    @Test(
        "online, a card is decided by the hub's own lists, and the answer is kept",
        arguments: [
            ("AA", [:], ReturnCode.success),
            ("BB", [:], .blocked),
            ("AA", [.lineListRequired: "1"], .notOnLineList),
            ("AA", [.lineListRequired: "1", .line: "26"], .success),
        ] as [(String, [DeviceSetting: String], ReturnCode)])
    func online(card: String, settings: [DeviceSetting: String], expected: ReturnCode) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.policy.sounds[.blocked] = 12 }) { hub async throws in
            try hub.database().adopt(entries("AA", "-BB"))
            try hub.database().adopt(entries("AA"), line: "26")
            try hub.database().set("VLD1", settings)
            let reply = try await hub.tap("card_check", "1", card: card, ["check_mode": 0])
            #expect(reply.code == expected.rawValue)
            #expect(reply["sound_no"] == (expected == .blocked ? 12 : 0))
            #expect(try hub.records().map(\.status) == [expected == .success ? 0 : expected == .blocked ? 2 : 1])
        }
    }

    @Test("an online check that comes again is answered by the lists as they are now, and is one record", arguments: ["1", uuid])
    func onlineAgain(id: String) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try hub.database().adopt(entries("AA"))
            #expect(try await hub.tap("card_check", id, card: "AA", ["check_mode": 0]).code == 0)
            #expect(try await hub.tap("card_check", id, card: "AA", ["check_mode": 0]).code == 0)
            try hub.database().adopt(entries("-AA"))
            #expect(try await hub.tap("card_check", id, card: "AA", ["check_mode": 0]).code == ReturnCode.blocked.rawValue)
            let record = try #require(try hub.records().first)
            #expect(record.duplicates == 2 && record.status == 2 && record.reason == .blocked)
            #expect(try hub.records().count == 1)
        }
    }

    @Test("of positions under one req_id each is kept, but for those that come again")
    func positions() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            for (id, time) in [
                ("abcd", "2026-08-03 07:45:00"), ("abcd", "2026-08-03 07:45:05"), ("abcd", "2026-08-03 07:45:05"),
                (Self.uuid, "1970-01-01 08:00:00"), (Self.uuid, "2026-08-03 07:45:10"),
            ] {
                let sent = try await hub.heartbeat(["req_id": .string(id), "lat": "31.2", "lng": "121.4", "time": .string(time)])
                #expect(sent.code == 0)
            }
            let connection = try Connection(path: hub.configuration.databasePath)
            #expect(try connection.integer("SELECT count(*) FROM positions") == 3)
            #expect(try connection.integer("SELECT sum(duplicates) FROM positions") == 2)
        }
    }

    @Test("a ride that a device booked by itself is taken, whatever the lists say")
    func booking() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try hub.database().adopt(entries("-BB"))
            #expect(try await hub.tap("card_check", "1", card: "BB", ["check_mode": 1]).code == 0)
            #expect(try hub.records().map(\.checkMode) == [.offline])
        }
    }

    @Test("a booking under the req_id of an online check makes one ride of both")
    func bookingAfterOnline() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try hub.database().adopt(entries("AA", "-BB"))
            _ = try await hub.tap("card_check", "1", card: "AA", ["check_mode": 0])
            #expect(try await hub.tap("card_check", "1", card: "AA", ["check_mode": 1]).code == 0)
            // Refused online, but the answer came too late for the rider.
            #expect(try await hub.tap("card_check", "2", card: "BB", ["check_mode": 0]).code == ReturnCode.blocked.rawValue)
            #expect(try await hub.tap("card_check", "2", card: "BB", ["check_mode": 1]).code == 0)
            #expect(try await hub.tap("card_check", "2", card: "BB", ["check_mode": 1]).code == 0)
            let records = try hub.records()
            #expect(records.map(\.checkMode) == [.offline, .offline])
            #expect(records.map(\.status) == [0, 0])
            #expect(records.map(\.reason) == [.ok, .blocked])
            #expect(records.map(\.duplicates) == [1, 2])
        }
    }
}
