import ArgumentParser
import Base
import Cryptography
import Foundation
import JSON
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

/// Records that come on a USB stick.
struct ImportRecordsTests {
    private static let booking = "01890a5d-ac96-774b-bcce-b302099a8001"
    private static let log = "01890a5d-ac96-774b-bcce-b302099a8002"

    /// As validatorctl outbox collect writes them.
    private func content(
        _ records: [JSONValue], format: Int = 1, device: String = "VLD1", secret: String? = nil
    ) -> [UInt8] {
        let newline = UInt8(ascii: "\n")
        let head: JSONValue = ["kind": "collection", "format": .int(format), "device_id": .string(device)]
        var bytes = head.bytes + [newline]
        for record in records { bytes += record.bytes + [newline] }
        let sum = String(XXHash64.checksum(of: bytes), radix: 16)
        var end: JSONObject = [
            "kind": "end", "records": .int(records.count),
            "xxh64": .string(String(repeating: "0", count: 16 - sum.count) + sum),
        ]
        if let secret {
            let code = FileAuthenticator(secret: Array(secret.utf8)).code(of: sha256(bytes))
            end["hmac_sha256"] = .string(hexadecimal(code))
        }
        return bytes + JSONValue.object(end).bytes + [newline]
    }

    private func tap(
        _ card: String, pending: [JSONValue] = ["booking", "log"], refused: [JSONValue] = [], log: String = Self.log
    ) -> JSONValue {
        [
            "kind": "tap", "row": 1, "time": "2026-08-02T23:45:00.500Z", "card": .string(card), "outcome": "accepted",
            "reason": "ok", "booking_id": .string(Self.booking), "log_id": .string(log), "lat": .double(31.5),
            "lng": .double(121.25),
            "pending": .array(pending), "refused": .array(refused),
        ]
    }

    private let position: JSONValue = [
        "kind": "position", "time": "2026-08-02T23:45:00.000Z", "request_id": "01890a5d-ac96-774b-bcce-b302099a8003",
        "lat": .double(31.5), "lng": .double(121.25), "speed_kmh": 20, "course": 90,
    ]

    /// The exit code of the import.
    private func run(
        _ folder: borrowing TemporaryFolder, _ content: [UInt8], isRegistered: Bool = true,
        options: [String] = ["--accept-unauthenticated"], configuration more: String = ""
    ) async throws -> Int32 {
        let configuration = try folder.write("hub.toml", "[database]\npath = \"\(folder.path)/hub.db\"\n\(more)\n")
        let database = try HubDatabase(path: folder.configuration.databasePath)
        if isRegistered, try database.devices.find("VLD1") == nil {
            _ = try database.devices.insert("VLD1", at: WallTime(seconds: 0))
        }
        let file = "\(folder.path)/records.jsonl"
        try Data(content).write(to: URL(fileURLWithPath: file))
        do {
            try await ValidatorHub.run(["--config", configuration, "import-records", file] + options)
            return 0
        } catch {
            return ValidatorHub.exitCode(for: error).rawValue
        }
    }

