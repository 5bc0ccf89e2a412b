import Base

/// Sentences of NMEA 0183 as a vehicle's receiver sends them once a second.
enum NMEA {
    /// Where and how fast the vehicle is.
    struct Motion: Hashable, Sendable {
        /// Degrees, north positive.
        var latitude: Double
        /// Degrees, east positive.
        var longitude: Double
        /// Degrees clockwise from true north.
        var course: Double
        var speedKilometresPerHour: Double
    }

    /// GGA, RMC and VTG for one second, each ended by CR LF.
    static func sentences(_ motion: Motion, time: WallTime, reception: Reception) -> String {
        guard reception != .silent else { return "" }
        let hasFix = reception != .noFix
        let civil = CivilTime(secondsSince1970: time.seconds)
        let hasTime = reception != .noTime
        let clock = hasTime ? digits(civil.hour) + digits(civil.minute) + digits(civil.second) + ".00" : ""
        let date = hasTime ? digits(civil.day) + digits(civil.month) + digits(civil.year % 100) : ""
        let place =
            hasFix ? "\(coordinate(motion.latitude, width: 2, "NS")),\(coordinate(motion.longitude, width: 3, "EW"))" : ",,,"
        let course = hasFix ? fixed(motion.course, decimals: 1) : ""
        let knots = hasFix ? fixed(motion.speedKilometresPerHour / 1.852, decimals: 2) : ""
        let kilometres = hasFix ? fixed(motion.speedKilometresPerHour, decimals: 2) : ""
        return [
            hasFix ? "GPGGA,\(clock),\(place),1,08,0.9,12.0,M,9.0,M,," : "GPGGA,\(clock),\(place),0,00,,,M,,M,,",
            "GPRMC,\(clock),\(hasFix ? "A" : "V"),\(place),\(knots),\(course),\(date),,,\(hasFix ? "A" : "N")",
            "GPVTG,\(course),T,,M,\(knots),N,\(kilometres),K,\(hasFix ? "A" : "N")",
        ].map(framed).joined()
    }

    /// `$`, the body, `*` and the exclusive or of its bytes in two digits.
    static func framed(_ body: String) -> String {
        "$\(body)*\(hexadecimal([body.utf8.reduce(0, ^)]).uppercased())\r\n"
    }

    /// `3113.8240,N`: degrees and minutes in one number.
    private static func coordinate(_ degrees: Double, width: Int, _ hemispheres: String) -> String {
        let tenThousandths = Int((abs(degrees) * 600_000).rounded())
        let minutes = tenThousandths % 600_000
        let whole = digits(tenThousandths / 600_000, width: width)
        let hemisphere = degrees < 0 ? hemispheres.suffix(1) : hemispheres.prefix(1)
        return "\(whole)\(digits(minutes / 10_000)).\(digits(minutes % 10_000, width: 4)),\(hemisphere)"
    }

    private static func fixed(_ value: Double, decimals: Int) -> String {
        let scale = decimals == 1 ? 10 : 100
        let scaled = Int((value * Double(scale)).rounded())
        return "\(scaled / scale).\(digits(scaled % scale, width: decimals))"
    }

    private static func digits(_ value: Int, width: Int = 2) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(width - text.count, 0)) + text
    }
}
