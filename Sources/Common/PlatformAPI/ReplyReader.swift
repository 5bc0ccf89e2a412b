import Fares
import JSON

/// Picks what is wanted out of a reply's JSON: the fields of the outermost object, and the rows of its `list`.
///
/// A bad row is kept in mind, not thrown: a refusal's reply owes nobody a list, and `ret_code` may come last.
struct ReplyReader: JSONConsumer, Sendable {
    enum Rows {
        case none
        case cards(unlisted: UnlistedMeaning)
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
    private var rows = 0
    private var problem: FieldError?

    private var cardRows: CardListBuilder?
    private(set) var skippedCards = 0
    private var keyRows: [KeyGroup.Key] = []

    init(rows: Rows, tokenCall: WireFormat.TokenCall) {
        var wanted = Self.names.union([tokenCall.tokenField, tokenCall.expiresInField])
        switch rows {
        case .none:
            row = ReplyRow(first: "", second: "")
            wanted.remove(FieldName.list)
        case .cards(let unlisted):
            row = ReplyRow(first: FieldName.cardNumber, second: FieldName.flag)
            cardRows = CardListBuilder(unlisted: unlisted)
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
        FieldName.time, FieldName.listVersion, FieldName.list, FieldName.soundNumber,
    ]

    func cards() throws(FieldError) -> CardListBuilder? {
        try checkRows()
        return cardRows
    }

    func keys() throws(FieldError) -> [KeyGroup.Key] {
        try checkRows()
        return keyRows
    }

    private func checkRows() throws(FieldError) {
        if let problem { throw problem }
        guard hasList else { throw .missing(FieldName.list) }
    }

    mutating func beginObject() {
        begin()
        if depth == 1 { isObject = true }
        if depth == 3, isInList { row.begin() }
    }

    mutating func endObject() {
        if depth == 3, isInList { endRow() }
        depth -= 1
    }

    mutating func beginArray() {
        begin()
        if depth == 2, name == FieldName.list {
            hasList = true
            isInList = true
        } else if depth == 3, isInList {
            rowIsNoObject()
        }
    }

    mutating func endArray() {
        depth -= 1
        if depth == 1 { isInList = false }
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
    mutating func number(_ text: Span<UInt8>) { scalar(text) }
    mutating func bool(_ value: Bool) {
        let text = Array(String(value).utf8)
        scalar(text.span)
    }

    /// Null is as good as empty: some platforms write it for a text that they do not have.
    mutating func null() { scalar(Span()) }

    private mutating func begin() {
        hasBegun = true
        depth += 1
    }

    private mutating func scalar(_ text: Span<UInt8>) {
        hasBegun = true
        if depth == 3, isInList {
            row.value(text)
        } else if depth == 1, let name {
            fields[name] = String(utf8: text)
        } else if depth == 2, isInList {
            rowIsNoObject()
        }
    }

    private mutating func rowIsNoObject() {
        rows += 1
        note("is not an object", in: nil)
    }

    private mutating func endRow() {
        rows += 1
        guard problem == nil else { return }
        guard rows <= Self.maximumRows else {
            problem = FieldError(field: FieldName.list, problem: "has more than \(Self.maximumRows) rows")
            return
        }
        if cardRows != nil { endCardRow() } else { endKeyRow() }
    }

    private mutating func endCardRow() {
        guard row.hasFirst else { return note("is missing", in: FieldName.cardNumber) }
        guard row.hasSecond else { return note("is missing", in: FieldName.flag) }
        guard let isListed = row.secondSwitch else {
            return note("is \"\(row.secondText)\", must be 0 or 1", in: FieldName.flag)
        }
        guard let card = CardNumber(row.first) else {
            skippedCards += 1
            return
        }
        cardRows?.append(CardListEntry(card: card, isListed: isListed))
    }

    private mutating func endKeyRow() {
        guard row.hasFirst else { return note("is missing", in: FieldName.keyID) }
        guard let id = UInt8(row.firstText) else {
            return note(
                "is \"\(row.firstText)\", must be 0 to 255, since a ticket names its key in one byte", in: FieldName.keyID)
        }
        // The table does not call `key` necessary. Anyone could sign with an empty one.
        guard row.hasSecond, !row.second.isEmpty else { return }
        keyRows.append(KeyGroup.Key(id: id, text: String(decoding: row.second, as: UTF8.self)))
    }

    /// Remembers the first problem of all rows.
    private mutating func note(_ what: String, in member: String?) {
        guard problem == nil else { return }
        let place = "\(FieldName.list) row \(rows)"
        problem = FieldError(field: member.map { "\($0) of \(place)" } ?? place, problem: what)
    }
}
