import Base
import JSON

/// A field that is missing or cannot be what the document says; the text names it.
public struct FieldError: Error, Hashable, Sendable, CustomStringConvertible {
    public let field: String
    public let problem: String

    public init(field: String, problem: String) {
        self.field = field
        self.problem = problem
    }

    /// `check_mode is "7", must be 0 or 1`
    public var description: String { "\(field) \(problem)" }

    private static let isAbsent = "is missing"

    /// Whether the field is not there at all, rather than wrong.
    public var isMissing: Bool { problem == Self.isAbsent }

    static func missing(_ field: String) -> FieldError { FieldError(field: field, problem: isAbsent) }

    static func wrong(_ field: String, _ text: String, _ rule: String) -> FieldError { odd(field, text, "must be \(rule)") }

    static func odd(_ field: String, _ text: String, _ remark: String) -> FieldError {
        // Cut, since the text is someone else's; by scalars, since one character may have any number of them.
        FieldError(field: field, problem: "is \"\(Substring(text.unicodeScalars.prefix(40)))\", \(remark)")
    }
}
