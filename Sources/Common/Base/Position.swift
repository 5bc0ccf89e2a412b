import func Glibc.cos

/// Where the bus is and how it moves, WGS-84.
public struct Position: Hashable, Sendable {
    /// Decimal degrees, north positive.
    public var latitude: Double
    /// Decimal degrees, east positive.
    public var longitude: Double
    /// Nil where the receiver did not say; gpsd's first fixes have no speed.
    public var speedKilometresPerHour: Double?
    /// Degrees clockwise from true north, 0..<360.
    public var course: Double?

    public init(latitude: Double, longitude: Double, speedKilometresPerHour: Double? = nil, course: Double? = nil) {
        self.latitude = latitude
        self.longitude = longitude
        self.speedKilometresPerHour = speedKilometresPerHour
        self.course = course
    }

    /// As the crow flies, on a round Earth: right to half a percent over some kilometres.
    public func metres(to other: Position) -> Double {
        let metresPerDegree = 111_195.0
        let north = other.latitude - latitude
        // The short way round.
        let east = (other.longitude - longitude).remainder(dividingBy: 360)
        let narrowed = east * cos((latitude + other.latitude) / 2 * .pi / 180)
        return metresPerDegree * (north * north + narrowed * narrowed).squareRoot()
    }
}
