import Base
import Fares
import HubDomain
import HubServices
import HubStore
import OperatingSystem
import PlatformAPI
import TestSupport
import Testing

@testable import HubUpstream

@Suite("Heartbeats in front of a platform")
struct HeartbeatRelayTests {
    /// What the platform answers to a heartbeat.
    private static func reply(ahead seconds: Int = 0, _ members: String = #""check_card_mode":0,"enterprise_id":"E1""#)
        -> PlatformStandIn.Answer
    {
        let time = TimeFormat.datetime.text(FixedZone.shanghai.civil(Clocks.now().system + .seconds(seconds)))
        return PlatformStandIn.Answer(body: #"{"ret_code":0,"ret_msg":"","server_time":"\#(time)",\#(members)}"#)
    }

    private func heartbeat(_ device: String, _ request: String) -> ForwardedCall {
        ForwardedCall(key(device, request, .heartbeat), fields: Array(#"{"software_ver":"10203"}"#.utf8))
    }

    @Test("of a device that the platform has said nothing about are asked through, within their time")
    func first() async throws {
        let platform = try await PlatformStandIn.start { _, _ in Self.reply() }
        let stage = try await UpstreamStage(before: platform)
        #expect(stage.upstream.orders(of: "VLD1", at: Clocks.now().system) == nil)
        let said = await stage.upstream.firstOrders(heartbeat("VLD1", "h1"), until: Clocks.now().instant + .seconds(30))
        #expect(said?.enterpriseID == "E1" && said?.modes.cardCheck == .online)
        // Nothing is held here yet: empty versions say nothing to a box.
        #expect(said?.versions.cards == "" && said?.versions.keys == "")
        #expect(stage.upstream.enterprise(of: "VLD1") == "E1")
        platform.answer { _, _ in Self.reply().after(.seconds(2)) }
        let slow = await stage.upstream.firstOrders(heartbeat("VLD2", "h2"), until: Clocks.now().instant + .milliseconds(50))
        #expect(slow == nil)
    }

    @Test("are answered from what the platform last said, which outlives a restart")
    func restart() async throws {
        let platform = try await PlatformStandIn.start { _, _ in Self.reply() }
        let stage = try await UpstreamStage(before: platform)
        stage.upstream.report(heartbeat("VLD1", "h1"), at: Clocks.now().system)
        try await eventually("it was answered") { stage.upstream.orders(of: "VLD1", at: morning) != nil }
        #expect(platform.calls(.heartbeat).first?.fields["software_ver"] == 10203)
        try await eventually("it is kept") { try await stage.store.document("heartbeat/VLD1") != nil }
        platform.answer { _, _ in PlatformStandIn.Answer(status: 503, body: "") }
        let again = try await UpstreamStage(before: platform, store: stage.store)
        #expect(again.upstream.orders(of: "VLD1", at: morning)?.modes.cardCheck == .online)
        #expect(again.upstream.enterprise(of: "VLD1") == "E1")
    }

    @Test("of a device that another hub knows are answered from what the platform said to that one")
    func otherHub() async throws {
        let platform = try await PlatformStandIn.start { _, _ in PlatformStandIn.Answer(status: 503, body: "") }
        let stage = try await UpstreamStage(before: platform)
        var said = DeviceOrders(received: morning)
        said.enterpriseID = "E9"
        try await stage.store.keep([StoredDocument(name: "heartbeat/VLD1", body: said.json, changed: morning)])
        let told = await stage.upstream.firstOrders(heartbeat("VLD1", "h1"), until: Clocks.now().instant + .seconds(30))
        #expect(told?.enterpriseID == "E9")
        try await eventually("the platform is told all the same") { platform.calls(.heartbeat).first?.requestID == "h1" }
    }

    @Test("go up one at a time, and the newest state wins")
    func newest() async throws {
        let platform = try await PlatformStandIn.start { _, count in Self.reply().after(.seconds(count == 0 ? 3 : 0)) }
        let stage = try await UpstreamStage(before: platform)
        for number in 1...50 { stage.upstream.report(heartbeat("VLD1", "h\(number)"), at: Clocks.now().system) }
        try await eventually("the newest was sent") { platform.calls(.heartbeat).last?.requestID == "h50" }
        #expect(platform.calls(.heartbeat).count <= 3)
    }

    @Test("are told the platform's time, but never a jump of hours", arguments: [30, 8 * 3600, -8 * 3600])
    func time(ahead: Int) async throws {
        let platform = try await PlatformStandIn.start { _, _ in Self.reply(ahead: ahead) }
        let stage = try await UpstreamStage(before: platform)
        stage.upstream.report(heartbeat("VLD1", "h1"), at: Clocks.now().system)
        let said = try await eventually("it was answered") { stage.upstream.orders(of: "VLD1", at: morning) }
        let told = try #require(said.serverTime) - morning
        #expect((told - .seconds(ahead == 30 ? 30 : 0)).wholeSeconds.magnitude <= 5)
        #expect(stage.lines.all.contains { $0.hasPrefix("error") && $0.contains("clock") } == (ahead != 30))
    }

    @Test("that could not be sent are sent late where the platform wants that, once each")
    func latePositions() async throws {
        let platform = try await PlatformStandIn.start { _, _ in PlatformStandIn.Answer(status: 503, body: "") }
        let stage = try await UpstreamStage(before: platform) { $0.latePositions = .send }
        stage.upstream.report(heartbeat("VLD1", "h1"), at: Clocks.now().system)
        try await eventually("the platform is away") { stage.lines.all.contains { $0.contains("503") } }
        stage.upstream.report(heartbeat("VLD1", "h2"), at: Clocks.now().system)
        try await eventually("the older one is kept") { try await stage.store.all(.waiting).map(\.key.requestID) == ["h1"] }
    }
}
