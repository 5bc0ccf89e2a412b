/// The rules of one time zone. An edge asks the system's zone database; tests use `FixedZone`.
public protocol TimeZoneRules: Sendable {
    /// Seconds east of UTC at that moment.
    func offsetSeconds(at time: WallTime) -> Int
}

extension TimeZoneRules {
    public func civil(_ time: WallTime) -> CivilTime {
        CivilTime(secondsSince1970: time.seconds + Int64(offsetSeconds(at: time)))
    }

    /// The moment that a clock of this zone shows as `civil`. In the hour that a clock goes through twice, either.
    public func wall(_ civil: CivilTime) -> WallTime {
        let asIfUTC = WallTime(seconds: civil.secondsSince1970)
        let first = WallTime(seconds: asIfUTC.seconds - Int64(offsetSeconds(at: asIfUTC)))
        return WallTime(seconds: asIfUTC.seconds - Int64(offsetSeconds(at: first)))
    }
}
