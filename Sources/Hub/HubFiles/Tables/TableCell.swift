/// What stands in a cell of an exported table.
public enum TableCell: Hashable, Sendable {
    /// Never read as anything else by whoever opens the table: no number, no formula.
    case text(String)
    case integer(Int64)
    /// Empty where it is infinite or no number.
    case number(Double)
    case empty

    /// A text, or an empty cell where there is none.
    public static func text(_ text: String?) -> TableCell { text.map { .text($0) } ?? .empty }

    /// A number, or an empty cell where there is none.
    public static func number(_ number: Double?) -> TableCell { number.map { .number($0) } ?? .empty }
}

extension TableCell: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self = .text(text) }
}
