import Base
import HubDomain
import HubServices
import HubStore
import OperatingSystem
import PlatformAPI
import TestSupport
import Testing

@testable import HubUpstream

@Suite("Bookings and logs on their way to the platform")
struct UploadTests {
    @Test("are sent under the device's req_id and the platform's name for it, and are gone when it has taken them")
    func sent() async throws {
        let platform = try await PlatformStandIn.start()
        let store = HubStoreMemory()
        try await store.setIdentity(of: "VLD1", to: "P-77", at: morning)
        let stage = try await UpstreamStage(before: platform, store: store)
        try await stage.keep("VLD1", "r1")
        try await stage.keep("VLD2", "r2", .cardLog)
        try await stage.drained()
        let booking = try #require(platform.calls(.cardCheck).first)
        #expect(booking.requestID == "r1" && booking.deviceID == "P-77")
        #expect(booking.fields["card_id"] == "00065537" && booking.fields["check_mode"] == 1)
        #expect(booking.authorization == nil)
        #expect(platform.calls(.cardLog).map(\.deviceID) == ["VLD2"])
    }

    @Test("that were kept before the hub was started are sent, each device's in their order")
    func backlog() async throws {
        let platform = try await PlatformStandIn.start()
        let store = HubStoreMemory()
        for number in 0..<60 {
            try await store.keep(
                Forward(key("d\(number % 3)", "r\(number)"), fields: Array("{}".utf8), received: morning + .seconds(number)))
        }
        let stage = try await UpstreamStage(before: platform, store: store)
        try await stage.drained()
        let calls = platform.calls(.cardCheck)
        #expect(calls.count == 60)
        for device in 0..<3 {
            let own = calls.filter { $0.deviceID == "d\(device)" }.map(\.requestID)
            #expect(own == stride(from: device, to: 60, by: 3).map { "r\($0)" })
        }
    }

    @Test("go again under the same req_id when the platform took one and its reply got lost, and are marked")
    func lostReply() async throws {
        let platform = try await PlatformStandIn.start { _, count in
            var answer = PlatformStandIn.Answer()
            answer.isCut = count == 0
            return answer
        }
        let stage = try await UpstreamStage(before: platform)
        try await stage.keep("VLD1", "r1")
        try await stage.drained()
        #expect(platform.calls(.cardCheck).map(\.requestID) == ["r1", "r1"])
        try await eventually("it is kept to be looked at") {
            try await stage.store.all(.answered).map(\.mayBeDouble) == [true]
        }
    }

    @Test(
        "are put aside with what the platform said, by a final code at once, under whatever HTTP status", arguments: [200, 422])
    func refused(status: Int) async throws {
        let platform = try await PlatformStandIn.start { _, _ in
            PlatformStandIn.Answer(status: status, body: #"{"ret_code":4004,"ret_msg":"no such card"}"#)
        }
        let stage = try await UpstreamStage(before: platform) { $0.finalCodes = [4004] }
        try await stage.keep("VLD1", "r1")
        try await stage.drained()
        let refused = try await stage.store.all(.refused)
        #expect(refused.first?.answer?.code == 4004 && refused.first?.answer?.message == "no such card")
        #expect(platform.calls(.cardCheck).count == 1)
        #expect(stage.lines.all.contains { $0.contains("req_id=r1") })
    }

    @Test("wait while the platform is away, and go when it is back")
    func outage() async throws {
        let platform = try await PlatformStandIn.start { _, count in
            count < 3 ? PlatformStandIn.Answer(status: 503, body: "") : PlatformStandIn.Answer()
        }
        let stage = try await UpstreamStage(before: platform)
        for number in 0..<20 { try await stage.keep("d\(number)", "r\(number)") }
        try await stage.drained()
        #expect(Set(platform.calls(.cardCheck).map(\.requestID)).count == 20)
        #expect(stage.lines.all.contains { $0.contains("platform answers again") })
    }

    @Test("under way when the hub ends are marked, and sent again by the next one, which waits for no lease")
    func shutdown() async throws {
        let platform = try await PlatformStandIn.start { _, _ in .code(0).after(.seconds(20)) }
        let stage = try await UpstreamStage(before: platform)
        try await stage.keep("VLD1", "r1")
        try await eventually("it was sent") { platform.calls(.cardCheck).count == 1 }
        await stage.stop()
        #expect(try await stage.store.all(.waiting).map(\.mayBeDouble) == [true])
        platform.answer { _, _ in .code(0) }
        let next = try await UpstreamStage(before: platform, store: stage.store, holder: "next")
        try await next.drained()
        #expect(platform.calls(.cardCheck).map(\.requestID) == ["r1", "r1"])
    }

    @Test("wait as long as the platform asks for")
    func retryAfter() async throws {
        let platform = try await PlatformStandIn.start { _, count in
            count == 0 ? PlatformStandIn.Answer(status: 429, body: "", retryAfter: 2) : PlatformStandIn.Answer()
        }
        let stage = try await UpstreamStage(before: platform)
        let begun = ContinuousClock.now
        try await stage.keep("VLD1", "r1")
        try await stage.drained()
        #expect(ContinuousClock.now - begun >= .seconds(2))
        #expect(platform.calls(.cardCheck).count == 2)
        // It said that it had not been taken.
        #expect(try await stage.store.all(.answered).isEmpty)
    }

    @Test("and what becomes of them are told to operators, without a device's name")
    func metrics() async throws {
        let platform = try await PlatformStandIn.start { _, _ in .code(4004) }
        let stage = try await UpstreamStage(before: platform) { $0.finalCodes = [4004] }
        try await stage.keep("VLD1", "r1")
        try await stage.drained()
        try await eventually("they are counted") {
            stage.metrics.registry.text.contains("\nvalidator_hub_upstream_refused 1\n")
        }
        let text = stage.metrics.registry.text
        #expect(text.contains(#"validator_hub_upstream_requests_total{call="card_check",outcome="refused"} 1"#))
        #expect(text.contains("validator_hub_upstream_waiting 0") && text.contains("validator_hub_upstream_sender 1"))
        #expect(!text.contains("VLD1"))
    }

    @Test("are sent by one of several hubs; the others keep them for it")
    func twoHubs() async throws {
        let platform = try await PlatformStandIn.start()
        let store = HubStoreMemory()
        @Sendable func hold() async throws -> Bool {
            try await store.lease("upstream", holder: "first", for: .seconds(10), at: Clocks.now().system)
        }
        #expect(try await hold())
        // As a hub that lives, however long a busy machine takes over this test.
        let living = Task {
            while !Task.isCancelled {
                _ = try await hold()
                try? await Task.sleep(for: .seconds(1))
            }
        }
        let second = try await UpstreamStage(before: platform, store: store, holder: "second")
        try await second.keep("VLD1", "r1")
        let answer = await second.check("VLD2", "r2")
        // Riders are asked about by whichever hub they came to.
        #expect(answer.code == 0)
        #expect(platform.calls(.cardCheck).map(\.requestID) == ["r2"])
        living.cancel()
        try await living.value
        try await store.endLease("upstream", holder: "first")
        try await second.drained()
        #expect(platform.calls(.cardCheck).map(\.requestID) == ["r2", "r1"])
    }
}

extension UpstreamCheck {
    var code: Int? { if case .answered(let answer) = self { answer.code } else { nil } }
}
