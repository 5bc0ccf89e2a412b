import Base
import OperatingSystem
import PlatformAPI
import TestSupport
import Testing

@testable import HubUpstream

@Suite("Positions that are sent late")
struct LatePositionTests {
    @Test("are one of each device in half a minute, and all of them anew after the platform was back")
    func thinned() {
        var late = LatePositions()
        for second in 0..<300 {
            for device in ["a", "b"] { late.add(call(device, "\(second)"), at: instant(Double(second))) }
        }
        #expect(late.waiting.count == 20)
        #expect(late.waiting.prefix(3).map(\.key.requestID) == ["0", "0", "30"])
        late.stored(19)
        late.reset()
        late.add(call("a", "x"), at: instant(300))
        #expect(late.waiting.map(\.key.requestID) == ["270", "x"])
    }

    @Test("are given up, the oldest first, beyond what memory has room for while the store does not take them")
    func bound() {
        var late = LatePositions()
        for id in 0..<LatePositions.limit + 5 { late.add(call("d\(id)", "h"), at: instant(0)) }
        #expect(late.notStored() == 5)
        #expect(late.waiting.first?.key.deviceID == "d5" && late.notStored() == 0)
    }

    @Test("make room for records when four fifths of what may wait do")
    func room() async throws {
        let platform = try await PlatformStandIn.start { _, _ in PlatformStandIn.Answer(status: 503, body: "") }
        let stage = try await UpstreamStage(before: platform) { $0.maximumWaiting = 10 }
        for number in 0..<6 { try await stage.keep("d\(number)", "p\(number)", .heartbeat) }
        for number in 0..<5 { try await stage.keep("d\(number)", "r\(number)") }
        try await eventually("the oldest positions have gone") {
            try await stage.store.all(.waiting).filter { $0.key.call == .heartbeat }.map(\.key.requestID) == ["p3", "p4", "p5"]
        }
        #expect(try await stage.store.all(.waiting).filter { $0.key.call == .cardCheck }.count == 5)
        #expect(stage.metrics.registry.text.contains("validator_hub_upstream_dropped_positions_total 3"))
    }
}
