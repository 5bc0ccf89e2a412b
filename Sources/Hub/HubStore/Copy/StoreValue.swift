/// A value of a column.
public enum StoreValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// As a hash over a table takes it: what it is, how long, and its bytes, so that no two rows are written alike.
    public var bytes: [UInt8] {
        func number(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) } }
        return switch self {
        case .null: [0]
        case .integer(let value): [1] + number(UInt64(bitPattern: value))
        case .real(let value): [2] + number(value.bitPattern)
        case .text(let value): [3] + number(UInt64(value.utf8.count)) + Array(value.utf8)
        case .blob(let value): [4] + number(UInt64(value.count)) + value
        }
    }

    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    public var real: Double? { if case .real(let value) = self { value } else { nil } }
    public var text: String? { if case .text(let value) = self { value } else { nil } }
    public var blob: [UInt8]? { if case .blob(let value) = self { value } else { nil } }

    public init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
    public init(_ value: Double?) { self = value.map { .real($0) } ?? .null }
    public init(_ value: String?) { self = value.map { .text($0) } ?? .null }
    public init(_ value: [UInt8]?) { self = value.map { .blob($0) } ?? .null }
}
