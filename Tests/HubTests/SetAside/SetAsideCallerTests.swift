import Base
import HubStore
import JSON
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

/// Whose records are put aside: those of callers who have proved who they are, or need not.
@Suite("A record of a device that is not there")
struct SetAsideCallerTests {
    struct Caller: Sendable, CustomTestStringConvertible {
        var mode: AuthenticationMode
        var headers: [String: String] = [:]
        var device = "gone"
        var registersDevices = false
        var hasRoom = true
        /// Of a record in which all is right, and of one with a card that cannot be read.
        var codes: [Int]
        var status = 200
        var reasons: [SetAsideReason] = []

        var testDescription: String { "\(mode) \(headers) \(device) \(registersDevices) \(hasRoom)" }
    }

    private static let tokens = try? StaticTokens(file: Array("gone token-of-gone\nhere token-of-here\n* of-everybody\n".utf8))

    @Test(
        "table",
        arguments: [
            // Who has proved nothing is refused, and nothing of his is kept.
            Caller(mode: .secret, codes: [2004, 2004], status: 401),
            Caller(mode: .secret, headers: ["Authorization": "Bearer wrong"], codes: [2004, 2004], status: 401),
            Caller(mode: .secret, headers: ["Authorization": "Bearer secret-of-here"], codes: [2004, 2004], status: 401),
            Caller(mode: .secret, headers: ["Authorization": "Bearer of-everybody"], codes: [2004, 2004], status: 401),
            Caller(mode: .secret, headers: ["X-Client-Name": "gone"], codes: [2004, 2004], status: 401),
            Caller(mode: .secret, registersDevices: true, codes: [2004, 2004], status: 401),
            Caller(mode: .secret, device: "here", codes: [2004, 2004], status: 401),
            Caller(mode: .certificate, codes: [2004, 2004], status: 401),
            Caller(mode: .certificate, headers: ["X-Client-Name": "here"], codes: [2004, 2004], status: 401),
            Caller(mode: .certificate, headers: ["Authorization": "Bearer wrong"], codes: [2004, 2004], status: 401),
            // Who has proved who he is, by something that the hub knows without the device.
            Caller(
                mode: .secret, headers: ["Authorization": "Bearer token-of-gone"], codes: [0, 0],
                reasons: [.unknownDevice, .unknownDevice]),
            Caller(
                mode: .certificate, headers: ["X-Client-Name": "gone"], codes: [0, 0], reasons: [.unknownDevice, .unknownDevice]),
            Caller(
                mode: .certificate, headers: ["Authorization": "Bearer token-of-gone"], codes: [0, 0],
                reasons: [.unknownDevice, .unknownDevice]),
            Caller(mode: .none, codes: [0, 0], reasons: [.unknownDevice, .unknownDevice]),
            // A device that may register itself does, and is one that is known.
            Caller(
                mode: .certificate, headers: ["X-Client-Name": "gone"], registersDevices: true, codes: [0, 0],
                reasons: [.cardUnreadable]),
            Caller(mode: .none, registersDevices: true, codes: [0, 0], reasons: [.cardUnreadable]),
            // A device that is registered.
            Caller(
                mode: .secret, headers: ["Authorization": "Bearer secret-of-here"], device: "here", codes: [0, 0],
                reasons: [.cardUnreadable]),
            Caller(mode: .none, device: "here", codes: [0, 0], reasons: [.cardUnreadable]),
            // Nothing is taken under the name of one that is revoked.
            Caller(mode: .secret, headers: ["Authorization": "Bearer token-of-gone"], device: "revoked", codes: [2003, 2003]),
            Caller(mode: .certificate, headers: ["X-Client-Name": "revoked"], device: "revoked", codes: [2003, 2003]),
            Caller(mode: .none, device: "revoked", codes: [2003, 2003]),
            // On a disk that is nearly full there is room for known devices only.
            Caller(mode: .none, hasRoom: false, codes: [5001, 5001], status: 503),
            Caller(
                mode: .certificate, headers: ["X-Client-Name": "gone"], hasRoom: false, codes: [5001, 5001], status: 503),
            Caller(mode: .none, device: "here", hasRoom: false, codes: [0, 0], reasons: [.cardUnreadable]),
        ])
    func table(caller: Caller) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(
            in: folder,
            { configuration in
                configuration.policy.authentication = caller.mode
                configuration.policy.registersDevices = caller.registersDevices
                configuration.policy.staticTokens = Self.tokens ?? StaticTokens()
                configuration.minimumFreeBytes = caller.hasRoom ? 0 : .max
            }
        ) { hub async throws in
            let database = try hub.database()
            for id in ["here", "revoked"] { try database.devices.insert(id, at: WallTime(seconds: 0)) }
            try database.devices.setSecret(Array("secret-of-here".utf8), of: "here")
            try database.devices.revoke("revoked", at: WallTime(seconds: 1))
            for (card, code) in zip(["AA", "?"], caller.codes) {
                let reply = try await hub.saying(caller.headers).tap(
                    "card_check_log", "1", card: card, ["device_id": .string(caller.device)])
                #expect(reply.status == caller.status && reply.code == code, "\(card)")
            }
            #expect(try await hub.setAside().map(\.reason) == caller.reasons)
            #expect(try hub.records().count == (caller.codes[0] == 0 && caller.reasons.count == 1 ? 1 : 0))
        }
    }

    @Test("is put aside where there are devices.max already")
    func tooManyDevices() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.policy.maximumDevices = 1 }) { hub async throws in
            #expect(try await hub.heartbeat().code == 0)
            #expect(try await hub.tap("card_check_log", "1", card: "AA", ["device_id": "VLD2"]).code == 0)
            #expect(try await hub.setAside().map(\.reason) == [.unknownDevice])
        }
    }

    @Test("is refused when too many wait already, which keeps nothing from devices that are known, or comes again")
    func bounded() async throws {
        let store = HubStoreMemory()
        let hub = TestService(store)
        #expect(try await DeviceRegister(store).add("here", secret: nil, at: TestService.now))
        #expect(try await hub.log(of: "gone", "first").code == .success)
        let limit = SetAsideRecord.Volume.ofUnknownDevices
        try await store.transact(WantedFacts()) { facts in
            for number in 1..<limit.rows {
                let key = SetAsideRecord.Key(deviceID: "other", call: .cardLog, name: "\(number)")
                facts.setAside(SetAsideRecord(key: key, reason: .unknownDevice, body: [1], received: TestService.now))
            }
        }
        #expect(try await hub.log(of: "gone", "second").code == .unavailable)
        #expect(try await hub.log(of: "gone", "first").code == .success)
        #expect(try await hub.log(of: "here", "third", card: "?").code == .success)
        #expect(try await store.countsOfSetAside() == [.unknownDevice: limit.rows, .cardUnreadable: 1])
        // One makes room.
        let first = try #require(try await store.setAside(after: nil, limit: 1, deviceID: nil).first)
        #expect(try await SetAsideDesk(store).delete([first.id]) == 1)
        #expect(try await hub.log(of: "gone", "second").code == .success)
    }

    @Test("is refused when those that wait are too long together")
    func volume() {
        let limit = SetAsideRecord.Volume(rows: 2, bytes: 10)
        #expect(SetAsideRecord.Volume(rows: 1, bytes: 8).hasRoom(for: [1, 2], within: limit))
        #expect(!SetAsideRecord.Volume(rows: 1, bytes: 9).hasRoom(for: [1, 2], within: limit))
        #expect(!SetAsideRecord.Volume(rows: 2, bytes: 0).hasRoom(for: [], within: limit))
    }
}
