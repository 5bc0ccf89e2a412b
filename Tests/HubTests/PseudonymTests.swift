import Base
import Cryptography
import Fares
import Foundation
import HubDomain
import TestSupport
import Testing

@testable import HubServices
@testable import HubStoreSQLite
@testable import validator_hub

extension Pseudonyms {
    static let sample = Pseudonyms(key: [UInt8](repeating: 7, count: keyLength), cryptography: Libcrypto())
}

@Suite("Whose rides they were")
struct PseudonymTests {
    /// Of the documented vectors: card 00065537.
    private static let ticket = "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN"
    private static let start = WallTime(seconds: 1_700_000_000)

    private func record(_ number: Int, _ subject: String, received: WallTime) -> TapRecord {
        TapRecord(
            deviceID: "V", call: .cardLog, requestID: "r\(number)", subject: subject, status: 0, checkMode: nil, reason: nil,
            time: Self.start, position: nil, received: received)
    }

    private func subjects(_ path: String) throws -> [String] {
        var found: [String] = []
        try HubDatabase(path: path).records.forEach(deviceID: nil) { found.append($0.subject) }
        return found
    }

    @Test("one card has one name, in a ticket too, another card another, and another key's names are others")
    func names() {
        let pseudonyms = Pseudonyms.sample
        let name = pseudonyms.name(for: "00065537")
        #expect(name.hasPrefix("p:") && pseudonyms.isName(name) && !name.contains("65537"))
        #expect(pseudonyms.name(for: Self.ticket) == name && pseudonyms.name(for: Self.ticket.lowercased()) == name)
        #expect(pseudonyms.name(for: "00065538") != name && !pseudonyms.isName("00065537"))
        let other = Pseudonyms(key: [UInt8](repeating: 8, count: Pseudonyms.keyLength), cryptography: Libcrypto())
        #expect(other.name(for: "00065537") != name)
    }

