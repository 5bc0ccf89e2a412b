import Base
import PlatformAPI

/// One box of a fleet, as far as its platform can tell it from others.
struct FleetBox: Sendable {
    let deviceID: String
    /// What it proves by that it is this device; nil where it need not.
    let secret: String?
    /// Which of the hubs it turns to.
    var hub: Int
    var versions = Versions()
    /// For lists; nil before it has one, or when it was refused.
    var token: String?
    /// The version of the list that it is fetching; empty for whatever there is.
    var fetching: String?

    /// Where a bus of that number is: buses leave the same stop of `Route` one after the other, each on a course of its own beside it.
    static func position(ofBox number: Int, after elapsed: Duration) -> Position {
        let motion = Route.motion(after: elapsed + .milliseconds(700) * (number % 449))
        return Position(
            latitude: motion.latitude + Double(number % 100) / 1000,
            longitude: motion.longitude + Double(number / 100 % 200) / 1000,
            speedKilometresPerHour: motion.speedKilometresPerHour, course: motion.course)
    }
}
