import Testing

@testable import Base
@testable import ValidatorCore

@Suite("A parked bus")
struct ParkingTests {
    private static func box(parkedInterval: Duration = .seconds(300)) -> TestBox {
        var policy = TestBox.policy()
        policy.reportInterval = .seconds(5)
        policy.parkedInterval = parkedInterval
        policy.parkedAfter = .seconds(60)
        var box = TestBox(policy: policy)
        box.advance(by: .zero)
        for (id, _) in box.takeRequests() { box.reply(id, .heartbeat()) }
        return box
    }

    private func fix(_ speed: Double?, quality: Fix.Quality = .threeDimensional) -> Event {
        .fix(
            Fix(
                quality: quality, position: Position(latitude: 31, longitude: 121, speedKilometresPerHour: speed), time: nil))
    }

    /// How many heartbeats it sends in so many seconds, during which it moves at `speed`.
    private func beats(_ box: inout TestBox, seconds: Int, speed: Double?) -> Int {
        _ = box.takeRequests()
        var count = 0
        for _ in 0..<seconds {
            box.advance(by: .seconds(1))
            if let speed { box.handle(fix(speed)) }
            for (id, request) in box.takeRequests() where request.content.name == "heartbeat" {
                count += 1
                box.reply(id, .heartbeat())
            }
        }
        return count
    }

    @Test("reports seldom once it has stood for a while, and as always when it moves again")
    func slow() {
        var box = Self.box()
        #expect(beats(&box, seconds: 60, speed: 0) >= 11)
        #expect(beats(&box, seconds: 600, speed: 0.9) <= 3)
        #expect(box.isParked)
        #expect(beats(&box, seconds: 1, speed: 12) == 1, "at once")
        #expect(beats(&box, seconds: 50, speed: 12) == 10)
    }

    @Test("is not parked at a stop or in a jam")
    func stop() {
        var box = Self.box()
        for _ in 0..<10 {
            _ = beats(&box, seconds: 50, speed: 0)
            _ = beats(&box, seconds: 1, speed: 8)
            #expect(!box.isParked)
        }
    }

    @Test("is parked also where every second report tells no speed, and none did at first")
    func reportsWithoutSpeed() {
        var box = Self.box()
        for _ in 0..<10 {
            box.advance(by: .seconds(1))
            box.handle(fix(nil, quality: .none))
        }
        for _ in 0..<61 {
            #expect(!box.isParked)
            box.advance(by: .seconds(1))
            box.handle(fix(nil))
            box.handle(fix(0.1))
        }
        #expect(box.isParked)
    }

    @Test("is parked when the receiver loses its fix for some seconds meanwhile, and not when nobody saw it stand for long")
    func outage() {
        for (outage, isParked) in [(1, true), (9, true), (10, false), (30, false)] {
            var box = Self.box()
            _ = beats(&box, seconds: 40, speed: 0)
            for _ in 0..<outage {
                box.advance(by: .seconds(1))
                box.handle(fix(nil, quality: .none))
            }
            _ = beats(&box, seconds: 25, speed: 0)
            #expect(box.isParked == isParked, "\(outage) s")
        }
    }

    @Test("is not parked in a tunnel, and stays parked in its garage, where nobody knows how fast it is")
    func noFix() {
        var tunnel = Self.box()
        _ = beats(&tunnel, seconds: 20, speed: 0)
        tunnel.handle(fix(nil, quality: .none))
        tunnel.advance(by: .seconds(600))
        #expect(!tunnel.isParked)

        var garage = Self.box()
        _ = beats(&garage, seconds: 70, speed: 0)
        garage.handle(fix(nil, quality: .none))
        garage.handle(.receiverLost)
        garage.advance(by: .seconds(600))
        #expect(garage.isParked)
    }

    @Test("is parked when its ignition is off and it does not move, and no longer when the ignition is on")
    func ignition() {
        var box = Self.box()
        box.handle(.ignition(isOn: false))
        #expect(box.isParked)
        #expect(beats(&box, seconds: 200, speed: nil) <= 1)
        #expect(beats(&box, seconds: 1, speed: 30) == 1, "whatever the line says")
        box.handle(fix(0))
        #expect(box.isParked)
        box.handle(.ignition(isOn: true))
        #expect(!box.isParked)
    }

    @Test("reports as always where nothing is configured, until a technician sets it")
    func setting() {
        var box = Self.box(parkedInterval: .zero)
        #expect(beats(&box, seconds: 100, speed: 0) == 20)
        box.handle(.set(.parkedInterval(.seconds(60))))
        #expect(beats(&box, seconds: 120, speed: 0) <= 3)
        box.handle(.set(.parkedInterval(.zero)))
        #expect(beats(&box, seconds: 100, speed: 0) >= 19)
    }
}
