import Base

import func Glibc.atan2
import func Glibc.cos
import func Glibc.sin
import func Glibc.sqrt

/// In what the platform's map expects a position (`platform.coordinates`).
///
/// The formulas of GCJ-02 and BD-09 are not published; these are the widely used reconstructions, good to a few metres.
/// Both hold inside a rectangle around China only; outside, WGS-84 is passed on as it is.
public enum CoordinateSystem: String, CaseIterable, Sendable {
    /// As the receiver says.
    case wgs84
    /// The shifted system of maps published in China.
    case gcj02
    /// Baidu's, a further shift of GCJ-02.
    case bd09

    /// Decimal degrees of a WGS-84 place.
    public func convert(latitude: Double, longitude: Double) -> (latitude: Double, longitude: Double) {
        let place = (latitude, longitude)
        guard self != .wgs84, (0.8293...55.8271).contains(latitude), (72.004...137.8347).contains(longitude) else {
            return place
        }
        let shifted = Self.gcj02(latitude: latitude, longitude: longitude)
        return self == .gcj02 ? shifted : Self.bd09(latitude: shifted.latitude, longitude: shifted.longitude)
    }

    /// The Krasovsky 1940 ellipsoid's half axis in metres, and its first eccentricity squared.
    private static let halfAxis = 6_378_245.0
    private static let eccentricity = 0.006_693_421_622_965_943

    private static func gcj02(latitude: Double, longitude: Double) -> (latitude: Double, longitude: Double) {
        let (x, y) = (longitude - 105, latitude - 35)
        let ripple = (20 * sin(6 * x * .pi) + 20 * sin(2 * x * .pi)) * 2 / 3
        let north =
            -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * x.magnitude.squareRoot() + ripple
            + (20 * sin(y * .pi) + 40 * sin(y / 3 * .pi)) * 2 / 3
            + (160 * sin(y / 12 * .pi) + 320 * sin(y * .pi / 30)) * 2 / 3
        let east =
            300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * x.magnitude.squareRoot() + ripple
            + (20 * sin(x * .pi) + 40 * sin(x / 3 * .pi)) * 2 / 3
            + (150 * sin(x / 12 * .pi) + 300 * sin(x / 30 * .pi)) * 2 / 3
        let angle = latitude / 180 * .pi
        let flattening = 1 - eccentricity * sin(angle) * sin(angle)
        let metresPerRadianNorth = halfAxis * (1 - eccentricity) / (flattening * flattening.squareRoot())
        let metresPerRadianEast = halfAxis / flattening.squareRoot() * cos(angle)
        return (
            latitude + north * 180 / (metresPerRadianNorth * .pi), longitude + east * 180 / (metresPerRadianEast * .pi)
        )
    }

    private static func bd09(latitude: Double, longitude: Double) -> (latitude: Double, longitude: Double) {
        let step = Double.pi * 3000 / 180
        let radius = (longitude * longitude + latitude * latitude).squareRoot() + 0.00002 * sin(latitude * step)
        let angle = atan2(latitude, longitude) + 0.000003 * cos(longitude * step)
        return (radius * sin(angle) + 0.006, radius * cos(angle) + 0.0065)
    }
}
