import Base
import CGPS
import Testing
import ValidatorCore

@testable import Hardware

@Suite("gpsd's reports as fixes")
struct GPSFixTests {
    func report(
        mode: Int32 = 3, latitude: Double = 31.23, longitude: Double = 121.47, speed: Double = 10, track: Double = 90,
        time: (seconds: Int64, nanoseconds: Int64)? = (1_790_038_920, 500_000_000), status: Int32 = 0, error: Double = .nan
    ) -> cgps_report {
        cgps_report(
            mode: mode, status: status, latitude: latitude, longitude: longitude, speed: speed, track: track, error: error,
            has_time: time != nil, seconds: time?.seconds ?? 0, nanoseconds: time?.nanoseconds ?? 0)
    }

    private func fix(_ report: cgps_report) -> Fix { Fix(report, receiver: "") }

    @Test("metres per second become km/h, and nanoseconds milliseconds")
    func units() {
        #expect(
            fix(report())
                == Fix(
                    quality: .threeDimensional,
                    position: Position(latitude: 31.23, longitude: 121.47, speedKilometresPerHour: 36, course: 90),
                    time: WallTime(milliseconds: 1_790_038_920_500)))
    }

    @Test("what is no number is absent, not zero")
    func notANumber() {
        let fix = self.fix(report(mode: 2, speed: .nan, track: .nan, time: nil))
        #expect(fix == Fix(quality: .twoDimensional, position: Position(latitude: 31.23, longitude: 121.47), time: nil))
    }

    @Test("without a fix there is no place, but there may be a time", arguments: [0, 1, 4, -1] as [Int32])
    func noFix(mode: Int32) {
        #expect(fix(report(mode: mode)) == Fix(quality: .none, position: nil, time: WallTime(milliseconds: 1_790_038_920_500)))
    }

    @Test(
        "0, 0 and places that are not on Earth are no fix",
        arguments: [
            (0, 0), (.nan, 121), (31, .nan), (90.5, 121), (31, -180.5), (.infinity, 121),
        ] as [(Double, Double)])
    func noPlace(latitude: Double, longitude: Double) {
        let fix = self.fix(report(latitude: latitude, longitude: longitude))
        #expect(fix.quality == .none)
        #expect(fix.position == nil)
    }

    @Test("the equator and the prime meridian are places")
    func zeroes() {
        #expect(fix(report(latitude: 0, longitude: 32)).position?.latitude == 0)
        #expect(fix(report(latitude: 51, longitude: 0)).position?.longitude == 0)
    }

    @Test("a course of 360 is north, and nonsense is absent")
    func course() {
        #expect(fix(report(track: 360)).position?.course == 0)
        #expect(fix(report(track: 361)).position?.course == nil)
        #expect(fix(report(speed: -1)).position?.speedKilometresPerHour == nil)
    }

    @Test("times before 1970 or past 9999 are absent", arguments: [0, -5, .max] as [Int64])
    func time(seconds: Int64) {
        #expect(fix(report(time: (seconds, 0))).time == nil)
    }

    @Test("which receiver it is, and how far off it may be, as gpsd says it")
    func receiver() {
        let fix = Fix(report(error: 17.1), receiver: "/dev/validator/gps0")
        #expect(fix.receiver == "/dev/validator/gps0" && fix.errorMetres == 17.1)
        #expect(self.fix(report()).errorMetres == nil)
    }

    @Test(
        "gpsd's own speed, which comes without a track, is no movement",
        arguments: [
            // The receiver's own, of a bus that stands: many leave the course out.
            (0.01, .nan, 0.036), (0.8, .nan, 2.88),
            // Made of two positions: noise.
            (0.84, .nan, nil), (6.317, .nan, nil), (62.135, .nan, nil),
            (10.3, 45, 37.08), (.nan, 45, nil), (.infinity, 45, nil),
        ] as [(Double, Double, Double?)])
    func speedWithoutTrack(speed: Double, track: Double, expected: Double?) {
        let found = fix(report(speed: speed, track: track)).position?.speedKilometresPerHour
        #expect(found.map { ($0 * 1000).rounded() } == expected.map { ($0 * 1000).rounded() })
    }

    @Test("what a simulator says, or a person, is known for that", arguments: 0...9 as ClosedRange<Int32>)
    func invented(status: Int32) {
        #expect(fix(report(status: status)).isInvented == [7, 8].contains(status))
    }
}
