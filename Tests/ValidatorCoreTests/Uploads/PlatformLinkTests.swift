import Base
import Fares
import PlatformAPI
import Testing

@testable import ValidatorCore

@Suite("The link to the platform")
struct PlatformLinkTests {
    private func box() -> TestBox {
        var policy = TestBox.policy()
        policy.reportInterval = .seconds(5)
        var box = TestBox(policy: policy, restored: TestBox.holding(listed: ["AA"]))
        box.advance(by: .zero)
        return box
    }

    private func request(_ name: String, in box: inout TestBox) throws -> ExchangeID {
        try #require(box.takeRequests().last { $0.request.content.name == name }).id
    }

    @Test("is unknown before anything has come of an exchange")
    func unknown() {
        let link = box().validator.link
        #expect(link.state == .unknown && link.lastSuccess == nil && link.lastFault == nil)
    }

    @Test("is up after a reply, be it a refusal")
    func up() throws {
        var box = box()
        box.reply(try request("heartbeat", in: &box), .refused(7))
        #expect(box.validator.link.state == .up)
        #expect(box.validator.link.lastSuccess == box.now.instant && box.validator.link.lastFault == nil)
    }

    @Test("is down when nothing at all comes, whatever was asked, and the last success is remembered")
    func down() throws {
        var box = box()
        box.reply(try request("heartbeat", in: &box), .heartbeat())
        let success = box.now.instant
        box.tap("AA")
        let upload = try request("log", in: &box)
        box.advance(by: .seconds(1))
        box.fail(upload, .connection)
        #expect(box.validator.link.state == .down && box.validator.link.lastSuccess == success)
        #expect(box.validator.link.lastFault?.text == "no answer in the test")
    }

    @Test("is down when a heartbeat is answered with an error")
    func heartbeatFails() throws {
        var box = box()
        box.fail(try request("heartbeat", in: &box), .status)
        #expect(box.validator.link.state == .down && box.validator.link.lastFault?.text == "no answer in the test")
    }

    @Test("stays up when an upload is answered with an error, which is remembered; riders go on waiting")
    func oneCallFails() throws {
        var box = box()
        var modes = Modes()
        modes.cardCheck = .online
        box.reply(try request("heartbeat", in: &box), .heartbeat(modes: modes))
        box.handle(
            .backlog([
                Upload(
                    key: .position(1), requestID: UniqueID(high: 0, low: 1), content: .position,
                    stamp: Stamp(instant: box.now.instant, boot: TestBox.boot, wall: TestBox.epoch, source: .gps), position: nil)
            ]))
        box.fail(try request("heartbeat", in: &box), .status)
        #expect(box.validator.link.state == .up && box.validator.link.lastFault?.text == "no answer in the test")
        let failed = box.now.instant
        box.advance(by: .seconds(1))
        #expect(box.tap("AA") == nil)
        box.reply(try request("online check", in: &box), .check(0))
        let fault = try #require(box.validator.link.lastFault)
        #expect(box.validator.link.state == .up && fault.call == .heartbeat && fault.at == failed)
        #expect(box.validator.link.lastUploadFault?.at == failed)
    }
}

@Suite("A mistake in the wiring around the validator")
struct PreconditionTests {
    @Test("ends the program rather than leave a rider without a light")
    func rowsAndTaps() async {
        await #expect(processExitsWith: .failure) {
            var box = TestBox(restored: TestBox.holding(listed: ["AA"]))
            _ = box.validator.handle(.card(uid: [0xAA], reader: 0), at: box.now, outbox: box.outbox)
            _ = box.validator.handle(.committed(rows: []), at: box.now, outbox: box.outbox)
        }
    }

    @Test("ends the program rather than count one reply twice")
    func replyTwice() async {
        await #expect(processExitsWith: .failure) {
            var box = TestBox()
            box.advance(by: .zero)
            for _ in 0..<2 { box.reply(box.requests[0].id, .heartbeat()) }
        }
    }

    @Test("ends the program rather than adopt a list that was not asked for")
    func strangeList() async {
        await #expect(processExitsWith: .failure) {
            var box = TestBox()
            box.handle(.listSaved(.cards))
        }
    }
}
