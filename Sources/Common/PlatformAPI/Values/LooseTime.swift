import Base

/// A time in one of the forms that back offices write.
struct LooseTime {
    var wall: WallTime
    /// False when a part was missing or beyond its range, so that it had to be guessed at.
    var isPlain: Bool
}

extension TimeZoneRules {
    /// Reads `yyyy-MM-dd HH:mm:ss`, with `T` between, `/` in the date, a fraction of a second, or a zone of its own behind it;
    /// `yyMMddHHmmss` and `yyyyMMddHHmmss`; seconds or milliseconds since 1970. `24:00:00` is the end of that day, and seconds
    /// may be missing, which is not plain. Nil for anything else, and for what no calendar or clock shows.
    func looseTime(_ text: String) -> LooseTime? {
        let trimmed = String(text.trimmed)
        if let number = Int(trimmed), trimmed.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") }) { return digits(trimmed, number) }
        var reader = LooseTimeReader(trimmed)
        guard let civil = reader.civil() else { return nil }
        guard let offset = reader.zone() else {
            return reader.isAtEnd ? LooseTime(wall: wall(civil) + reader.excess, isPlain: reader.isPlain) : nil
        }
        let zone = FixedZone(secondsEast: offset)
        return reader.isAtEnd ? LooseTime(wall: zone.wall(civil) + reader.excess, isPlain: reader.isPlain) : nil
    }

    private func digits(_ text: String, _ number: Int) -> LooseTime? {
        switch text.utf8.count {
        case 10: return LooseTime(wall: WallTime(seconds: Int64(number)), isPlain: true)
        case 13: return LooseTime(wall: WallTime(milliseconds: Int64(number)), isPlain: true)
        case 12: return TimeFormat.compact.time(text).map { LooseTime(wall: wall($0), isPlain: true) }
        case 14:
            guard text.hasPrefix("20") else { return nil }
            return TimeFormat.compact.time(String(text.dropFirst(2))).map { LooseTime(wall: wall($0), isPlain: true) }
        default: return nil
        }
    }
}
