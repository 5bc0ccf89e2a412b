import CPostgreSQL

/// What a statement gave: rows, and how many it touched. It stays when the connection goes.
public struct PostgreSQLRows: RandomAccessCollection {
    /// One row. Columns count from 0; each is read as what its type is, else the program ends: the statement is at fault.
    public struct Row {
        let answer: PostgreSQLAnswer
        let index: Int32
    }

    let answer: PostgreSQLAnswer

    public var startIndex: Int { 0 }
    public var endIndex: Int { answer.rowCount }
    public subscript(index: Int) -> Row {
        precondition(indices.contains(index), "row \(index) of \(count)")
        return Row(answer: answer, index: Int32(index))
    }

    /// How many rows an INSERT, UPDATE or DELETE touched, or a SELECT gave.
    public var affected: Int { answer.affected }
}

extension PostgreSQLRows.Row {
    private typealias TypeID = PostgreSQLTypeID

    public func isNull(_ column: Int) -> Bool { answer.isNull(index, Int32(column)) }

    /// Of `int2`, `int4`, `int8` and `bool`. Nil for NULL.
    public func integer(_ column: Int) -> Int64? {
        unsafe answer.value(index, Int32(column), of: [TypeID.int8, TypeID.int4, TypeID.int2, TypeID.bool]) { bytes in
            // The sign is that of the first byte; a truth value has none.
            let first: Int64 = unsafe bytes.count == 1 ? 0 : Int64(Int8(bitPattern: bytes[0])) >> 8
            return unsafe bytes.reduce(first) { $0 << 8 | Int64($1) }
        }
    }

    /// Of `float8` and `float4`. Nil for NULL.
    public func double(_ column: Int) -> Double? {
        unsafe answer.value(index, Int32(column), of: [TypeID.float8, TypeID.float4]) { bytes in
            let bits = unsafe bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return bytes.count == 4 ? Double(Float(bitPattern: UInt32(bits))) : Double(bitPattern: bits)
        }
    }

    /// Of `text`, `varchar` and `name`. Nil for NULL.
    public func text(_ column: Int) -> String? {
        unsafe answer.value(index, Int32(column), of: [TypeID.text, TypeID.varchar, TypeID.name]) { unsafe StorableText.text($0) }
    }

    /// Of `bytea`. Nil for NULL.
    public func bytes(_ column: Int) -> [UInt8]? {
        unsafe answer.value(index, Int32(column), of: [TypeID.bytea]) { unsafe Array($0) }
    }
}
