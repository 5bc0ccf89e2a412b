extension CivilTime {
    /// `2026-03-01`
    public var date: String { "\(year.zeroPadded(to: 4))-\(month.zeroPadded(to: 2))-\(day.zeroPadded(to: 2))" }

    /// `07:45:00`
    public var timeOfDay: String { "\(hour.zeroPadded(to: 2)):\(minute.zeroPadded(to: 2)):\(second.zeroPadded(to: 2))" }
}