    @Test("in front of a platform they go on to it, as the box would have sent them, each once")
    func forwarded() async throws {
        let folder = TemporaryFolder()
        let upstream = "[upstream]\nbase_url = \"https://platform.example\""
        for _ in 0..<2 { #expect(try await run(folder, content([tap("AA")]), configuration: upstream) == 0) }
        let store = try await StoreLocation(folder.configuration).open()
        let forwards = try await store.forwards(.waiting, after: 0, limit: 10, deviceID: nil)
        #expect(forwards.map(\.key.requestID) == [Self.booking, Self.log] && forwards.allSatisfy(\.isBacklog))
        #expect(forwards.map { $0["card_id"] } == ["AA", "AA"] && forwards.map { $0["time"] }.first == "2026-08-03 07:45:00")
        #expect(forwards.map { $0["check_mode"] } == ["1", nil] && forwards.map { $0["status"] } == [nil, "0"])
    }

    private func records(_ folder: borrowing TemporaryFolder) throws -> [TapRecord] {
        var records: [TapRecord] = []
        try HubDatabase(path: folder.configuration.databasePath).records.forEach(deviceID: nil) { records.append($0) }
        return records
    }

    @Test("are taken as if the box had sent them, what the platform refused too")
    func taken() async throws {
        let folder = TemporaryFolder()
        #expect(try await run(folder, content([tap("AA", pending: ["log"], refused: ["booking"]), position])) == 0)
        let records = try records(folder)
        #expect(records.map(\.requestID) == [Self.booking, Self.log])
        #expect(records.map(\.call) == [.cardCheck, .cardLog])
        #expect(records.map(\.checkMode) == [.offline, nil])
        #expect(records.allSatisfy { $0.deviceID == "VLD1" && $0.subject == "AA" && $0.status == 0 })
        #expect(records.allSatisfy { $0.time == WallTime(seconds: 1_785_714_300) && $0.position?.latitude == 31.5 })
    }

    @Test("are taken once, however often the file is imported")
    func twice() async throws {
        let folder = TemporaryFolder()
        let content = content([tap("AA"), position])
        #expect(try await run(folder, content) == 0)
        #expect(try await run(folder, content) == 0)
        #expect(try records(folder).count == 2)
    }

    @Test("that the box sent over the air before are known")
    func overTheAir() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub in
            let sent = try await hub.tap("card_check_log", Self.log, card: "AA", ["status": "0"])
            #expect(sent.code == 0)
            #expect(try await run(folder, content([tap("AA")])) == 0)
            #expect(try hub.records().map(\.call) == [.cardLog, .cardCheck])
            let again = try await hub.tap("card_check", Self.booking, card: "AA", ["check_mode": 1])
            #expect(again.code == 0)
            #expect(try hub.records().count == 2)
        }
    }

    @Test("under a req_id of another card are taken, since nobody knows which of the two is wrong")
    func conflict() async throws {
        let folder = TemporaryFolder()
        #expect(try await run(folder, content([tap("AA", pending: ["log"])])) == 0)
        #expect(try await run(folder, content([tap("BB", pending: ["log"]), tap("CC", pending: ["booking"])])) == 0)
        #expect(try records(folder).map(\.subject) == ["AA", "BB", "CC"])
    }

    @Test("of a file that is torn, changed or of another kind are not taken at all")
    func damaged() async throws {
        let folder = TemporaryFolder()
        let good = content([tap("AA"), position])
        var changed = good
        changed[good.count / 2] ^= 1
        let files = [
            Array(good.dropLast(1)), Array(good.dropLast(20)), Array(good.prefix(good.count / 2)), changed, [], Array("\n".utf8),
            content([tap("AA")], format: 2), content([["kind": "riddle"]]), content([tap("XX")]), content([tap("AA", log: "7")]),
        ]
        for file in files { #expect(try await run(folder, file) == 65) }
        #expect(try records(folder).isEmpty)
    }

    @Test("of a device that nobody registered are refused: a file registers none, even where devices register themselves")
    func unknownDevice() async throws {
        let folder = TemporaryFolder()
        for devices in ["auto_register = true", "auto_register = false"] {
            let code = try await run(folder, content([tap("AA")]), isRegistered: false, configuration: "[devices]\n\(devices)")
            #expect(code == 65)
        }
        #expect(try records(folder).isEmpty)
        #expect(try HubDatabase(path: folder.configuration.databasePath).devices.count() == 0)
    }

    @Test(
        "that prove nothing are taken by an explicit word alone; those under the box's own secret, or the fleet's, at once",
        arguments: [
            ("own", "own", 0), ("own", "fleet", 65), ("own", nil, 65), ("own", "guessed", 65), (nil, "fleet", 0),
            (nil, "own", 65),
            (nil, nil, 65),
        ] as [(String?, String?, Int32)])
    func origin(own: String?, used: String?, expected: Int32) async throws {
        let folder = TemporaryFolder()
        let fleet = try folder.write("fleet.secret", "fleet\n")
        let tokens = "[tokens]\nsecret_file = \"\(fleet)\""
        let database = try HubDatabase(path: folder.configuration.databasePath)
        _ = try database.devices.insert("VLD1", at: WallTime(seconds: 0))
        try database.devices.setSecret(own.map { Array($0.utf8) }, of: "VLD1")
        let file = content([tap("AA")], secret: used)
        #expect(try await run(folder, file, options: [], configuration: tokens) == expected)
        #expect(try records(folder).isEmpty == (expected != 0))
        #expect(try await run(folder, file, configuration: tokens) == 0)
    }

    @Test(
        "are proved by a box's next secret, too, before it has called with it",
        arguments: [("own", 0), ("next", 0), ("before", 65)])
    func rotated(used: String, expected: Int32) async throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        _ = try database.devices.insert("VLD1", at: WallTime(seconds: 0))
        try database.change("VLD1") { facts in
            facts.change("VLD1", .credentials) { ($0.secret, $0.nextSecret) = (Array("own".utf8), Array("next".utf8)) }
        }
        #expect(try await run(folder, content([tap("AA")], secret: used), options: []) == expected)
    }

    @Test("under the secret of a box that is revoked prove nothing")
    func revoked() async throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        _ = try database.devices.insert("VLD1", at: WallTime(seconds: 0))
        try database.devices.setSecret(Array("own".utf8), of: "VLD1")
        try database.devices.revoke("VLD1", at: WallTime(seconds: 1))
        #expect(try await run(folder, content([tap("AA")], secret: "own"), options: []) == 65)
    }

    @Test("changed by somebody who knows the checksum, but not the secret, prove nothing")
    func forged() async throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        _ = try database.devices.insert("VLD1", at: WallTime(seconds: 0))
        try database.devices.setSecret(Array("own".utf8), of: "VLD1")
        let genuine = String(decoding: content([tap("AA")], secret: "own"), as: UTF8.self)
        let code = try #require(genuine.firstMatch(of: /"hmac_sha256":"([0-9a-f]{64})"/)?.output.1)
        let forgery = String(decoding: content([tap("BB")], secret: "x"), as: UTF8.self)
            .replacing(/"hmac_sha256":"[0-9a-f]{64}"/, with: "\"hmac_sha256\":\"\(code)\"")
        #expect(try await run(folder, Array(forgery.utf8), options: []) == 65)
        #expect(try await run(folder, Array(genuine.utf8), options: []) == 0)
        #expect(try records(folder).allSatisfy { $0.subject == "AA" })
    }

    @Test("that are sealed are opened with the hub's key or the passphrase, and by nobody else")
    func sealed() async throws {
        let folder = TemporaryFolder()
        func command(_ arguments: String...) async throws -> Int32 {
            let configuration = try folder.write("hub.toml", "[database]\npath = \"\(folder.path)/hub.db\"\n")
            return await ValidatorHub.exitCode(of: arguments, configuration: configuration)
        }
        let keyFile = "\(folder.path)/hub.key"
        #expect(try await command("create-key", keyFile) == 0)
        #expect(try await command("show-key", keyFile) == 0)
        #expect(try await command("create-key", keyFile) == 73, "no key is written over")
        #expect(try await command("create-key") == 64)
        #expect(try FileManager.default.attributesOfItem(atPath: keyFile)[.posixPermissions] as? Int == 0o600)
        let key = try HubPrivateKey(file: keyFile).publicKey
        func seal(_ recipients: SealRecipients) -> [UInt8] {
            var sealer = FileSealer(for: recipients)
            sealer.append(content([tap("AA")]))
            sealer.finish()
            return sealer.take()
        }
        let consent = "--accept-unauthenticated"
        let forHub = seal(SealRecipients(passphrase: nil, hub: key))
        #expect(try await run(folder, forHub) == 65)
        #expect(try await run(folder, Array(forHub.dropLast(9)), options: [consent, "--key-file", keyFile]) == 65)
        #expect(
            try await run(folder, forHub, options: ["--key-file", keyFile]) == 65, "a seal proves nothing: the key is public")
        #expect(try records(folder).isEmpty)
        #expect(try await run(folder, forHub, options: [consent, "--key-file", keyFile]) == 0)
        #expect(try await run(folder, forHub, configuration: "[collection]\nkey_file = \"\(keyFile)\"") == 0)
        let typed = try folder.write("passphrase", "correct horse\n")
        let wrong = try folder.write("wrong", "correct house\n")
        let forBoth = seal(SealRecipients(passphrase: Array("correct horse".utf8), hub: key))
        #expect(try await run(folder, forBoth, options: [consent, "--passphrase-file", typed]) == 0)
        #expect(try await run(folder, forBoth, options: [consent, "--passphrase-file", wrong]) == 65)
        #expect(try await run(folder, forBoth, options: [consent, "--key-file", keyFile]) == 0)
        #expect(try records(folder).count == 2)
    }

    @Test("say of a place what can be meant, as those over the air")
    func implausible() throws {
        func place(_ latitude: Double, _ longitude: Double, speed: Double = 20) -> JSONValue {
            [
                "kind": "position", "time": "2026-08-02T23:45:00.000Z", "request_id": "01890a5d-ac96-774b-bcce-b302099a8003",
                "lat": .double(latitude), "lng": .double(longitude), "speed_kmh": .double(speed), "course": 361,
            ]
        }
        let file = try RecordFile(content([place(91, 121), place(31, -181), place(0, 0), place(31.5, 121, speed: -1)]))
        #expect(file.places.map(\.position) == [Position(latitude: 31.5, longitude: 121)])
        guard case .object(var tap) = tap("AA") else { return }
        tap["lat"] = .double(1e300)
        #expect(try RecordFile(content([.object(tap)])).uploads.map(\.position) == [nil, nil])
    }
}
