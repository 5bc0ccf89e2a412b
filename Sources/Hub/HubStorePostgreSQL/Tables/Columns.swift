import HubStore
import PostgreSQL

/// Rows of the domain as a statement takes and gives them: one array a column, so that one statement serves any number of rows.
struct Columns {
    let columns: [StoreTable.Column]

    init(_ columns: [StoreTable.Column]) {
        self.columns = columns
    }

    /// Quoted, since some are words of SQL.
    var names: String { columns.map { "\"\($0.name)\"" }.joined(separator: ", ") }

    /// `$1, $2, …`
    var places: String { columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ") }

    func arrays(_ rows: [[StoreValue]]) -> [PostgreSQLParameter] {
        columns.enumerated().map { index, column in
            switch column.kind {
            case .integer: .integers(rows.map { $0[index].integer })
            case .real: .doubles(rows.map { $0[index].real })
            case .text: .texts(rows.map { $0[index].text })
            case .blob: .byteStrings(rows.map { $0[index].blob })
            }
        }
    }

    /// The columns of a row that a statement gave, from column `first` on.
    func values(_ row: PostgreSQLRows.Row, from first: Int = 0) -> [StoreValue] {
        columns.enumerated().map { index, column in
            switch column.kind {
            case .integer: StoreValue(row.integer(first + index))
            case .real: StoreValue(row.double(first + index))
            case .text: StoreValue(row.text(first + index))
            case .blob: StoreValue(row.bytes(first + index))
            }
        }
    }
}

extension StoreValue {
    var parameter: PostgreSQLParameter {
        switch self {
        case .null: .text(nil)
        case .integer(let value): .integer(value)
        case .real(let value): .double(value)
        case .text(let value): .text(value)
        case .blob(let value): .bytes(value)
        }
    }
}