    @Test("is told for as long as records are kept so, and then not: their number, results and times stay")
    func retention() async throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        let database = try HubDatabase(path: path)
        let many = Maintenance.recordsAtOnce * 2 + 3
        try database.transaction {
            for number in 0..<many { try database.records.insert(record(number, "00065537", received: Self.start)) }
            try database.records.insert(record(many, Self.ticket, received: Self.start + .seconds(10)))
            try database.records.insert(record(many + 1, "00065537", received: Self.start + .seconds(20)))
        }
        let maintenance = Maintenance(
            positionsKept: .seconds(100), recordsKept: .seconds(100), pseudonyms: .sample, store: try HubStoreSQLite(path: path),
            logger: .init(label: "test"), holder: "test")
        try await maintenance.pass(at: Self.start + .seconds(100))
        #expect(try subjects(path).allSatisfy { !$0.hasPrefix("p:") })
        try await maintenance.pass(at: Self.start + .seconds(111))
        let after = try subjects(path)
        #expect(Set(after.dropLast()) == [Pseudonyms.sample.name(for: "00065537")] && after.count == many + 2)
        #expect(after.last == "00065537")
    }

    @Test("a record from the future keeps no other from its pseudonym, and keeps its own card until its time has come")
    func future() async throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        let database = try HubDatabase(path: path)
        let received = [Self.start, Self.start + .seconds(86400), Self.start, Self.start + .seconds(50)]
        for (number, time) in received.enumerated() {
            try database.records.insert(record(number, "0006553\(number)", received: time))
        }
        let maintenance = Maintenance(
            positionsKept: .seconds(100), recordsKept: .seconds(100), pseudonyms: .sample, store: try HubStoreSQLite(path: path),
            logger: .init(label: "test"), holder: "test")
        try await maintenance.pass(at: Self.start + .seconds(101))
        #expect(try subjects(path).map { $0.hasPrefix("p:") } == [true, false, true, false])
        #expect(try subjects(path)[0] == Pseudonyms.sample.name(for: "00065530"))
    }

    @Test(
        "a clock that is further ahead of all records than they are kept takes no card out of them; a new record says that it is right"
    )
    func leapingClock() async throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        let database = try HubDatabase(path: path)
        try database.records.insert(record(1, "00065537", received: Self.start))
        let maintenance = Maintenance(
            positionsKept: .seconds(100), recordsKept: .seconds(100), pseudonyms: .sample, store: try HubStoreSQLite(path: path),
            logger: .init(label: "test"), holder: "test")
        let later = Self.start + .seconds(86400)
        try await maintenance.pass(at: later)
        #expect(try subjects(path) == ["00065537"])
        try database.records.insert(record(2, "00065538", received: later))
        try await maintenance.pass(at: later)
        #expect(try subjects(path) == [Pseudonyms.sample.name(for: "00065537"), "00065538"])
    }

    @Test("a record that comes again is known though its card has a pseudonym by now")
    func repeated() throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        let tap = record(1, "00065537", received: Self.start)
        try database.records.insert(tap)
        _ = try database.records.forget(try #require(CardNumber("00065537")), limit: 10, .sample)
        #expect(try database.records.find(tap, pseudonym: nil) == nil)
        #expect(try database.records.find(tap, pseudonym: Pseudonyms.sample.name(for: tap.subject))?.row == 1)
    }

    /// Whether the database's file or its write-ahead log holds the text anywhere, used or not.
    private func isOnDisk(_ text: String, _ path: String) throws -> Bool {
        try ["", "-wal"].contains { try Data(contentsOf: URL(filePath: path + $0)).range(of: Data(text.utf8)) != nil }
    }

    @Test("a card that gave way to a pseudonym is in no unused place of the files, while the hub goes on to run")
    func erased() async throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        let store = try HubStoreSQLite(path: path)
        let database = try HubDatabase(path: path)
        try database.transaction {
            // Enough that pages of the table are split.
            for number in 0..<3000 {
                let card = number % 3 == 0 ? "00065537" : number % 3 == 1 ? "00065538" : "00065539"
                try database.records.insert(record(number, card, received: Self.start))
            }
        }
        #expect(try isOnDisk("00065537", path) && isOnDisk("00065538", path))
        let configuration = try folder.write("hub.toml", "[database]\npath = \"\(path)\"\n")
        try await ValidatorHub.run(["--config", configuration, "forget-card", "00065537"])
        #expect(try !isOnDisk("00065537", path) && isOnDisk("00065538", path))
        let maintenance = Maintenance(
            positionsKept: .seconds(100), recordsKept: .seconds(100), pseudonyms: .sample, store: store,
            logger: .init(label: "test"), holder: "test")
        try database.records.insert(record(3000, "00065540", received: Self.start + .seconds(50)))
        try await maintenance.pass(at: Self.start + .seconds(101))
        #expect(try !isOnDisk("00065538", path) && !isOnDisk("00065539", path) && isOnDisk("00065540", path))
    }

    @Test("the write-ahead log that somebody reads is not waited for, and is emptied when he has gone")
    func readLog() throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        let database = try HubDatabase(path: path)
        try database.records.insert(record(1, "00065537", received: Self.start))
        let reader = try Connection(path: path)
        try reader.execute("BEGIN; SELECT count(*) FROM records")
        _ = try database.records.forget(try #require(CardNumber("00065537")), limit: 10, .sample)
        #expect(try !database.connection.emptyLog() && isOnDisk("00065537", path))
        try reader.execute("ROLLBACK")
        #expect(try database.connection.emptyLog() && !isOnDisk("00065537", path))
    }

    @Test("a key that root makes belongs to the owner of the database", .enabled(if: geteuid() == 0))
    func keyOwner() throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        _ = try HubDatabase(path: path)
        let nobody: [FileAttributeKey: Any] = [.ownerAccountID: 65534, .groupOwnerAccountID: 65533]
        try FileManager.default.setAttributes(nobody, ofItemAtPath: path)
        _ = try OwnKey.pseudonyms.load(besideDatabase: path)
        let key = try FileManager.default.attributesOfItem(atPath: folder.path + "/pseudonyms.key")
        #expect(key[.ownerAccountID] as? Int == 65534 && key[.groupOwnerAccountID] as? Int == 65533)
        #expect(key[.posixPermissions] as? Int == 0o600)
    }

    @Test(
        "what nearly is a ticket or a number names its card all the same",
        arguments: [
            " \(ticket)", "\(ticket)\r\n", "\(ticket)x", String(ticket.dropLast(5)), String(ticket.prefix(14)),
            String(ticket.dropFirst()),
            String(ticket.dropFirst(3)), "https://t.example/?q=\(ticket.lowercased())",
            "\(ticket.prefix(9))-\(ticket.dropFirst(9))",
            "\(ticket)\(ticket)", "00:06:55:37 ", "00065537\0tail", "card00065537", "id=00065537&x=1",
            "hex:FF\(hexadecimal(ticket.utf8))",
            "hex:ff\(hexadecimal("00065537".utf8))",
        ])
    func nearlyTickets(text: String) throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        try database.records.insert(record(1, text, received: Self.start))
        func forget(_ card: String) throws -> Int? {
            try database.records.forget(try #require(CardNumber(card)), limit: 10, .sample)
        }
        #expect(try forget("00065538") == 0 && forget("A00065537") == 0)
        #expect(try forget("00065537") == 1)
        #expect(try subjects(folder.configuration.databasePath) == [Pseudonyms.sample.name(for: text)])
        #expect(try forget("00065537") == 0)
    }

    @Test("a short number must stand alone, and a card's own number or ticket names no other card")
    func otherCards() throws {
        func mentions(_ card: String, _ subject: String) throws -> Bool {
            Pseudonyms.sample.mentions(try #require(CardNumber(card)), in: subject)
        }
        #expect(try mentions("37", "card 37") && mentions("37", "3-7"))
        #expect(try !mentions("37", "card 1374") && !mentions("37", "00065537"))
        #expect(try !mentions("065537", "00065537") && !mentions("00065538", Self.ticket))
    }

    @Test("two tickets of a card are two rides under one req_id, though the first was forgotten seconds ago")
    func twoTickets() throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        var tap = record(1, Self.ticket, received: Self.start)
        try database.records.insert(tap)
        _ = try database.records.forget(try #require(CardNumber("00065537")), limit: 10, .sample)
        let name = Pseudonyms.sample.name(for: tap.subject)
        #expect(try database.records.find(tap, pseudonym: name) != nil)
        tap.time = Self.start + .seconds(3)
        #expect(try database.records.find(tap, pseudonym: name) == nil)
        tap.requestID = "01890a5d-ac96-774b-bcce-b302099a8001"
        try database.records.insert(tap)
        _ = try database.records.forget(try #require(CardNumber("00065537")), limit: 10, .sample)
        tap.time = Self.start + .seconds(900)
        #expect(try database.records.find(tap, pseudonym: name)?.row == 2)
    }

    @Test("forget-card names each list that still has the card, of lines too, blocked or not")
    func lists() async throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        try database.adopt(entries("-00065537", "00065538"))
        for line in ["26", "27"] { try database.adopt(entries("00065537"), line: line) }
        try database.adopt(entries("00065538"), line: "28")
        let store = try HubStoreSQLite(path: folder.configuration.databasePath)
        let lists = try await ForgetCard.lists(naming: #require(CardNumber("00065537")), in: store)
        #expect(lists == ["the white list", "the list of line 26", "the list of line 27"])
        #expect(try await ForgetCard.lists(naming: #require(CardNumber("00065539")), in: store).isEmpty)
    }

    @Test("forget-card takes one card out of all records, its tickets too, and no other; the lists keep it")
    func forget() async throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        let database = try HubDatabase(path: path)
        for (number, subject) in ["00065537", "00065538", Self.ticket, "00065537"].enumerated() {
            try database.records.insert(record(number, subject, received: Self.start))
        }
        let cards = try folder.write("cards.csv", "00065537,1\n")
        func run(_ arguments: String...) async throws -> Int32 {
            let configuration = try folder.write("hub.toml", "[database]\npath = \"\(path)\"\n")
            return await ValidatorHub.exitCode(of: arguments, configuration: configuration)
        }
        #expect(try await run("import-cards", cards) == 0)
        #expect(try await run("forget-card", "no card") == 64)
        #expect(try await run("forget-card", "00065537") == 0)
        let after = try subjects(path)
        #expect(after[1] == "00065538" && Set([after[0], after[2], after[3]]).count == 1 && after[0].hasPrefix("p:"))
        #expect(try HubDatabase(path: path).cards.isListed(#require(CardNumber("00065537"))) == true)
        // The key was made with it, for nobody else to read, and is the same the next time.
        let key = folder.path + "/pseudonyms.key"
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try OwnKey.pseudonyms.load(besideDatabase: path) == Array(Data(contentsOf: URL(filePath: key))))
    }
}
