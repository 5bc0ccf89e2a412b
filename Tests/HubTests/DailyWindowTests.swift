import Base
import PlatformAPI
import Testing

@testable import HubDomain

struct DailyWindowTests {
    private let zone = FixedZone.shanghai

    private func wall(_ text: String) throws -> WallTime {
        zone.wall(try #require(TimeFormat.datetime.time(text)))
    }

    @Test(
        "a window that is none is refused",
        arguments: [
            "", "05:30", "5:30-23:00", "05:30-24:00", "05:60-06:00", "05:30-05:30", "a-b",
        ])
    func malformed(text: String) {
        #expect(DailyWindow(text) == nil)
    }

    @Test(
        "the dates are today's; over midnight, those of the night that it is",
        arguments: [
            ("05:30-23:00", "2026-08-03 07:45:00", "2026-08-03 05:30:00", "2026-08-03 23:00:00"),
            ("05:30-23:00", "2026-08-03 01:00:00", "2026-08-03 05:30:00", "2026-08-03 23:00:00"),
            ("22:00-04:00", "2026-08-03 23:30:00", "2026-08-03 22:00:00", "2026-08-04 04:00:00"),
            ("22:00-04:00", "2026-08-03 03:59:00", "2026-08-02 22:00:00", "2026-08-03 04:00:00"),
            ("22:00-04:00", "2026-08-03 12:00:00", "2026-08-03 22:00:00", "2026-08-04 04:00:00"),
        ])
    func dates(window: String, now: String, start: String, end: String) throws {
        let dates = try #require(DailyWindow(window)).dates(at: wall(now), zone: zone)
        #expect(try dates.start == wall(start))
        #expect(try dates.end == wall(end))
    }

    @Test("the start is within, the end is not")
    func bounds() throws {
        let window = try #require(DailyWindow("05:30-23:00"))
        #expect(try !window.contains(wall("2026-08-03 05:29:59"), zone: zone))
        #expect(try window.contains(wall("2026-08-03 05:30:00"), zone: zone))
        #expect(try !window.contains(wall("2026-08-03 23:00:00"), zone: zone))
        #expect(window.description == "05:30-23:00")
    }
}
