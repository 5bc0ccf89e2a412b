import Base
import HubDomain
import JSON
import TestSupport
import Testing
import TomlConfiguration

@testable import HubServices
@testable import HubStoreSQLite
@testable import validator_hub

@Suite("Tokens that an operator sets by hand")
struct StaticTokenTests {
    private static let file = """
        # vendor X has no token call
        VLD1 first-token-of-vld1
        VLD1\tsecond-token-of-vld1\r

        VLD2 shared12
        VLD3 shared12
        *    for-every-device

        """

    @Test(
        "admit the device that they are set for, or every one",
        arguments: [
            ("first-token-of-vld1", ["VLD1"]), ("second-token-of-vld1", ["VLD1"]), ("shared12", ["VLD2", "VLD3"]),
            ("for-every-device", ["VLD1", "VLD2", "VLD3", "VLD4"]), ("shared1", []), ("SHARED12", []), ("", []), ("*", []),
        ])
    func admission(token: String, devices: [String]) throws {
        let tokens = try StaticTokens(file: Array(Self.file.utf8))
        #expect(["VLD1", "VLD2", "VLD3", "VLD4"].filter { tokens.admit(token, of: $0) } == devices)
    }

    @Test("belong to the first device too when an editor puts a byte order mark in front")
    func byteOrderMark() throws {
        let tokens = try StaticTokens(file: [0xEF, 0xBB, 0xBF] + Array("VLD1 first-token-of-vld1\n".utf8))
        #expect(tokens.admit("first-token-of-vld1", of: "VLD1"))
    }

    @Test("are shown by their ends, and short ones not at all")
    func masked() throws {
        let tokens = try StaticTokens(file: Array(Self.file.utf8))
        #expect(tokens.entries.map(\.masked) == ["****vld1", "****vld1", "****", "****", "****vice"])
    }

    @Test(
        "in a file with a mistake are none, and the mistake shows nothing of them",
        arguments: [
            "V", "V tooshor", "V two tokens1", "* ", "V \u{7f}12345678", "V schlüssel", "V " + String(repeating: "t", count: 257),
        ])
    func mistakes(line: String) throws {
        let mistake = #expect(throws: StaticTokens.Mistake.self) { try StaticTokens(file: Array("\n\(line)\n".utf8)) }
        #expect(mistake?.line == 2)
        let token = String(line.dropFirst(2))
        #expect(token.isEmpty || mistake?.text.contains(token) == false)
        let folder = TemporaryFolder()
        let path = try folder.write("tokens", line)
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationReader.parse(
                Array("[tokens]\nstatic_file = \"\(path)\"\n".utf8), path: "hub.toml", HubConfiguration.read)
        }
        #expect(error?.description.hasPrefix("hub.toml:2: tokens.static_file: \(path):1 ") == true)
    }

    @Test("fetch lists and keys")
    func served() async throws {
        let folder = TemporaryFolder()
        let tokens = try StaticTokens(file: Array(Self.file.utf8))
        try await TestHub.run(in: folder, { $0.policy.staticTokens = tokens }) { hub async throws in
            try hub.database().adopt(keys: [.init(id: 1, text: "k")], at: 9)
            try hub.database().adopt(entries("AA"))
            for device in ["VLD1", "VLD2", "VLD3"] { try hub.database().set(device, [:]) }
            func code(_ call: String, _ device: String?, _ token: String) async throws -> Int? {
                try await hub.post(call, form: "type=1&token=\(token)" + (device.map { "&device_id=\($0)" } ?? "")).code
            }
            for call in ["get_card_list", "get_line_card_list"] {
                #expect(try await code(call, "VLD1", "first-token-of-vld1") == 0)
                #expect(try await code(call, "VLD2", "for-every-device") == 0)
                #expect(try await code(call, "VLD2", "first-token-of-vld1") == ReturnCode.tokenRefused.rawValue)
                #expect(try await code(call, "VLD2", "first-token-of-vld2") == ReturnCode.tokenRefused.rawValue)
            }
            func holders() throws -> [String] { try hub.database().devices.all().filter { $0.versions.keys == "9" }.map(\.id) }
            #expect(try await code("get_qrcode_keys", nil, "for-every-device") == 0)
            #expect(try holders() == [])
            #expect(try await code("get_qrcode_keys", nil, "first-token-of-vld1") == 0)
            #expect(try holders() == ["VLD1"])
            #expect(try await code("get_qrcode_keys", "VLD3", "shared12") == 0)
            #expect(try holders() == ["VLD1", "VLD3"])
            #expect(try await code("get_qrcode_keys", "VLD2", "for-every-device") == 0)
            #expect(try holders() == ["VLD1", "VLD2", "VLD3"])
            #expect(try await code("get_qrcode_keys", "VLD1", "guessed-token") == ReturnCode.tokenRefused.rawValue)
        }
    }

    @Test("are not listed as good once their device is revoked")
    func revoked() async throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        for device in ["VLD1", "VLD2"] { _ = try database.devices.insert(device, at: WallTime(seconds: 0)) }
        try database.devices.revoke("VLD1", at: WallTime(seconds: 1))
        let good = try await Tokens.good(
            StaticTokens(file: Array(Self.file.utf8)), in: HubStoreSQLite(path: folder.configuration.databasePath))
        #expect(good.map(\.holder) == [.device("VLD2"), .device("VLD3"), .everyDevice])
    }
}
