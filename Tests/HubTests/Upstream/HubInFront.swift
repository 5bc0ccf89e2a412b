import Base
import Cryptography
import Fares
import HubDomain
import HubStore
import JSON
import PlatformAPI

@testable import HubServices

/// The service of a hub in front of a scripted platform, on a store in memory, and the device VLD1.
struct HubInFront {
    static let now = WallTime(seconds: 1_785_729_600)
    static let time = "2026-08-03 12:00:00"

    let upstream = ScriptedUpstream()
    let store = HubStoreMemory()
    let service: DeviceService
    private let queue: RequestQueue

    init(
        registersDevices: Bool = true, announcement: ListAnnouncement = ListAnnouncement(),
        _ change: (inout UpstreamSettings) -> Void = { _ in }
    ) {
        var policy = HubPolicy()
        (policy.authentication, policy.registersDevices) = (.none, registersDevices)
        policy.announcement = announcement
        policy.upstream.baseURL = "https://platform.example"
        change(&policy.upstream)
        service = DeviceService(policy: policy, cryptography: Libcrypto(), upstream: upstream, log: { _, _ in })
        queue = RequestQueue(store)
    }

    /// What VLD1 is answered.
    func answer(
        _ call: PlatformCall, _ id: String = "1", _ fields: JSONObject = [:], at now: WallTime = HubInFront.now
    ) async throws -> DeviceAnswer {
        var body: JSONObject = ["device_id": "VLD1", "req_id": .string(id), "time": .string(Self.time), "token": "t0ken"]
        for member in fields.members { body[member.key] = member.value }
        let request = try DeviceRequest(
            call: call, contentType: "application/json", body: JSONValue.object(body).bytes)
        return try await service.answer(
            request, from: CallCredentials(), by: queue, at: Moment(instant: Instant(nanoseconds: 0), system: now))
    }

    func check(_ id: String = "1", card: String = "AA", mode: CheckMode = .online) async throws -> DeviceAnswer {
        try await answer(.cardCheck, id, ["card_id": .string(card), "check_mode": .int(mode.rawValue)])
    }

    func heartbeat(_ id: String = "h", _ fields: JSONObject = [:], at now: WallTime = HubInFront.now) async throws -> DeviceAnswer
    {
        var body: JSONObject = [
            "check_mode": 1, "check_card_mode": 1, "qrcode_mode": 1, "card_mode": 1, "white_mode": 1, "version_code_all": "0",
            "version_code_add": "0", "software_ver": 10203, "line_version_code_all": "0", "is_line_white": 0, "lat": "31.2",
            "lng": "121.4", "speed": "36.0", "course": "90.0",
        ]
        for member in fields.members { body[member.key] = member.value }
        return try await answer(.heartbeat, id, body, at: now)
    }

    func forwards(_ state: Forward.State = .waiting) async throws -> [Forward] {
        try await store.forwards(state, after: 0, limit: 100, deviceID: nil)
    }

    func records() async throws -> [TapRecord] {
        try await store.records(after: nil, limit: 100, deviceID: nil).map(\.record)
    }

    /// Puts the platform's lists in force, as a download does.
    func adopt(_ entries: [CardListEntry], _ selection: ListSelection) async throws {
        let generation = try await store.beginGeneration(of: selection, isReplacing: true, at: Self.now)
        _ = try await store.append(entries, to: generation, at: Self.now)
        _ = try await store.adopt(generation: generation, named: "100", at: Self.now)
    }

    static var orders: PlatformReply.HeartbeatReply.Content {
        var versions = Versions()
        (versions.cards, versions.keys) = ("100", "7")
        return PlatformReply.HeartbeatReply.Content(
            enterpriseID: "398", serverTime: nil, modes: Modes(), versions: versions, window: nil)
    }
}

extension DeviceAnswer {
    /// `ret_code`
    var code: Int {
        switch self {
        case .refused(let refusal): refusal.code.rawValue
        case .checked(let reason, _): ReturnCode(reason).rawValue
        case .relayed(let answer): answer.code
        default: 0
        }
    }

    var isRelayed: Bool { if case .relayed = self { true } else { false } }
}

extension Forward {
    subscript(name: String) -> String? {
        (try? JSONValue(parsing: fields))?[name].map { $0.string ?? $0.text }
    }
}
