import Base
import Fares
import SQLite
import ValidatorCore

/// How the core's values lie in columns.
extension Statement {
    func bind(_ id: UniqueID, at index: Int32) throws(StorageError) {
        try bind(high: id.high, low: id.low, at: index)
    }

    func uniqueID(_ column: Int32) -> UniqueID? {
        words(column).map { UniqueID(high: $0.high, low: $0.low) }
    }

    func wallTime(_ column: Int32) -> WallTime? {
        integer(column).map(WallTime.init(milliseconds:))
    }

    /// Four columns: source, wall time, instant, boot.
    func bind(_ stamp: Stamp, at index: Int32) throws(StorageError) {
        try bind(stamp.source.rawValue, at: index)
        try bind(stamp.wall.milliseconds, at: index + 1)
        try bind(stamp.instant.nanoseconds, at: index + 2)
        try bind(stamp.boot, at: index + 3)
    }

    func stamp(_ column: Int32) -> Stamp? {
        guard let source = integer(column).flatMap({ ClockSource(rawValue: Int($0)) }), let wall = wallTime(column + 1),
            let instant = integer(column + 2), let boot = uniqueID(column + 3)
        else { return nil }
        return Stamp(instant: Instant(nanoseconds: instant), boot: boot, wall: wall, source: source)
    }

    /// Four columns: latitude, longitude, speed, course.
    func bind(_ position: Position?, at index: Int32) throws(StorageError) {
        try bind(position?.latitude, at: index)
        try bind(position?.longitude, at: index + 1)
        try bind(position?.speedKilometresPerHour, at: index + 2)
        try bind(position?.course, at: index + 3)
    }

    func position(_ column: Int32) -> Position? {
        guard let latitude = double(column), let longitude = double(column + 1) else { return nil }
        return Position(
            latitude: latitude, longitude: longitude, speedKilometresPerHour: double(column + 2), course: double(column + 3))
    }

    /// A card number as text, a scanned ticket as a blob.
    func bind(_ subject: Subject, at index: Int32) throws(StorageError) {
        switch subject {
        case .card(let card): try bind(card.description, at: index)
        case .ticket(let payload): try bind(payload, at: index)
        }
    }

    func subject(_ column: Int32) -> Subject? {
        if let payload = blob(column) { return .ticket(payload) }
        return text(column).flatMap { CardNumber($0) }.map(Subject.card)
    }
}
