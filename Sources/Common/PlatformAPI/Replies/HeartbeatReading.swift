import Base
import Fares

/// Reads the members of a heartbeat's reply, each by itself.
struct HeartbeatReading {
    private let fields: Fields
    private let timeZone: any TimeZoneRules
    private(set) var orders = HeartbeatOrders()

    init(_ fields: Fields, timeZone: any TimeZoneRules) {
        self.fields = fields
        self.timeZone = timeZone
        orders.enterpriseID = fields.optionalText(FieldName.enterpriseID)
        readServerTime()
        orders.ticketCheck = attempt { fields throws(FieldError) in try fields.checkMode(FieldName.ticketCheckMode) }
        orders.cardCheck = attempt { fields throws(FieldError) in try fields.checkMode(FieldName.cardCheckMode) }
        orders.ticketsEnabled = attempt { fields throws(FieldError) in try fields.switched(FieldName.ticketsEnabled) }
        orders.cardsEnabled = attempt { fields throws(FieldError) in try fields.switched(FieldName.cardsEnabled) }
        orders.whiteListRequired = attempt { fields throws(FieldError) in try fields.switched(FieldName.whiteListRequired) }
        orders.lineListRequired = attempt { fields throws(FieldError) in try fields.switched(FieldName.lineListRequired) }
        orders.versions.cards = version(FieldName.cardVersion)
        orders.versions.cardIncrement = version(FieldName.cardIncrementVersion)
        orders.versions.lineCards = version(FieldName.lineCardVersion)
        orders.versions.keys = version(FieldName.keyVersion)
        readHours()
    }

    private mutating func attempt<Value>(_ read: (Fields) throws(FieldError) -> Value) -> Value? {
        do throws(FieldError) {
            return try read(fields)
        } catch {
            orders.oddities.append(error)
            return nil
        }
    }

    private mutating func version(_ name: String) -> String? {
        if fields[name] == nil { orders.oddities.append(.missing(name)) }
        return fields.optionalText(name)
    }

    private mutating func readServerTime() {
        guard let text = fields.optionalText(FieldName.serverTime) else { return }
        orders.serverTime = time(text, of: FieldName.serverTime)
    }

    /// A time that had to be guessed at is told.
    private mutating func time(_ text: String, of name: String) -> WallTime? {
        let time = timeZone.looseTime(text)
        if let time, time.isPlain { return time.wall }
        let rule = time.map { "read as \(TimeFormat.datetime.text(timeZone.civil($0.wall))), should be yyyy-MM-dd HH:mm:ss" }
        orders.oddities.append(rule.map { .odd(name, text, $0) } ?? .wrong(name, text, "a date and a time: yyyy-MM-dd HH:mm:ss"))
        return time?.wall
    }

    /// Empty, equal, or without a date: no hours.
    private mutating func readHours() {
        let (startName, endName) = (FieldName.windowStart, FieldName.windowEnd)
        for name in [startName, endName] where fields[name] == nil { orders.oddities.append(.missing(name)) }
        guard let first = fields[startName], let last = fields[endName] else { return }
        let (startText, endText) = (first.trimmed, last.trimmed)
        if [startText, endText].contains(where: { $0.isEmpty || $0.hasPrefix("0000") }) || startText == endText {
            orders.hours = .unlimited
            return
        }
        let (start, end) = (time(first, of: startName), time(last, of: endName))
        guard let start, let end else { return }
        if start == end {
            orders.hours = .unlimited
        } else if start < end || timeZone.civil(start).date == timeZone.civil(end).date {
            orders.hours = .from(start, to: end)
        } else {
            orders.oddities.append(.wrong(endName, last, "after \(startName)"))
        }
    }
}
