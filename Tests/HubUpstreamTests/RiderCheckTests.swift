import Base
import HubServices
import OperatingSystem
import PlatformAPI
import TestSupport
import Testing

@testable import HubUpstream

@Suite("Riders whom the platform is asked about")
struct RiderCheckTests {
    @Test("are answered what it says, unchanged")
    func answered() async throws {
        let platform = try await PlatformStandIn.start { _, _ in
            PlatformStandIn.Answer(body: #"{"ret_code":7007,"ret_msg":"余额不足","sound_no":12}"#)
        }
        let stage = try await UpstreamStage(before: platform)
        guard case .answered(let answer) = await stage.check("VLD1", "r1") else { return _ = Issue.record("not answered") }
        #expect(answer.code == 7007 && answer.message == "余额不足" && answer.soundNumber == 12)
        #expect(platform.calls(.cardCheck).first?.fields["check_mode"] == 0)
    }

    @Test("wait no longer than they may, and a later answer is told: the ride may have been booked")
    func late() async throws {
        let platform = try await PlatformStandIn.start { _, _ in .code(0).after(.milliseconds(600)) }
        let stage = try await UpstreamStage(before: platform)
        #expect(await stage.check("VLD1", "r1", within: .milliseconds(50)).code == nil)
        let late = try await eventually("the answer came") { stage.lateAnswers.all.first }
        #expect(late.call.key == key("VLD1", "r1") && late.answer.code == 0)
    }

    @Test("are not asked about after three in vain, so that none of them waits")
    func breaker() async throws {
        let platform = try await PlatformStandIn.start { _, _ in PlatformStandIn.Answer(status: 500, body: "<html>") }
        let stage = try await UpstreamStage(before: platform)
        for number in 0..<6 { #expect(await stage.check("VLD1", "r\(number)").code == nil) }
        #expect(platform.calls(.cardCheck).count == 3)
    }

    @Test(
        "are no good to be asked about by what is no answer",
        arguments: ["<html></html>", #"{"ret_code":0"#, "[]", #"{"a":1}"#, ""])
    func noAnswer(body: String) async throws {
        let platform = try await PlatformStandIn.start { _, _ in PlatformStandIn.Answer(body: body) }
        let stage = try await UpstreamStage(before: platform)
        #expect(await stage.check("VLD1", "r1").code == nil)
    }

    @Test("wait behind no upload, however many are under way")
    func ownLane() async throws {
        let platform = try await PlatformStandIn.start { call, _ in
            call.name == PlatformCall.cardLog.rawValue ? .code(0).after(.seconds(100)) : .code(0)
        }
        let stage = try await UpstreamStage(before: platform) { $0.timeout = .seconds(200) }
        for number in 0..<100 { try await stage.keep("d\(number)", "r\(number)", .cardLog) }
        try await eventually("all places are taken") { platform.calls(.cardLog).count >= UpstreamSchedule.concurrency }
        #expect(await stage.check("VLD1", "r1", within: .seconds(50)).code == 0)
    }

    @Test("and whose answer was lost: the booking that follows under the same req_id is marked")
    func lostThenBooked() async throws {
        let platform = try await PlatformStandIn.start { _, count in
            var answer = PlatformStandIn.Answer()
            answer.isCut = count == 0
            return answer
        }
        let stage = try await UpstreamStage(before: platform)
        #expect(await stage.check("VLD1", "r1").code == nil)
        try await stage.keep("VLD1", "r1")
        try await stage.drained()
        let kept = try await stage.store.all(.answered)
        #expect(kept.map(\.mayBeDouble) == [true])
    }
}
