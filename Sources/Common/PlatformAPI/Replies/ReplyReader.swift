import Fares
import JSON

/// Picks what is wanted out of a reply's JSON: the fields of the outermost object, and the rows of its `list`.
///
/// A bad row is kept in mind, not thrown: a refusal's reply owes nobody a list, and `ret_code` may come last. The `list` may be
/// an object too, whose values are the rows then: PHP writes one for an array with gaps.
struct ReplyReader: JSONConsumer, Sendable {
    enum Rows {
        case none
        case cards(unlisted: UnlistedMeaning)
        /// A row without a `flag`, which the document's table does not have, is a card of the line.
        case lineCards
        case keys
    }

    /// A platform that sends more has lost count.
    static let maximumRows = 8_000_000

    private let wanted: Set<String>
    private(set) var fields = Fields()
    /// True when the document is an object.
    private(set) var isObject = false
    private(set) var hasBegun = false

    private var depth = 0
    /// The name of the outermost object's member whose value comes next; nil when it is not wanted.
    private var name: String?
    private var hasList = false
    private var isInList = false
    private var row: ReplyRow
    private let isFlagOptional: Bool
    private var rows = 0
    private var problem: FieldError?

    private var cardRows: CardListBuilder?
    private let maximumListBytes: Int
    /// The list has more rows than it may have.
    private(set) var isTooLarge = false
    private(set) var skippedCards = 0
    private var keyRows: [KeyGroup.Key] = []

    init(rows: Rows, format: WireFormat) {
        let tokenCall = format.tokenCall
        maximumListBytes = format.maximumListBytes
        isFlagOptional = if case .lineCards = rows { true } else { false }
        var wanted = Self.names.union([tokenCall.tokenField, tokenCall.expiresInField])
        switch rows {
        case .none:
            row = ReplyRow(first: "", second: "")
            wanted.remove(FieldName.list)
        case .cards(let unlisted):
            row = ReplyRow(first: FieldName.cardNumber, second: FieldName.flag)
            cardRows = CardListBuilder(unlisted: unlisted)
        case .lineCards:
            row = ReplyRow(first: FieldName.cardNumber, second: FieldName.flag)
            // Not on this line: never blocked.
            cardRows = CardListBuilder(unlisted: .removed)
        case .keys: row = ReplyRow(first: FieldName.keyID, second: FieldName.key)
        }
        self.wanted = wanted
    }

    /// The fields of all replies; their number bounds what is kept.
    private static let names: Set = [
        FieldName.enterpriseID, FieldName.returnCode, FieldName.returnMessage, FieldName.serverTime,
        FieldName.keyVersion, FieldName.ticketCheckMode, FieldName.cardCheckMode, FieldName.ticketsEnabled,
        FieldName.cardsEnabled, FieldName.whiteListRequired, FieldName.cardVersion, FieldName.cardIncrementVersion,
        FieldName.lineCardVersion, FieldName.lineListRequired, FieldName.windowStart, FieldName.windowEnd,
        FieldName.listVersion, FieldName.list, FieldName.soundNumber, FieldName.revokedKeyVersion,
    ]

    /// - Parameter isWhole: not an increment: were most rows unusable, most riders would be locked out.
    func cards(isWhole: Bool) throws(FieldError) -> CardListBuilder? {
        try checkRows()
        if isWhole, skippedCards > Self.toleratedSkips, skippedCards > rows / 10 {
            throw FieldError(field: FieldName.list, problem: "has no usable card_no in \(skippedCards) of its \(rows) rows")
        }
        return cardRows
    }

    /// At least one usable key, and what was wrong with the first row that has none.
    func keys() throws(FieldError) -> (keys: [KeyGroup.Key], leftOut: FieldError?) {
        guard hasList else { throw .missing(FieldName.list) }
        guard !keyRows.isEmpty else { throw problem ?? FieldError(field: FieldName.list, problem: "has no key") }
        return (keyRows, problem)
    }

    private func checkRows() throws(FieldError) {
        if let problem { throw problem }
        guard hasList else { throw .missing(FieldName.list) }
    }

    /// So many rows without a usable number are no reason to refuse a list, however short it is.
    private static let toleratedSkips = 10

    mutating func beginObject() {
        begin()
        if depth == 1 { isObject = true }
        if depth == 3, isInList { row.begin() } else { beginList() }
    }

    mutating func endObject() {
        if depth == 3, isInList { endRow() }
        end()
    }

