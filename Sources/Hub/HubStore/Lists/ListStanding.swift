import Base
import HubDomain

/// How far the devices have come with a list in force. Those that are revoked are not counted.
public struct ListStanding: Hashable, Sendable {
    public var selection: ListSelection
    public var inForce: ListInForce
    /// Devices that are to have the list: of a line's, those on the line.
    public var devices: Int
    /// Those that were told of the version, or fetched it, or hold it.
    public var told: Int
    /// Those that fetched it, or hold it.
    public var fetched: Int
    /// Those that hold it, by their own word.
    public var adopted: Int

    public init(_ selection: ListSelection, _ inForce: ListInForce, devices: Int, told: Int, fetched: Int, adopted: Int) {
        (self.selection, self.inForce) = (selection, inForce)
        (self.devices, self.told, self.fetched, self.adopted) = (devices, told, fetched, adopted)
    }
}

/// How stores that speak SQL count the hub's own lists, which each of them understands. The names of a platform's begin with a character below
/// U+0003 (`ListSelection.generationLine`).
extension ListStanding {
    /// Rows of line, version, `changed_at`, and the four numbers in their order; by the lines' names.
    public static func sql(of list: DeviceList) -> String {
        let (isOfList, isNewest, isToHave, reported) =
            switch list {
            case .cards: ("g.line = '' AND g.is_full = 1", "is_full = 1", "1 = 1", "cards_version")
            case .increment: ("g.line = '' AND g.is_full = 0", "is_full = 0", "1 = 1", "increment_version")
            case .line: ("g.line > '\u{3}'", "1 = 1", "d.line = g.line", "line_version")
            }
        let adopted = "d.\(reported) = CAST(g.version AS text)"
        let fetched = "\(adopted) OR d.\(list.rawValue)_fetched = g.version"
        let told = "\(fetched) OR d.\(list.rawValue)_told = g.version"
        return """
            SELECT g.line, g.version, g.changed_at, count(d.device_id), count(*) FILTER (WHERE \(told)),
                count(*) FILTER (WHERE \(fetched)), count(*) FILTER (WHERE \(adopted))
            FROM generations g LEFT JOIN devices d ON d.revoked_at IS NULL AND \(isToHave)
            WHERE g.state = 1 AND \(isOfList)
                AND g.version = (SELECT max(version) FROM generations h WHERE h.line = g.line AND h.state = 1 AND \(isNewest))
            GROUP BY g.line, g.version, g.changed_at ORDER BY g.line
            """
    }

    /// From such a row.
    public init(_ list: DeviceList, line: String, numbers: [Int64]) {
        let selection: ListSelection =
            switch list {
            case .cards: .cards
            case .increment: .cardIncrement
            case .line: .line(line)
            }
        self.init(
            selection, ListInForce(version: numbers[0], since: WallTime(milliseconds: numbers[1])), devices: Int(numbers[2]),
            told: Int(numbers[3]), fetched: Int(numbers[4]), adopted: Int(numbers[5]))
    }
}
