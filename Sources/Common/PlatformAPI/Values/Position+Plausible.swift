import Base

extension Position {
    /// What can be meant of a position that somebody else wrote: nil for a place that cannot be, or is 0, 0, where devices are that have no
    /// fix; a speed or course that cannot be is as good as missing.
    public var plausible: Position? {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude), latitude != 0 || longitude != 0 else { return nil }
        return Position(
            latitude: latitude, longitude: longitude,
            speedKilometresPerHour: speedKilometresPerHour.flatMap { (0...1000).contains($0) ? $0 : nil },
            course: course.flatMap { (0...360).contains($0) ? $0 : nil })
    }
}
