import Base
import Cryptography
import HubStore
import PlatformAPI

@testable import HubDomain
@testable import HubServices

/// What a hub answers to devices, on any store and without a server. Nobody needs to prove anything, and no device registers itself.
struct TestService: Sendable {
    /// 2026-08-03 07:45:00 in Shanghai.
    static let now = WallTime(seconds: 1_785_714_300)

    let devices: DeviceService
    let queue: RequestQueue

    init(_ store: any HubStore) {
        var policy = HubPolicy()
        policy.authentication = .none
        devices = DeviceService(policy: policy, cryptography: Libcrypto(), pseudonyms: .sample, log: { _, _ in })
        queue = RequestQueue(store)
    }

    struct Answer: Sendable {
        var code: ReturnCode
        var isAside: Bool
    }

    /// `card_check_log` at a fixed time.
    func log(of device: String, _ id: String, card: String = "AA", received: WallTime = now) async throws -> Answer {
        try await answer(.cardLog, "device_id=\(device)&req_id=\(id)&card_id=\(card)&time=260803074500", received: received)
    }

    func answer(_ call: PlatformCall, _ form: String, received: WallTime = now) async throws -> Answer {
        let request = try DeviceRequest(call: call, contentType: nil, body: Array(form.utf8))
        return
            switch try await devices.answer(
                request, from: CallCredentials(), by: queue, at: Moment(instant: Instant(nanoseconds: 0), system: received))
        {
        case .setAside: Answer(code: .success, isAside: true)
        case .logged: Answer(code: .success, isAside: false)
        case .checked(let reason, _): Answer(code: ReturnCode(reason), isAside: false)
        case .refused(let refusal): Answer(code: refusal.code, isAside: false)
        default: Answer(code: .unavailable, isAside: false)
        }
    }
}
