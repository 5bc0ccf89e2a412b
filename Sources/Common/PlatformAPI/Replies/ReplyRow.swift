import Base

/// The two members that count in a row of a `list`: `card_no` and `flag`, or `key_id` and `key`.
/// Its buffers are reused, so that a list of a million rows costs no allocation a row.
struct ReplyRow: Sendable {
    private enum Member { case first, second, other }

    private let firstName: [UInt8]
    private let secondName: [UInt8]
    private var member = Member.other
    /// Good when `hasFirst`.
    private(set) var first: [UInt8] = []
    private(set) var hasFirst = false
    /// Good when `hasSecond`.
    private(set) var second: [UInt8] = []
    private(set) var hasSecond = false

    init(first: String, second: String) {
        firstName = Array(first.utf8)
        secondName = Array(second.utf8)
    }

    /// For messages: cut, since it is someone else's.
    var firstText: String { String(decoding: first.prefix(40), as: UTF8.self) }
    var secondText: String { String(decoding: second.prefix(40), as: UTF8.self) }

    /// The second member as 0 or 1; nil when it is neither.
    var secondSwitch: Bool? {
        guard hasSecond else { return nil }
        if second.count == 1, second[0] == UInt8(ascii: "1") { return true }
        if second.count == 1, second[0] == UInt8(ascii: "0") { return false }
        return switch LooseInteger.value(secondText) {
        case 1: true
        case 0: false
        default: nil
        }
    }

    /// Also when it is missing or null.
    var isSecondEmpty: Bool { !hasSecond || second.isEmpty }

    mutating func begin() {
        (hasFirst, hasSecond) = (false, false)
    }

    mutating func key(_ key: Span<UInt8>) {
        member = Self.isSame(key, firstName) ? .first : Self.isSame(key, secondName) ? .second : .other
    }

    mutating func value(_ text: Span<UInt8>) {
        switch member {
        case .first:
            hasFirst = true
            Self.replace(&first, with: text)
        case .second:
            hasSecond = true
            Self.replace(&second, with: text)
        case .other: break
        }
    }

    private static func isSame(_ left: Span<UInt8>, _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where left[index] != right[index] { return false }
        return true
    }

    private static func replace(_ bytes: inout [UInt8], with text: Span<UInt8>) {
        // Most rows have members of the same length as the row before.
        if bytes.count != text.count { bytes = [UInt8](repeating: 0, count: text.count) }
        for index in 0..<text.count { bytes[index] = text[index] }
    }
}
