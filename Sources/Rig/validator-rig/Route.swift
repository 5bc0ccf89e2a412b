import Glibc

/// A closed course that a bus drives at constant speed: a circle of 500 m around People's Square, Shanghai.
enum Route {
    static let centre = (latitude: 31.230400, longitude: 121.473700)
    static let radiusMetres = 500.0
    static let speedKilometresPerHour = 36.0

    /// Where the bus is so long after the start, driving clockwise from the northernmost point.
    static func motion(after elapsed: Duration) -> NMEA.Motion {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let angle = speedKilometresPerHour / 3.6 * seconds / radiusMetres
        let metresPerDegree = 111_320.0
        return NMEA.Motion(
            latitude: centre.latitude + radiusMetres * cos(angle) / metresPerDegree,
            longitude: centre.longitude + radiusMetres * sin(angle) / metresPerDegree / cos(centre.latitude * .pi / 180),
            course: (angle * 180 / .pi + 90).truncatingRemainder(dividingBy: 360),
            speedKilometresPerHour: speedKilometresPerHour)
    }
}
