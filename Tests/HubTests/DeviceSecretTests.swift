import Base
import Cryptography
import Fares
import PlatformAPI
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices

/// What a box proves itself with, and how a stolen one loses it.
struct DeviceSecretTests {
    private static let now = WallTime(seconds: 1_785_729_600)

    private let folder = TemporaryFolder()

    private func service(_ change: (inout HubPolicy) -> Void = { _ in }) -> DeviceService {
        var policy = HubPolicy()
        policy.secret = Array("fleet".utf8)
        (policy.authentication, policy.registersDevices) = (.none, true)
        change(&policy)
        return DeviceService(
            policy: policy, cryptography: Libcrypto(), log: { _, _ in })
    }

    private func database(own secret: String? = "own") throws -> HubDatabase {
        let database = try HubDatabase(path: "\(folder.path)/hub.db")
        _ = try database.devices.insert("VLD1", at: Self.now)
        try database.devices.setSecret(secret.map { Array($0.utf8) }, of: "VLD1")
        return database
    }

    private func answer(
        _ call: PlatformCall, _ form: String, of device: String = "VLD1", _ database: HubDatabase,
        _ service: DeviceService? = nil
    ) throws -> DeviceAnswer {
        let request = try DeviceRequest(
            call: call, contentType: "application/x-www-form-urlencoded",
            body: Array("device_id=\(device)&time=260803120000&\(form)".utf8))
        return try database.transaction { try (service ?? self.service()).answer(request, in: database, at: Self.now) }
    }

    private func code(_ answer: DeviceAnswer) -> ReturnCode {
        if case .refused(let refusal) = answer { refusal.code } else { .success }
    }

    @Test(
        "a device with a secret of its own is given a token for that one, and not for the fleet's",
        arguments: [
            ("own", "own", .success), ("own", "fleet", .credentialsRefused), ("own", "", .credentialsRefused),
            (nil, "fleet", .success), (nil, "own", .credentialsRefused),
        ] as [(String?, String, ReturnCode)])
    func token(own: String?, given: String, expected: ReturnCode) throws {
        #expect(code(try answer(.token, "secret=\(given)", database(own: own))) == expected)
    }

    @Test("whoever is registered by his first call has the fleet's, and nobody else's")
    func unregistered() throws {
        let database = try database()
        #expect(code(try answer(.token, "secret=own", of: "VLD9", database)) == .credentialsRefused)
        #expect(try database.devices.find("VLD9") == nil)
        #expect(code(try answer(.token, "secret=fleet", of: "VLD9", database)) == .success)
    }

    @Test("there is one secret that counts for a device: its own, else the fleet's, and none once it is revoked")
    func secretOfDevice() throws {
        let database = try database()
        func secret() throws -> DeviceSecret? { try service().policy.secret(of: database.devices.find("VLD1")) }
        #expect(try secret() == DeviceSecret(Array("own".utf8), of: .device))
        try database.devices.setSecret(nil, of: "VLD1")
        #expect(try secret() == DeviceSecret(Array("fleet".utf8), of: .fleet))
        try database.devices.revoke("VLD1", at: Self.now)
        #expect(try secret() == nil)
    }

    @Test("of a device that is revoked no token counts, no secret, and nothing is taken, until it is given a new secret")
    func revoked() throws {
        let database = try database()
        var tokens = StaticTokens()
        tokens = try StaticTokens(file: Array("VLD1 by-hand-1234\n* of-everybody".utf8))
        let service = service { $0.staticTokens = tokens }
        guard case .token(let token) = try answer(.token, "secret=own", database, service) else {
            Issue.record("no token")
            return
        }
        let requests: [(PlatformCall, String)] = [
            (.keys, "token=\(token.text)"), (.keys, "token=by-hand-1234"), (.keys, "token=of-everybody"),
            (.cardList, "type=1&token=\(token.text)"), (.cardList, "type=1&token=by-hand-1234"),
            (.cardList, "type=1&token=of-everybody"), (.token, "secret=own"),
            (.cardLog, "req_id=1&card_id=AA&status=0"), (.cardCheck, "req_id=2&card_id=AA&check_mode=0"),
            (
                .heartbeat,
                "req_id=3&software_ver=7&check_mode=1&check_card_mode=1&qrcode_mode=1&card_mode=1&white_mode=1&version_code_all=0&version_code_add=0&line_version_code_all=0&is_line_white=0"
            ),
        ]
        for (call, form) in requests { #expect(code(try answer(call, form, database, service)) == .success, "\(call)") }
        try database.devices.revoke("VLD1", at: Self.now)
        for (call, form) in requests + [(.token, "secret=fleet")] {
            let code = code(try answer(call, form, database, service))
            #expect(code == .deviceRevoked || code == .tokenRefused, "\(call) \(form)")
        }
        try database.devices.setSecret(Array("new".utf8), of: "VLD1")
        #expect(code(try answer(.token, "secret=own", database, service)) == .credentialsRefused)
        #expect(code(try answer(.token, "secret=new", database, service)) == .success)
        #expect(code(try answer(.keys, "token=\(token.text)", database, service)) == .tokenRefused)
    }

    // MARK: Ticket keys

    @Test("a group of keys that is revoked seals no ticket any more, and boxes are told to forget it, then and later")
    func revokedKeys() throws {
        let database = try database()
        func group(_ text: String) -> [KeyGroup.Key] { [KeyGroup.Key(id: 1, text: text)] }
        func told() throws -> KeyGroup? {
            guard case .token(let token) = try answer(.token, "secret=own", database),
                case .keys(let group) = try answer(.keys, "token=\(token.text)", database)
            else { return nil }
            return group
        }
        _ = try database.keys.adopt(group("first"), at: WallTime(seconds: 1000))
        _ = try database.keys.adopt(group("stolen"), at: WallTime(seconds: 2000))
        #expect(try told()?.revokedVersion == nil)
        _ = try database.keys.adopt(group("new"), revokingFormer: true, at: WallTime(seconds: 3000))
        #expect(try database.keys.ring().keys(id: 1, at: WallTime(seconds: 3001)).map(\.text) == ["new"])
        #expect(try told() == KeyGroup(version: "3000", keys: group("new"), revokedVersion: "2000"))
        // A box that slept through it has the stolen group in force still.
        _ = try database.keys.adopt(group("newer"), at: WallTime(seconds: 4000))
        #expect(try told()?.revokedVersion == "2000")
        #expect(try database.keys.ring().keys(id: 1, at: WallTime(seconds: 4001)).map(\.text) == ["newer", "new"])
    }
}
