extension StatusReport {
    /// `gps`: where the bus is.
    public struct GPS: ControlValue {
        public enum Fix: String, Sendable {
            case none
            case twoDimensional = "2d"
            case threeDimensional = "3d"
        }

        public var fix: Fix?
        /// WGS-84 degrees; nil without a fix.
        public var latitude: Double?
        public var longitude: Double?
        public var speedKilometresPerHour: Double?
        /// Degrees from north, clockwise.
        public var course: Double?
        /// Since the last report of the receiver; nil before any.
        public var age: Duration?

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("fix", &fix)
            member("lat", &latitude)
            member("lng", &longitude)
            member("speed_kmh", &speedKilometresPerHour)
            member("course", &course)
            member("age_s", seconds: &age)
        }
    }
}
