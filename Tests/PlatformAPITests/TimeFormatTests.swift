import Base
import PlatformAPI
import Testing

@Suite("Times as text")
struct TimeFormatTests {
    private static let time = CivilTime(year: 2019, month: 8, day: 24, hour: 16, minute: 20, second: 14)

    @Test("the document's own server time")
    func sample() throws {
        let time = try #require(Self.time)
        #expect(TimeFormat.compact.time("190824162014") == time)
        #expect(TimeFormat.compact.text(time) == "190824162014")
        #expect(TimeFormat.datetime.text(time) == "2019-08-24 16:20:14")
    }

    @Test("what is written reads back", arguments: TimeFormat.allCases)
    func roundTrip(format: TimeFormat) throws {
        var seconds: Int64 = 946_684_800
        while seconds < 4_102_444_800 {
            let time = CivilTime(secondsSince1970: seconds)
            #expect(format.time(format.text(time)) == time)
            seconds += 7_654_321
        }
    }

    @Test(
        "anything else is no time",
        arguments: [
            "", "2019-08-24", "2019-08-24 16:20", "2019-08-24T16:20:14", "2019-08-24 16:20:14 ", "2019-02-29 00:00:00",
            "2019-08-24 24:00:00", "19082416201", "1908241620145", "191324162014", "+90824162014",
            "２０１９-08-24 16:20:14", "null",
        ])
    func notATime(text: String) {
        for format in TimeFormat.allCases { #expect(format.time(text) == nil) }
    }
}
