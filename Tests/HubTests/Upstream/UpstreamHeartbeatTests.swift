import Base
import Fares
import PlatformAPI
import Testing

@testable import HubDomain
@testable import HubServices

@Suite("Heartbeats, lists and keys in front of a platform")
struct UpstreamHeartbeatTests {
    private let hub = HubInFront { $0.latePositions = .send }

    private func order(_ hub: HubInFront) { hub.upstream.change { ($0.orders, $0.enterprise) = (HubInFront.orders, "398") } }

    @Test("each is answered at once with what the platform last said, and is handed on")
    func answered() async throws {
        order(hub)
        guard case .heartbeat(let content) = try await hub.heartbeat() else {
            Issue.record("not answered")
            return
        }
        #expect(content.enterpriseID == "398" && content.versions.cards == "100" && content.serverTime == HubInFront.now)
        #expect(hub.upstream[\.reported].map(\.key.requestID) == ["h"])
        #expect(try await hub.store.device("VLD1")?.lastHeartbeat == HubInFront.now)
        #expect(try await hub.forwards().isEmpty)
    }

    @Test("a new list of the platform is told when it is the device's turn; until then what it holds")
    func shares() async throws {
        let announcement = ListAnnouncement(percentPerMinute: 1)
        let hub = HubInFront(announcement: announcement)
        order(hub)
        func told(after time: Duration, holding version: String = "99") async throws -> String? {
            hub.upstream.change { $0.listsSince = HubInFront.now - time }
            let answer = try await hub.heartbeat("h", ["version_code_all": .string(version)])
            return if case .heartbeat(let content) = answer { content.versions.cards } else { nil }
        }
        let turn = announcement.delay(of: "VLD1", 1)
        #expect(try await told(after: turn - .seconds(1)) == "99")
        #expect(try await hub.store.device("VLD1")?.lists[.cards].told == nil)
        #expect(try await told(after: turn - .seconds(1), holding: "0") == "100", "it has none at all")
        #expect(try await hub.store.device("VLD1")?.lists[.cards].told?.version == 1)
        #expect(try await told(after: turn - .seconds(1)) == "100", "it was told before")
        #expect(try await told(after: turn) == "100")
    }

    @Test("of a device that the platform never spoke of, it is asked; if it is silent the box is told so")
    func first() async throws {
        #expect(try await hub.heartbeat("1").code == 5002)
        hub.upstream.change { $0.firstOrders = HubInFront.orders }
        #expect(try await hub.heartbeat("2").code == 0)
        #expect(hub.upstream[\.reported].map(\.key.requestID) == ["1", "2"])
    }

    @Test("what is older than a minute, or than the newest, is no state: it waits behind all else as a position")
    func late() async throws {
        order(hub)
        _ = try await hub.heartbeat("now")
        _ = try await hub.heartbeat("a-second-ago", ["time": "2026-08-03 11:59:59"])
        _ = try await hub.heartbeat("old", ["time": "2026-08-03 11:00:00"])
        _ = try await hub.heartbeat("old", ["time": "2026-08-03 11:00:00"])
        #expect(hub.upstream[\.reported].map(\.key.requestID) == ["now"])
        let forwards = try await hub.forwards()
        #expect(
            forwards.map(\.key.requestID) == ["a-second-ago", "old"]
                && forwards.allSatisfy { $0.isBacklog && $0.key.call == .heartbeat })
    }

    @Test("a device whose clock is slow is heard all the same")
    func slowClock() async throws {
        order(hub)
        for seconds in 0..<4 {
            _ = try await hub.heartbeat(
                "h\(seconds)", ["time": .string("2026-08-03 11:00:0\(seconds)")], at: HubInFront.now + .seconds(seconds))
        }
        #expect(hub.upstream[\.reported].map(\.key.requestID) == ["h1", "h2", "h3"])
    }

    @Test("or is kept here alone, where the platform wants none")
    func dropped() async throws {
        let hub = HubInFront()
        order(hub)
        _ = try await hub.heartbeat("old", ["time": "2026-08-03 11:00:00"])
        #expect(try await hub.forwards().isEmpty)
        #expect(hub.upstream[\.reported].isEmpty)
    }

    @Test("lists and keys are the platform's, of the device's enterprise and of the device")
    func lists() async throws {
        func answer(_ call: PlatformCall, _ type: Int = 1, device: String = "VLD1") async throws -> DeviceAnswer {
            guard case .token(let token) = try await hub.answer(.token, "t", ["app_id": ""]) else {
                return .refused(Refusal(.tokenRefused, ""))
            }
            return try await hub.answer(call, "l", ["type": .int(type), "token": .string(token.text)])
        }
        #expect(try await answer(.cardList).code == 5002)
        #expect(try await answer(.keys).code == 5002)
        order(hub)
        hub.upstream.change { $0.keys = KeyRing(current: KeyGroup(version: "7", keys: [.init(id: 1, text: "k")])) }
        guard case .list(.enterpriseCards(enterpriseID: "398"), enterpriseID: "398") = try await answer(.cardList),
            case .list(.enterpriseIncrement(enterpriseID: "398"), enterpriseID: "398") = try await answer(.cardList, 2),
            case .list(.deviceLine(deviceID: "VLD1"), enterpriseID: "398") = try await answer(.lineCardList),
            case .keys(let group) = try await answer(.keys)
        else {
            Issue.record("answered otherwise")
            return
        }
        #expect(group.version == "7" && group.keys.map(\.text) == ["k"])
    }

    @Test("the platform's token is not asked of boxes, nor the hub's of the platform")
    func tokens() async throws {
        order(hub)
        #expect(try await hub.answer(.cardList, "l", ["type": 1, "token": "the-platforms"]).code == 2002)
    }
}
