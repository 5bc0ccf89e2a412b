import Base
import JSON
import OperatingSystem
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import HubStoreSQLite
@testable import validator_hub

struct TicketTests {
    private let now = Clocks.now().system.seconds

    private func printed(_ hub: TestHub, _ arguments: String...) async throws -> String {
        let command = try PrintTicket.parse(arguments)
        return try await command.text(
            hub.configuration, HubStoreSQLite(path: hub.configuration.databasePath), now: WallTime(seconds: now))
    }

    private func adoptKeys(_ hub: TestHub) throws {
        try hub.database().adopt(keys: [.init(id: 1, text: "a84a6ce9"), .init(id: 4, text: "c7da847c")], at: now - 60)
    }

    @Test("a printed ticket is sealed as VT1 says")
    func vectors() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try adoptKeys(hub)
            #expect(
                try await printed(hub, "--card", "00065537", "--valid-from", "1700000000", "--nonce", "01020304")
                    == "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN")
            #expect(
                try await printed(
                    hub, "--card", "04a2b3c4d5e680", "--pass", "--key-id", "4", "--lifetime-s", "65535", "--valid-from",
                    "1700000000",
                    "--nonce", "ffffffff") == "VT1AQA6ASRLHRGV42AAMVJ7CAH777777777PCNCM4VXVVT4MW65")
        }
        try await TestHub.run(in: folder, { $0.policy.tickets.secret = Array("provisioning secret".utf8) }) { hub async throws in
            #expect(
                try await printed(hub, "--card", "00065537", "--valid-from", "1700000000", "--nonce", "01020304")
                    == "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEKHR4VRCRBPBHIONF")
        }
    }

    @Test("online, a single ride is good once, and its check is answered the same when it comes again")
    func singleRide() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try adoptKeys(hub)
            try hub.database().adopt(entries("00065537"))
            let ticket = try await printed(hub, "--card", "00065537")
            #expect(try await hub.scan("ticket_check", "1", ticket, ["check_mode": 0]).code == 0)
            #expect(try await hub.scan("ticket_check", "1", ticket, ["check_mode": 0]).code == 0)
            let again = try await hub.scan("ticket_check", "2", ticket.lowercased(), ["check_mode": 0])
            #expect(again.code == ReturnCode.ticketUsed.rawValue)
        }
        try await TestHub.run(in: folder) { hub async throws in
            let ticket = try #require(try hub.records().first).subject
            #expect(try await hub.scan("ticket_check", "3", ticket, ["check_mode": 0]).code == ReturnCode.ticketUsed.rawValue)
        }
    }

    @Test("a req_id that is used again gives no second ride", arguments: ["abcd", "01890a5d-ac96-774b-bcce-b302099a8057"])
    func constantRequestID(id: String) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try adoptKeys(hub)
            try hub.database().adopt(entries("00065537"))
            let ticket = try await printed(hub, "--card", "00065537")
            #expect(try await hub.scan("ticket_check", id, ticket, ["check_mode": 0]).code == 0)
            let later = try await hub.scan("ticket_check", id, ticket, ["check_mode": 0, "time": "260803074506"])
            #expect(later.code == ReturnCode.ticketUsed.rawValue)
            #expect(try hub.records().map(\.status) == [0, 1])
        }
    }

    @Test("a ride that a device booked or logged uses the ticket up", arguments: ["ticket_check", "offline_qrcode_log"])
    func usedOffline(call: String) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try adoptKeys(hub)
            try hub.database().adopt(entries("00065537"))
            let ticket = try await printed(hub, "--card", "00065537")
            #expect(try await hub.scan(call, "1", ticket, ["check_mode": 1]).code == 0)
            #expect(try await hub.scan("ticket_check", "2", ticket, ["check_mode": 0]).code == ReturnCode.ticketUsed.rawValue)
        }
    }

    @Test("a log of a refused ticket does not use it up")
    func refusedLog() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try adoptKeys(hub)
            try hub.database().adopt(entries("00065537"))
            let ticket = try await printed(hub, "--card", "00065537")
            #expect(try await hub.scan("offline_qrcode_log", "1", ticket, ["status": 1]).code == 0)
            #expect(try await hub.scan("ticket_check", "2", ticket, ["check_mode": 0]).code == 0)
        }
    }

    @Test("a pass is good again and again")
    func pass() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try adoptKeys(hub)
            try hub.database().adopt(entries("00065537"))
            let ticket = try await printed(hub, "--card", "00065537", "--pass")
            for id in 1...3 { #expect(try await hub.scan("ticket_check", "\(id)", ticket, ["check_mode": 0]).code == 0) }
        }
    }

    @Test("a ticket that is not good is refused with the reason")
    func refused() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try adoptKeys(hub)
            try hub.database().adopt(entries("00065537"))
            let cases: [(String, ReturnCode)] = [
                ("🚌", .malformedTicket),
                (try await printed(hub, "--card", "00065537", "--valid-from", "\(now - 1000)"), .ticketExpired),
                (try await printed(hub, "--card", "BEEF"), .notOnWhiteList),
            ]
            for (index, (text, expected)) in cases.enumerated() {
                let reply = try await hub.scan("ticket_check", "\(index)", text, ["check_mode": 0])
                #expect(reply.code == expected.rawValue)
            }
        }
    }

    @Test("tickets of the key group before are honoured, those of older ones are not")
    func previousKeys() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try adoptKeys(hub)
            try hub.database().adopt(entries("00065537"))
            let ticket = try await printed(hub, "--card", "00065537", "--pass")
            try hub.database().adopt(keys: [.init(id: 9, text: "new")], at: now)
            #expect(try await hub.scan("ticket_check", "1", ticket, ["check_mode": 0]).code == 0)
            try hub.database().adopt(keys: [.init(id: 9, text: "newer")], at: now)
            #expect(try await hub.scan("ticket_check", "2", ticket, ["check_mode": 0]).code == ReturnCode.unknownKey.rawValue)
        }
    }
}