    mutating func beginArray() {
        begin()
        if depth == 3, isInList { rowIsNoObject() } else { beginList() }
    }

    mutating func endArray() { end() }

    private mutating func beginList() {
        guard depth == 2, name == FieldName.list else { return }
        hasList = true
        isInList = true
    }

    mutating func key(_ utf8: Span<UInt8>) {
        if depth == 3, isInList {
            row.key(utf8)
        } else if depth == 1 {
            let key = String(utf8: utf8)
            name = wanted.contains(key) ? key : nil
        }
    }

    mutating func string(_ utf8: Span<UInt8>) { scalar(utf8) }
    mutating func number(_ text: Span<UInt8>) {
        guard Self.hasFraction(text), let whole = JSONNumber(text: String(utf8: text))?.int else { return scalar(text) }
        // Languages whose only number is a fraction write 1.0 for 1, and 5.3961084E7 for a version.
        let digits = Array(String(whole).utf8)
        scalar(digits.span)
    }
    mutating func bool(_ value: Bool) {
        let text = Array(String(value).utf8)
        scalar(text.span)
    }

    /// Null is as good as missing: many platforms write it for what they do not have.
    mutating func null() {
        if depth == 1, let name {
            hasBegun = true
            fields[name] = nil
            if name == FieldName.list { hasList = true }
        } else {
            scalar(Span())
        }
    }

    private static func hasFraction(_ text: Span<UInt8>) -> Bool {
        for index in 0..<text.count where text[index] > UInt8(ascii: "9") || text[index] == UInt8(ascii: ".") { return true }
        return false
    }

    private mutating func begin() {
        hasBegun = true
        depth += 1
    }

    private mutating func end() {
        depth -= 1
        if depth == 1 { isInList = false }
    }

    private mutating func scalar(_ text: Span<UInt8>) {
        hasBegun = true
        if depth == 3, isInList {
            row.value(text)
        } else if depth == 1, let name {
            fields[name] = String(utf8: text)
            if name == FieldName.list { takeList(text) }
        } else if depth == 2, isInList {
            if text.count == 0, cardRows != nil { skipRow() } else { rowIsNoObject() }
        }
    }

    /// An empty text in the place of the rows is none of them.
    private mutating func takeList(_ text: Span<UInt8>) {
        hasList = true
        if text.count > 0 { note("is \"\(String(utf8: text).prefix(40))\", must be an array", in: nil) }
    }

    private mutating func rowIsNoObject() {
        rows += 1
        note("is not an object", in: nil)
    }

    private mutating func skipRow() {
        rows += 1
        skippedCards += 1
    }

    private mutating func endRow() {
        guard rows < Self.maximumRows, cardRows?.byteCount ?? 0 <= maximumListBytes else {
            isTooLarge = true
            return
        }
        if cardRows != nil { endCardRow() } else { endKeyRow() }
    }

    /// A row without a number is nobody's, whatever else it says.
    private mutating func endCardRow() {
        guard row.hasFirst, let card = CardNumber(row.first) ?? CardNumber(written: row.first) else { return skipRow() }
        rows += 1
        let isListed: Bool
        if let flag = row.secondSwitch {
            isListed = flag
        } else if isFlagOptional, row.isSecondEmpty {
            isListed = true
        } else {
            guard !row.isSecondEmpty else { return note("is missing", in: FieldName.flag) }
            return note("is \"\(row.secondText)\", must be 0 or 1", in: FieldName.flag)
        }
        cardRows?.append(CardListEntry(card: card, isListed: isListed))
    }

    private mutating func endKeyRow() {
        rows += 1
        guard row.hasFirst else { return note("is missing", in: FieldName.keyID) }
        guard let number = LooseInteger.value(row.firstText), let id = UInt8(exactly: number) else {
            return note(
                "is \"\(row.firstText)\", must be 0 to 255, since a ticket names its key in one byte", in: FieldName.keyID)
        }
        // The table does not call `key` necessary. Anyone could sign with an empty one.
        guard !row.isSecondEmpty else { return note("is missing", in: FieldName.key) }
        keyRows.append(KeyGroup.Key(id: id, text: String(decoding: row.second, as: UTF8.self)))
    }

    /// Remembers the first problem of all rows.
    private mutating func note(_ what: String, in member: String?) {
        guard problem == nil else { return }
        let place = rows == 0 ? FieldName.list : "\(FieldName.list) row \(rows)"
        problem = FieldError(field: member.map { "\($0) of \(place)" } ?? place, problem: what)
    }
}
