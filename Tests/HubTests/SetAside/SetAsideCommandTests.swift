import Base
import Fares
import Foundation
import HubStore
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import HubStoreSQLite
@testable import validator_hub

@Suite("validator-hub set-aside")
struct SetAsideCommandTests {
    private let folder = TemporaryFolder()

    /// A hub's database with one record of a device that nobody registered, and one that names none.
    private func fill() async throws -> (store: HubStoreSQLite, configuration: String) {
        let path = folder.path("hub.db")
        let store = try HubStoreSQLite(path: path)
        let hub = TestService(store)
        #expect(try await hub.log(of: "gone", "1").isAside)
        #expect(try await hub.answer(.ticketLog, "device_id=%1B[2J&qr_code=%1B[31mx&time=260803074500").isAside)
        return (store, try folder.write("hub.toml", "[database]\npath = \"\(path)\"\n"))
    }

    @Test("settles what can be settled, gives up what is told by its number, and says no to what it cannot mean")
    func commands() async throws {
        let (store, configuration) = try await fill()
        func run(_ arguments: String...) async -> Int32 {
            await ValidatorHub.exitCode(of: ["set-aside"] + arguments, configuration: configuration)
        }
        for wrong in [
            ["--retry"], ["--all"], ["--retry", "--all", "--device", "gone"], ["--bodies"], ["--delete", "1", "--json"],
        ] {
            #expect(await ValidatorHub.exitCode(of: ["set-aside"] + wrong, configuration: configuration) == 64, "\(wrong)")
        }
        for right in [[], ["--json"], ["--json", "--bodies"], ["--device", "gone"], ["--retry", "--all"]] {
            #expect(await ValidatorHub.exitCode(of: ["set-aside"] + right, configuration: configuration) == 0, "\(right)")
        }
        #expect(await ValidatorHub.exitCode(of: ["add-device", "gone", "--without-secret"], configuration: configuration) == 0)
        #expect(await run("--retry", "--device", "gone") == 0)
        #expect(try await store.records(after: nil, limit: 9, deviceID: "gone").map(\.record.subject) == ["AA"])
        let rest = try await store.setAside(after: nil, limit: 9, deviceID: nil)
        #expect(rest.map(\.reason) == [.deviceUnreadable])
        #expect(await run("--delete", "\(try #require(rest.first).id)") == 0)
        #expect(await run("--delete", "\(try #require(rest.first).id)") == 64)
        #expect(try await store.countsOfSetAside().isEmpty)
    }

    @Test("shows a terminal no command that a device has sent, and codes whole only when asked")
    func listing() async throws {
        let (store, _) = try await fill()
        let records = try await store.setAside(after: nil, limit: 9, deviceID: nil)
        for record in records {
            let line = Listing(isJSON: false).shown(.null, record.line(zone: FixedZone.shanghai))
            let json = Listing(isJSON: true).shown(record.json(whole: true), "")
            #expect(!line.contains("\u{1B}") && !json.contains("\u{1B}"))
        }
        #expect(records[0].json(whole: false)["body"] == nil)
        #expect(
            records[0].json(whole: true)["body"]?.string == "device_id=gone&req_id=1&card_id=AA&time=260803074500")
        #expect(records[0].json(whole: false)["subject"] == "AA" && records[0].json(whole: false)["req_id"] == "1")
        #expect(records[0].line(zone: FixedZone.shanghai).hasSuffix("gone  card_check_log  unknown_device  AA  1"))
    }

    @Test("forget-card deletes what shows the card, and leaves no trace of it in the file")
    func forget() async throws {
        let (store, configuration) = try await fill()
        #expect(try await TestService(store).log(of: "gone", "2", card: "04A2B3C4").isAside)
        #expect(await ValidatorHub.exitCode(of: ["forget-card", "04A2B3C4"], configuration: configuration) == 0)
        #expect(try await store.countsOfSetAside().values.reduce(0, +) == 2)
        for file in try folder.files where file.hasPrefix("hub.db") {
            let content = try Data(contentsOf: folder.url.appending(path: file))
            #expect(content.range(of: Data("04A2B3C4".utf8)) == nil, "\(file)")
        }
    }
}
