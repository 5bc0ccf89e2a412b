/// A zone without daylight saving, such as Asia/Shanghai since 1992.
public struct FixedZone: TimeZoneRules {
    public let secondsEast: Int

    public init(secondsEast: Int) {
        self.secondsEast = secondsEast
    }

    public static let shanghai = FixedZone(secondsEast: 8 * 3600)

    public func offsetSeconds(at time: WallTime) -> Int { secondsEast }
}
