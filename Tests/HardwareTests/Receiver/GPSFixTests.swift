import Base
import CGPS
import Testing
import ValidatorCore

@testable import Hardware

@Suite("gpsd's reports as fixes")
struct GPSFixTests {
    func report(
        mode: Int32 = 3, latitude: Double = 31.23, longitude: Double = 121.47, speed: Double = 10, track: Double = 90,
        time: (seconds: Int64, nanoseconds: Int64)? = (1_790_038_920, 500_000_000)
    ) -> cgps_report {
        cgps_report(
            mode: mode, latitude: latitude, longitude: longitude, speed: speed, track: track, has_time: time != nil,
            seconds: time?.seconds ?? 0, nanoseconds: time?.nanoseconds ?? 0)
    }

    @Test("metres per second become km/h, and nanoseconds milliseconds")
    func units() {
        #expect(
            Fix(report())
                == Fix(
                    quality: .threeDimensional,
                    position: Position(latitude: 31.23, longitude: 121.47, speedKilometresPerHour: 36, course: 90),
                    time: WallTime(milliseconds: 1_790_038_920_500)))
    }

    @Test("what is no number is absent, not zero")
    func notANumber() {
        let fix = Fix(report(mode: 2, speed: .nan, track: .nan, time: nil))
        #expect(fix == Fix(quality: .twoDimensional, position: Position(latitude: 31.23, longitude: 121.47), time: nil))
    }

    @Test("without a fix there is no place, but there may be a time", arguments: [0, 1, 4, -1] as [Int32])
    func noFix(mode: Int32) {
        #expect(Fix(report(mode: mode)) == Fix(quality: .none, position: nil, time: WallTime(milliseconds: 1_790_038_920_500)))
    }

    @Test(
        "0, 0 and places that are not on Earth are no fix",
        arguments: [
            (0, 0), (.nan, 121), (31, .nan), (90.5, 121), (31, -180.5), (.infinity, 121),
        ] as [(Double, Double)])
    func noPlace(latitude: Double, longitude: Double) {
        let fix = Fix(report(latitude: latitude, longitude: longitude))
        #expect(fix.quality == .none)
        #expect(fix.position == nil)
    }

    @Test("the equator and the prime meridian are places")
    func zeroes() {
        #expect(Fix(report(latitude: 0, longitude: 32)).position?.latitude == 0)
        #expect(Fix(report(latitude: 51, longitude: 0)).position?.longitude == 0)
    }

    @Test("a course of 360 is north, and nonsense is absent")
    func course() {
        #expect(Fix(report(track: 360)).position?.course == 0)
        #expect(Fix(report(track: 361)).position?.course == nil)
        #expect(Fix(report(speed: -1)).position?.speedKilometresPerHour == nil)
    }

    @Test("times before 1970 or past 9999 are absent", arguments: [0, -5, .max] as [Int64])
    func time(seconds: Int64) {
        #expect(Fix(report(time: (seconds, 0))).time == nil)
    }
}
