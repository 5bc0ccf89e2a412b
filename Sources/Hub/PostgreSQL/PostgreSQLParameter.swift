/// A statement's parameter, sent in PostgreSQL's binary form; nil is NULL. Arrays serve statements that treat many rows at once, by `unnest`.
public enum PostgreSQLParameter: Sendable {
    /// `int8`
    case integer(Int64?)
    /// `float8`
    case double(Double?)
    /// `text`; U+0000, which PostgreSQL does not have, is kept, too.
    case text(String?)
    /// `bytea`
    case bytes([UInt8]?)
    /// `int8[]`
    case integers([Int64?])
    /// `float8[]`
    case doubles([Double?])
    /// `text[]`
    case texts([String?])
    /// `bytea[]`
    case byteStrings([[UInt8]?])

    private typealias ObjectID = PostgreSQLTypeID

    /// The type as PostgreSQL numbers it.
    var typeID: UInt32 {
        switch self {
        case .integer: ObjectID.int8
        case .double: ObjectID.float8
        case .text: ObjectID.text
        case .bytes: ObjectID.bytea
        case .integers: ObjectID.int8Array
        case .doubles: ObjectID.float8Array
        case .texts: ObjectID.textArray
        case .byteStrings: ObjectID.byteaArray
        }
    }

    /// Appends the value's binary form.
    /// - Returns: false for NULL, which has none.
    func append(to bytes: inout [UInt8]) -> Bool {
        switch self {
        case .integer(let value): Self.append(value, to: &bytes)
        case .double(let value): Self.append(value, to: &bytes)
        case .text(let value): Self.append(value, to: &bytes)
        case .bytes(let value): Self.append(value, to: &bytes)
        case .integers(let values): Self.append(values, of: ObjectID.int8, to: &bytes) { Self.append($0, to: &$1) }
        case .doubles(let values): Self.append(values, of: ObjectID.float8, to: &bytes) { Self.append($0, to: &$1) }
        case .texts(let values): Self.append(values, of: ObjectID.text, to: &bytes) { Self.append($0, to: &$1) }
        case .byteStrings(let values): Self.append(values, of: ObjectID.bytea, to: &bytes) { Self.append($0, to: &$1) }
        }
    }

    private static func append(_ value: Int64?, to bytes: inout [UInt8]) -> Bool {
        guard let value else { return false }
        append(bigEndian: UInt64(bitPattern: value), to: &bytes)
        return true
    }

    private static func append(_ value: Double?, to bytes: inout [UInt8]) -> Bool {
        guard let value else { return false }
        append(bigEndian: value.bitPattern, to: &bytes)
        return true
    }

    private static func append(_ value: String?, to bytes: inout [UInt8]) -> Bool {
        guard let value else { return false }
        StorableText.append(value, to: &bytes)
        return true
    }

    private static func append(_ value: [UInt8]?, to bytes: inout [UInt8]) -> Bool {
        guard let value else { return false }
        bytes.append(contentsOf: value)
        return true
    }

    /// An array of one dimension: its head, then each element behind its length, of which -1 is NULL's.
    private static func append<Element>(
        _ values: [Element], of element: UInt32, to bytes: inout [UInt8], _ append: (Element, inout [UInt8]) -> Bool
    ) -> Bool {
        Self.append(bigEndian: UInt32(values.isEmpty ? 0 : 1), to: &bytes)
        Self.append(bigEndian: UInt32(1), to: &bytes)
        Self.append(bigEndian: element, to: &bytes)
        guard !values.isEmpty else { return true }
        Self.append(bigEndian: UInt32(values.count), to: &bytes)
        Self.append(bigEndian: UInt32(1), to: &bytes)
        for value in values {
            let head = bytes.count
            Self.append(bigEndian: UInt32.max, to: &bytes)
            guard append(value, &bytes) else { continue }
            let length = UInt32(bytes.count - head - 4)
            for byte in 0..<4 { bytes[head + byte] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * byte)) }
        }
        return true
    }

    private static func append<Number: FixedWidthInteger>(bigEndian number: Number, to bytes: inout [UInt8]) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }
}
