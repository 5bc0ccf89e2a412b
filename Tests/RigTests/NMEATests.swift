import Base
import Testing

@testable import validator_rig

@Suite("NMEA sentences")
struct NMEATests {
    private let motion = NMEA.Motion(latitude: 31.2304, longitude: -121.4737, course: 93.4, speedKilometresPerHour: 36)
    /// 2023-11-14 22:13:20 UTC.
    private let time = WallTime(seconds: 1_700_000_000)

    @Test("the checksum is the exclusive or of the bytes between $ and *")
    func checksum() {
        // The example of gpsd's NMEA page.
        #expect(
            NMEA.framed("GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,")
                == "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n")
    }

    @Test("a fix gives position, time, course and speed")
    func fix() {
        let lines = NMEA.sentences(motion, time: time, reception: .fix).split(separator: "\r\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("$GPGGA,221320.00,3113.8240,N,12128.4220,W,1,08,"))
        #expect(lines[1].hasPrefix("$GPRMC,221320.00,A,3113.8240,N,12128.4220,W,19.44,93.4,141123,,,A*"))
        #expect(lines[2].hasPrefix("$GPVTG,93.4,T,,M,19.44,N,36.00,K,A*"))
    }

    @Test("without a fix there is time and no place")
    func noFix() {
        let lines = NMEA.sentences(motion, time: time, reception: .noFix).split(separator: "\r\n")
        #expect(lines[0].hasPrefix("$GPGGA,221320.00,,,,,0,"))
        #expect(lines[1].hasPrefix("$GPRMC,221320.00,V,,,,,,,141123,"))
    }

    @Test("without time there is a place and no clock")
    func noTime() {
        let lines = NMEA.sentences(motion, time: time, reception: .noTime).split(separator: "\r\n")
        #expect(lines[1].hasPrefix("$GPRMC,,A,3113.8240,N,"))
    }

    @Test("a silent receiver says nothing")
    func silent() {
        #expect(NMEA.sentences(motion, time: time, reception: .silent).isEmpty)
    }

    @Test("the bus moves along its circle at its speed", arguments: [0, 30, 150, 299])
    func route(second: Int) {
        let here = Route.motion(after: .seconds(second))
        let next = Route.motion(after: .seconds(second + 1))
        let north = (next.latitude - here.latitude) * 111_320
        let east = (next.longitude - here.longitude) * 111_320 * 0.855
        #expect(abs((north * north + east * east).squareRoot() - 10) < 0.1)
        #expect((0..<360).contains(here.course))
    }
}
