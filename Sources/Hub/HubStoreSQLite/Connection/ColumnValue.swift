import HubStore
import SQLite

/// What a statement's parameter can be set to.
protocol ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError)
}

extension Int64: ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}

extension Int: ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}

extension Double: ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}

extension String: ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}

extension [UInt8]: ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError) {
        if let self {
            try self.bind(to: statement, at: index)
        } else {
            try statement.bind(nil as Int64?, at: index)
        }
    }
}

extension StoreValue: ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError) {
        switch self {
        case .null: try statement.bind(nil as Int64?, at: index)
        case .integer(let value): try statement.bind(value, at: index)
        case .real(let value): try statement.bind(value, at: index)
        case .text(let value): try statement.bind(value, at: index)
        case .blob(let value): try statement.bind(value, at: index)
        }
    }
}
